"""The processes of `gloria serve`: a small parent that starts and watches the embedded server and the bridge workers.

The parent holds the listening socket, so that a worker that dies is replaced without a connection refused; a worker is
not the embedded server's parent, so that its restart cuts nothing. Everything ends with the parent, whichever way it
ends. Signals from the terminal reach the parent alone, which stops the workers first and the server last.
"""

import asyncio
import errno
import http.client
import logging
import os
import resource
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType

from aiohttp import web
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from bridge.accounts.keyring import KeyFileError, Keyring
from bridge.accounts.store import Accounts
from bridge.app import TASKS, bridge
from bridge.clock import SystemClock
from bridge.database import schema
from bridge.database.engine import StoreUnavailable
from bridge.desk.connections import DeskServer, close
from bridge.desk.embedded import EmbeddedServer, EmbeddedServerError, end_with_parent, find_program
from bridge.edge.certificates import CertificateError, ServerTls
from bridge.edge.connections import ConnectionLimit
from bridge.edge.lan import LanCertificate, make_for_lan, names_of_this_machine
from bridge.garbage import look_seldom
from bridge.media.turn import TurnServers
from bridge.settings import Settings

log = logging.getLogger(__name__)

_WORKER_STOPS_WITHIN_S = 1.5
_SOCKETS_CLOSE_WITHIN_S = 0.2
_LOOK_EVERY_S = 0.1
_RESTART_FIRST_S = 0.1
_RESTART_LONGEST_S = 5.0
_SETTLED_AFTER_S = 10.0
_READY_WITHIN_S = 30.0
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_CERTIFICATE_EVERY_S = 5.0
# Also for a connection that never sends a whole request.
_IDLE_CLOSES_AFTER_S = 20.0


class StartError(Exception):
    """The service cannot start; the text says why and is shown as it is."""


class _Child:
    """A worker or another process of the service, and when to start it again."""

    def __init__(self, name: str, start: Callable[[], "subprocess.Popen[bytes]"]) -> None:
        self._name = name
        self._start = start
        self.process = start()
        self._started_at = time.monotonic()
        self._delay_s = _RESTART_FIRST_S
        self._again_at = 0.0

    def look_after(self) -> None:
        """Start the process again when it has died, with a growing pause if it keeps dying."""
        now = time.monotonic()
        if self.process.poll() is None:
            if now - self._started_at > _SETTLED_AFTER_S:
                self._delay_s = _RESTART_FIRST_S
            return
        if not self._again_at:
            log.error("%s ended with status %s, starting another", self._name, self.process.returncode)
            self._again_at = now + self._delay_s
            self._delay_s = min(self._delay_s * 2, _RESTART_LONGEST_S)
        elif now >= self._again_at:
            self._again_at = 0.0
            self.process = self._start()
            self._started_at = now


class Service:
    """The running service of one installation."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        #: The certificate made for a local network, once it is.
        self.lan: LanCertificate | None = None
        self._embedded: EmbeddedServer | None = None
        self._workers: list[_Child] = []
        #: The processes beside the workers.
        self._parts: list[_Child] = []
        self._listening: socket.socket | None = None
        self._stopping = False
        self._embedded_again_at = 0.0
        self._embedded_delay_s = _RESTART_FIRST_S

    def run(self, on_ready: Callable[[str], None]) -> None:
        """Start everything, call ``on_ready`` with the address once it answers, serve until SIGINT or SIGTERM.

        Raises StartError when it cannot start; by then everything that had been started is stopped again.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        # A connection is a file: as many as the machine lets this user have.
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != hard:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        try:
            self._start()
            address = self._address()
            if self._wait_until_ready():
                on_ready(address)
            while not self._stopping:
                time.sleep(_LOOK_EVERY_S)
                self._look_after_children()
        finally:
            self._end()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _start(self) -> None:
        self._listening = _listen(self._settings.server.host, self._settings.server.port)
        redis_url = self._settings.desk.redis_url
        try:
            self._settings.data.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._prepare_tls()
            TurnServers(self._settings.media)
            if not redis_url:
                program = find_program(self._settings.desk.redis_binary)
                embedded = EmbeddedServer(self._settings.data.folder, program)
                embedded.start()
                self._embedded = embedded
                redis_url = embedded.url
            else:
                asyncio.run(_answers(redis_url))
            asyncio.run(_prepare_database(self._settings))
        except (EmbeddedServerError, StoreUnavailable, schema.SchemaError, CertificateError, KeyFileError) as error:
            raise StartError(str(error)) from error
        except PermissionError as error:
            raise StartError(f"data.folder: {error.filename}: {error.strerror}; choose another with --data") from error
        except (OSError, SQLAlchemyError) as error:
            raise StartError(f"cannot start: {type(error).__name__}: {error}") from error
        for _ in range(self._settings.server.workers):
            self._workers.append(_Child("worker", lambda: self._spawn_worker(redis_url)))
        if self._settings.media.line_checks:
            self._parts.append(_Child("line check", lambda: self._spawn("bridge.parts", ["line-check"], redis_url)))
        if self._settings.media.relay_beside:
            self._parts.append(_Child("relay", lambda: self._spawn("bridge.parts", ["relay"], redis_url)))
        elif self._settings.demo:
            self._parts.append(_Child("relay", lambda: self._spawn("bridge.parts", ["relay"], redis_url, _demo_relay)))

    def _prepare_tls(self) -> None:
        """What a worker would stumble over is found here, once. Raises CertificateError."""
        if self._settings.server.tls == "lan":
            names = names_of_this_machine()
            self.lan = make_for_lan(self._settings.lan_folder, names, SystemClock().now_ms())
        files = self._settings.tls_files
        if files is not None:
            ServerTls(*files, SystemClock())
        elif self._settings.server.host not in _LOOPBACK and not self._settings.server.trusted_proxies:
            log.warning(
                "plain http on %s: passwords and cookies cross the network in the clear, and browsers give no camera; "
                "see TLS in docs/operations.md",
                self._settings.server.host,
            )

    def _spawn_worker(self, redis_url: str) -> "subprocess.Popen[bytes]":
        assert self._listening is not None
        handle = self._listening.fileno()
        return self._spawn("bridge.cli", ["worker", str(handle)], redis_url, handles=[handle])

    def _spawn(
        self,
        module: str,
        arguments: list[str],
        redis_url: str,
        changed: Callable[[Settings], Settings] = lambda settings: settings,
        handles: Sequence[int] = (),
    ) -> "subprocess.Popen[bytes]":
        """Start a process of the service. The settings go through a pipe: a command line can be read by everybody on
        the machine."""
        parent = os.getpid()
        child = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            pass_fds=handles,
            start_new_session=True,
            preexec_fn=lambda: end_with_parent(parent),
        )
        assert child.stdin is not None
        with child.stdin as pipe:
            pipe.write(f"{redis_url}\n{changed(self._settings).model_dump_json()}".encode())
        return child

    def _look_after_children(self) -> None:
        if self._embedded is not None and self._embedded.poll() is not None:
            self._restart_embedded(self._embedded)
        for child in (*self._workers, *self._parts):
            child.look_after()

    def _restart_embedded(self, embedded: EmbeddedServer) -> None:
        if time.monotonic() < self._embedded_again_at:
            return
        log.error("the embedded server ended with status %s, starting it again", embedded.poll())
        try:
            embedded.restart()
            self._embedded_delay_s = _RESTART_FIRST_S
        except (EmbeddedServerError, OSError) as error:
            log.error("%s", error)
            self._embedded_again_at = time.monotonic() + self._embedded_delay_s
            self._embedded_delay_s = min(self._embedded_delay_s * 2, _RESTART_LONGEST_S)

    def _address(self) -> str:
        assert self._listening is not None
        host, port = self._listening.getsockname()[:2]
        if host in {"0.0.0.0", "::"}:
            # Every address: a link needs one that others know.
            host = socket.gethostname()
        scheme = "http" if self._settings.server.tls == "off" else "https"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"

    def _wait_until_ready(self) -> bool:
        assert self._listening is not None
        host, port = self._listening.getsockname()[:2]
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        deadline = time.monotonic() + _READY_WITHIN_S
        while not self._stopping:
            self._look_after_children()
            line = self._line_to(host, port)
            try:
                line.request("GET", "/healthz")
                if line.getresponse().status == 200:
                    return True
            except (OSError, http.client.HTTPException):
                pass
            finally:
                line.close()
            if time.monotonic() > deadline:
                raise StartError(f"no worker answered within {_READY_WITHIN_S:.0f} s; the log above says why")
            time.sleep(_LOOK_EVERY_S / 2)
        return False

    def _line_to(self, host: str, port: int) -> http.client.HTTPConnection:
        if self._settings.server.tls == "off":
            return http.client.HTTPConnection(host, port, timeout=1)
        # Its own port on this machine: whom the certificate names is no question here.
        unverified = ssl.create_default_context()
        unverified.check_hostname = False
        unverified.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection(host, port, timeout=1, context=unverified)

    def _end(self) -> None:
        children = [child.process for child in (*self._workers, *self._parts)]
        for process in children:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + _WORKER_STOPS_WITHIN_S
        for process in children:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._embedded is not None:
            self._embedded.stop()
        if self._listening is not None:
            self._listening.close()


def _demo_relay(settings: Settings) -> Settings:
    """The demo desk's relay: on loopback, on whatever port is free, so that two demo desks are in nobody's way."""
    here = {
        "relay_listen": ("127.0.0.1",),
        "relay_announce": (),
        "relay_port": 0,
        "relay_stun_port": 0,
        "relay_name": "demo",
    }
    return settings.model_copy(update={"media": settings.media.model_copy(update=here)})


async def _prepare_database(settings: Settings) -> None:
    """Bring the tables up to date and see that the key is the one they were written with. Raises KeyFileError."""
    await schema.upgrade(settings.database_url)
    accounts = Accounts.open(settings.database_url, SystemClock())
    try:
        Keyring.of(settings.key_file, await accounts.a_sealed_secret())
    finally:
        await accounts.close()


async def _answers(redis_url: str) -> None:
    """Raises StartError when the server of desk.redis_url cannot be reached."""
    client = DeskServer(redis_url).for_scripts()
    try:
        await client.ping()
    except (RedisError, OSError) as error:
        where = redis_url.rpartition("@")[2]
        raise StartError(f"desk.redis_url: no answer from {where}: {error}") from None
    finally:
        await close(client)


def _listen(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise StartError(f"server.host: {host}: {error.strerror or error}") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(512)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRNOTAVAIL:
            raise StartError(f"server.host: this machine has no address {host}; choose another with --host") from error
        raise StartError(
            f"server.port: cannot listen on {host} port {port}: {error.strerror}; stop what listens there, or choose "
            "another with --port"
        ) from error
    return listening


async def work(settings: Settings, redis_url: str, listening: socket.socket) -> int:
    """A bridge worker, until SIGTERM or until one of the loops it lives by fails. Its exit status."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with bridge(settings, redis_url, SystemClock()) as app:
        runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=_SOCKETS_CLOSE_WITHIN_S, keepalive_timeout=_IDLE_CLOSES_AFTER_S
        )
        await runner.setup()
        if not settings.server.trusted_proxies and runner.server is not None:
            ConnectionLimit(settings.limits.connections).watch(runner.server)
        files = settings.tls_files
        tls = ServerTls(*files, SystemClock()) if files else None
        if tls is not None:
            app[TASKS].start("certificate", tls.follow_for_ever(_CERTIFICATE_EVERY_S))
        await web.SockSite(runner, listening, ssl_context=tls.context if tls else None).start()
        look_seldom()
        failed = app[TASKS].failed
        stopped = asyncio.create_task(stop.wait())
        broken = asyncio.create_task(failed.wait())
        await asyncio.wait({stopped, broken}, return_when=asyncio.FIRST_COMPLETED)
        for waiting in (stopped, broken):
            waiting.cancel()
        await runner.cleanup()
        return 1 if failed.is_set() else 0
