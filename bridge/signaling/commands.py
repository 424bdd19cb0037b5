"""From a message to the desk: each command and signal has one function here, and none of them decides anything.

``authorise`` holds a message against the table of rights before its function runs; the desk's scripts check once more,
against the truth, whether call and offer are the sender's.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import socketio

from bridge.desk.desk import Desk, Kind, Refused
from bridge.desk.projection import VISITOR, Projection, Raw, end_name
from bridge.domain.media import PathPolicy
from bridge.domain.rights import Act, Whose, whose
from bridge.domain.routing import Wishes
from bridge.domain.staff import Role
from bridge.media.descriptions import UnreadableDescription
from bridge.media.paths import End as PathEnd
from bridge.media.paths import Paths, hides, policy_of
from bridge.service import Service
from bridge.signaling.messages import (
    Accept,
    AskInterpreter,
    AskPaths,
    CancelAsk,
    Candidate,
    Chat,
    Decline,
    Describe,
    Done,
    End,
    EndCall,
    ErrorCode,
    ExtendWrapUp,
    GiveCall,
    IceServer,
    Invite,
    Join,
    Leave,
    Message,
    MoveCall,
    OfCall,
    RaiseCall,
    Renew,
    Report,
    Restart,
    Serve,
    Served,
    SetLanguage,
    SetNotice,
    SetPresence,
    SetShift,
    SetStaff,
    Signal,
    StepOut,
    Transfer,
    Wire,
    WrapUp,
)
from bridge.signaling.messages import Paths as PathsAnswer
from bridge.signaling.outbox import Socket


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
    if socket.role is Role.SUPERVISOR:
        # Boards take no calls: each that is open may be used.
        return
    holder = projection.kiosks if socket.role is Role.KIOSK else projection.staff
    entity = holder.get(socket.seat)
    if entity is None or entity.get("page") != socket.page:
        raise Refused(ErrorCode.NOT_THIS_PAGE, "another page of this seat takes calls")
    if right is Whose.OWN_CALL and isinstance(message, OfCall):
        link, _ = _link(projection, socket, message.call, message.link)
        if message.generation < link["generation"]:
            raise Refused(ErrorCode.OLD_GENERATION, "the connection was renewed")


async def join(counter: Counter, socket: Socket, message: Join) -> Done:
    for language in (message.language, *message.also):
        _offered(counter, language)
    wishes = Wishes(tuple(message.also), message.wish, message.channel)
    return Done(call=await counter.desk.join(socket.seat, message.language, message.key, wishes))


def _offered(counter: Counter, language: str) -> None:
    if language not in counter.service.languages:
        raise Refused(ErrorCode.NO_SUCH_LANGUAGE, f"language: {language} is not offered here")


async def leave(counter: Counter, socket: Socket, message: Leave) -> Done:
    await counter.desk.leave(socket.seat, message.call, message.key)
    return Done(call=message.call)


async def set_presence(counter: Counter, socket: Socket, message: SetPresence) -> Done:
    await counter.desk.set_presence(socket.seat, message.presence, message.key, message.reason)
    return Done()


async def set_shift(counter: Counter, socket: Socket, message: SetShift) -> Done:
    await counter.desk.set_shift(socket.seat, message.ends_at_ms, message.key)
    return Done()


async def serve(counter: Counter, socket: Socket, message: Serve) -> Done:
    if message.language is not None:
        _offered(counter, message.language)
    return Done(call=await counter.desk.serve(socket.seat, message.work, message.language, message.key))


async def served(counter: Counter, socket: Socket, message: Served) -> Done:
    return Done(call=await counter.desk.served(socket.seat, message.key))


async def ask_interpreter(counter: Counter, socket: Socket, message: AskInterpreter) -> Done:
    _offered(counter, message.language)
    await counter.desk.ask_interpreter(socket.seat, message.call, message.language, message.key)
    return Done(call=message.call)


async def invite(counter: Counter, socket: Socket, message: Invite) -> Done:
    await counter.desk.invite(socket.seat, message.call, message.staff, message.key)
    return Done(call=message.call)


async def cancel_ask(counter: Counter, socket: Socket, message: CancelAsk) -> Done:
    await counter.desk.cancel_ask(socket.seat, message.call, message.key)
    return Done(call=message.call)


async def transfer(counter: Counter, socket: Socket, message: Transfer) -> Done:
    if (message.language is None) == (message.staff is None):
        raise Refused(ErrorCode.BAD_MESSAGE, "expected one of language and staff")
    if message.language is not None:
        _offered(counter, message.language)
    await counter.desk.transfer(
        socket.seat, message.call, language=message.language, colleague=message.staff, key=message.key
    )
    return Done(call=message.call)


async def step_out(counter: Counter, socket: Socket, message: StepOut) -> Done:
    await counter.desk.step_out(socket.seat, message.call, message.key)
    return Done(call=message.call)


async def extend_wrap_up(counter: Counter, socket: Socket, message: ExtendWrapUp) -> Done:
    await counter.desk.extend_wrap_up(socket.seat, message.call, message.key)
    return Done(call=message.call)


async def raise_call(counter: Counter, socket: Socket, message: RaiseCall) -> Done:
    await counter.desk.raise_call(socket.seat, message.call, message.key)
    return Done(call=message.call)


async def give_call(counter: Counter, socket: Socket, message: GiveCall) -> Done:
    await counter.desk.give_call(socket.seat, message.call, message.staff, message.key)
    return Done(call=message.call)


async def move_call(counter: Counter, socket: Socket, message: MoveCall) -> Done:
    _offered(counter, message.language)
    await counter.desk.move_call(socket.seat, message.call, message.language, message.key)
    return Done(call=message.call)


async def end_call(counter: Counter, socket: Socket, message: EndCall) -> Done:
    await counter.desk.end_call(socket.seat, message.call, message.key)
    return Done(call=message.call)


async def set_staff(counter: Counter, socket: Socket, message: SetStaff) -> Done:
    await counter.desk.set_staff(socket.seat, message.staff, message.presence, message.key)
    return Done()


async def set_language(counter: Counter, socket: Socket, message: SetLanguage) -> Done:
    _offered(counter, message.language)
    await counter.desk.set_language(socket.seat, message.language, message.open, message.key)
    return Done()


async def set_notice(counter: Counter, socket: Socket, message: SetNotice) -> Done:
    if message.language is not None:
        _offered(counter, message.language)
    await counter.desk.set_notice(socket.seat, message.language or "all", message.notice, message.key)
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
    await counter.desk.renew_media(kind, socket.seat, message.call, message.link, message.generation, message.key)
    return Done(call=message.call)


async def report(counter: Counter, socket: Socket, message: Report) -> Done:
    media = message.model_dump(mode="json", exclude={"key", "call"}, exclude_none=True)
    await counter.desk.report_media(socket.seat, message.call, media, message.key)
    return Done(call=message.call)


async def ask_paths(counter: Counter, socket: Socket, message: AskPaths) -> PathsAnswer:
    own, other = _policies(counter, socket, message)
    servers = await counter.paths.servers_for(f"{message.call}.{message.link}")
    return PathsAnswer(
        call=message.call,
        ice_servers=[IceServer(**server) for server in servers.ice_servers],
        turn_only=own is PathPolicy.TURN,
        hidden=hides(own, other),
        relays=servers.relays,
    )


async def describe(counter: Counter, socket: Socket, message: Describe) -> Done:
    own, other = _policies(counter, socket, message)
    sender = PathEnd("kiosk" if socket.role is Role.KIOSK else "staff", socket.seat, own)
    given = message.description
    try:
        sdp = await counter.paths.description(message.call, message.link, sender, other, given.type, given.sdp)
    except UnreadableDescription as error:
        raise Refused(ErrorCode.BAD_MESSAGE, str(error)) from None
    return await pass_on(
        counter, socket, message.model_copy(update={"description": given.model_copy(update={"sdp": sdp})})
    )


async def candidate(counter: Counter, socket: Socket, message: Candidate) -> Done:
    given = message.candidate
    if given is not None:
        own, other = _policies(counter, socket, message)
        text = counter.paths.candidate(own, other, given.candidate)
        if text is None:
            return Done()
        message = message.model_copy(update={"candidate": given.model_copy(update={"candidate": text})})
    return await pass_on(counter, socket, message)


async def pass_on(counter: Counter, socket: Socket, message: Signal) -> Done:
    """To the page at the other end of the link; kept nowhere. It is lost when nobody is there."""
    call, other = _other_end(counter.projection, socket, message)
    end = counter.projection.end(call, other) or {}
    if end.get("page"):
        role = Role.KIOSK if other == VISITOR else Role(end["role"])
        await counter.sio.emit(
            message.EVENT, message.model_dump(mode="json"), room=f"page:{end['page']}", namespace=f"/{role}"
        )
    return Done()


async def chat(counter: Counter, socket: Socket, message: Chat) -> Done:
    """Only between two who are both in the conversation: who is rung has not agreed to anything yet."""
    link, other = _link(counter.projection, socket, message.call, message.link)
    call = counter.projection.calls[message.call]
    both = (other, end_name(socket.role, socket.seat))
    if not all(counter.projection.takes_part(call, one) for one in both):
        raise Refused(ErrorCode.WRONG_STATE, "not in the conversation yet")
    if message.generation != link["generation"]:
        raise Refused(ErrorCode.OLD_GENERATION, "not the connection of this moment")
    return await pass_on(counter, socket, message)


def _link(projection: Projection, socket: Socket, call: str, link: int) -> tuple[Raw, str]:
    """A link of the page's own, and its other end. Raises Refused."""
    me = end_name(socket.role, socket.seat)
    for own in projection.calls_of(socket.role, socket.seat):
        for one, other in projection.links_of(own, me):
            if own["id"] == call and one["n"] == link:
                return one, other
    raise Refused(ErrorCode.NOT_YOURS, "not a live connection of this seat")


def _other_end(projection: Projection, socket: Socket, message: OfCall) -> tuple[Raw, str]:
    """The call of a message that ``authorise`` has just seen, and who is at the other end of its link."""
    _, other = _link(projection, socket, message.call, message.link)
    return projection.calls[message.call], other


def _policies(counter: Counter, socket: Socket, message: OfCall) -> tuple[PathPolicy, PathPolicy]:
    """What the page that asks keeps to itself, and what the other side's does."""
    call, other = _other_end(counter.projection, socket, message)
    own = counter.projection.end(call, end_name(socket.role, socket.seat))
    return policy_of(own), policy_of(counter.projection.end(call, other))


Handler = Callable[[Counter, Socket, Any], Awaitable[Wire]]

HANDLERS: dict[type[Message], Handler] = {
    Join: join,
    Leave: leave,
    SetPresence: set_presence,
    SetShift: set_shift,
    Serve: serve,
    Served: served,
    AskInterpreter: ask_interpreter,
    Invite: invite,
    CancelAsk: cancel_ask,
    Transfer: transfer,
    StepOut: step_out,
    ExtendWrapUp: extend_wrap_up,
    RaiseCall: raise_call,
    GiveCall: give_call,
    MoveCall: move_call,
    EndCall: end_call,
    SetStaff: set_staff,
    SetLanguage: set_language,
    SetNotice: set_notice,
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
    Chat: chat,
}
