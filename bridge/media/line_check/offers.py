"""An offer as a stranger's browser sends it: read, held against what is expected, stripped of its candidates.

Pure. Whatever passes here may still be refused by aiortc; what cannot be meant for us does not get that far.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from bridge.media.line_check.paths import Path

#: Chromium's offer of sound, picture and a data channel has about 7,000 characters.
LONGEST = 30_000
_LINES_AT_MOST = 1_500
_LINE_AT_MOST = 1_000
_FORMATS_AT_MOST = 100
_CANDIDATES_AT_MOST = 64
_USED_AT_MOST = 8
# Browsers take ports of their own choice; whatever listens below is a service that nobody asked to be called.
_LOWEST_PORT = 1024

_MEDIA = re.compile(r"m=(audio|video|application) \d{1,5} [A-Z/]{1,30} [0-9a-z -]{1,600}")
_UFRAG = re.compile(r"[A-Za-z0-9+/]{4,256}")
_PWD = re.compile(r"[A-Za-z0-9+/]{22,256}")
_FINGERPRINT = re.compile(r"sha-(256|384|512) [0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){31,63}")
_SETUPS = {"actpass", "active"}
#: The codecs we speak: those that every browser has to (RFC 7742, RFC 7874).
_CODECS = {"audio": re.compile(r"\d{1,3} opus/48000/2", re.I), "video": re.compile(r"\d{1,3} VP8/90000", re.I)}
_TYPES: dict[Path, frozenset[str]] = {
    "direct": frozenset({"host", "srflx"}),
    "relay": frozenset(),
    "turn": frozenset({"relay"}),
}


class BadOffer(ValueError):
    """An offer that is not one; the text says what was expected, and may be shown."""


@dataclass(frozen=True)
class Offer:
    """An offer that may be given to aiortc."""

    sdp: str
    """The description without its candidates."""
    kinds: frozenset[str]
    """Which of audio, video and application it has."""
    ufrag: str
    pwd: str
    candidates: tuple[tuple[str, int, str], ...]
    """Address, port and type of those of the path that are tried from our side."""


def read_offer(sdp: str, path: Path) -> Offer:
    """The offer. Raises BadOffer.

    Of its candidates only those of the path are kept, over UDP, at most eight, with plain unicast addresses: mDNS names
    would make us ask the local network for a stranger. The page's own checks find us without them.
    """
    lines = _lines(sdp)
    sections: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("m="):
            sections.append([])
        sections[-1].append(line)
    session, media = sections[0], sections[1:]
    kinds = [_kind(section[0]) for section in media]
    if not kinds or max(Counter(kinds).values()) > 1:
        raise BadOffer("expected at most one section of audio, one of video and one data channel, and at least one")
    mids = [_the_one(section, "mid") for section in media]
    if len(set(mids)) != len(mids) or not any(
        line.startswith("a=group:BUNDLE ") and line.split()[1:] == mids for line in session
    ):
        raise BadOffer("expected every section in one BUNDLE group, in order")
    for kind, section in zip(kinds, media, strict=True):
        _look_at(kind, section, session)
    credentials = {
        (_the_one(session + section, "ice-ufrag"), _the_one(session + section, "ice-pwd")) for section in media
    }
    ufrag, pwd = credentials.pop()
    if credentials or not _UFRAG.fullmatch(ufrag) or not _PWD.fullmatch(pwd):
        raise BadOffer("expected one ice-ufrag and one ice-pwd (RFC 8839) for all sections")
    # Those of the bundle stand in its first section; a browser that does not insist on it has dead ones in others.
    candidates = [line for line in media[0] if line.startswith("a=candidate:")]
    if len(candidates) > _CANDIDATES_AT_MOST:
        raise BadOffer(f"expected at most {_CANDIDATES_AT_MOST} candidates")
    used = dict.fromkeys(one for one in map(_candidate, candidates) if one and one[2] in _TYPES[path])
    kept = [line for line in lines if not line.startswith(("a=candidate:", "a=end-of-candidates"))]
    return Offer(
        "".join(f"{line}\r\n" for line in kept), frozenset(kinds), ufrag, pwd, tuple(list(used)[:_USED_AT_MOST])
    )


def only_candidates(sdp: str, may: Callable[[IPv4Address | IPv6Address], bool]) -> str:
    """The offer without the candidates whose address ``may`` not be asked, or is none."""
    kept = []
    for line in sdp.splitlines():
        if line.startswith("a=candidate:"):
            words = line.split()
            try:
                if len(words) < 5 or not may(ip_address(words[4])):
                    continue
            except ValueError:
                continue
        kept.append(line)
    return "".join(f"{line}\r\n" for line in kept)


def _lines(sdp: str) -> list[str]:
    if len(sdp) > LONGEST:
        raise BadOffer(f"expected a description of at most {LONGEST} characters")
    lines = sdp.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if not lines[0].startswith("v=0"):
        raise BadOffer("expected a session description (RFC 8866), which begins with v=0")
    if len(lines) > _LINES_AT_MOST or any(
        len(line) > _LINE_AT_MOST or not line.isascii() or not line.isprintable() or line[1:2] != "=" for line in lines
    ):
        raise BadOffer("expected lines of printable ASCII, each a letter, an equals sign and a value")
    return lines


def _kind(line: str) -> str:
    found = _MEDIA.fullmatch(line)
    if not found or len(line.split()) > _FORMATS_AT_MOST:
        raise BadOffer("expected sections of audio, video or a data channel only")
    return found[1]


def _look_at(kind: str, section: list[str], session: list[str]) -> None:
    both = session + section
    if not any(_FINGERPRINT.fullmatch(value) for value in _values(both, "fingerprint")):
        raise BadOffer("expected a SHA-2 fingerprint for every section")
    if not _SETUPS & set(_values(both, "setup")):
        raise BadOffer("expected a=setup:actpass, as in an offer")
    if kind == "application":
        if not _values(section, "sctp-port"):
            raise BadOffer("expected a data channel with its sctp-port")
        return
    if "a=rtcp-mux" not in section:
        raise BadOffer("expected a=rtcp-mux for sound and picture")
    if not any(_CODECS[kind].fullmatch(value) for value in _values(section, "rtpmap")):
        raise BadOffer(f"expected {'Opus' if kind == 'audio' else 'VP8'} among the codecs of {kind}")


def _values(lines: list[str], name: str) -> list[str]:
    return [line.removeprefix(f"a={name}:") for line in lines if line.startswith(f"a={name}:")]


def _the_one(lines: list[str], name: str) -> str:
    found = set(_values(lines, name))
    if len(found) != 1:
        raise BadOffer(f"expected one {name} for every section")
    return found.pop()


def _candidate(line: str) -> tuple[str, int, str] | None:
    """Address, port and type of a candidate that may be tried (RFC 8839); None for any other."""
    words = line.removeprefix("a=candidate:").split()
    if len(words) < 8 or words[1] != "1" or words[2].lower() != "udp" or words[6] != "typ":
        return None
    try:
        address = ip_address(words[4])
    except ValueError:
        return None
    if address.is_multicast or address.is_unspecified or address.is_loopback or address.is_link_local:
        return None
    if address.is_reserved or str(address) == "255.255.255.255":
        return None
    port = words[5]
    if not (port.isdecimal() and len(port) <= 5 and _LOWEST_PORT <= int(port) <= 65535):
        return None
    return str(address), int(port), words[7]
