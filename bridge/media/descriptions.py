"""Session descriptions and candidates on their way from one browser to the other.

Two things are done to them and nothing else: what the path policies keep back is taken out, and each relay is put in as
one more candidate. The browsers do the rest by themselves (ICE, RFC 8445). Lines are those of RFC 8839.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from bridge.desk.desk import IceCredentials
from bridge.domain.media import PathPolicy

#: Below every other way to the other side (host 126, peer reflexive 110, server reflexive 100), above TURN (0 to 5).
_TYPE_PREFERENCE = 20
_LOCAL_PREFERENCE = 65535
_CREDENTIALS_AT_MOST = 4
#: A line of a description; an attribute is a name in small letters, and a value after a colon.
_LINE = re.compile(r"a=[a-z0-9-]+(:.*)?|[b-z]=\S.*")
_UFRAG = re.compile(r"[A-Za-z0-9+/]{4,256}")
_PWD = re.compile(r"[A-Za-z0-9+/]{22,256}")


@dataclass(frozen=True)
class Passage:
    """What may pass from one side to the other."""

    candidates: bool
    """Any of the sender's candidates."""
    only_turn: bool
    """Of these only the ones on a TURN server."""
    hides: bool
    """Nothing else of the sender's address either."""


class UnreadableDescription(ValueError):
    """A description whose ICE names and passwords cannot be read; the text says what was expected."""


def passage(sender: PathPolicy, receiver: PathPolicy) -> Passage:
    """What of the sender's description may reach the receiver. It follows from the policies alone.

    Where one side hides, both meet at the relays and nowhere else. Whatever else it was told of, its checks would go
    there from its own address: to the other side's, or to the other side's TURN server, which tells its user where
    they came from. A side that uses TURN only sends everything through its own server, so it may know all.
    """
    if PathPolicy.HIDDEN in (sender, receiver):
        return Passage(candidates=False, only_turn=True, hides=True)
    only_turn = sender is PathPolicy.TURN
    return Passage(candidates=True, only_turn=only_turn, hides=only_turn)


def ice_credentials(sdp: str) -> tuple[IceCredentials, ...]:
    """The user fragments and passwords in a description, each once, at most four, in the order of its sections.

    Raises UnreadableDescription where there are none, or one of the two is missing or not of the form of RFC 8839: what
    a browser takes and the relays do not must not pass half-read.
    """
    sections: list[dict[str, str]] = [{}]
    for line in sdp.splitlines():
        if line.startswith("m="):
            sections.append({})
        name, _, value = line.partition(":")
        if name in ("a=ice-ufrag", "a=ice-pwd"):
            sections[-1][name] = value
    found: dict[str, IceCredentials] = {}
    for section in sections:
        ufrag, pwd = section.get("a=ice-ufrag"), section.get("a=ice-pwd")
        if ufrag is None and pwd is None:
            continue
        if not _UFRAG.fullmatch(ufrag or "") or not _PWD.fullmatch(pwd or ""):
            raise UnreadableDescription("sdp: expected ice-ufrag and ice-pwd as RFC 8839 has them")
        found.setdefault(str(ufrag), IceCredentials(str(ufrag), str(pwd)))
    if not found or len(found) > _CREDENTIALS_AT_MOST:
        raise UnreadableDescription(f"sdp: expected 1 to {_CREDENTIALS_AT_MOST} ice-ufrag with their ice-pwd")
    return tuple(found.values())


def description_for_other_side(sdp: str, allowed: Passage, relays: Sequence[tuple[str, int]]) -> str:
    """The description as the other side gets it; lines end as RFC 8866 wants them.

    Where something is kept back, lines that are not strictly of its grammar are too: browsers read more than it allows.
    """
    strict = allowed.hides or allowed.only_turn or not allowed.candidates
    lines: list[str] = []
    sections = 0
    for line in sdp.splitlines():
        if strict and (not _LINE.fullmatch(line) or line.startswith("a=remote-candidates:")):
            continue
        if line.startswith("m="):
            if sections == 1:
                lines += _relay_lines(relays)
            sections += 1
        if not line.startswith("a=candidate:"):
            lines.append(_without_address(line) if allowed.hides else line)
        elif is_allowed(line[2:], allowed):
            lines.append(f"a={_without_base(line[2:]) if allowed.hides else line[2:]}")
    if sections == 1:
        lines += _relay_lines(relays)
    return "".join(f"{line}\r\n" for line in lines)


def candidate_for_other_side(candidate: str, allowed: Passage) -> str | None:
    """A candidate as the other side gets it (``candidate:…``, without ``a=``); None when it is kept back.

    The empty one, which says that there are no more of a generation, passes.
    """
    if not candidate:
        return candidate
    if not is_allowed(candidate, allowed):
        return None
    return _without_base(candidate) if allowed.hides else candidate


def is_allowed(candidate: str, allowed: Passage) -> bool:
    """Whether a candidate may pass."""
    if not allowed.candidates:
        return False
    if not allowed.only_turn:
        return True
    words = candidate.split()
    return "typ" in words and words[words.index("typ") + 1 : words.index("typ") + 2] == ["relay"]


def relay_candidates(relays: Iterable[tuple[str, int]]) -> Iterator[str]:
    """Each address of a relay as a candidate, the first one preferred."""
    for number, (address, port) in enumerate(relays):
        priority = (_TYPE_PREFERENCE << 24) + ((_LOCAL_PREFERENCE - number) << 8) + 255
        anywhere = "::" if ip_address(address).version == 6 else "0.0.0.0"
        yield f"candidate:gloria{number} 1 udp {priority} {address} {port} typ relay raddr {anywhere} rport 0"


def _relay_lines(relays: Iterable[tuple[str, int]]) -> list[str]:
    return [f"a={candidate}" for candidate in relay_candidates(relays)]


def _without_base(candidate: str) -> str:
    """Without the address that a candidate on a TURN server was reached from."""
    words = candidate.split()
    for name, nothing in (("raddr", "0.0.0.0"), ("rport", "0")):
        if name in words[:-1]:
            words[words.index(name) + 1] = nothing
    return " ".join(words)


def _without_address(line: str) -> str:
    if line.startswith("c=IN "):
        return "c=IN IP4 0.0.0.0"
    if line.startswith("a=rtcp:"):
        return "a=rtcp:9 IN IP4 0.0.0.0"
    if line.startswith("m="):
        media = line.split(" ")
        # 0 refuses the section and has to stay; any other is the port of the default candidate.
        if len(media) > 1 and media[1] != "0":
            media[1] = "9"
        return " ".join(media)
    if line.startswith("o="):
        origin = line.split(" ")
        return " ".join([*origin[:3], "IN", "IP4", "0.0.0.0"]) if len(origin) == 6 else line
    return line
