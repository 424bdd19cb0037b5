"""The addresses of this machine: those a relay listens on, and those it tells browsers."""

import socket
from collections.abc import Iterable, Sequence
from ipaddress import ip_address

import ifaddr

#: Each is a candidate in every description, and each candidate costs every browser checks.
ANNOUNCED_AT_MOST = 4
#: Where container engines and hypervisors put the networks that only this machine knows.
_INWARD = ("docker", "br-", "veth", "virbr", "cni", "flannel", "podman", "lxc")
_WILDCARDS = {"0.0.0.0", "::"}
# Addresses reserved for documentation: nothing is sent, only the route is looked up.
_OUTSIDE = (("192.0.2.1", socket.AF_INET), ("2001:db8::1", socket.AF_INET6))


def is_wildcard(host: str) -> bool:
    """Whether listening there means every address of a family."""
    return host in _WILDCARDS


def own_addresses(*, inward: bool = True) -> list[str]:
    """This machine's IP addresses, loopback included, link-local ones not: a browser could not name the interface.

    The ones that the way out begins at come first. ``inward=False`` leaves out networks inside this machine.
    """
    found: list[str] = []
    for adapter in ifaddr.get_adapters():
        if not inward and adapter.name.startswith(_INWARD):
            continue
        for entry in adapter.ips:
            host = entry.ip if isinstance(entry.ip, str) else entry.ip[0]
            if not ip_address(host).is_link_local and host not in found:
                found.append(host)
    first = _on_the_way_out()
    return sorted(found, key=lambda host: (host not in first, ip_address(host).is_loopback))


def listening_addresses(listen: Iterable[str]) -> list[str]:
    """The addresses to open a socket at: a wildcard stands for each address of its family that the machine has now.

    One socket for each, because an answer has to leave with the very address that was asked, and a socket bound to a
    wildcard leaves that to the routing table.
    """
    found: list[str] = []
    for host in listen:
        own = [one for one in own_addresses() if (":" in one) == (":" in host)] if is_wildcard(host) else [host]
        found += [one for one in own if one not in found]
    return found


def announced_addresses(listen: Sequence[str], announce: Sequence[str], *, loopback: bool = False) -> list[str]:
    """What browsers are told, the best first, at most four.

    ``announce`` if anything is set there; else the addresses listened on; in place of a wildcard the machine's own,
    without loopback unless ``loopback`` asks for it or there is nothing else.
    """
    if announce:
        return list(dict.fromkeys(announce))[:ANNOUNCED_AT_MOST]
    found: list[str] = []
    for host in listen:
        own = own_addresses(inward=False) if is_wildcard(host) else [host]
        found += [one for one in own if (":" in one) == (":" in host)]
    abroad = [host for host in dict.fromkeys(found) if not ip_address(host).is_loopback]
    home = [host for host in dict.fromkeys(found) if ip_address(host).is_loopback]
    chosen = abroad + home if loopback or not abroad else abroad
    return chosen[:ANNOUNCED_AT_MOST]


def _on_the_way_out() -> set[str]:
    found: set[str] = set()
    for outside, family in _OUTSIDE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((outside, 9))
                found.add(probe.getsockname()[0])
        except OSError:
            # No such family here, or no way out.
            continue
    return found
