"""The Socket.IO server: one namespace a role, every message parsed, authorised and answered in one place."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import engineio
import socketio
from aiohttp import web
from pydantic import ValidationError
from redis.exceptions import RedisError
from socketio.exceptions import ConnectionRefusedError as SocketRefused

from bridge.accounts.door import Door
from bridge.accounts.sign_in import SignIns
from bridge.clock import Clock
from bridge.desk.desk import Desk, DeskUnavailable, Kind, Page, Refused, new_id
from bridge.domain.staff import DESK_ROLES, SERVING_ROLES, Presence, Role
from bridge.edge.limits import Allowance
from bridge.logs import library_log
from bridge.media.paths import Endpoints, Paths
from bridge.service import Service
from bridge.settings import LimitSettings
from bridge.signaling.announcer import Announcer, Socket
from bridge.signaling.commands import HANDLERS, Counter, authorise
from bridge.signaling.messages import (
    COMMANDS,
    QUESTIONS,
    SIGNALS,
    AskPaths,
    Candidate,
    Chat,
    Command,
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

log = logging.getLogger(__name__)

FROM_PAGES = by_event((*COMMANDS, *QUESTIONS, *SIGNALS))
MESSAGE_LIMIT_BYTES = 100_000
#: What whoever is in a call may still say when their sign-in has ended.
_OF_A_CALL = (Leave, End, StepOut, Transfer, Renew, Report, AskPaths, Describe, Candidate, Restart, Chat)
_LINE = "gloria.line"
_NAMED_WITHIN_S = 10.0
_REFUSED_CLOSES_AFTER_S = 1.0
_UNHEARD_AT_MOST = 1000
_LEASES_AT_ONCE = 200
_SILENT_FOR_S = 5.0
_UNANSWERED_PINGS = 2
_CONNECT_WITHIN_S = 4.0
_LISTEN_RETRY_FIRST_S = 0.05
_LISTEN_RETRY_LONGEST_S = 1.0


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


class SignalManager(socketio.AsyncRedisManager):  # type: ignore[misc]
    """Socket.IO's Redis manager, for what is kept nowhere (descriptions, candidates).

    The library's own back-off doubles to a minute, which leaves a worker deaf long after Redis is back.
    """

    async def _redis_listen_with_retries(self) -> Any:
        delay_s = _LISTEN_RETRY_FIRST_S
        while True:
            try:
                self._redis_connect()
                await self.pubsub.subscribe(self.channel)
                delay_s = _LISTEN_RETRY_FIRST_S
                unanswered = 0
                while unanswered <= _UNANSWERED_PINGS:
                    message = await self.pubsub.get_message(timeout=_SILENT_FOR_S)
                    if message is None:
                        # Nobody signals just now, or a firewall has dropped the connection: a ping tells.
                        unanswered += 1
                        await self.pubsub.ping()
                        continue
                    unanswered = 0
                    yield message
                log.warning("signals: the server says nothing, listening again")
            except (RedisError, OSError) as error:
                log.warning("signals: %s, listening again in %.2f s", type(error).__name__, delay_s)
                await asyncio.sleep(delay_s)
                delay_s = min(delay_s * 2, _LISTEN_RETRY_LONGEST_S)

    async def close(self) -> None:
        """Stop listening and close the connections."""
        thread = getattr(self, "thread", None)
        if thread is not None:
            thread.cancel()
            await asyncio.gather(thread, return_exceptions=True)
        if self.pubsub is not None:
            await self.pubsub.aclose()
        if self.redis is not None:
            await self.redis.aclose()


class _Engine(engineio.AsyncServer):  # type: ignore[misc]
    """Engine.IO's server; a frame that it cannot read ends the connection, as if the page had gone."""

    async def _handle_connect(self, environ: dict[str, Any], *args: Any) -> Any:
        try:
            return await super()._handle_connect(environ, *args)
        except Exception as error:
            log.warning("a frame that cannot be read: %s", type(error).__name__)
            if _LINE in environ:
                await self.disconnect(environ[_LINE])
            raise web.HTTPBadRequest from None


class SignalServer(socketio.AsyncServer):  # type: ignore[misc]
    """Socket.IO's server, wary of what pages send.

    The library takes an event that a page names "connect" or "disconnect" for its own, and lets what it cannot read end
    as an exception somewhere below. Here either ends the page's connection, and nothing else.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._refused: set[str] = set()

    def _engineio_server_class(self) -> type[_Engine]:
        return _Engine

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> Any:
        environ[_LINE] = eio_sid
        asyncio.get_running_loop().call_later(_NAMED_WITHIN_S, self._look_at, eio_sid)
        return await super()._handle_eio_connect(eio_sid, environ)

    def _look_at(self, eio_sid: str) -> None:
        """A line that by now belongs to no page is closed: nobody may hold lines without saying who they are."""
        pages = (self.manager.sid_from_eio_sid(eio_sid, f"/{role}") for role in DESK_ROLES)
        if eio_sid in self.eio.sockets and not any(pages):
            self.start_background_task(self._drop, eio_sid)

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        try:
            if self._is_deaf(eio_sid):
                raise ValueError("asks and does not listen")
            await super()._handle_eio_message(eio_sid, data)
        except Exception as error:
            # Handlers answer for their own errors (RoleNamespace): what comes here could not be read.
            log.warning("a frame that cannot be read: %s", type(error).__name__)
            await self._drop(eio_sid)

    async def drop_if_deaf(self, sid: str, namespace: str) -> bool:
        """Close the line of a page that does not take what it is sent; whether that was so."""
        eio_sid = self.manager.eio_sid_from_sid(sid, namespace)
        if eio_sid is None or not self._is_deaf(eio_sid):
            return False
        log.warning("a page does not listen; its line is closed")
        await self._drop(eio_sid)
        return True

    def _is_deaf(self, eio_sid: str) -> bool:
        line = self.eio.sockets.get(eio_sid)
        return line is not None and line.queue.qsize() > _UNHEARD_AT_MOST

    async def _drop(self, eio_sid: str) -> None:
        """End a line at once, and forget what was waiting to be sent: the library would keep both."""
        environ = self.environ.get(eio_sid, {})
        line = self.eio.sockets.get(eio_sid)
        while line is not None and not line.queue.empty():
            line.queue.get_nowait()
            line.queue.task_done()
        await self.eio.disconnect(eio_sid)
        request: web.Request | None = environ.get("aiohttp.request")
        if request is not None and request.transport is not None:
            request.transport.abort()

    async def _handle_event(self, eio_sid: str, namespace: Any, id: Any, data: Any) -> None:
        named = isinstance(data, list) and data and isinstance(data[0], str)
        if not named or data[0] in self.reserved_events or not isinstance(id, int | None):
            raise ValueError("not an event of a page")
        await super()._handle_event(eio_sid, namespace, id, data)

    async def _handle_connect(self, eio_sid: str, namespace: Any, data: Any) -> None:
        if eio_sid in self._refused:
            raise ValueError("refused already")
        # The library would answer any name with the name, and take as many as are sent.
        known = isinstance(namespace, str) and namespace in self.namespace_handlers
        if not known or self.manager.sid_from_eio_sid(eio_sid, namespace) is not None:
            raise ValueError("not a namespace")
        await super()._handle_connect(eio_sid, namespace, data)
        if self.manager.sid_from_eio_sid(eio_sid, namespace) is None:
            # Refused: one line, one try. The answer is let out first.
            asyncio.get_running_loop().call_later(_REFUSED_CLOSES_AFTER_S, self._look_at, eio_sid)
            self._refused.add(eio_sid)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: Any) -> Any:
        self._refused.discard(eio_sid)
        return await super()._handle_eio_disconnect(eio_sid, reason)


def make_sio(redis_url: str, channel: str, accepts: Callable[[str, web.Request], bool]) -> socketio.AsyncServer:
    """The Socket.IO server with the timings of a call: a dead line is noticed in 9 s, not in 45."""
    manager = SignalManager(
        redis_url, channel=channel, redis_options={"socket_timeout": None, "socket_connect_timeout": 3}
    )
    return SignalServer(
        async_mode="aiohttp",
        client_manager=manager,
        serializer="msgpack",
        transports=["websocket"],
        ping_interval=5,
        ping_timeout=4,
        max_http_buffer_size=MESSAGE_LIMIT_BYTES,
        http_compression=False,
        websocket_compression=False,
        # Messages of a page are handled one after the other: a candidate must not overtake its description.
        async_handlers=False,
        cors_allowed_origins=lambda origin, environ: accepts(origin, environ["aiohttp.request"]),
        namespaces=[f"/{role}" for role in DESK_ROLES],
        logger=library_log("socketio"),
        engineio_logger=library_log("engineio"),
    )


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
            if isinstance(message, Command) and not isinstance(message, Report):
                await self._match()
        except Refused as refused:
            return Refusal(code=ErrorCode(refused.code), detail=refused.detail).model_dump(mode="json")
        except (DeskUnavailable, RedisError, OSError) as error:
            log.warning("%s: %s", event if event in FROM_PAGES else "unknown", type(error).__name__)
            return Refusal(code=ErrorCode.DESK_UNAVAILABLE, detail="the desk does not answer").model_dump(mode="json")
        except Exception:
            log.exception("%s failed", event if event in FROM_PAGES else "unknown")
            return Refusal(code=ErrorCode.DESK_UNAVAILABLE, detail="the bridge failed").model_dump(mode="json")
        return done.model_dump(mode="json")

    async def _match(self) -> None:
        """Whatever happened may have brought together a visitor and an advisor. The sweeper asks again anyway."""
        try:
            await self._counter.desk.match()
        except DeskUnavailable:
            log.warning("match: the desk does not answer")


async def renew_leases_for_ever(announcer: Announcer, desk: Desk, clock: Clock, every_s: float) -> None:
    """Tell the desk every ``every_s`` seconds which pages are connected to this worker."""
    while True:
        await clock.sleep(every_s)
        pages = [_page(socket) for socket in announcer if socket.role is not Role.SUPERVISOR]
        try:
            for start in range(0, len(pages), _LEASES_AT_ONCE):
                await desk.renew_leases(pages[start : start + _LEASES_AT_ONCE])
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
            try:
                good = await self._sign_ins.still_good({socket.token for socket in self._announcer})
            except (RedisError, OSError) as error:
                log.warning("sign-ins: %s", type(error).__name__)
                return
            for socket in self._announcer:
                if socket.token not in good:
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
    counter = Counter(desk, announcer.projection, service, sio, paths)
    for role in DESK_ROLES:
        sio.register_namespace(RoleNamespace(role, announcer, counter, door, sign_ins, limits, endpoints))


def _page(socket: Socket) -> Page:
    kind: Kind = "kiosk" if socket.role is Role.KIOSK else "staff"
    return Page(kind, socket.seat, socket.page, socket.sid)


def _refused(code: ErrorCode, detail: str) -> SocketRefused:
    return SocketRefused(detail, {"code": str(code)})
