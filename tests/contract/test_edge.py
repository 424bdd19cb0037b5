"""TLS of our own, proxies and limits over real sockets: what a browser meets before it meets a page."""

import asyncio
import contextlib
import hashlib
import ipaddress
import json
import logging
import os
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import socketio
import trustme
import uvloop
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.typedefs import Handler, Middleware
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from bridge.clock import SteppedClock, SystemClock
from bridge.edge.certificates import CertificateError, ServerTls, read_pair
from bridge.edge.connections import ConnectionLimit
from bridge.edge.lan import LanCertificate, make_for_lan, names_of_this_machine
from bridge.edge.limits import Allowance, limited
from bridge.edge.proxy import behind_proxies
from bridge.edge.trust import fingerprint, how_to_trust
from tests.actors.desk import eventually

EVERY_S = 5.0
PATIENCE_S = 5.0
DAY_S = 86_400


@pytest.fixture
def clock() -> SteppedClock:
    """Begins now: clients check certificates against the machine's own time."""
    return SteppedClock(SystemClock().now_ms())


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


class Files:
    """A certificate and its key, as an administrator lays them down."""

    def __init__(self, folder: Path, authority: trustme.CA, clock: SteppedClock) -> None:
        self.certificate = folder / "fullchain.pem"
        self.key = folder / "privkey.pem"
        self._authority = authority
        self._clock = clock
        self.lays_down()

    def lays_down(
        self, days: float = 90, since_days: float = 1, key_type: trustme.KeyType = trustme.KeyType.ECDSA
    ) -> int:
        """A new pair in place of the old; its serial number."""
        leaf = self.issued(days, since_days, key_type)
        self.renames(self.certificate, leaf.cert_chain_pems[0].bytes())
        self.renames(self.key, leaf.private_key_pem.bytes())
        return x509.load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes()).serial_number

    def issued(
        self, days: float = 90, since_days: float = 1, key_type: trustme.KeyType = trustme.KeyType.ECDSA
    ) -> trustme.LeafCert:
        now = read_time(self._clock)
        return self._authority.issue_cert(
            "localhost",
            "127.0.0.1",
            not_before=now - timedelta(days=since_days),
            not_after=now + timedelta(days=days),
            key_type=key_type,
        )

    def renames(self, path: Path, content: bytes) -> None:
        beside = path.with_suffix(".new")
        beside.write_bytes(content)
        beside.replace(path)

    def tls(self) -> ServerTls:
        return ServerTls(self.certificate, self.key, self._clock)

    def serial(self) -> int:
        return x509.load_pem_x509_certificate(self.certificate.read_bytes()).serial_number


def read_time(clock: SteppedClock) -> datetime:
    return datetime.fromtimestamp(clock.now_ms() // 1000, UTC)


@pytest.fixture
def files(tmp_path: Path, authority: trustme.CA, clock: SteppedClock) -> Files:
    return Files(tmp_path, authority, clock)


async def hello(request: web.Request) -> web.Response:
    return web.Response(text="hello")


async def echo(request: web.Request) -> web.WebSocketResponse:
    line = web.WebSocketResponse()
    await line.prepare(request)
    async for message in line:
        await line.send_str(message.data)
    return line


@asynccontextmanager
async def serving(app: web.Application, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The application on a free port of 127.0.0.1."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def pages() -> web.Application:
    app = web.Application()
    app.router.add_get("/", hello)
    app.router.add_get("/echo", echo)
    return app


def trusting(authority: bytes | trustme.CA, version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """A client's context that knows this authority and no other."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    pem = authority.cert_pem.bytes() if isinstance(authority, trustme.CA) else authority
    context.load_verify_locations(cadata=pem.decode())
    if version is not None:
        context.minimum_version = context.maximum_version = version
    return context


async def serial_seen(port: int, context: ssl.SSLContext, name: str = "localhost") -> int:
    """Which certificate a new connection gets."""
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=name)
    seen = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    await writer.wait_closed()
    return x509.load_der_x509_certificate(seen).serial_number


@asynccontextmanager
async def followed(tls: ServerTls, clock: SteppedClock) -> AsyncIterator[None]:
    """The files are being followed, and the first look is over."""
    following = asyncio.create_task(tls.follow_for_ever(EVERY_S))
    try:
        await asyncio.sleep(0)
        yield
        assert not following.done(), "following the files has failed"
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def looks_again(clock: SteppedClock, seconds: float = EVERY_S) -> None:
    clock.advance(seconds)
    await clock.settled(PATIENCE_S)


def said(log: pytest.LogCaptureFixture, level: int) -> list[str]:
    return [record.getMessage() for record in log.records if record.levelno == level and "bridge" in record.name]


# TLS


async def test_a_new_certificate_is_used_without_a_restart_and_open_connections_live_on(
    files: Files, authority: trustme.CA, clock: SteppedClock
) -> None:
    tls = files.tls()
    old = files.serial()
    client = trusting(authority)
    async with serving(pages(), tls.context) as port, followed(tls, clock), aiohttp.ClientSession() as browser:
        kept = await asyncio.open_connection("127.0.0.1", port, ssl=client, server_hostname="localhost")
        assert (await asked_again(*kept)).endswith(b"hello")
        async with browser.ws_connect(f"https://localhost:{port}/echo", ssl=client) as line:
            await line.send_str("before")
            assert await line.receive_str(timeout=PATIENCE_S) == "before"

            new = files.lays_down()
            # Not looked at yet.
            assert await serial_seen(port, client) == old
            await looks_again(clock)
            assert await serial_seen(port, client) == new
            assert await serial_seen(port, client, "127.0.0.1") == new

            assert (await asked_again(*kept)).endswith(b"hello")
            await line.send_str("after")
            assert await line.receive_str(timeout=PATIENCE_S) == "after"
        kept[1].close()
        await kept[1].wait_closed()
        assert tls.not_after == read_pair(files.certificate, files.key, clock.now_ms()).not_valid_after_utc


async def asked_again(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """One request on a connection that stays open."""
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    async with asyncio.timeout(PATIENCE_S):
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        return head + await reader.readexactly(len(b"hello"))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_another_kind_of_key_leaves_nothing_of_the_old_one(
    files: Files, authority: trustme.CA, clock: SteppedClock, version: ssl.TLSVersion
) -> None:
    """OpenSSL keeps a certificate for each kind of key in one context; a client could go on getting the old one."""
    old = files.lays_down(key_type=trustme.KeyType.ECDSA)
    tls = files.tls()
    async with serving(pages(), tls.context) as port, followed(tls, clock):
        assert await serial_seen(port, trusting(authority, version)) == old
        new = files.lays_down(key_type=trustme.KeyType.RSA)
        await looks_again(clock)
        assert await serial_seen(port, trusting(authority, version)) == new


async def test_a_switched_link_is_seen(files: Files, authority: trustme.CA, clock: SteppedClock) -> None:
    """As certbot does it: live/x.pem points to archive/x1.pem, then to archive/x2.pem."""
    folder = files.certificate.parent
    for path in (files.certificate, files.key):
        path.rename(folder / f"{path.name}.1")
        path.symlink_to(f"{path.name}.1")
    tls = files.tls()
    second = files.issued()
    for path, pem in ((files.certificate, second.cert_chain_pems[0]), (files.key, second.private_key_pem)):
        (folder / f"{path.name}.2").write_bytes(pem.bytes())
        # As old and as large as the first: only the link differs.
        first = path.stat()
        os.utime(folder / f"{path.name}.2", ns=(first.st_atime_ns, first.st_mtime_ns))
    async with serving(pages(), tls.context) as port, followed(tls, clock):
        for path in (files.certificate, files.key):
            beside = path.with_suffix(".link")
            beside.symlink_to(f"{path.name}.2")
            beside.replace(path)
        await looks_again(clock)
        assert await serial_seen(port, trusting(authority)) == files.serial()


async def test_nothing_older_than_tls_1_2_and_http_1_1_only(files: Files, authority: trustme.CA) -> None:
    tls = files.tls()
    assert tls.context.minimum_version == ssl.TLSVersion.TLSv1_2
    client = trusting(authority)
    client.set_alpn_protocols(["h2", "http/1.1"])
    async with serving(pages(), tls.context) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client, server_hostname="localhost")
        assert writer.get_extra_info("ssl_object").selected_alpn_protocol() == "http/1.1"
        writer.close()
        await writer.wait_closed()


def _another_key(files: Files) -> None:
    files.renames(files.key, files.issued().private_key_pem.bytes())


def _no_certificate(files: Files) -> None:
    files.certificate.unlink()


def _no_key(files: Files) -> None:
    files.key.unlink()


def _certificate_is_nonsense(files: Files) -> None:
    files.certificate.write_text("not a certificate")


def _certificate_is_empty(files: Files) -> None:
    files.certificate.write_text("")


def _key_is_nonsense(files: Files) -> None:
    files.key.write_text("not a key")


def _key_is_a_folder(files: Files) -> None:
    files.key.unlink()
    files.key.mkdir()


def _key_is_encrypted(files: Files) -> None:
    plain = load_pem_private_key(files.key.read_bytes(), None)
    locked = plain.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"passphrase"))
    files.renames(files.key, locked)


def _expired(files: Files) -> None:
    files.lays_down(days=-0.5)


def _not_yet_valid(files: Files) -> None:
    files.lays_down(since_days=-1)


def _half_written(files: Files) -> None:
    files.certificate.write_bytes(files.certificate.read_bytes()[:300])


def _authority_first(files: Files) -> None:
    files.certificate.write_bytes(trustme.CA().cert_pem.bytes() + files.certificate.read_bytes())


BROKEN: list[tuple[Callable[[Files], None], str, str]] = [
    (_no_certificate, "fullchain.pem", "no such file; expected a certificate in PEM form"),
    (_no_key, "privkey.pem", "no such file; expected a private key in PEM form"),
    (_certificate_is_nonsense, "fullchain.pem", "not a certificate; expected PEM"),
    (_certificate_is_empty, "fullchain.pem", "not a certificate; expected PEM"),
    (_half_written, "fullchain.pem", "not a certificate; expected PEM"),
    (_key_is_nonsense, "privkey.pem", "not a private key; expected PEM"),
    (_key_is_a_folder, "privkey.pem", "cannot be read"),
    (_key_is_encrypted, "privkey.pem", "encrypted; expected one without a passphrase"),
    (_another_key, "privkey.pem", "does not belong to"),
    (_authority_first, "privkey.pem", "expected the key of its first certificate"),
    (_expired, "fullchain.pem", "expired on"),
    (_not_yet_valid, "fullchain.pem", "not valid before"),
]


@pytest.mark.parametrize(("breaks", "file", "expected"), BROKEN, ids=lambda value: getattr(value, "__name__", ""))
def test_a_pair_that_cannot_be_used_is_said_at_start(
    files: Files, breaks: Callable[[Files], None], file: str, expected: str
) -> None:
    breaks(files)
    with pytest.raises(CertificateError) as refused:
        files.tls()
    assert str(refused.value).startswith(str(files.certificate.with_name(file)))
    assert expected in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(("breaks", "file", "expected"), BROKEN, ids=lambda value: getattr(value, "__name__", ""))
async def test_a_new_pair_that_cannot_be_used_keeps_the_old_and_is_said_once(
    files: Files,
    authority: trustme.CA,
    clock: SteppedClock,
    caplog: pytest.LogCaptureFixture,
    breaks: Callable[[Files], None],
    file: str,
    expected: str,
) -> None:
    tls = files.tls()
    old = files.serial()
    async with serving(pages(), tls.context) as port, followed(tls, clock):
        breaks(files)
        for _ in range(3):
            # Over a minute and into the next: the complaint is still the same.
            await looks_again(clock, 61)
            assert await serial_seen(port, trusting(authority)) == old
        [line] = said(caplog, logging.ERROR)
        assert expected in line
        assert str(files.certificate.with_name(file)) in line
        assert "stays in use" in line

        if files.key.is_dir():
            files.key.rmdir()
        new = files.lays_down()
        await looks_again(clock)
        assert await serial_seen(port, trusting(authority)) == new
        assert len(said(caplog, logging.ERROR)) == 1


async def test_a_pair_that_was_not_valid_yet_is_used_once_it_is(
    files: Files, authority: trustme.CA, clock: SteppedClock
) -> None:
    """The files do not change meanwhile; the same goes for a key that becomes readable."""
    tls = files.tls()
    async with followed(tls, clock):
        files.lays_down(days=60, since_days=-1)
        await looks_again(clock)
        assert tls.not_after > read_time(clock) + timedelta(days=80)
        await looks_again(clock, 2 * DAY_S)
        assert tls.not_after < read_time(clock) + timedelta(days=60)


async def test_a_weak_key_is_refused_with_a_reason(files: Files, clock: SteppedClock) -> None:
    weak = rsa.generate_private_key(65537, 1024)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = read_time(clock)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(weak.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(weak, SHA256())
    )
    files.renames(files.certificate, signed.public_bytes(Encoding.PEM))
    files.renames(files.key, weak.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(CertificateError, match="EE_KEY_TOO_SMALL"):
        files.tls()


async def test_a_certificate_that_runs_out_is_said_once_a_day(
    files: Files, clock: SteppedClock, caplog: pytest.LogCaptureFixture
) -> None:
    files.lays_down(days=15)
    tls = files.tls()
    async with followed(tls, clock):
        await looks_again(clock)
        assert said(caplog, logging.WARNING) == []
        for _ in range(10):
            await looks_again(clock, DAY_S / 4)
        # From day 1 on, and again on day 2.
        assert len(said(caplog, logging.WARNING)) == 2
        assert "in 13 days" in said(caplog, logging.WARNING)[0]
        await looks_again(clock, 13 * DAY_S)
        assert "has expired" in said(caplog, logging.ERROR)[0]
        caplog.clear()
        files.lays_down(days=90)
        await looks_again(clock)
        await looks_again(clock, 2 * DAY_S)
        assert said(caplog, logging.WARNING) + said(caplog, logging.ERROR) == []


def test_the_same_under_uvloop(files: Files, authority: trustme.CA, clock: SteppedClock) -> None:
    """The service runs on uvloop, which has a TLS protocol of its own."""

    async def reloads() -> None:
        tls = files.tls()
        old = files.serial()
        async with serving(pages(), tls.context) as port, followed(tls, clock):
            assert await serial_seen(port, trusting(authority)) == old
            new = files.lays_down(key_type=trustme.KeyType.RSA)
            await looks_again(clock)
            assert await serial_seen(port, trusting(authority), "127.0.0.1") == new

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(reloads())


# A certificate for a local network


class _EveryNameIsHere(AbstractResolver):
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            {
                "hostname": host,
                "host": "127.0.0.1",
                "port": port,
                "family": socket.AF_INET,
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
        ]

    async def close(self) -> None:
        pass


LAN_NAMES = ["kirjasto", "kirjasto.local", "localhost", "127.0.0.1", "::1"]


def for_lan(folder: Path, clock: SteppedClock, names: list[str] | None = None) -> LanCertificate:
    return make_for_lan(folder, names or LAN_NAMES, clock.now_ms())


async def test_who_trusts_the_authority_reaches_every_name(tmp_path: Path, clock: SteppedClock) -> None:
    lan = for_lan(tmp_path / "tls", clock)
    tls = ServerTls(lan.certificate, lan.key, clock)
    context = trusting(lan.authority.read_bytes())
    connector = aiohttp.TCPConnector(resolver=_EveryNameIsHere(), ssl=context)
    async with serving(pages(), tls.context) as port, aiohttp.ClientSession(connector=connector) as browser:
        for name in ("localhost", "127.0.0.1", "kirjasto", "kirjasto.local"):
            async with browser.get(f"https://{name}:{port}/") as answer:
                assert answer.status == 200
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await browser.get(f"https://elsewhere:{port}/")
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await browser.get(f"https://localhost:{port}/", ssl=trusting(trustme.CA()))


def test_the_certificate_is_kept_and_the_authority_for_good(tmp_path: Path, clock: SteppedClock) -> None:
    folder = tmp_path / "tls"
    first = for_lan(folder, clock)
    kept, authority = first.certificate.read_bytes(), first.authority.read_bytes()
    assert for_lan(folder, clock) == first
    # Fewer names are covered too; another order and spelling are the same names.
    for_lan(folder, clock, ["LOCALHOST", "0:0:0:0:0:0:0:1"])
    assert first.certificate.read_bytes() == kept

    for_lan(folder, clock, [*LAN_NAMES, "192.0.2.7"])
    with_address = first.certificate.read_bytes()
    assert with_address != kept
    clock.advance(367 * DAY_S)
    for_lan(folder, clock, [*LAN_NAMES, "192.0.2.7"])
    assert first.certificate.read_bytes() not in {kept, with_address}
    assert first.authority.read_bytes() == authority


@pytest.mark.parametrize("damage", ["server.crt", "server.key"])
def test_a_damaged_certificate_is_made_anew_by_the_same_authority(
    tmp_path: Path, clock: SteppedClock, damage: str
) -> None:
    lan = for_lan(tmp_path, clock)
    authority = lan.authority.read_bytes()
    (tmp_path / damage).write_bytes(b"")
    lan = for_lan(tmp_path, clock)
    read_pair(lan.certificate, lan.key, clock.now_ms())
    assert lan.authority.read_bytes() == authority


@pytest.mark.parametrize("damaged", ["gloria-authority.crt", "gloria-authority.key"])
@pytest.mark.parametrize("how", [None, b"", trustme.CA().private_key_pem.bytes() + trustme.CA().cert_pem.bytes()])
def test_a_damaged_authority_is_said_and_never_replaced(
    tmp_path: Path, clock: SteppedClock, damaged: str, how: bytes | None
) -> None:
    for_lan(tmp_path, clock)
    if how is None:
        (tmp_path / damaged).unlink()
    else:
        (tmp_path / damaged).write_bytes(how)
    with pytest.raises(CertificateError, match=r"gloria-authority.*put it back from a copy"):
        for_lan(tmp_path, clock)


def test_keys_are_for_the_service_alone(tmp_path: Path, clock: SteppedClock) -> None:
    folder = tmp_path / "deep" / "tls"
    for_lan(folder, clock)
    for path in folder.iterdir():
        path.chmod(0o666)
    folder.chmod(0o755)
    for_lan(folder, clock)
    assert folder.stat().st_mode & 0o777 == 0o700
    keys = sorted(path.name for path in folder.iterdir() if path.suffix == ".key")
    assert keys == ["gloria-authority.key", "server.key"]
    assert all((folder / key).stat().st_mode & 0o777 == 0o600 for key in keys)
    assert len(list(folder.iterdir())) == 4


def test_no_browser_finds_it_too_long(tmp_path: Path, clock: SteppedClock) -> None:
    lan = for_lan(tmp_path, clock)
    leaf = x509.load_pem_x509_certificate(lan.certificate.read_bytes())
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=398)
    # Not from the very first moment: clocks of kiosks are off by minutes.
    assert leaf.not_valid_before_utc < read_time(clock) - timedelta(hours=12)


@pytest.mark.parametrize("name", ["", "with space", "under_score", "10.0.0.0/8", "a@b", "*.local", "300.1.1.1", "-a"])
def test_what_is_no_name_is_refused(tmp_path: Path, clock: SteppedClock, name: str) -> None:
    with pytest.raises(CertificateError, match="expected a host name"):
        make_for_lan(tmp_path, [name], clock.now_ms())
    with pytest.raises(CertificateError, match="no names given"):
        make_for_lan(tmp_path, [], clock.now_ms())


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path, clock: SteppedClock) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CertificateError, match="expected a folder that the service may write"):
        for_lan(tmp_path / "file" / "tls", clock)


def test_this_machine_has_names_that_a_certificate_can_hold(tmp_path: Path, clock: SteppedClock) -> None:
    names = names_of_this_machine()
    assert {"localhost", "127.0.0.1", "::1"} <= set(names)
    assert f"{socket.gethostname().lower().partition('.')[0]}.local" in names
    assert len(names) == len(set(names))
    lan = make_for_lan(tmp_path, names, clock.now_ms())
    leaf = x509.load_pem_x509_certificate(lan.certificate.read_bytes())
    held = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(held.get_values_for_type(x509.IPAddress)) == {
        ipaddress.ip_address(name) for name in names if ":" in name or name.replace(".", "").isdigit()
    }


def test_strange_host_names_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "My_Library")
    monkeypatch.setattr(socket, "getaddrinfo", _no_such_name)
    names = names_of_this_machine()
    assert "localhost" in names
    assert not any("_" in name for name in names)
    monkeypatch.setattr(socket, "gethostname", lambda: "Kirjasto.Example.FI")
    assert names_of_this_machine()[:3] == ["kirjasto.example.fi", "kirjasto", "kirjasto.local"]


def _no_such_name(*args: object, **named: object) -> Any:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_the_administrator_is_told_file_and_fingerprint(tmp_path: Path, clock: SteppedClock) -> None:
    lan = for_lan(tmp_path, clock)
    text = how_to_trust(lan)
    der = ssl.PEM_cert_to_DER_cert(lan.authority.read_text())
    digest = hashlib.sha256(der).hexdigest().upper()
    assert fingerprint(lan.authority).replace(":", "") == digest
    assert fingerprint(lan.authority) in text
    assert str(lan.authority) in text
    assert "PRIVATE" not in text
    for word in ("certutil", "update-ca-certificates", "Firefox", "Windows", "camera"):
        assert word in text


# Behind proxies

NONCE = web.RequestKey("nonce", str)


@web.middleware
async def first_of_all(request: web.Request, handler: Handler) -> web.StreamResponse:
    request[NONCE] = "nonce"
    return await handler(request)


async def sign(request: web.Request, response: web.StreamResponse) -> None:
    response.headers["X-Nonce"] = request.get(NONCE, "")


async def who(request: web.Request) -> web.Response:
    body = (await request.read()).decode() if request.can_read_body else ""
    return web.json_response(
        {"remote": request.remote, "scheme": request.scheme, "nonce": request.get(NONCE), "body": body}
    )


def forwarding(*middlewares: Middleware) -> web.Application:
    app = web.Application(middlewares=[first_of_all, *middlewares])
    app.on_response_prepare.append(sign)
    for path in ("/", "/healthz"):
        app.router.add_route("*", path, who)
    return app


Lines = list[tuple[str, str]]


async def asked(port: int, lines: Lines, path: str = "/") -> tuple[int, dict[str, Any], str]:
    """Status, what the handler saw, and the nonce in the answer's headers."""
    async with (
        aiohttp.ClientSession() as browser,
        browser.post(f"http://127.0.0.1:{port}{path}", headers=lines, data="body") as answer,
    ):
        seen = json.loads(await answer.text()) if answer.status == 200 else {}
        return answer.status, seen, answer.headers["X-Nonce"]


FOR, PROTO = "X-Forwarded-For", "X-Forwarded-Proto"
REAL, PROXY = "203.0.113.9", "10.0.0.2"


@pytest.mark.parametrize(
    ("hops", "lines", "remote", "scheme"),
    [
        (0, [], "127.0.0.1", "http"),
        (0, [(FOR, REAL), (PROTO, "https"), ("Forwarded", f"for={REAL};proto=https")], "127.0.0.1", "http"),
        (0, [(FOR, "nonsense,,"), (PROTO, "gopher")], "127.0.0.1", "http"),
        (1, [(FOR, REAL), (PROTO, "https")], REAL, "https"),
        (1, [(FOR, f"127.0.0.1, {REAL}"), (PROTO, "https")], REAL, "https"),
        (1, [(FOR, "127.0.0.1"), (FOR, REAL), (PROTO, "http")], REAL, "http"),
        (1, [(FOR, f"nonsense,,,{REAL}"), (PROTO, "https")], REAL, "https"),
        (1, [(FOR, REAL), (PROTO, "https, http"), ("Forwarded", "for=192.0.2.1")], REAL, "http"),
        (1, [(FOR, f"{REAL}:50123"), (PROTO, "HTTPS")], REAL, "https"),
        (1, [(FOR, "[2001:db8::1]:443"), (PROTO, "wss")], "2001:db8::1", "https"),
        (1, [(FOR, "::ffff:203.0.113.9"), (PROTO, "ws")], REAL, "http"),
        (1, [(FOR, "fe80::1%eth0"), (PROTO, "https")], "fe80::1", "https"),
        (2, [(FOR, f"{REAL}, {PROXY}"), (PROTO, "https")], REAL, "https"),
        (2, [(FOR, f"127.0.0.1, {REAL}, {PROXY}"), (PROTO, "https, http")], REAL, "https"),
        (2, [(FOR, "127.0.0.1"), (FOR, REAL), (FOR, PROXY), (PROTO, "http"), (PROTO, "https, http")], REAL, "https"),
    ],
)
async def test_the_headers_are_believed_as_far_as_our_own_proxies_reach(
    hops: int, lines: Lines, remote: str, scheme: str
) -> None:
    async with serving(forwarding(behind_proxies(hops))) as port:
        status, seen, nonce = await asked(port, lines)
    assert status == 200
    assert (seen["remote"], seen["scheme"]) == (remote, scheme)
    # The body, and what came before, are still there.
    assert (seen["body"], seen["nonce"], nonce) == ("body", "nonce", "nonce")


@pytest.mark.parametrize(
    ("hops", "lines", "expected"),
    [
        (1, [], "X-Forwarded-For has 0 entries, expected 1 or more"),
        (1, [(FOR, "")], "entry 1 from the right is no IP address"),
        (1, [(FOR, f"{REAL},"), (PROTO, "https")], "entry 1 from the right is no IP address"),
        (1, [(FOR, "unknown"), (PROTO, "https")], "entry 1 from the right is no IP address"),
        (1, [(FOR, REAL)], "X-Forwarded-Proto has 0 entries, expected 1"),
        (1, [(FOR, REAL), (PROTO, "gopher")], "expected http or https"),
        (1, [(FOR, REAL), (PROTO, "")], "expected http or https"),
        (2, [(FOR, REAL), (PROTO, "https")], "X-Forwarded-For has 1 entries, expected 2 or more"),
        (2, [(FOR, f"nonsense, {PROXY}"), (PROTO, "https")], "entry 2 from the right is no IP address"),
        (3, [(FOR, f"{REAL},{PROXY},{PROXY}"), (PROTO, "https,http")], "X-Forwarded-Proto has 2 entries"),
    ],
)
async def test_headers_as_no_proxy_of_ours_leaves_them_are_refused(
    hops: int, lines: Lines, expected: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(forwarding(behind_proxies(hops))) as port:
        status, _, _ = await asked(port, lines)
    assert status == 400
    [line] = said(caplog, logging.WARNING)
    assert expected in line
    # No addresses in the log.
    assert REAL not in line


async def test_a_health_check_comes_past_the_proxies() -> None:
    async with serving(forwarding(behind_proxies(1))) as port:
        status, seen, _ = await asked(port, [], "/healthz")
        assert (status, seen["remote"]) == (200, "127.0.0.1")
        status, seen, _ = await asked(port, [(FOR, REAL), (PROTO, "https")], "/healthz")
        assert (status, seen["remote"], seen["scheme"]) == (200, "127.0.0.1", "http")


def test_fewer_than_no_proxies_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 0 proxies or more"):
        behind_proxies(-1)


@pytest.mark.parametrize(
    ("hops", "lines", "remote", "scheme"),
    [
        (0, {FOR: REAL, PROTO: "https"}, "127.0.0.1", "http"),
        (1, {FOR: f"127.0.0.1, {REAL}", PROTO: "https"}, REAL, "https"),
    ],
)
async def test_a_socket_too_knows_who_is_asking(hops: int, lines: dict[str, str], remote: str, scheme: str) -> None:
    """The origin of a page is accepted by the scheme that the browser sees."""
    seen: list[tuple[str | None, str]] = []

    def accepts(origin: str, environ: dict[str, Any]) -> bool:
        request: web.Request = environ["aiohttp.request"]
        return origin == f"{request.scheme}://{request.host}"

    sio = socketio.AsyncServer(async_mode="aiohttp", transports=["websocket"], cors_allowed_origins=accepts)

    @sio.event  # type: ignore[untyped-decorator]
    async def connect(sid: str, environ: dict[str, Any], auth: Any) -> None:
        seen.append((environ["aiohttp.request"].remote, environ["aiohttp.request"].scheme))

    @sio.event  # type: ignore[untyped-decorator]
    async def ask(sid: str, text: str) -> str:
        return f"{text}!"

    app = web.Application(middlewares=[first_of_all, behind_proxies(hops)])
    app.on_response_prepare.append(sign)
    sio.attach(app)
    async with serving(app) as port, aiohttp.ClientSession() as browser:
        page = socketio.AsyncClient(http_session=browser)
        headers = {**lines, "Origin": f"{scheme}://127.0.0.1:{port}"}
        await page.connect(f"http://127.0.0.1:{port}", headers=headers, transports=["websocket"])
        try:
            assert await page.call("ask", "hello", timeout=PATIENCE_S) == "hello!"
        finally:
            await page.disconnect()
        other = "http" if scheme == "https" else "https"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await browser.ws_connect(
                f"http://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket",
                headers={**lines, "Origin": f"{other}://127.0.0.1:{port}"},
            )
        await sio.shutdown()
    assert seen == [(remote, scheme)]


async def test_a_socket_past_the_proxy_is_refused() -> None:
    sio = socketio.AsyncServer(async_mode="aiohttp", transports=["websocket"])
    app = web.Application(middlewares=[behind_proxies(1)])
    sio.attach(app)
    async with serving(app) as port, aiohttp.ClientSession() as browser:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await browser.ws_connect(f"http://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket")
        assert refused.value.status == 400
        await sio.shutdown()


# Limits


async def test_who_asks_too_often_is_told_when_to_come_again(clock: SteppedClock) -> None:
    allowance = Allowance(2, 0.4)
    reached: list[str] = []

    @web.middleware
    async def counts(request: web.Request, handler: Handler) -> web.StreamResponse:
        reached.append(request.path)
        return await handler(request)

    def allowance_for(request: web.Request) -> Allowance | None:
        return None if request.path == "/healthz" else allowance

    app = forwarding(behind_proxies(1), limited(allowance_for, clock), counts)
    async with serving(app) as port, aiohttp.ClientSession() as browser:

        async def ask(address: str, path: str = "/") -> tuple[int, str | None]:
            lines = {FOR: address, PROTO: "https"}
            async with browser.get(f"http://127.0.0.1:{port}{path}", headers=lines) as answer:
                return answer.status, answer.headers.get("Retry-After")

        assert [await ask(REAL) for _ in range(4)] == [(200, None), (200, None), (429, "3"), (429, "3")]
        assert len(reached) == 2
        assert (await ask("203.0.113.10"))[0] == 200
        assert (await ask(REAL, "/healthz"))[0] == 200
        # One household, however many addresses it has.
        household = [(await ask(f"2001:db8:0:1::{host}"))[0] for host in range(1, 4)]
        assert household == [200, 200, 429]
        assert (await ask("2001:db8:0:2::1"))[0] == 200
        clock.advance(2.4)
        assert await ask(REAL) == (429, "1")
        clock.advance(0.1)
        assert await ask(REAL) == (200, None)


async def test_a_socket_that_comes_too_often_is_refused_before_it_opens(clock: SteppedClock) -> None:
    allowance = Allowance(1, 1)
    app = pages()
    app.middlewares.append(limited(lambda request: allowance, clock))
    async with serving(app) as port, aiohttp.ClientSession() as browser:
        async with browser.ws_connect(f"http://127.0.0.1:{port}/echo") as line:
            await line.send_str("hello")
            assert await line.receive_str(timeout=PATIENCE_S) == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await browser.ws_connect(f"http://127.0.0.1:{port}/echo")
        assert refused.value.status == 429
        assert refused.value.headers is not None
        assert refused.value.headers["Retry-After"] == "1"


# ---------------------------------------------------------------- open connections


async def test_one_address_holds_so_many_connections_and_no_more() -> None:
    async def hello(request: web.Request) -> web.Response:
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/", hello)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    assert runner.server is not None
    limit = ConnectionLimit(3)
    limit.watch(runner.server)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    held = [await asyncio.open_connection(host, port) for _ in range(3)]
    reader, extra = await asyncio.open_connection(host, port)
    with contextlib.suppress(ConnectionError):
        assert await reader.read() == b"", "the fourth is closed"
    extra.close()
    for _, writer in held:
        writer.close()
    await eventually(lambda: asyncio.sleep(0, len(limit)), lambda held: held == 0, "the connections are gone")
    async with aiohttp.ClientSession() as browser, browser.get(f"http://{host}:{port}/") as answer:
        assert await answer.text() == "hello"
    await runner.cleanup()
    await eventually(lambda: asyncio.sleep(0, len(limit)), lambda held: held == 0, "the last one is gone")
