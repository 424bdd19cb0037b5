"""From a message to the desk: each command and signal has one function here, and none of them decides anything.

``authorise`` holds a message against the table of rights before its function runs; the desk's scripts check once more,
against the truth, whether call and offer are the sender's.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import socketio

from bridge.desk.desk import Desk, Kind, Refused
from bridge.desk.projection import Projection, Raw
from bridge.domain.media import PathPolicy
from bridge.domain.rights import Act, Whose, whose
from bridge.domain.routing import tiers_for
from bridge.domain.staff import Role
from bridge.media.descriptions import UnreadableDescription
from bridge.media.paths import End as PathEnd
from bridge.media.paths import Paths, hides, policy_of
from bridge.service import Service
from bridge.signaling.announcer import Socket
from bridge.signaling.messages import (
    Accept,
    AskPaths,
    Candidate,
    Chat,
    Decline,
    Describe,
    Done,
    End,
    ErrorCode,
    IceServer,
    Join,
    Leave,
    Message,
    OfCall,
    Renew,
    Report,
    Restart,
    SetPresence,
    Signal,
    Wire,
    WrapUp,
)
from bridge.signaling.messages import Paths as PathsAnswer


@dataclass(frozen=True)
class Counter:
    """What commands work with."""

    desk: Desk
    projection: Projection
    service: Service
    sio: socketio.AsyncServer
    paths: Paths


def authorise(socket: Socket, message: Message, projection: Projection) -> None:
    """Hold the message against the table of rights. Raises Refused."""
    right = whose(socket.role, Act(message.EVENT))
    if right is None:
        raise Refused(ErrorCode.NOT_ALLOWED, f"not for the role {socket.role}")
    holder = projection.kiosks if socket.role is Role.KIOSK else projection.staff
    entity = holder.get(socket.seat)
    if entity is None or entity.get("page") != socket.page:
        raise Refused(ErrorCode.NOT_THIS_PAGE, "another page of this seat takes calls")
    if right is Whose.OWN_CALL and isinstance(message, OfCall):
        call = projection.call_of(socket.role, socket.seat)
        if call is None or call["id"] != message.call:
            raise Refused(ErrorCode.NOT_YOURS, "not a live call of this seat")
        if message.generation < call["generation"]:
            raise Refused(ErrorCode.OLD_GENERATION, "the connection was renewed")


async def join(counter: Counter, socket: Socket, message: Join) -> Done:
    if message.language not in counter.service.languages:
        raise Refused(ErrorCode.NO_SUCH_LANGUAGE, f"language: {message.language} is not offered here")
    call = await counter.desk.join(socket.seat, message.language, tiers_for(message.language), message.key)
    return Done(call=call)


async def leave(counter: Counter, socket: Socket, message: Leave) -> Done:
    await counter.desk.leave(socket.seat, message.call, message.key)
    return Done(call=message.call)


async def set_presence(counter: Counter, socket: Socket, message: SetPresence) -> Done:
    await counter.desk.set_presence(socket.seat, message.presence, message.key)
    return Done()


async def accept(counter: Counter, socket: Socket, message: Accept) -> Done:
    return Done(call=await counter.desk.accept(socket.seat, message.offer, message.key))


async def decline(counter: Counter, socket: Socket, message: Decline) -> Done:
    await counter.desk.decline(socket.seat, message.offer, message.key)
    return Done()


async def end(counter: Counter, socket: Socket, message: End) -> Done:
    await counter.desk.end(socket.seat, message.call, message.key)
    return Done(call=message.call)


async def wrap_up(counter: Counter, socket: Socket, message: WrapUp) -> Done:
    unknown = sorted(set(message.topics) - set(counter.service.topics))
    if unknown:
        raise Refused(ErrorCode.NO_SUCH_TOPIC, f"topics: {', '.join(unknown)} not in the list")
    await counter.desk.wrap_up(
        socket.seat,
        message.call,
        sorted(set(message.topics)),
        sorted(set(message.onward)),
        message.outcome,
        message.then,
        message.key,
    )
    return Done(call=message.call)


async def renew(counter: Counter, socket: Socket, message: Renew) -> Done:
    kind: Kind = "kiosk" if socket.role is Role.KIOSK else "staff"
    await counter.desk.renew_media(kind, socket.seat, message.call, message.generation, message.key)
    return Done(call=message.call)


async def report(counter: Counter, socket: Socket, message: Report) -> Done:
    media = message.model_dump(mode="json", exclude={"key", "call"}, exclude_none=True)
    await counter.desk.report_media(socket.seat, message.call, media, message.key)
    return Done(call=message.call)


async def ask_paths(counter: Counter, socket: Socket, message: AskPaths) -> PathsAnswer:
    own, other = _policies(counter, _call(counter, socket), socket.role)
    servers = await counter.paths.servers_for(message.call)
    return PathsAnswer(
        call=message.call,
        ice_servers=[IceServer(**server) for server in servers.ice_servers],
        turn_only=own is PathPolicy.TURN,
        hidden=hides(own, other),
        relays=servers.relays,
    )


async def describe(counter: Counter, socket: Socket, message: Describe) -> Done:
    own, other = _policies(counter, _call(counter, socket), socket.role)
    sender = PathEnd("kiosk" if socket.role is Role.KIOSK else "staff", socket.seat, own)
    given = message.description
    try:
        sdp = await counter.paths.description(message.call, sender, other, given.type, given.sdp)
    except UnreadableDescription as error:
        raise Refused(ErrorCode.BAD_MESSAGE, str(error)) from None
    return await pass_on(
        counter, socket, message.model_copy(update={"description": given.model_copy(update={"sdp": sdp})})
    )


async def candidate(counter: Counter, socket: Socket, message: Candidate) -> Done:
    given = message.candidate
    if given is not None:
        own, other = _policies(counter, _call(counter, socket), socket.role)
        text = counter.paths.candidate(own, other, given.candidate)
        if text is None:
            return Done()
        message = message.model_copy(update={"candidate": given.model_copy(update={"candidate": text})})
    return await pass_on(counter, socket, message)


async def pass_on(counter: Counter, socket: Socket, message: Signal) -> Done:
    """To the page at the other side of the call; kept nowhere. It is lost when nobody is there."""
    page = counter.projection.other_page(_call(counter, socket), socket.role)
    if page:
        other = Role.ADVISOR if socket.role is Role.KIOSK else Role.KIOSK
        await counter.sio.emit(
            message.EVENT, message.model_dump(mode="json"), room=f"page:{page}", namespace=f"/{other}"
        )
    return Done()


def _call(counter: Counter, socket: Socket) -> Raw:
    """The call that ``authorise`` has just seen."""
    call = counter.projection.call_of(socket.role, socket.seat)
    if call is None:
        raise Refused(ErrorCode.CALL_OVER, "the call has ended")
    return call


def _policies(counter: Counter, call: Raw, role: Role) -> tuple[PathPolicy, PathPolicy]:
    """What the page that asks keeps to itself, and what the other side's does."""
    kiosk = policy_of(counter.projection.kiosks.get(call["kiosk"]))
    staff = policy_of(counter.projection.serving(call))
    return (kiosk, staff) if role is Role.KIOSK else (staff, kiosk)


Handler = Callable[[Counter, Socket, Any], Awaitable[Wire]]

HANDLERS: dict[type[Message], Handler] = {
    Join: join,
    Leave: leave,
    SetPresence: set_presence,
    Accept: accept,
    Decline: decline,
    End: end,
    WrapUp: wrap_up,
    Renew: renew,
    Report: report,
    AskPaths: ask_paths,
    Describe: describe,
    Candidate: candidate,
    Restart: pass_on,
    Chat: pass_on,
}
