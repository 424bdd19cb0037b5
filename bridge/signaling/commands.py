"""From a message to the desk: each command and signal has one function here, and none of them decides anything.

``authorise`` holds a message against the table of rights before its function runs; the desk's scripts check once more,
against the truth, whether call and offer are the sender's.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import socketio

from bridge.desk.desk import Desk, Kind, Refused
from bridge.desk.projection import Projection
from bridge.domain.rights import Act, Whose, whose
from bridge.domain.routing import tiers_for
from bridge.domain.staff import Role
from bridge.service import Service
from bridge.signaling.announcer import Socket
from bridge.signaling.messages import (
    Accept,
    Candidate,
    Decline,
    Describe,
    Done,
    End,
    ErrorCode,
    Join,
    Leave,
    Message,
    Renew,
    SetPresence,
    Signal,
    WrapUp,
)


@dataclass(frozen=True)
class Counter:
    """What commands work with."""

    desk: Desk
    projection: Projection
    service: Service
    sio: socketio.AsyncServer


def authorise(socket: Socket, message: Message, projection: Projection) -> None:
    """Hold the message against the table of rights. Raises Refused."""
    right = whose(socket.role, Act(message.EVENT))
    if right is None:
        raise Refused(ErrorCode.NOT_ALLOWED, f"not for the role {socket.role}")
    holder = projection.kiosks if socket.role is Role.KIOSK else projection.staff
    entity = holder.get(socket.seat)
    if entity is None or entity.get("page") != socket.page:
        raise Refused(ErrorCode.NOT_THIS_PAGE, "another page of this seat takes calls")
    if right is Whose.OWN_CALL and isinstance(message, Signal):
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


async def pass_on(counter: Counter, socket: Socket, message: Signal) -> Done:
    """To the page at the other side of the call; kept nowhere. It is lost when nobody is there."""
    call = counter.projection.call_of(socket.role, socket.seat)
    page = counter.projection.other_page(call, socket.role) if call else None
    if page:
        other = Role.ADVISOR if socket.role is Role.KIOSK else Role.KIOSK
        await counter.sio.emit(
            message.EVENT, message.model_dump(mode="json"), room=f"page:{page}", namespace=f"/{other}"
        )
    return Done()


Handler = Callable[[Counter, Socket, Any], Awaitable[Done]]

HANDLERS: dict[type[Message], Handler] = {
    Join: join,
    Leave: leave,
    SetPresence: set_presence,
    Accept: accept,
    Decline: decline,
    End: end,
    WrapUp: wrap_up,
    Renew: renew,
    Describe: pass_on,
    Candidate: pass_on,
}
