"""Socket.IO as Gloria needs it: wary of what pages send, quick to notice a dead line, sending one packet to many."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import engineio
import socketio
from aiohttp import web
from engineio.packet import MESSAGE, Packet
from redis.exceptions import RedisError
from socketio.packet import EVENT

from bridge.domain.staff import DESK_ROLES
from bridge.logs import library_log

log = logging.getLogger(__name__)

MESSAGE_LIMIT_BYTES = 100_000
_LINE = "gloria.line"
_NAMED_WITHIN_S = 10.0
_REFUSED_CLOSES_AFTER_S = 1.0
_UNHEARD_AT_MOST = 1000
_SILENT_FOR_S = 5.0
_UNANSWERED_PINGS = 2
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

    def sealed(self, namespace: str, event: str, message: dict[str, Any]) -> Packet:
        """A message made ready to be sent, to one page of a namespace or to many."""
        encoded = self.packet_class(EVENT, namespace=namespace, data=[event, message]).encode()
        return Packet(MESSAGE, encoded)

    def send(self, sid: str, namespace: str, packet: Packet) -> None:
        """Send it to a page of this worker; nothing where the page has gone. One that does not listen is shut out."""
        eio_sid = self.manager.eio_sid_from_sid(sid, namespace)
        line = self.eio.sockets.get(eio_sid)
        if line is None or line.closed:
            return
        if self._is_deaf(eio_sid):
            log.warning("a page does not listen; its line is closed")
            self.start_background_task(self._drop, eio_sid)
            return
        line.queue.put_nowait(packet)

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


def make_sio(redis_url: str, channel: str, accepts: Callable[[str, web.Request], bool]) -> SignalServer:
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
