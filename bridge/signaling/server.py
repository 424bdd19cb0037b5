"""The Socket.IO server: one namespace a role, every message parsed, authorised and answered in one place."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import socketio
from aiohttp import web
from pydantic import ValidationError
from redis.exceptions import RedisError
from socketio.exceptions import ConnectionRefusedError as SocketRefused

from bridge.accounts.directory import Directory, profile_of
from bridge.accounts.sign_in import SignIns
from bridge.clock import Clock
from bridge.desk.desk import Desk, DeskUnavailable, Kind, Page, Refused, new_id
from bridge.domain.staff import Presence, Role
from bridge.service import Service
from bridge.signaling.announcer import Announcer, Socket
from bridge.signaling.commands import HANDLERS, Counter, authorise
from bridge.signaling.messages import (
    COMMANDS,
    SIGNALS,
    ErrorCode,
    Handshake,
    Message,
    Refusal,
    by_event,
)

log = logging.getLogger(__name__)

FROM_PAGES = by_event((*COMMANDS, *SIGNALS))
MESSAGE_LIMIT_BYTES = 100_000
#: A page may send this many messages at once, and then this many a second.
BURST = 200
RATE_PER_S = 40

_LEASES_AT_ONCE = 200
_SILENT_FOR_S = 5.0
_UNANSWERED_PINGS = 2
_CONNECT_WITHIN_S = 4.0
_LISTEN_RETRY_FIRST_S = 0.05
_LISTEN_RETRY_LONGEST_S = 1.0


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


def make_sio(redis_url: str, channel: str, accepts: Callable[[str, web.Request], bool]) -> socketio.AsyncServer:
    """The Socket.IO server with the timings of a call: a dead line is noticed in 9 s, not in 45."""
    manager = SignalManager(
        redis_url, channel=channel, redis_options={"socket_timeout": None, "socket_connect_timeout": 3}
    )
    return socketio.AsyncServer(
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
        namespaces=[f"/{role}" for role in Role],
        logger=False,
        engineio_logger=False,
    )


class RoleNamespace(socketio.AsyncNamespace):  # type: ignore[misc]
    """All that pages of one role say."""

    def __init__(
        self,
        role: Role,
        announcer: Announcer,
        counter: Counter,
        directory: Directory,
        sign_ins: SignIns,
        clock: Clock,
    ) -> None:
        super().__init__(f"/{role}")
        self._role = role
        self._announcer = announcer
        self._counter = counter
        self._directory = directory
        self._sign_ins = sign_ins
        self._clock = clock
        self._allowance: dict[str, tuple[float, int]] = {}
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
            cookies = environ["aiohttp.request"].cookies
            who = await self._sign_ins.read(cookies, hello.seat)
            seat = self._directory.seat(hello.seat)
            if who is None or seat is None or who.role != self._role or seat.role != self._role:
                raise _refused(ErrorCode.NOT_SIGNED_IN, "no sign-in for this seat and role")
            socket = Socket(sid, self._role, hello.seat, hello.page, self._sign_ins.token(cookies, hello.seat))
            # Quicker than a ping goes unanswered: pings are not read while this runs.
            async with asyncio.timeout(_CONNECT_WITHIN_S):
                await self._announcer.following.wait()
                if self._role is not Role.SUPERVISOR:
                    at = await self._counter.desk.connect(_page(socket), profile_of(seat), hello.claim)
                    await self._announcer.reached(at)
                    await self._counter.desk.match()
                await self.enter_room(sid, f"page:{hello.page}")
        except (DeskUnavailable, RedisError, OSError) as error:
            log.warning("connect: %s", type(error).__name__)
            raise _refused(ErrorCode.DESK_UNAVAILABLE, "the desk does not answer") from None
        if sid not in self._connecting:
            # The page has gone while it was coming in.
            await self._leave_desk(socket)
            raise _refused(ErrorCode.NOT_SIGNED_IN, "gone")
        # Last, and nothing is awaited after it: the snapshot must not leave before Socket.IO's own answer.
        self._announcer.add(socket)

    async def _disconnect(self, sid: str) -> None:
        self._connecting.discard(sid)
        socket = self._announcer.remove(sid)
        self._allowance.pop(sid, None)
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
            if not self._may_send(sid):
                raise Refused(ErrorCode.TOO_MANY, f"more than {RATE_PER_S} messages a second")
            message = parse(event, args)
            authorise(socket, message, self._counter.projection)
            done = await HANDLERS[type(message)](self._counter, socket, message)
            if not isinstance(message, SIGNALS):
                await self._match()
        except Refused as refused:
            return Refusal(code=ErrorCode(refused.code), detail=refused.detail).model_dump(mode="json")
        except (DeskUnavailable, RedisError, OSError) as error:
            log.warning("%s: %s", event if event in FROM_PAGES else "unknown", type(error).__name__)
            return Refusal(code=ErrorCode.DESK_UNAVAILABLE, detail="the desk does not answer").model_dump(mode="json")
        return done.model_dump(mode="json")

    async def _match(self) -> None:
        """Whatever happened may have brought together a visitor and an advisor. The sweeper asks again anyway."""
        try:
            await self._counter.desk.match()
        except DeskUnavailable:
            log.warning("match: the desk does not answer")

    def _may_send(self, sid: str) -> bool:
        now_ms = self._clock.now_ms()
        tokens, at_ms = self._allowance.get(sid, (float(BURST), now_ms))
        tokens = min(BURST, tokens + max(0, now_ms - at_ms) * RATE_PER_S / 1000)
        self._allowance[sid] = (tokens - 1 if tokens >= 1 else tokens, now_ms)
        return tokens >= 1


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


async def check_sign_ins_for_ever(
    sio: socketio.AsyncServer, announcer: Announcer, sign_ins: SignIns, desk: Desk, clock: Clock, every_s: float
) -> None:
    """Close the sockets of pages whose sign-in has expired or was taken back; who was on duty goes off it.

    Whoever is in a call finishes it.
    """
    while True:
        await clock.sleep(every_s)
        try:
            good = await sign_ins.still_good({socket.token for socket in announcer})
        except (RedisError, OSError) as error:
            log.warning("sign-ins: %s", type(error).__name__)
            continue
        for socket in announcer:
            if socket.token in good or announcer.projection.call_of(socket.role, socket.seat) is not None:
                continue
            await sio.disconnect(socket.sid, namespace=socket.namespace)
            if socket.role in {Role.ADVISOR, Role.INTERPRETER}:
                try:
                    await desk.set_presence(socket.seat, Presence.OFFLINE, new_id())
                except (DeskUnavailable, Refused) as error:
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
    directory: Directory,
    service: Service,
    sign_ins: SignIns,
    clock: Clock,
) -> None:
    """Give the server its namespaces."""
    counter = Counter(desk, announcer.projection, service, sio)
    for role in Role:
        sio.register_namespace(RoleNamespace(role, announcer, counter, directory, sign_ins, clock))


def _page(socket: Socket) -> Page:
    kind: Kind = "kiosk" if socket.role is Role.KIOSK else "staff"
    return Page(kind, socket.seat, socket.page, socket.sid)


def _refused(code: ErrorCode, detail: str) -> SocketRefused:
    return SocketRefused(detail, {"code": str(code)})
