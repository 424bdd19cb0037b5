"""Which addresses a relay listens on and which it tells browsers."""

import socket
from ipaddress import ip_address

import ifaddr
import pytest

from bridge.media.relay import addresses
from bridge.media.relay.addresses import ANNOUNCED_AT_MOST, announced_addresses, listening_addresses, own_addresses

MACHINE = {
    "lo": ["127.0.0.1", "::1"],
    "docker0": ["172.17.0.1"],
    "eth1": ["10.0.0.5", "fe80::5"],
    "eth0": ["198.51.100.4", "2001:db8::4"],
}


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """A machine with two networks, containers, and its way out at eth0."""
    interfaces = {name: list(hosts) for name, hosts in MACHINE.items()}

    def adapters() -> list[ifaddr.Adapter]:
        return [
            ifaddr.Adapter(name, name, [ifaddr.IP((host, 0, 0) if ":" in host else host, 24, name) for host in hosts])
            for name, hosts in interfaces.items()
        ]

    monkeypatch.setattr(ifaddr, "get_adapters", adapters)
    monkeypatch.setattr(addresses, "_on_the_way_out", lambda: {"198.51.100.4", "2001:db8::4"})
    return interfaces


def test_a_wildcard_listens_on_every_address_of_its_family_but_link_local_ones() -> None:
    assert listening_addresses(["0.0.0.0"]) == ["198.51.100.4", "172.17.0.1", "10.0.0.5", "127.0.0.1"]
    assert listening_addresses(["::"]) == ["2001:db8::4", "::1"]
    assert len(listening_addresses(["0.0.0.0", "::", "10.0.0.5"])) == 6


def test_a_named_address_is_listened_on_as_it_is() -> None:
    assert listening_addresses(["203.0.113.1", "203.0.113.1", "::1"]) == ["203.0.113.1", "::1"]


def test_what_is_set_is_announced_and_nothing_else() -> None:
    assert announced_addresses(["0.0.0.0"], ["203.0.113.1", "203.0.113.1"], loopback=True) == ["203.0.113.1"]


def test_what_is_listened_on_is_announced() -> None:
    assert announced_addresses(["10.0.0.5", "2001:db8::4"], []) == ["10.0.0.5", "2001:db8::4"]


def test_a_wildcard_announces_the_way_out_first_and_neither_loopback_nor_containers() -> None:
    assert announced_addresses(["0.0.0.0"], []) == ["198.51.100.4", "10.0.0.5"]
    assert announced_addresses(["0.0.0.0", "::"], []) == ["198.51.100.4", "10.0.0.5", "2001:db8::4"]


def test_loopback_is_announced_when_asked_for_and_comes_last() -> None:
    assert announced_addresses(["0.0.0.0"], [], loopback=True) == ["198.51.100.4", "10.0.0.5", "127.0.0.1"]


def test_loopback_is_announced_when_there_is_nothing_else(machine: dict[str, list[str]]) -> None:
    for name in ("eth0", "eth1"):
        del machine[name]
    assert announced_addresses(["0.0.0.0"], []) == ["127.0.0.1"]
    assert announced_addresses(["127.0.0.1"], []) == ["127.0.0.1"]


def test_no_more_addresses_are_announced_than_a_description_can_bear(machine: dict[str, list[str]]) -> None:
    machine["eth2"] = [f"10.1.0.{n}" for n in range(1, 20)]
    announced = announced_addresses(["0.0.0.0"], [])
    assert len(announced) == ANNOUNCED_AT_MOST
    assert announced[0] == "198.51.100.4"


def test_this_machine_has_addresses_that_can_be_bound_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    found = own_addresses()
    assert found
    for host in found:
        with socket.socket(socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET) as bound:
            bound.bind((host, 0))
