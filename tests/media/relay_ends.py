"""Two ends of a path, as small as ICE allows: they check, answer and send media, byte for byte as browsers do."""

from aioice import stun

from bridge.media.relay.switchboard import Credentials, Path

FIRST = Credentials("firs", "first-pwd-of-22-chars0".replace("-", "+"))
SECOND = Credentials("seco", "second-pwd-of-22-chars".replace("-", "+"))
PATH = Path("path-1", ((FIRST,), (SECOND,)))
MEDIA = b"\x80" + bytes(range(200))
DTLS = b"\x16\xfe\xfd" + bytes(100)


def a_check(
    own: Credentials, other: Credentials, *, use_candidate: bool = False, pwd: str | None = None, software: str = ""
) -> bytes:
    """A Binding request from the end that has ``own`` to the one that has ``other``."""
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    request.attributes["USERNAME"] = f"{other.ufrag}:{own.ufrag}"
    request.attributes["PRIORITY"] = 1845501695
    request.attributes["ICE-CONTROLLING"] = 7
    if software:
        request.attributes["SOFTWARE"] = software
    if use_candidate:
        request.attributes["USE-CANDIDATE"] = None
    request.add_message_integrity((pwd or other.pwd).encode())
    return bytes(request)


def an_answer(check: bytes, own: Credentials, *, error: int | None = None, pwd: str | None = None) -> bytes:
    """What the end that has ``own`` answers to a check."""
    kind = stun.Class.RESPONSE if error is None else stun.Class.ERROR
    answer = stun.Message(stun.Method.BINDING, kind, stun.parse_message(check).transaction_id)
    if error is None:
        answer.attributes["XOR-MAPPED-ADDRESS"] = ("192.0.2.99", 3479)
    else:
        answer.attributes["ERROR-CODE"] = (error, "")
    answer.add_message_integrity((pwd or own.pwd).encode())
    return bytes(answer)


def a_plain_request(**attributes: object) -> bytes:
    """A Binding request as browsers send it to a STUN server."""
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    request.attributes.update({name.replace("_", "-"): value for name, value in attributes.items()})
    return bytes(request)
