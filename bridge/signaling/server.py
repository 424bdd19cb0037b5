"""What pages say: one namespace a role, every message parsed, authorised and answered in one place."""

import asyncio
import logging
from dataclasses import replace
from typing import Any

import socketio
from aiohttp import web
from pydantic import ValidationError
from redis.exceptions import RedisError
from socketio.exceptions import ConnectionRefusedError as SocketRefused

from bridge.accounts.door import Door
from bridge.accounts.sign_in import SignIns
from bridge.clock import Clock
from bridge.desk.desk import Desk, DeskUnavailable, Kind, Page, Refused, few_at_a_time, new_id
from bridge.domain.staff import DESK_ROLES, SERVING_ROLES, Presence, Role
from bridge.edge.limits import Allowance
from bridge.media.paths import Endpoints, Paths
from bridge.service import Service
from bridge.settings import LimitSettings
from bridge.signaling.announcer import Announcer
from bridge.signaling.commands import HANDLERS, Counter, authorise
from bridge.signaling.messages import (
    COMMANDS,
    QUESTIONS,
    SIGNALS,
    AskPaths,
    Candidate,
    Chat,
    Describe,
    End,
    ErrorCode,
    Handshake,
    Leave,
    Message,
    Refusal,
    Renew,
    Report,
    Restart,
    StepOut,
    Transfer,
    by_event,
)
from bridge.signaling.outbox import Socket

log = logging.getLogger(__name__)

FROM_PAGES = by_event((*COMMANDS, *QUESTIONS, *SIGNALS))
#: What whoever is in a call may still say when their sign-in has ended.
_OF_A_CALL = (Leave, End, StepOut, Transfer, Renew, Report, AskPaths, Describe, Candidate, Restart, Chat)
_CONNECT_WITHIN_S = 4.0


class Limits:
    """How many messages a page may send, and a seat on all its pages."""

    def __init__(self, settings: LimitSettings, clock: Clock) -> None:
        self._clock = clock
        self._pages = Allowance(settings.page_burst, settings.page_per_s)
        self._seats = Allowance(settings.seat_burst, settings.seat_per_s)

    def wait_s(self, socket: Socket) -> float:
        """0 when this message is within the limits; otherwise how long to wait."""
        now_ms = self._clock.now_ms()
        return self._pages.take(socket.sid, now_ms) or self._seats.take(socket.seat, now_ms)


class RoleNamespace(socketio.AsyncNamespace):  # type: ignore[misc]
    """All that pages of one role say."""

    def __init__(
        self,
        role: Role,
        announcer: Announcer,
        counter: Counter,
        door: Door,
        sign_ins: SignIns,
        limits: Limits,
        endpoints: Endpoints,
    ) -> None:
        super().__init__(f"/{role}")
        self._endpoints = endpoints
        self._role = role
        self._announcer = announcer
        self._counter = counter
        self._door = door
        self._sign_ins = sign_ins
        self._limits = limits
        self._connecting: set[str] = set()

    async def trigger_event(self, event: str, *args: Any) -> Any:
        if event == "connect":
            self._connecting.add(args[0])
            try:
                return await self._connect(*args)
            finally:
                self._connecting.discard(args[0])
        if event == "disconnect":
            return await self._disconnect(args[0])
        return await self._answer(event, *args)

    async def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        try:
            hello = Handshake.model_validate(auth)
        except ValidationError:
            raise _refused(ErrorCode.BAD_MESSAGE, "handshake") from None
        try:
            request: web.Request = environ["aiohttp.request"]
            secure = request.secure
            who = await self._door.who(request.cookies, hello.seat, secure)
            if who is None or who.role is not self._role:
                raise _refused(ErrorCode.NOT_SIGNED_IN, "no sign-in for this seat and role")
            token = self._sign_ins.token(request.cookies, hello.seat, secure)
            socket = Socket(sid, self._role, hello.seat, hello.page, token)
            # Quicker than a ping goes unanswered: pings are not read while this runs.
            async with asyncio.timeout(_CONNECT_WITHIN_S):
                await self._announcer.following.wait()
                if self._role is not Role.SUPERVISOR:
                    at = await self._counter.desk.connect(self._page(socket, request), hello.claim)
                    await self._announcer.reached(at)
                    await self._counter.desk.match()
                await self.enter_room(sid, f"page:{hello.page}")
        except Refused:
            # Signed in, but the roster has not reached the desk yet, or no longer holds them.
            raise _refused(ErrorCode.NOT_SIGNED_IN, "the desk does not know this seat") from None
        except (DeskUnavailable, RedisError, OSError) as error:
            log.warning("connect: %s", type(error).__name__)
            raise _refused(ErrorCode.DESK_UNAVAILABLE, "the desk does not answer") from None
        if sid not in self._connecting:
            # The page has gone while it was coming in.
            await self._leave_desk(socket)
            raise _refused(ErrorCode.NOT_SIGNED_IN, "gone")
        # Last, and nothing is awaited after it: the snapshot must not leave before Socket.IO's own answer.
        self._announcer.add(socket)

    def _page(self, socket: Socket, request: web.Request) -> Page:
        projection = self._counter.projection
        seats = projection.kiosks if self._role is Role.KIOSK else projection.staff
        policy = self._endpoints.policy_of_page(self._role, seats.get(socket.seat), request.remote)
        return replace(_page(socket), path=policy)

    async def _disconnect(self, sid: str) -> None:
        self._connecting.discard(sid)
        socket = self._announcer.remove(sid)
        if socket:
            await self._leave_desk(socket)

    async def _leave_desk(self, socket: Socket) -> None:
        if self._role is Role.SUPERVISOR:
            return
        try:
            await self._counter.desk.disconnect(_page(socket))
        except DeskUnavailable:
            # The lease runs out by itself.
            log.warning("disconnect: the desk does not answer")

    async def _answer(self, event: str, sid: str, *args: Any) -> dict[str, Any]:
        socket = self._announcer.socket(sid)
        try:
            if socket is None:
                raise Refused(ErrorCode.NOT_SIGNED_IN, "not connected")
            wait_s = self._limits.wait_s(socket)
            if wait_s > 0:
                raise Refused(ErrorCode.TOO_MANY, f"too many messages, again in {wait_s:.2f} s")
            message = parse(event, args)
            authorise(socket, message, self._counter.projection)
            if sid in self._announcer.leaving and not isinstance(message, _OF_A_CALL):
                raise Refused(ErrorCode.NOT_SIGNED_IN, "this sign-in has ended")
            done = await HANDLERS[type(message)](self._counter, socket, message)
        except Refused as refused:
            return Refusal(code=ErrorCode(refused.code), detail=refused.detail).model_dump(mode="json")
        except (DeskUnavailable, RedisError, OSError) as error:
            log.warning("%s: %s", event if event in FROM_PAGES else "unknown", type(error).__name__)
            return Refusal(code=ErrorCode.DESK_UNAVAILABLE, detail="the desk does not answer").model_dump(mode="json")
        except Exception:
            log.exception("%s failed", event if event in FROM_PAGES else "unknown")
            return Refusal(code=ErrorCode.DESK_UNAVAILABLE, detail="the bridge failed").model_dump(mode="json")
        return done.model_dump(mode="json")


async def renew_leases_for_ever(announcer: Announcer, desk: Desk, clock: Clock, every_s: float) -> None:
    """Tell the desk every ``every_s`` seconds which pages are connected to this worker."""
    while True:
        await clock.sleep(every_s)
        pages = [_page(socket) for socket in announcer if socket.role is not Role.SUPERVISOR]
        try:
            for some in few_at_a_time(pages):
                await desk.renew_leases(some)
        except DeskUnavailable:
            log.warning("leases: the desk does not answer")


class Doorkeeper:
    """Closes the sockets of pages whose sign-in is good no longer; who was on duty goes off it.

    Whoever is in a call finishes it, begins nothing else meanwhile, and is shown out a moment later.
    """

    def __init__(self, sio: socketio.AsyncServer, announcer: Announcer, sign_ins: SignIns, desk: Desk) -> None:
        self._sio = sio
        self._announcer = announcer
        self._sign_ins = sign_ins
        self._desk = desk
        self._one_at_a_time = asyncio.Lock()

    async def look_for_ever(self, clock: Clock, every_s: float) -> None:
        """Look every ``every_s`` seconds: sign-ins end by themselves, too."""
        while True:
            await clock.sleep(every_s)
            await self._look()

    async def listen_for_ever(self) -> None:
        """Look at once when the facts say that sign-ins have ended."""
        while True:
            await self._announcer.sign_ins_ended.wait()
            self._announcer.sign_ins_ended.clear()
            await self._look()

    async def _look(self) -> None:
        async with self._one_at_a_time:
            # Whoever comes meanwhile has just been looked at.
            sockets = list(self._announcer)
            try:
                good = await self._sign_ins.still_good({socket.token for socket in sockets})
            except (RedisError, OSError) as error:
                log.warning("sign-ins: %s", type(error).__name__)
                return
            for socket in sockets:
                if socket.token not in good and self._announcer.socket(socket.sid):
                    await self._show_out(socket)

    async def _show_out(self, socket: Socket) -> None:
        if self._announcer.projection.calls_of(socket.role, socket.seat):
            if socket.sid not in self._announcer.leaving:
                self._announcer.leaving.add(socket.sid)
                # What rings goes to somebody else, and no further chat is offered; a call with sound goes on as it is.
                await self._goes_off_duty(socket)
            return
        await self._sio.disconnect(socket.sid, namespace=socket.namespace)
        await self._goes_off_duty(socket)

    async def _goes_off_duty(self, socket: Socket) -> None:
        if socket.role not in SERVING_ROLES:
            return
        try:
            await self._desk.set_presence(socket.seat, Presence.OFFLINE, new_id())
        except Refused as refused:
            log.info("sign-out: %s", refused.code)
        except DeskUnavailable as error:
            log.warning("sign-out: %s", error)


async def everybody_leaves(announcer: Announcer, desk: Desk) -> None:
    """Tell the desk that no page is connected here any more, before this worker stops."""
    for socket in announcer:
        if socket.role is not Role.SUPERVISOR:
            await desk.disconnect(_page(socket))


def parse(event: str, args: tuple[Any, ...]) -> Message:
    """The message a page sent. Raises Refused: unknown_message, bad_message (naming the field)."""
    kind = FROM_PAGES.get(event)
    if kind is None:
        raise Refused(ErrorCode.UNKNOWN_MESSAGE, "no such message")
    if len(args) != 1:
        raise Refused(ErrorCode.BAD_MESSAGE, "expected one object")
    try:
        return kind.model_validate(args[0])
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Refused(ErrorCode.BAD_MESSAGE, f"{where}: {first['msg']}") from None


def add_namespaces(
    sio: socketio.AsyncServer,
    announcer: Announcer,
    desk: Desk,
    service: Service,
    door: Door,
    sign_ins: SignIns,
    limits: Limits,
    paths: Paths,
    endpoints: Endpoints,
) -> None:
    """Give the server its namespaces."""
    counter = Counter(desk.matching(), announcer.projection, service, sio, paths)
    for role in DESK_ROLES:
        sio.register_namespace(RoleNamespace(role, announcer, counter, door, sign_ins, limits, endpoints))


def _page(socket: Socket) -> Page:
    kind: Kind = "kiosk" if socket.role is Role.KIOSK else "staff"
    return Page(kind, socket.seat, socket.page, socket.sid)


def _refused(code: ErrorCode, detail: str) -> SocketRefused:
    return SocketRefused(detail, {"code": str(code)})
