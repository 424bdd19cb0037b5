"""`gloria turn-config`: the configuration of a coturn server that fits the settings in force.

Written for coturn 4.6 (Debian 12) and checked against it in tests/contract/test_turn.py. Its log is worth reading
after every change: an option it does not know, or a range it cannot read, is a line there and no error.
"""

import argparse
import os
import re
import secrets
import sys
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any

from bridge.commands.words import CommandError
from bridge.media.turn import read_secret_file, turn_secret
from bridge.settings import MediaSettings, Settings, SettingsError

Network = IPv4Network | IPv6Network

#: What nobody may reach through the server: its own machine, the networks around it, and what is no single address.
#: Ranges are written with both ends, as coturn reads no "/8". A range must not begin with "::": coturn 4.6 takes
#: that for every address there is, IPv4 too. "::" itself it refuses without a rule.
DENIED = (
    ("0.0.0.0/8", "this machine"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "behind a provider's NAT"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local, metadata of cloud machines"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "protocol assignments"),
    ("192.168.0.0/16", "private"),
    ("198.18.0.0/15", "benchmarks"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved, broadcast"),
    ("::/96", "loopback, IPv4 in IPv6 of old"),
    ("::ffff:0:0/96", "IPv4 in IPv6"),
    ("64:ff9b::/96", "NAT64"),
    ("64:ff9b:1::/48", "NAT64, local"),
    ("2001::/32", "Teredo tunnels"),
    ("2002::/16", "6to4 tunnels"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "private of old"),
    ("ff00::/8", "multicast"),
)
_TURN_URL = re.compile(r"(turns?):(\[[^\]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(udp|tcp))?")
#: What coturn's reader of its file hands on as it stands.
_SECRET = re.compile(r"[A-Za-z0-9+/_.~-][A-Za-z0-9+/=_.~-]{15,}")
_NAME = re.compile(r"[A-Za-z0-9._:\[\]-]{1,120}")
_FILE = re.compile(r"/[^\s\"'#]+")

#: First of all, or coturn puts what it has to say of later lines into a file of its own choice.
_LOG = [
    "# No line for each allocation (that would be `verbose`) and no log file. What it writes all the same: the",
    "# address of a peer that it refused, and the name of a credential that it refused.",
    "log-file=stdout",
    "simple-log",
    "",
]


@dataclass(frozen=True)
class TurnOptions:
    """What the settings do not say: this machine's side of it. Addresses as text, rates as in coturn's options."""

    realm: str = ""
    port: int = 0
    tls_port: int = 0
    listen: tuple[str, ...] = ()
    relay: tuple[str, ...] = ()
    external: tuple[str, ...] = ()
    allow_peers: tuple[str, ...] = ()
    certificate: str = ""
    key: str = ""
    min_port: int = 49152
    max_port: int = 65535
    user_quota: int = 40
    total_quota: int = 1200
    userdb: str = "/var/lib/turn/turndb"
    old_secret: str = ""


def add_parsers(commands: Any, common: argparse.ArgumentParser) -> None:
    """Give the `gloria` command this subcommand."""
    default = TurnOptions()
    turn = commands.add_parser(
        "turn-config", parents=[common], help="write the configuration of a TURN server (coturn) for these settings"
    )
    turn.add_argument("--output", type=Path, help="file to write, replaced if it exists (default: standard output)")
    turn.add_argument("--realm", default="", help="name of the service (default: the host of the first TURN address)")
    turn.add_argument("--port", type=int, default=0, help="plain port to listen on (default: that of media.turn_urls)")
    turn.add_argument(
        "--tls-port", type=int, default=0, help="TLS port to listen on, where a proxy in front has the public one"
    )
    turn.add_argument("--listen", action="append", default=[], metavar="ADDRESS", help="listen here only; repeatable")
    turn.add_argument(
        "--relay", action="append", default=[], metavar="ADDRESS", help="relay from this address; repeatable"
    )
    turn.add_argument(
        "--external-ip",
        action="append",
        default=[],
        metavar="PUBLIC/PRIVATE",
        help="behind one-to-one NAT: the address others see, and this machine's own; repeatable",
    )
    turn.add_argument(
        "--allow-peer",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="address or network on a private network that may be reached all the same, such as a relay; repeatable",
    )
    turn.add_argument("--certificate", default="", metavar="FILE", help="PEM file of the TLS certificate and its chain")
    turn.add_argument("--key", default="", metavar="FILE", help="PEM file of the certificate's key")
    turn.add_argument("--min-port", type=int, default=default.min_port, help="first UDP port to relay from")
    turn.add_argument("--max-port", type=int, default=default.max_port, help="last UDP port to relay from")
    turn.add_argument(
        "--user-quota", type=int, default=default.user_quota, help="allocations of one browser at once (default 40)"
    )
    turn.add_argument(
        "--total-quota", type=int, default=default.total_quota, help="allocations in all at once (default 1200)"
    )
    turn.add_argument("--userdb", default=default.userdb, metavar="FILE", help="coturn's own SQLite file")
    turn.add_argument(
        "--old-secret-file", type=Path, metavar="FILE", help="while the secret is changed: the old one, accepted too"
    )
    turn.set_defaults(run=_run)


def _run(chosen: argparse.Namespace, settings: Settings) -> int:
    old = chosen.old_secret_file
    options = TurnOptions(
        realm=chosen.realm,
        port=chosen.port,
        tls_port=chosen.tls_port,
        listen=tuple(chosen.listen),
        relay=tuple(chosen.relay),
        external=tuple(chosen.external_ip),
        allow_peers=tuple(chosen.allow_peer),
        certificate=chosen.certificate,
        key=chosen.key,
        min_port=chosen.min_port,
        max_port=chosen.max_port,
        user_quota=chosen.user_quota,
        total_quota=chosen.total_quota,
        userdb=chosen.userdb,
        old_secret=read_secret_file(old, "--old-secret-file") if old else "",
    )
    text = turnserver_conf(settings.media, options)
    if chosen.output is None:
        sys.stdout.write(text)
    else:
        write_for_owner(chosen.output, text)
        sys.stdout.write(f"Written: {chosen.output}. The server's user must own it, or coturn cannot read it.\n")
    return 0


def turnserver_conf(media: MediaSettings, options: TurnOptions) -> str:
    """The text of a turnserver.conf. Raises SettingsError for a setting, CommandError for an option that is wrong."""
    if not media.turn_urls:
        raise SettingsError(
            "media.turn_urls: empty; expected the addresses of the TURN server, such as "
            "turn:turn.example.org:3478?transport=udp, turns:turn.example.org:443?transport=tcp"
        )
    ways = _ways(media.turn_urls)
    realm = options.realm or ways.first_host
    if not _NAME.fullmatch(realm):
        raise CommandError(f"--realm: expected a host name such as turn.example.org, not {realm!r}")
    _check_numbers(options)
    parts = [
        ["# coturn for Gloria, written by `gloria turn-config`: change the settings and write it anew.", ""],
        _LOG,
        _listening(ways, options),
        _tls(ways, options),
        _who_may(realm, turn_secret(media), options),
        _peers(media, options),
        _how_much(media, options),
        _the_process(options),
    ]
    return "\n".join(line for part in parts for line in part)


def write_for_owner(file: Path, text: str) -> None:
    """Write the file in one step with mode 0600; who owned it before owns it still. Raises CommandError."""
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        before = file.stat() if file.exists() else None
        opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="ascii") as writing:
            writing.write(text)
        if before is not None and (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
            os.chown(beside, before.st_uid, before.st_gid)
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise CommandError(f"{file}: cannot be written: {error.strerror}") from None


@dataclass(frozen=True)
class _Ways:
    """What media.turn_urls promise to browsers."""

    first_host: str
    udp_ports: set[int]
    tcp_ports: set[int]
    tls_ports: set[int]


def _ways(urls: tuple[str, ...]) -> _Ways:
    udp: set[int] = set()
    tcp: set[int] = set()
    tls: set[int] = set()
    first = ""
    for url in urls:
        found = _TURN_URL.fullmatch(url)
        if found is None:
            raise SettingsError(f"media.turn_urls: expected addresses such as turn:turn.example.org, not {url!r}")
        scheme, host, port, transport = found.groups()
        first = first or host
        if scheme == "turns":
            if transport == "udp":
                raise SettingsError(f"media.turn_urls: expected ?transport=tcp, as browsers speak no DTLS here: {url}")
            tls.add(int(port or 5349))
        else:
            (tcp if transport == "tcp" else udp).add(int(port or 3478))
    return _Ways(first, udp, tcp, tls)


def _one_port(ports: set[int], chosen: int, option: str, fallback: int) -> int:
    if chosen:
        return chosen
    if len(ports) > 1:
        shown = ", ".join(str(port) for port in sorted(ports))
        raise CommandError(f"media.turn_urls name the ports {shown}; say with {option} which one this machine has")
    return next(iter(ports), fallback)


def _check_numbers(options: TurnOptions) -> None:
    for option, port in (("port", options.port), ("tls-port", options.tls_port)):
        if not 0 <= port <= 65535:
            raise CommandError(f"--{option}: expected a port from 1 to 65535, not {port}")
    if not 1024 <= options.min_port <= options.max_port <= 65535:
        raise CommandError(
            f"--min-port, --max-port: expected 1024 or more, in this order, not {options.min_port} and "
            f"{options.max_port}"
        )
    for option, quota in (("user", options.user_quota), ("total", options.total_quota)):
        if quota < 1:
            raise CommandError(f"--{option}-quota: expected 1 or more, not {quota}")


def _listening(ways: _Ways, options: TurnOptions) -> list[str]:
    lines = ["# Where browsers come in."]
    plain = _one_port(ways.udp_ports | ways.tcp_ports, options.port, "--port", 3478)
    lines += [f"listening-port={plain}"]
    if not ways.udp_ports:
        lines += ["no-udp"]
    if not ways.tcp_ports:
        lines += ["no-tcp"]
    lines += [f"listening-ip={_address(one, '--listen')}" for one in options.listen]
    lines += ["", "# From where it relays. Every one of these UDP ports must be open to the world."]
    lines += [f"min-port={options.min_port}", f"max-port={options.max_port}"]
    external = [_pair(one) for one in options.external]
    relays = [_address(one, "--relay") for one in options.relay] or [private for _, private in external]
    if options.listen and not relays and all(ip_address(one).is_loopback for one in options.listen):
        # Left to itself, coturn relays from the address at which the browser, or the proxy, came in.
        raise CommandError("--listen: only loopback; say with --relay which address it relays from")
    lines += [f"relay-ip={one}" for one in relays]
    if external:
        lines += ["# Behind one-to-one NAT: the address that others see / the one this machine has."]
        lines += [f"external-ip={public}/{private}" for public, private in external]
    return [*lines, ""]


def _tls(ways: _Ways, options: TurnOptions) -> list[str]:
    given = [(name, path) for name, path in (("certificate", options.certificate), ("key", options.key)) if path]
    if not ways.tls_ports:
        if given:
            raise CommandError(f"--{given[0][0]}: expected an address with turns: in media.turn_urls to go with it")
        return ["# No address in media.turn_urls begins with turns:", "no-tls", "no-dtls", ""]
    if len(given) < 2:
        raise CommandError("media.turn_urls has an address with turns: — expected --certificate FILE and --key FILE")
    for name, path in given:
        if not _FILE.fullmatch(path):
            raise CommandError(f"--{name}: expected a full path without spaces, quotes or #, not {path!r}")
    port = _one_port(ways.tls_ports, options.tls_port, "--tls-port", 5349)
    return [
        "# TLS. The user that coturn runs as must be able to read both files. No DTLS: no browser speaks it here.",
        f"tls-listening-port={port}",
        f"cert={options.certificate}",
        f"pkey={options.key}",
        "no-dtls",
        "no-tlsv1",
        "no-tlsv1_1",
        "",
    ]


def _who_may(realm: str, secret: str, options: TurnOptions) -> list[str]:
    lines = [
        "# Who may use it: who holds a name and password that Gloria made with this secret, until their time is over.",
        "use-auth-secret",
        f"static-auth-secret={_checked(secret, 'the secret in media.turn_secret or media.turn_secret_file')}",
    ]
    if options.old_secret:
        old = _checked(options.old_secret, "the secret in --old-secret-file")
        lines += ["# The secret before it, until the last name made with it is over.", f"static-auth-secret={old}"]
    return [*lines, f"realm={realm}", "fingerprint", "stale-nonce=600", ""]


def _checked(secret: str, what: str) -> str:
    """The secret, if coturn reads it from its file unchanged, and it cannot be guessed from one name and password."""
    if not _SECRET.fullmatch(secret):
        raise CommandError(
            f"{what}: expected 16 characters or more out of A-Z a-z 0-9 + / = _ . ~ - "
            "(for example what `openssl rand -base64 33` prints)"
        )
    return secret


def _peers(media: MediaSettings, options: TurnOptions) -> list[str]:
    denied = [ip_network(text) for text, _ in DENIED]
    lines = [
        "# Whom they may reach through it: no one on this machine or on the networks around it, by UDP only.",
        "no-multicast-peers",
        "no-tcp-relay",
    ]
    for network, (_, why) in zip(denied, DENIED, strict=True):
        # "::" at the beginning of a range stands for everything.
        first = network[1] if int(network[0]) == 0 and network.version == 6 else network[0]
        lines += [f"# {why}", f"denied-peer-ip={first}-{network[-1]}"]

    own = [_address(one, "--relay") for one in options.relay] or [_address(one, "--listen") for one in options.listen]
    near = [one for one in own if _is_within(one, denied) and not ip_address(one).is_loopback]
    if near:
        lines += ["# Its own address: two browsers that both come through this server meet here."]
        lines += [f"allowed-peer-ip={one}" for one in near]
    if options.allow_peers:
        lines += ["# Allowed all the same (--allow-peer)."]
        lines += [f"allowed-peer-ip={_allowed(one)}" for one in options.allow_peers]
    allowed = [ip_network(one, strict=False) for one in (*near, *options.allow_peers)]
    hidden = [one for one in media.relay_announce if _is_within(one, denied) and not _is_within(one, allowed)]
    lines += [f"# Not reached from here: the relay at {one}. If it should be: --allow-peer {one}" for one in hidden]
    return [*lines, ""]


def _how_much(media: MediaSettings, options: TurnOptions) -> list[str]:
    return [
        "# How much: allocations of one browser and in all, and bytes a second of one allocation, each way (as",
        "# media.relay_path_kbps). No bps-capacity: coturn takes max-bps off it for every allocation, used or not,",
        "# and a browser makes several for one call.",
        f"user-quota={options.user_quota}",
        f"total-quota={options.total_quota}",
        f"max-bps={media.relay_path_kbps * 125}",
        "",
    ]


def _the_process(options: TurnOptions) -> list[str]:
    if not _FILE.fullmatch(options.userdb):
        raise CommandError(f"--userdb: expected a full path without spaces, quotes or #, not {options.userdb!r}")
    return [
        "# The process: no console, no version to strangers, small answers to requests that may be forged, and no",
        "# files of its own but one that must be there (secrets can be added to it with turnadmin).",
        "no-cli",
        "no-software-attribute",
        "no-rfc5780",
        "no-stun-backward-compatibility",
        "response-origin-only-with-rfc5780",
        f"userdb={options.userdb}",
        "pidfile=",
        "",
    ]


def _is_within(address: str, networks: list[Network]) -> bool:
    return any(ip_address(address) in network for network in networks)


def _address(text: str, option: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise CommandError(f"{option}: expected an IP address such as 192.0.2.7, not {text!r}") from None


def _pair(text: str) -> tuple[str, str]:
    # coturn also takes the public address alone, and then refuses browsers that meet at it.
    public, slash, private = text.partition("/")
    if not slash:
        raise CommandError(f"--external-ip: expected PUBLIC/PRIVATE, such as 192.0.2.7/10.0.0.7, not {text!r}")
    return _address(public, "--external-ip"), _address(private, "--external-ip")


def _allowed(text: str) -> str:
    try:
        network = ip_network(text)
    except ValueError:
        raise CommandError(
            f"--allow-peer: expected an address or network such as 10.0.0.7 or 10.0.0.0/28, not {text!r}"
        ) from None
    never = [ip_network(one) for one in ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "::/96", "ff00::/8")]
    if any(network.version == one.version and network.overlaps(one) for one in never):
        raise CommandError(f"--allow-peer: {text} is, or holds, loopback or multicast, which is never allowed")
    return str(network[0]) if network.num_addresses == 1 else f"{network[0]}-{network[-1]}"
