"""`gloria serve` at the edge: own TLS, a certificate for a local network, behind a proxy, commands beside it."""

import asyncio
import json
import os
import re
import socket
import sqlite3
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
import trustme

from bridge.accounts.sign_in import cookie_name
from tests.actors.desk import eventually
from tests.actors.office import GOOD_PASSWORD
from tests.actors.people import KioskActor
from tests.actors.service import RunningService


def gloria(data: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command as an administrator at the server does."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GLORIA_")}
    command = [sys.executable, "-m", "bridge.cli", *arguments, "--data", str(data)]
    return subprocess.run(
        command, input=given, capture_output=True, text=True, timeout=60, check=False, env=environment
    )


def secret_in(ended: subprocess.CompletedProcess[str]) -> str:
    assert ended.returncode == 0, ended.stderr
    found = re.search(r"^    (\S+)$", ended.stdout, re.MULTILINE)
    assert found, ended.stdout
    return found[1]


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[RunningService]:
    running = RunningService(tmp_path / "data", "--port", "0", demo=False)
    yield running
    await asyncio.to_thread(running.stop)


async def test_accounts_made_by_command_sign_in_at_the_running_service(service: RunningService) -> None:
    made = gloria(service.data, "admin", "create", "root", given=f"{GOOD_PASSWORD}\n")
    assert made.returncode == 0, made.stderr
    assert GOOD_PASSWORD not in made.stdout + made.stderr
    await asyncio.to_thread(service.start)
    code = secret_in(
        gloria(service.data, "kiosk", "add", "saarijarvi", "--name", "Saarijärvi library", "--municipality", "729")
    )
    password = secret_in(
        gloria(service.data, "staff", "add", "amina", "--name", "Amina", "--role", "advisor", "--language", "ar=native")
    )
    headers = {"Origin": service.url, "Accept": "text/html"}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers=headers) as browser:
        async with browser.post(f"{service.url}/sign-in", data={"name": "amina", "password": password}) as answer:
            assert answer.url.path == "/sign-in/password"
        async with browser.post(f"{service.url}/sign-in", data={"name": "root", "password": GOOD_PASSWORD}) as answer:
            assert answer.url.path == "/sign-in/authenticator"
        async with browser.post(f"{service.url}/api/kiosk/enrol", json={"code": code}) as answer:
            assert answer.status == 200
            token = answer.cookies[cookie_name("saarijarvi")].value
    kiosk = KioskActor(service.url, "saarijarvi", token)
    await kiosk.arrives()
    # What a command changes holds at once in the service that runs.
    assert gloria(service.data, "kiosk", "revoke", "saarijarvi").returncode == 0
    await kiosk.loses_the_line()
    await kiosk.loses_the_network()
    listed = json.loads(gloria(service.data, "audit", "--json").stdout)
    assert [row["deed"] for row in reversed(listed)][:5] == ["added", "added", "code_given", "added", "enrolled"]
    kept = gloria(service.data, "backup", str(service.data.parent / "b.tar"))
    assert kept.returncode == 0, kept.stderr


@pytest.mark.parametrize(
    ("arguments", "given", "words"),
    [
        (("admin", "create", "root"), "short\n", "12 characters"),
        (("admin", "create", "root"), "password12345\n", "guessed too soon"),
        (("admin", "create", "Root Admin"), f"{GOOD_PASSWORD}\n", "small letters"),
        (("staff", "add", "a", "--name", "A", "--role", "advisor"), "", "languages: expected at least one"),
        (("staff", "disable", "nobody"), "", "there is no nobody"),
        (("kiosk", "add", "k", "--name", "K", "--municipality", "999"), "", "municipality: expected"),
        (("kiosk", "code", "nobody"), "", "there is no nobody"),
        (("restore", "/nowhere.tar"), "", "/nowhere.tar"),
    ],
)
def test_a_command_that_cannot_be_carried_out_says_why(
    tmp_path: Path, arguments: tuple[str, ...], given: str, words: str
) -> None:
    ended = gloria(tmp_path / "data", *arguments, given=given)
    assert ended.returncode == 1
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_what_is_written_is_for_its_owner_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    assert gloria(data, "admin", "create", "root", given=f"{GOOD_PASSWORD}\n").returncode == 0
    modes = {path.name: path.stat().st_mode & 0o777 for path in (*data.iterdir(), tmp_path / "data.key")}
    assert set(modes.values()) == {0o600}, modes


def test_a_lost_key_is_told_and_second_factors_can_be_taken_away(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert gloria(data, "admin", "create", "root", given=f"{GOOD_PASSWORD}\n").returncode == 0
    with closing(sqlite3.connect(data / "gloria.sqlite")) as database, database:
        database.execute("UPDATE account SET totp = 'sealed by a key that is gone'")
    (tmp_path / "data.key").unlink()
    refused = gloria(data, "staff", "sign-out", "root")
    assert refused.returncode == 1
    assert "put it back" in refused.stderr
    assert gloria(data, "staff", "second-factor", "root").returncode == 0
    assert gloria(data, "staff", "sign-out", "root").returncode == 0


def test_the_last_administrator_stays(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert gloria(data, "admin", "create", "root", given=f"{GOOD_PASSWORD}\n").returncode == 0
    assert "last administrator" in gloria(data, "staff", "disable", "root").stderr
    assert "root" in gloria(data, "admin", "create", "root", given=f"{GOOD_PASSWORD}\n").stderr


async def serial(url: str, authority: Path) -> int:
    """The serial number of the certificate that a new connection is shown."""
    port = url.rpartition(":")[2]
    context = ssl.create_default_context(cafile=authority)
    _, writer = await asyncio.open_connection("127.0.0.1", int(port), ssl=context, server_hostname="localhost")
    found = writer.get_extra_info("ssl_object").getpeercert()["serialNumber"]
    writer.close()
    await writer.wait_closed()
    return int(found, 16)


async def test_own_tls_follows_its_files_without_a_restart(
    tmp_path: Path, service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    files = {"certificate": tmp_path / "certificate.pem", "key": tmp_path / "key.pem"}

    def issue() -> None:
        pair = authority.issue_cert("localhost", "127.0.0.1")
        new = {name: path.with_suffix(".new") for name, path in files.items()}
        new["certificate"].write_bytes(b"".join(blob.bytes() for blob in pair.cert_chain_pems))
        new["key"].write_bytes(pair.private_key_pem.bytes())
        for name, path in files.items():
            new[name].rename(path)

    issue()
    monkeypatch.setenv("GLORIA_SERVER_TLS", "files")
    monkeypatch.setenv("GLORIA_SERVER_TLS_CERTIFICATE", str(files["certificate"]))
    monkeypatch.setenv("GLORIA_SERVER_TLS_KEY", str(files["key"]))
    await asyncio.to_thread(service.start)
    assert service.url.startswith("https://")
    first = await serial(service.url, tmp_path / "authority.pem")
    context = ssl.create_default_context(cafile=tmp_path / "authority.pem")
    async with aiohttp.ClientSession() as browser, browser.get(f"{service.url}/sign-in", ssl=context) as answer:
        assert answer.status == 200
        assert "max-age" in answer.headers["Strict-Transport-Security"]
    code = secret_in(gloria(service.data, "kiosk", "add", "k", "--name", "K", "--municipality", "729"))
    async with (
        aiohttp.ClientSession() as browser,
        browser.post(f"{service.url}/api/kiosk/enrol", json={"code": code}, ssl=context) as answer,
    ):
        [set_cookie] = [c for c in answer.headers.getall("Set-Cookie") if "Max-Age=0" not in c]
    assert set_cookie.startswith("__Host-gloria-k=")
    for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in set_cookie
    issue()
    await eventually(
        lambda: serial(service.url, tmp_path / "authority.pem"), lambda s: s != first, "a new one", patience_s=20
    )


def test_a_certificate_that_does_not_fit_is_named_at_start(tmp_path: Path) -> None:
    authority, other = trustme.CA(), trustme.CA()
    pair, wrong = authority.issue_cert("localhost"), other.issue_cert("localhost")
    (tmp_path / "certificate.pem").write_bytes(pair.cert_chain_pems[0].bytes())
    (tmp_path / "key.pem").write_bytes(wrong.private_key_pem.bytes())
    environment = {
        **os.environ,
        "GLORIA_SERVER_TLS": "files",
        "GLORIA_SERVER_TLS_CERTIFICATE": str(tmp_path / "certificate.pem"),
        "GLORIA_SERVER_TLS_KEY": str(tmp_path / "key.pem"),
    }
    command = [sys.executable, "-m", "bridge.cli", "serve", "--port", "0", "--data", str(tmp_path / "data")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, env=environment)
    assert ended.returncode == 1
    assert "key.pem" in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_a_first_try_on_a_local_network_makes_a_certificate_and_says_how_to_trust_it(tmp_path: Path) -> None:
    service = RunningService(tmp_path / "data", "--port", "0", "--lan", demo=False)
    await asyncio.to_thread(service.start)
    try:
        assert service.url.startswith(f"https://{socket.gethostname()}:")
        log = service.log.read_text()
        authority = tmp_path / "data.tls" / "gloria-authority.crt"
        assert str(authority) in log
        assert "fingerprint" in log
        port = service.url.rpartition(":")[2]
        context = ssl.create_default_context(cafile=authority)
        async with (
            aiohttp.ClientSession() as browser,
            browser.get(f"https://localhost:{port}/sign-in", ssl=context) as answer,
        ):
            assert answer.status == 200
            # A certificate for a first try must not bind browsers to it.
            assert "Strict-Transport-Security" not in answer.headers
    finally:
        await asyncio.to_thread(service.stop)


async def test_behind_a_proxy_cookies_are_secure_and_requests_past_it_are_refused(
    service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLORIA_SERVER_TRUSTED_PROXIES", "1")
    await asyncio.to_thread(service.start)
    code = secret_in(gloria(service.data, "kiosk", "add", "k", "--name", "K", "--municipality", "729"))
    async with aiohttp.ClientSession() as browser:
        async with browser.get(f"{service.url}/sign-in") as answer:
            assert answer.status == 400
        headers = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
        async with browser.post(f"{service.url}/api/kiosk/enrol", json={"code": code}, headers=headers) as answer:
            cookies = answer.headers.getall("Set-Cookie")
    assert any(cookie.startswith("__Host-gloria-k=") and "Secure" in cookie for cookie in cookies)
