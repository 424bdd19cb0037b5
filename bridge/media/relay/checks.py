"""Reading the STUN datagrams of ICE: a cheap look first, everything else only for a name that is known.

aioice's stun module parses and checks integrity; what it raises at malformed datagrams ends here. Formats: RFC 8489
(STUN), RFC 8445 (the checks of ICE), RFC 7983 (what the first byte says).
"""

import enum
import struct
from dataclasses import dataclass

from aioice import stun

HEADER = 20
_HEADER = struct.Struct("!HHI12s")
_ATTRIBUTE = struct.Struct("!HH")
_USERNAME = 0x0006
_MESSAGE_INTEGRITY = 0x0008
_MESSAGE_INTEGRITY_SHA256 = 0x001C
_COMPREHENSION_OPTIONAL = 0x8000
#: A check of Chromium has nine attributes. Each one that is parsed costs time, a FINGERPRINT a checksum.
_ATTRIBUTES_AT_MOST = 32


class Kind(enum.IntEnum):
    """The STUN messages a relay knows what to do with: message type, class and method together."""

    REQUEST = 0x0001
    RESPONSE = 0x0101
    ERROR = 0x0111


#: Chosen by message type without raising.
_KINDS = {int(kind): kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Glance:
    """What a datagram says about itself before anything of it is believed."""

    kind: Kind
    transaction: bytes
    username: bytes | None
    signed: bool
    #: Attributes that a server must understand before it may answer (RFC 8489, section 14), integrity aside.
    demanding: bool


class NotABinding(enum.Enum):
    """Why there is nothing to look at."""

    MALFORMED = "malformed"
    OTHER_METHOD = "other_method"


def glance(datagram: bytes) -> Glance | NotABinding:
    """Look at header and attribute names; no checksum is computed and nothing is raised, whatever the bytes."""
    size = len(datagram)
    if size < HEADER or size % 4:
        return NotABinding.MALFORMED
    message_type, length, cookie, transaction = _HEADER.unpack_from(datagram)
    if cookie != stun.COOKIE or length != size - HEADER:
        return NotABinding.MALFORMED
    kind = _KINDS.get(message_type)
    if kind is None:
        return NotABinding.OTHER_METHOD
    username: bytes | None = None
    signed = demanding = False
    position = HEADER
    for _ in range(_ATTRIBUTES_AT_MOST):
        if position == size:
            return Glance(kind, transaction, username, signed, demanding)
        name, length = _ATTRIBUTE.unpack_from(datagram, position)
        start, position = position + 4, position + 4 + (length + 3 & ~3)
        if position > size:
            return NotABinding.MALFORMED
        if name == _USERNAME:
            username = datagram[start : start + length]
        elif name in {_MESSAGE_INTEGRITY, _MESSAGE_INTEGRITY_SHA256}:
            signed = True
        elif name < _COMPREHENSION_OPTIONAL:
            demanding = True
    if position != size:
        return NotABinding.MALFORMED
    return Glance(kind, transaction, username, signed, demanding)


def verified(datagram: bytes, key: bytes) -> stun.Message | None:
    """The message, if its FINGERPRINT and its MESSAGE-INTEGRITY under ``key`` are right; else None."""
    try:
        message = stun.parse_message(datagram)
        if "FINGERPRINT" not in message.attributes or not message.check_message_integrity(key):
            return None
    except (ValueError, struct.error):
        # Values that do not fit their attributes; aioice lets struct's own error through.
        return None
    return message


def binding_answer(transaction: bytes, source: tuple[str, int]) -> bytes:
    """The answer to a plain Binding request: where it came from, 32 bytes for IPv4 and 44 for IPv6."""
    answer = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, transaction)
    answer.attributes["XOR-MAPPED-ADDRESS"] = source
    return bytes(answer)
