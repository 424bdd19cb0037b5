"""The kinds of NAT and firewall between a site and the internet, and their rules for nftables.

A router's side to the internet is called ``wan`` (and ``wan-slow`` where the line is shaped), the other ``lan``. The
kinds have the names of RFC 4787 where it has one: what Linux calls masquerading keeps a socket's port whoever it talks
to, and lets in only the very address and port that were written to.
"""

from dataclasses import dataclass
from enum import StrEnum


class Firewall(StrEnum):
    """What stands between a site and the internet."""

    OPEN = "open"
    PORT_RESTRICTED = "port-restricted NAT"
    SYMMETRIC = "symmetric NAT"
    UDP_TO_RELAY_ONLY = "NAT, UDP to the relays only"
    NO_UDP = "NAT, no UDP"
    IPV6_STATEFUL = "IPv6, only answers come in"

    @property
    def translates(self) -> bool:
        """Whether the site has private IPv4 addresses behind one public one."""
        return self not in {Firewall.OPEN, Firewall.IPV6_STATEFUL}


@dataclass(frozen=True)
class RelayPort:
    """Where a relay listens, for firewalls that know it."""

    ipv4: str
    ipv6: str
    port: int


def rules(kind: Firewall, relays: tuple[RelayPort, ...]) -> str:
    """The whole ruleset of a router of this kind, in place of what it had."""
    return f"""flush ruleset
table inet router {{
  chain to_itself {{
    type filter hook input priority filter; policy accept;
    iifname != "wan*" accept
    meta l4proto {{ icmp, icmpv6 }} accept
    ct state established,related accept
    # Dropped here, what nobody asked for leaves no trace. Otherwise the kernel would remember it as a connection of
    # the router itself, and move the port of whoever writes to that address next: no hole could be punched.
    drop
  }}
  chain through {{
    type filter hook forward priority filter; policy accept;
    {_filter(kind, relays)}
  }}
  chain leaving {{
    type nat hook postrouting priority srcnat; policy accept;
    {_translation(kind)}
  }}
}}
"""


def _filter(kind: Firewall, relays: tuple[RelayPort, ...]) -> str:
    only_answers = 'ct state established,related accept\n    iifname "wan*" drop'
    if kind is Firewall.OPEN:
        return ""
    if kind is Firewall.NO_UDP:
        return f"meta l4proto udp drop\n    {only_answers}"
    if kind is Firewall.UDP_TO_RELAY_ONLY:
        let_out = [
            f'iifname "lan" {family} daddr {address} udp dport {relay.port} accept'
            for relay in relays
            for family, address in (("ip", relay.ipv4), ("ip6", relay.ipv6))
        ]
        return "\n    ".join([only_answers, *let_out, "meta l4proto udp drop"])
    return only_answers


def _translation(kind: Firewall) -> str:
    if not kind.translates:
        return ""
    # Without "fully-random" Linux keeps the port of the inside, and the same one towards everybody.
    how = " fully-random" if kind is Firewall.SYMMETRIC else " persistent"
    return f'oifname "wan*" meta nfproto ipv4 masquerade{how}'
