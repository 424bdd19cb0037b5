"""Credentials for TURN servers, where the secret comes from, and the configuration written for coturn."""

import argparse
import logging
from ipaddress import ip_address
from pathlib import Path

import pytest

from bridge.commands import turn_config
from bridge.commands.turn_config import TurnOptions, turnserver_conf, write_for_owner
from bridge.commands.words import CommandError
from bridge.media.turn import TurnServers, host_of, turn_credentials, turn_secret
from bridge.settings import MediaSettings, Settings, SettingsError, load_settings

SHARED = "correct-horse-battery"
UDP = "turn:turn.example.org:3478?transport=udp"
TCP = "turn:turn.example.org:3478?transport=tcp"
TLS = "turns:turn.example.org:443?transport=tcp"
NOW_MS = 1_700_000_000_999


def media(*urls: str, **more: object) -> MediaSettings:
    return MediaSettings.model_validate({"turn_urls": urls, "turn_secret": SHARED, **more})


def lines(settings: MediaSettings, options: TurnOptions | None = None) -> list[str]:
    """The options in the file, without comments."""
    text = turnserver_conf(settings, options or TurnOptions())
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def values(settings: MediaSettings, key: str, options: TurnOptions | None = None) -> list[str]:
    return [line.partition("=")[2] for line in lines(settings, options) if line.partition("=")[0] == key]


# Credentials


def test_a_credential_is_what_openssl_makes_of_the_same_name_and_secret() -> None:
    # printf NAME | openssl dgst -sha1 -hmac SECRET -binary | base64
    name, credential = turn_credentials(SHARED, 7200, 1_700_000_000, "0011223344556677")
    assert name == "1700007200:0011223344556677"
    assert credential == "dlh5rtYvLTssffUAWuWzanLZkbo="


def test_the_servers_are_given_with_a_credential_and_its_end() -> None:
    servers = TurnServers(media(UDP, TLS, turn_lifetime_s=600))
    first, second = servers.ice_server(NOW_MS), servers.ice_server(NOW_MS)
    assert first is not None
    assert second is not None
    assert first["urls"] == [UDP, TLS]
    assert first["good_until_ms"] == 1_700_000_600_000
    end, _, holder = first["username"].partition(":")
    assert int(end) * 1000 == first["good_until_ms"]
    assert turn_credentials(SHARED, 600, 1_700_000_000, holder) == (first["username"], first["credential"])
    assert first["username"] != second["username"]


def test_without_servers_there_is_nothing_to_give_and_no_secret_to_read() -> None:
    assert TurnServers(MediaSettings(turn_secret_file="/nowhere/at/all")).ice_server(NOW_MS) is None


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "No such file or directory"),
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"one\ntwo\n", "more than one line"),
        (b"x" * 5000, "more than one line"),
        ("sähkö".encode(), "not plain ASCII"),
    ],
)
def test_a_file_that_holds_no_secret_is_named_with_what_was_expected(
    tmp_path: Path, content: bytes | None, problem: str
) -> None:
    file = tmp_path / "turn.secret"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        TurnServers(media(UDP, turn_secret="", turn_secret_file=str(file)))
    said = str(refused.value)
    assert said.startswith(f"media.turn_secret_file: {file}: {problem}; expected")
    assert "two" not in said


def test_a_changed_file_counts_at_once_and_a_broken_one_not_at_all(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "turn.secret"
    file.write_text(f"  {SHARED}\n")
    servers = TurnServers(media(UDP, turn_secret="", turn_secret_file=str(file)))

    def secret_in_use() -> str:
        given = servers.ice_server(NOW_MS)
        assert given is not None
        holder = given["username"].partition(":")[2]
        known = (SHARED, "another-secret-than-before")
        return next(
            one for one in known if turn_credentials(one, 7200, NOW_MS // 1000, holder)[1] == given["credential"]
        )

    assert secret_in_use() == SHARED
    file.write_text("another-secret-than-before\n")
    assert secret_in_use() == "another-secret-than-before"
    with caplog.at_level(logging.WARNING):
        file.unlink()
        assert secret_in_use() == "another-secret-than-before"
        assert secret_in_use() == "another-secret-than-before"
    assert [record.name for record in caplog.records] == ["bridge.media.turn"]
    assert "media.turn_secret_file" in caplog.text
    assert "another-secret" not in caplog.text


def test_a_secret_that_is_not_there_is_missed() -> None:
    with pytest.raises(SettingsError, match=r"^media\.turn_secret: expected"):
        turn_secret(MediaSettings())


# The configuration


def test_ports_and_realm_come_from_the_addresses_that_browsers_get() -> None:
    assert values(media(UDP, TCP), "listening-port") == ["3478"]
    assert values(media(UDP, TCP), "realm") == ["turn.example.org"]
    assert {"no-tls", "no-dtls"} <= set(lines(media(UDP, TCP)))
    with_tls = TurnOptions(realm="gloria", certificate="/etc/turn/a.pem", key="/etc/turn/b.pem")
    found = lines(media(UDP, TLS), with_tls)
    assert {"tls-listening-port=443", "cert=/etc/turn/a.pem", "pkey=/etc/turn/b.pem", "realm=gloria"} <= set(found)
    assert "no-tls" not in found
    assert "no-udp" not in found
    assert "no-tcp" in found


def test_addresses_that_nobody_is_given_are_not_served() -> None:
    found = lines(media(TLS), TurnOptions(tls_port=5349, certificate="/a", key="/b"))
    assert {"no-udp", "no-tcp", "tls-listening-port=5349"} <= set(found)


def test_no_range_stands_for_every_address_there_is() -> None:
    for text in values(media(UDP), "denied-peer-ip"):
        first, _, last = text.partition("-")
        assert int(ip_address(first)) <= int(ip_address(last))
        assert ip_address(first) != ip_address("::")


def test_an_own_address_on_a_private_network_is_allowed_as_two_browsers_meet_there() -> None:
    allowed = values(media(UDP), "allowed-peer-ip", TurnOptions(listen=("10.0.0.5", "2001:db8::5")))
    assert allowed == ["10.0.0.5"]
    both = TurnOptions(listen=("127.0.0.1",), relay=("10.0.0.6",), allow_peers=("10.0.0.7", "fd00::/120"))
    assert values(media(UDP), "allowed-peer-ip", both) == ["10.0.0.6", "10.0.0.7", "fd00::-fd00::ff"]
    assert not values(media(UDP), "allowed-peer-ip")


def test_a_relay_that_cannot_be_reached_through_it_is_pointed_out() -> None:
    hidden = media(UDP, relay_announce=("10.0.0.7", "192.0.2.7"))
    hint = "# Not reached from here: the relay at {}."
    text = turnserver_conf(hidden, TurnOptions())
    assert hint.format("10.0.0.7") in text
    assert hint.format("192.0.2.7") not in text
    assert hint.format("10.0.0.7") not in turnserver_conf(hidden, TurnOptions(allow_peers=("10.0.0.0/24",)))


def test_behind_one_to_one_nat_both_addresses_are_written() -> None:
    options = TurnOptions(external=("192.0.2.7/10.0.0.5",))
    assert values(media(UDP), "external-ip", options) == ["192.0.2.7/10.0.0.5"]
    assert values(media(UDP), "relay-ip", options) == ["10.0.0.5"]


def test_the_rate_is_that_of_the_relay_in_bytes() -> None:
    assert values(media(UDP, relay_path_kbps=4000), "max-bps") == ["500000"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (MediaSettings(), "media.turn_urls: empty; expected"),
        (media("turns:turn.example.org?transport=udp"), "media.turn_urls: expected ?transport=tcp"),
    ],
)
def test_settings_without_a_server_to_configure_are_refused(settings: MediaSettings, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        turnserver_conf(settings, TurnOptions())
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    ("settings", "options", "said"),
    [
        (media(UDP, turn_secret="short"), TurnOptions(), "the secret in media.turn_secret"),
        (media(UDP, turn_secret="two words and then more"), TurnOptions(), "the secret in media.turn_secret"),
        (media(UDP, turn_secret="with#comment-in-the-middle"), TurnOptions(), "the secret in media.turn_secret"),
        (media(UDP), TurnOptions(old_secret="a\nb"), "the secret in --old-secret-file"),
        (media(UDP), TurnOptions(realm="a b"), "--realm"),
        (
            media(UDP, "turn:turn.example.org:80?transport=tcp"),
            TurnOptions(),
            "media.turn_urls name the ports 80, 3478",
        ),
        (media(TLS), TurnOptions(), "media.turn_urls has an address with turns:"),
        (media(TLS), TurnOptions(certificate="/a"), "media.turn_urls has an address with turns:"),
        (media(TLS), TurnOptions(certificate="a.pem", key="/b"), "--certificate: expected a full path"),
        (media(UDP), TurnOptions(key="/b"), "--key: expected an address with turns:"),
        (media(UDP), TurnOptions(port=70_000), "--port"),
        (media(UDP), TurnOptions(min_port=60_000, max_port=50_000), "--min-port"),
        (media(UDP), TurnOptions(user_quota=0), "--user-quota"),
        (media(UDP), TurnOptions(listen=("localhost",)), "--listen: expected an IP address"),
        (media(UDP), TurnOptions(listen=("127.0.0.1", "::1")), "--listen: only loopback"),
        (media(UDP), TurnOptions(relay=("x",)), "--relay: expected an IP address"),
        (media(UDP), TurnOptions(external=("192.0.2.7",)), "--external-ip: expected PUBLIC/PRIVATE"),
        (media(UDP), TurnOptions(allow_peers=("10.0.0.1/8",)), "--allow-peer: expected"),
        (media(UDP), TurnOptions(allow_peers=("127.0.0.1",)), "--allow-peer: 127.0.0.1 is, or holds, loopback"),
        (media(UDP), TurnOptions(allow_peers=("0.0.0.0/0",)), "--allow-peer: 0.0.0.0/0 is, or holds"),
        (media(UDP), TurnOptions(userdb="db"), "--userdb"),
    ],
)
def test_what_is_wrong_is_refused_with_its_name(settings: MediaSettings, options: TurnOptions, said: str) -> None:
    with pytest.raises(CommandError) as refused:
        turnserver_conf(settings, options)
    assert str(refused.value).startswith(said)


# The command


def run(settings: Settings, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    turn_config.add_parsers(parser.add_subparsers(), argparse.ArgumentParser(add_help=False))
    chosen = parser.parse_args(["turn-config", *arguments])
    status: int = chosen.run(chosen, settings)
    return status


@pytest.fixture
def with_turn() -> Settings:
    return load_settings(None, {"GLORIA_MEDIA_TURN_URLS": f"{UDP},{TLS}", "GLORIA_MEDIA_TURN_SECRET": SHARED})


def test_the_command_prints_the_configuration(
    with_turn: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    old = tmp_path / "old"
    old.write_text("the-secret-before-this-one\n")
    arguments = ["--certificate", "/a.pem", "--key", "/b.pem", "--old-secret-file", str(old), "--user-quota", "7"]
    assert run(with_turn, *arguments) == 0
    printed = capsys.readouterr().out
    options = TurnOptions(certificate="/a.pem", key="/b.pem", old_secret="the-secret-before-this-one", user_quota=7)
    assert printed == turnserver_conf(with_turn.media, options)
    secrets = [line for line in printed.splitlines() if line.startswith("static-auth-secret=")]
    assert secrets == [f"static-auth-secret={SHARED}", "static-auth-secret=the-secret-before-this-one"]


def test_a_file_of_it_is_for_its_owner_only_and_takes_the_place_of_the_one_before(
    with_turn: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "turnserver.conf"
    file.write_text("syslog\n")
    file.chmod(0o644)
    assert run(with_turn, "--certificate", "/a.pem", "--key", "/b.pem", "--output", str(file)) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert f"static-auth-secret={SHARED}" in file.read_text()
    assert SHARED not in capsys.readouterr().out
    assert [one.name for one in tmp_path.iterdir()] == ["turnserver.conf"]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere/turnserver\.conf: cannot be written"):
        write_for_owner(tmp_path / "nowhere" / "turnserver.conf", "x")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("turn:turn.example.org", "turn.example.org"),
        ("turn:turn.example.org:3478?transport=udp", "turn.example.org"),
        ("turns:203.0.113.9:443?transport=tcp", "203.0.113.9"),
        ("turn:[2001:db8::9]:3478", "2001:db8::9"),
        ("turn:[2001:db8::9]?transport=tcp", "2001:db8::9"),
    ],
)
def test_the_host_of_a_turn_address(url: str, host: str) -> None:
    assert host_of(url) == host
