"""What `gloria turn-config` writes, and the credentials, against the real coturn; and nginx in front of it on one port.

Everything runs on loopback. coturn allows no loopback peers, so the server through which data flows gets two lines
more; what is refused is asked of a server that has the file exactly as it was written.
"""

import asyncio
import os
import shutil
import socket
import sqlite3
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import trustme
from aioice import stun
from aioice.turn import TCP_TRANSPORT, UDP_TRANSPORT, TurnClientTcpProtocol, TurnClientUdpProtocol

from bridge import assets
from bridge.commands.turn_config import TurnOptions, turnserver_conf
from bridge.media.turn import TurnServers, turn_credentials
from bridge.settings import MediaSettings

HOST = "127.0.0.1"
NAME = "turn.example.org"
SHARED = "kP3+shared/with-coturn=="
BEFORE = "the-secret-before-this-one"
USER_QUOTA = 4
#: What coturn says of a line it does not understand or a file it cannot use. It starts all the same.
COMPLAINTS = ("bad configuration", "wrong address", "error resolving", "unknown", "cannot")
MODULE = Path("/usr/lib/nginx/modules/ngx_stream_module.so")
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

Client = TurnClientUdpProtocol | TurnClientTcpProtocol


@dataclass(frozen=True)
class Turnserver:
    """A running coturn."""

    media: MediaSettings
    port: int
    tls_port: int
    authority: trustme.CA
    log: Path

    def complaints(self) -> list[str]:
        said = self.log.read_text(errors="replace").splitlines()
        return [line for line in said if any(word in line.lower() for word in COMPLAINTS)]


@dataclass
class Process:
    """A program with its output in a file, stopped at the end."""

    command: list[str]
    log: Path

    def __enter__(self) -> "Process":
        with self.log.open("wb") as log:
            self.running = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self

    def __exit__(self, *_: object) -> None:
        self.running.terminate()
        try:
            self.running.wait(5)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait(5)

    def listens_on(self, *ports: int) -> None:
        """Return when it answers on these TCP ports."""
        deadline = time.monotonic() + 10
        for port in ports:
            while True:
                try:
                    socket.create_connection((HOST, port), timeout=1).close()
                    break
                except OSError:
                    assert self.running.poll() is None, self.log.read_text(errors="replace")
                    assert time.monotonic() < deadline, self.log.read_text(errors="replace")
                    time.sleep(0.02)


def free_port() -> int:
    """A port that is free for UDP and TCP."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind((HOST, 0))
            port: int = tcp.getsockname()[1]
            try:
                udp.bind((HOST, port))
            except OSError:
                continue
            return port


def written_and_started(folder: Path, more: tuple[str, ...], options: TurnOptions) -> Iterator[Turnserver]:
    """coturn with the configuration for these options, and ``more`` lines after it."""
    program = shutil.which("turnserver")
    if program is None:
        pytest.skip("turnserver is not installed (Debian: apt-get install coturn)")
    port, tls_port, authority = free_port(), free_port(), trustme.CA()
    certificate = authority.issue_cert(NAME, "gloria.example.org")
    for number, pem in enumerate(certificate.cert_chain_pems):
        pem.write_to_path(str(folder / "cert.pem"), append=number > 0)
    certificate.private_key_pem.write_to_path(str(folder / "key.pem"))
    media = MediaSettings(
        turn_urls=(
            f"turn:{NAME}:{port}?transport=udp",
            f"turn:{NAME}:{port}?transport=tcp",
            f"turns:{NAME}:443?transport=tcp",
        ),
        turn_secret=SHARED,
    )
    here = replace(
        options,
        tls_port=tls_port,
        listen=(HOST,),
        relay=(HOST,),
        certificate=str(folder / "cert.pem"),
        key=str(folder / "key.pem"),
        userdb=str(folder / "turndb"),
        user_quota=USER_QUOTA,
        old_secret=BEFORE,
    )
    file = folder / "turnserver.conf"
    file.write_text(turnserver_conf(media, here) + "".join(f"{line}\n" for line in more))
    with Process([program, "-c", str(file)], folder / "log") as process:
        process.listens_on(port, tls_port)
        yield Turnserver(media, port, tls_port, authority, process.log)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Turnserver]:
    """As written, for what is refused."""
    yield from written_and_started(tmp_path_factory.mktemp("turn"), (), TurnOptions(allow_peers=("10.9.8.7",)))


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Turnserver]:
    """For what passes through: it may also reach loopback, where this test lives."""
    more = ("allow-loopback-peers", f"allowed-peer-ip={HOST}")
    yield from written_and_started(tmp_path_factory.mktemp("turn-open"), more, TurnOptions())


def given_by(server: Turnserver) -> tuple[str, str]:
    """Name and credential as a browser gets them from Gloria now."""
    ice_server = TurnServers(server.media).ice_server(time.time_ns() // 1_000_000)
    assert ice_server is not None
    return ice_server["username"], ice_server["credential"]


@asynccontextmanager
async def client(
    server: Turnserver, way: str, name_and_credential: tuple[str, str], port: int | None = None
) -> AsyncIterator[Client]:
    """A TURN client over "udp", "tcp" or "tls", with nothing asked yet."""
    loop = asyncio.get_running_loop()
    at = (HOST, port or (server.tls_port if way == "tls" else server.port))
    name, credential = name_and_credential
    made: Client
    if way == "udp":
        _, made = await loop.create_datagram_endpoint(
            lambda: TurnClientUdpProtocol(at, name, credential, 600, 500), remote_addr=at
        )
    else:
        secure = ssl.create_default_context() if way == "tls" else None
        if secure:
            server.authority.configure_trust(secure)
        _, made = await loop.create_connection(
            lambda: TurnClientTcpProtocol(at, name, credential, 600, 500),
            *at,
            ssl=secure,
            server_hostname=NAME if secure else None,
        )
    gone = loop.create_future()
    was_lost = made.connection_lost

    def lost(error: Exception | None) -> None:
        was_lost(error)
        gone.set_result(None)

    made.connection_lost = lost  # type: ignore[assignment,method-assign]
    try:
        yield made
    finally:
        # Ended by name, so that the next test finds the quota untouched.
        if made.relayed_address is not None:
            await made.delete()
        made.transport.close()
        await asyncio.wait_for(gone, 5)


async def refusal(asked: object) -> int | None:
    """The error code that this request is answered with; fails when it succeeds."""
    with pytest.raises(stun.TransactionFailed) as failed:
        await asyncio.wait_for(asked, 5)  # type: ignore[arg-type]
    return failed.value.response.error_code


def allocation(transport: int) -> stun.Message:
    wanted = {"LIFETIME": 600, "REQUESTED-TRANSPORT": transport}
    return stun.Message(stun.Method.ALLOCATE, stun.Class.REQUEST, attributes=wanted)


def permission(peer: str) -> stun.Message:
    return stun.Message(stun.Method.CREATE_PERMISSION, stun.Class.REQUEST, attributes={"XOR-PEER-ADDRESS": (peer, 9)})


class Heard(asyncio.DatagramProtocol):
    """What came through an allocation."""

    def __init__(self) -> None:
        self.data: asyncio.Queue[tuple[bytes, tuple[str, int]]] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.data.put_nowait((data, addr))


# What the server makes of its file


def test_coturn_understands_every_line_that_is_written(server: Turnserver) -> None:
    assert server.complaints() == []


def test_a_line_that_coturn_does_not_understand_would_be_found(tmp_path: Path) -> None:
    for wrong in written_and_started(tmp_path, ("no-such-option", "denied-peer-ip=10.0.0.0/8"), TurnOptions()):
        assert any("no-such-option" in line for line in wrong.complaints())
        assert any("10.0.0.0/8" in line for line in wrong.complaints())


# Who may


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
async def test_a_credential_from_gloria_opens_an_allocation(server: Turnserver, way: str) -> None:
    async with client(server, way, given_by(server)) as browser:
        address, _ = await asyncio.wait_for(browser.connect(), 5)
        assert address == HOST


async def test_a_credential_whose_time_is_over_is_refused(server: Turnserver) -> None:
    over = turn_credentials(SHARED, 600, int(time.time()) - 605, "late")
    async with client(server, "udp", over) as browser:
        assert await refusal(browser.connect()) == 401


async def test_another_secret_or_none_is_refused(server: Turnserver) -> None:
    now_s = int(time.time())
    for stranger in (turn_credentials("another-secret-than-that", 600, now_s, "x"), (f"{now_s + 600}:x", "")):
        async with client(server, "udp", stranger) as browser:
            assert await refusal(browser.connect()) == 401


async def test_while_the_secret_is_changed_the_one_before_is_accepted(server: Turnserver) -> None:
    async with client(server, "udp", turn_credentials(BEFORE, 600, int(time.time()), "early")) as browser:
        await asyncio.wait_for(browser.connect(), 5)


async def test_a_secret_added_to_its_database_is_accepted_without_a_restart(server: Turnserver) -> None:
    # What `turnadmin -s` does; the program itself would leave a log file on this machine.
    with closing(sqlite3.connect(server.log.parent / "turndb")) as database, database:
        database.execute("INSERT INTO turn_secret (realm, value) VALUES (?, ?)", (NAME, "the-next-secret-in-line"))
    async with client(
        server, "udp", turn_credentials("the-next-secret-in-line", 600, int(time.time()), "n")
    ) as browser:
        await asyncio.wait_for(browser.connect(), 5)


# Whom they may reach

NEVER = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.9.9.9",
    "169.254.169.254",
    "172.31.255.255",
    "192.0.0.1",
    "192.168.1.1",
    "198.19.0.1",
    "224.0.0.1",
    "255.255.255.255",
]


async def test_nobody_near_the_server_may_be_reached_through_it(server: Turnserver) -> None:
    async with client(server, "udp", given_by(server)) as browser:
        await asyncio.wait_for(browser.connect(), 5)
        answers = {peer: await refusal(browser.request_with_retry(permission(peer))) for peer in NEVER}
        assert answers == dict.fromkeys(NEVER, 403)
        assert await refusal(browser.channel_bind(0x4000, ("127.0.0.1", 53))) == 403
        assert await refusal(browser.send_data(b"?", ("192.168.1.1", 80))) == 403


async def test_who_is_far_away_or_allowed_by_name_may_be_reached(server: Turnserver) -> None:
    async with client(server, "udp", given_by(server)) as browser:
        await asyncio.wait_for(browser.connect(), 5)
        # Permissions only: nothing is sent.
        for peer in ("192.0.2.1", "9.255.255.255", "100.128.0.0", "172.32.0.0", "223.255.255.255", "10.9.8.7"):
            await asyncio.wait_for(browser.request_with_retry(permission(peer)), 5)


async def test_no_tcp_goes_out_of_the_server(server: Turnserver) -> None:
    async with client(server, "tcp", given_by(server)) as browser:
        assert await refusal(browser.request_with_retry(allocation(TCP_TRANSPORT))) == 442


# How much


async def test_one_credential_opens_as_many_allocations_as_its_quota_says(server: Turnserver) -> None:
    mine = given_by(server)
    clients = [client(server, "udp", mine) for _ in range(USER_QUOTA + 1)]
    opened = [await one.__aenter__() for one in clients]
    try:
        for browser in opened[:-1]:
            await asyncio.wait_for(browser.connect(), 5)
        assert await refusal(opened[-1].request_with_retry(allocation(UDP_TRANSPORT))) == 486
        async with client(server, "udp", given_by(server)) as somebody_else:
            await asyncio.wait_for(somebody_else.connect(), 5)
    finally:
        for one in clients:
            await one.__aexit__(None, None, None)


# What passes through


async def test_two_browsers_that_both_come_through_the_server_hear_each_other(open_server: Turnserver) -> None:
    async with (
        client(open_server, "udp", given_by(open_server)) as kiosk,
        client(open_server, "tls", given_by(open_server)) as desk,
    ):
        kiosk_at = await asyncio.wait_for(kiosk.connect(), 5)
        desk_at = await asyncio.wait_for(desk.connect(), 5)
        kiosk_hears, desk_hears = Heard(), Heard()
        kiosk.receiver, desk.receiver = kiosk_hears, desk_hears
        # Each side lets the other in by sending; what comes before that is dropped, as it is in a browser's checks.
        await asyncio.wait_for(desk.channel_bind(0x4001, kiosk_at), 5)
        desk.channel_to_peer[0x4001], desk.peer_to_channel[kiosk_at] = kiosk_at, 0x4001
        desk.channel_refresh_at[0x4001] = time.time() + 500
        await asyncio.wait_for(kiosk.send_data(b"from the kiosk", desk_at), 5)
        assert await asyncio.wait_for(desk_hears.data.get(), 5) == (b"from the kiosk", kiosk_at)
        await asyncio.wait_for(desk.send_data(b"from the desk", kiosk_at), 5)
        assert await asyncio.wait_for(kiosk_hears.data.get(), 5) == (b"from the desk", desk_at)


async def test_no_line_of_the_log_names_an_address_of_somebody_who_was_let_through(open_server: Turnserver) -> None:
    async with client(open_server, "udp", given_by(open_server)) as browser:
        relayed = await asyncio.wait_for(browser.connect(), 5)
        mine = browser.transport.get_extra_info("sockname")
        name = browser.username
        await asyncio.wait_for(browser.request_with_retry(permission("192.0.2.77")), 5)
    said = open_server.log.read_text(errors="replace")
    assert "Total General servers" in said
    assert not [known for known in ("192.0.2.77", f":{relayed[1]}", f":{mine[1]}", str(name)) if known in said]
    files = {one.name for one in open_server.log.parent.iterdir()}
    assert files == {"turnserver.conf", "cert.pem", "key.pem", "turndb", "log"}


# https and TURN on one port, as docs/operations.md has it


def nginx_from_the_docs(folder: Path, front: int, hop: int, behind: int, turn: int) -> str:
    """The two blocks of the section on port 443, with this test's ports."""
    text = (assets.ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    _, _, section = text.partition("### TURN over TLS and https on port 443")
    stream, https = (part.partition("```")[0] for part in section.split("```nginx\n")[1:3])
    stream = stream.replace("        listen [::]:443;\n", "").replace("listen 443;", f"listen {HOST}:{front};")
    for in_docs, here in (("127.0.0.1:5348", hop), ("127.0.0.1:5349", turn), ("127.0.0.1:8443", behind)):
        assert in_docs in stream + https
        stream, https = (one.replace(in_docs, f"{HOST}:{here}") for one in (stream, https))
    folders = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"load_module {MODULE};\ndaemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log stderr notice;\n"
        f"events {{}}\n{stream}\nhttp {{\naccess_log off;\n{folders}server {{\n{https}\n"
        f"ssl_certificate {folder}/cert.pem;\nssl_certificate_key {folder}/key.pem;\n"
        'location / { return 200 "$proxy_add_x_forwarded_for"; }\n}\n}\n'
    )


@pytest.mark.skipif(NGINX is None or not MODULE.exists(), reason="nginx with libnginx-mod-stream is not installed")
async def test_turn_over_tls_and_https_share_one_port_behind_nginx(server: Turnserver) -> None:
    folder = server.log.parent
    front, hop, behind = free_port(), free_port(), free_port()
    file = folder / "nginx.conf"
    file.write_text(nginx_from_the_docs(folder, front, hop, behind, server.tls_port))
    command = [str(NGINX), "-p", str(folder), "-e", "stderr", "-c", str(file)]
    with Process(command, folder / "nginx.log") as nginx:
        nginx.listens_on(front, hop, behind)
        async with client(server, "tls", given_by(server), port=front) as browser:
            await asyncio.wait_for(browser.connect(), 5)
            assert await refusal(browser.request_with_retry(permission("10.0.0.1"))) == 403
        secure = ssl.create_default_context()
        server.authority.configure_trust(secure)
        reader, writer = await asyncio.open_connection(
            HOST, front, ssl=secure, server_hostname="gloria.example.org", local_addr=("127.0.0.9", 0)
        )
        writer.write(b"GET / HTTP/1.0\r\nHost: gloria.example.org\r\n\r\n")
        head, _, body = (await asyncio.wait_for(reader.read(), 5)).partition(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()
    assert head.startswith(b"HTTP/1.1 200")
    # The page's server learns who asks; TURN's does not.
    assert body == b"127.0.0.9"
