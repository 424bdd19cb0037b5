"""No personal data at rest or in logs: markers in everything that can be filled in, calls of every kind, then a search.

Searched: Valkey as it lives (every key), its append-only files, the database with its write-ahead log, every other
file of the data folder and beside it, the service's log. tests/browser/test_privacy.py does the same for chat and real
media.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
from socketio.exceptions import ConnectionError as SocketRefused

from bridge.desk.connections import DeskServer, close
from bridge.signaling.messages import Candidate, Describe, Join, WrapUp
from tests.actors import AdvisorActor, KioskActor
from tests.actors.desk import eventually
from tests.actors.people import Actor, key, signed_in_by_a_click
from tests.actors.service import RunningService

NAME = "Maija Meikäläinen-Korhonen"
NUMBER = "0401234567890"
SENTENCE = "marker sentence about a letter from the landlord"
ARABIC = "علامة خاصة جدا"
PASSWORD = "marker-password-of-somebody-77"  # noqa: S105 - a marker
ADDRESS, ADDRESS_6 = "203.0.113.77", "2001:db8:77:77::77"
AGENT = "MarkerBrowser/77.7"
MARKERS = (NAME, NUMBER, SENTENCE, ARABIC, PASSWORD, ADDRESS, ADDRESS_6, "2001:db8:77:77", AGENT)
TEXTS = (NAME, NUMBER, SENTENCE, ARABIC)


@pytest.fixture
async def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RunningService]:
    """With everything in the log that can be, behind a proxy that names the visitor's address."""
    monkeypatch.setenv("GLORIA_LOG_LEVEL", "debug")
    monkeypatch.setenv("GLORIA_SERVER_TRUSTED_PROXIES", "1")
    monkeypatch.setenv("GLORIA_TIMING_RING_TIMEOUT_S", "5")
    running = RunningService(tmp_path / "data", "--port", "0")
    await asyncio.to_thread(running.start)
    yield running
    await asyncio.to_thread(running.stop)


async def test_nothing_that_people_fill_in_is_kept_anywhere(
    service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"X-Forwarded-For": ADDRESS, "X-Forwarded-Proto": "http", "User-Agent": AGENT}
    people: list[Actor] = []

    async def come(kind: type[Actor], seat: str) -> Actor:
        near = {**headers, "X-Forwarded-For": "127.0.0.1"}
        actor = kind(service.url, seat, await signed_in_by_a_click(service.url, seat, **near))
        actor.headers = headers
        await actor.arrives()
        people.append(actor)
        return actor

    try:
        visitor, second = await come(KioskActor, "saarijarvi"), await come(KioskActor, "viitasaari")
        amina, yusuf = await come(AdvisorActor, "amina"), await come(AdvisorActor, "yusuf")
        assert isinstance(visitor, KioskActor)
        assert isinstance(second, KioskActor)
        assert isinstance(amina, AdvisorActor)
        assert isinstance(yusuf, AdvisorActor)
        calls = await every_kind_of_call(visitor, second, amina, yusuf)
        await fill_in_everything(service, visitor, amina)
        await fill_in_every_form(service)
    finally:
        for actor in people:
            await actor.loses_the_network()
    kept = await eventually(lambda: asyncio.to_thread(contacts, service), lambda c: len(c) >= calls, "every contact")
    assert {contact["end_reason"] for contact in kept} >= {"completed", "touched"}

    places = {str(path): path.read_bytes() for path in service.data.parent.rglob("*") if path.is_file()}
    places["the live keys"] = await everything_in_redis(service)
    names = "\n".join(places)
    for expected in ("gloria.sqlite", "gloria.sqlite-wal", "appendonly", "data.log", "data.key", "server.log"):
        assert expected in names, names
    # What is there to be found is found: the search looks in the right places.
    for place, known in (
        ("the live keys", b"saarijarvi"),
        ("gloria.sqlite-wal", b"saarijarvi"),
        ("data.log", b"a frame that cannot be read"),
    ):
        assert any(known in content for name, content in places.items() if name.endswith(place)), place
    for name, content in places.items():
        for marker in MARKERS:
            for written in (marker.encode(), json.dumps(marker)[1:-1].encode(), marker.lower().encode()):
                assert written not in content, f"{marker!r} lies in {name}"
        for trace in (b"a=fingerprint", b"candidate:", b"a=ice-pwd", b"192.0.2.77"):
            assert trace not in content, f"{trace!r} lies in {name}"


async def every_kind_of_call(visitor: KioskActor, second: KioskActor, amina: AdvisorActor, yusuf: AdvisorActor) -> int:
    """Completed, hung up, declined, timed out, touched, left while ringing, taken up again: how many calls."""
    await amina.goes_available()
    call = await visitor.asks_for("ar")
    await signals(visitor, amina, call, (await amina.is_offered(call))["links"][0]["generation"])
    await amina.accepts()
    await amina.ends()
    await amina.wraps_up("housing", "work", then="away")
    await yusuf.goes_available()
    call = await second.asks_for("ar")
    await yusuf.declines()
    await amina.goes_available()
    assert await amina.accepts() == call
    await second.leaves()
    await amina.wraps_up("other", outcome=None, then="away")
    call = await visitor.asks_for("ckb")
    await yusuf.is_offered(call)
    await visitor.leaves()
    await yusuf.goes_away()
    call = await visitor.asks_for("th")
    await visitor.leaves()
    # An offer that nobody answers.
    await yusuf.goes_available()
    call = await second.asks_for("ckb")
    await yusuf.is_offered(call)
    await eventually(_presence(yusuf), lambda presence: presence == "away", "the ring timing out", patience_s=15)
    await second.leaves()
    # An advisor who is lost in a call and comes back; the visitor hangs up.
    await amina.goes_available()
    call = await visitor.asks_for("ar")
    await amina.accepts()
    await amina.loses_the_network()
    await amina.comes_back()
    await visitor.leaves()
    await amina.wraps_up("form", then="away")
    return 6


def _presence(actor: Actor) -> Any:
    async def look() -> str:
        return str((actor.one("self") or {}).get("presence"))

    return look


async def signals(visitor: KioskActor, advisor: AdvisorActor, call: str, generation: int) -> None:
    """What two browsers tell each other holds addresses and keys."""
    sdp = f"v=0\r\no=- 1 1 IN IP4 192.0.2.77\r\na=ice-pwd:marker\r\na=fingerprint:sha-256 77:77\r\ns={NAME}\r\n"
    await visitor.says(Describe, call=call, link=1, generation=generation, description={"type": "offer", "sdp": sdp})
    await advisor.says(Describe, call=call, link=1, generation=generation, description={"type": "answer", "sdp": sdp})
    candidate = {
        "candidate": f"candidate:1 1 udp 1 192.0.2.77 77 typ host {NAME}",
        "sdp_mid": "0",
        "sdp_m_line_index": 0,
        "username_fragment": "m",
    }
    for sender in (visitor, advisor):
        answer = await sender.says(Candidate, call=call, link=1, generation=generation, candidate=candidate)
        assert answer["ok"]


async def fill_in_everything(service: RunningService, visitor: KioskActor, advisor: AdvisorActor) -> None:
    """Every field of every message, where it does not belong: refused, and not repeated anywhere."""
    for text in TEXTS:
        for message in (Join, WrapUp, Describe, Candidate):
            fields = dict.fromkeys(message.model_fields, text)
            assert not (await visitor.says(message, **fields))["ok"]
            assert not (await advisor.says(message, **{**fields, "key": key(), "note": text}))["ok"]
        assert not (await visitor.says_raw(text, {"text": text}))["ok"]
        wrongs: list[dict[str, Any]] = [{"seat": text}, {"page": text}, {"name": text}]
        for wrong in wrongs:
            stranger = KioskActor(service.url, "saarijarvi", text.encode().hex())
            stranger.headers = visitor.headers
            with pytest.raises(SocketRefused):
                await stranger.connects(**wrong)


async def fill_in_every_form(service: RunningService) -> None:
    """Names and passwords into the wrong fields, codes, addresses of pages, cookies, queries."""
    headers = {
        "Origin": service.url,
        "X-Forwarded-Proto": "http",
        "User-Agent": AGENT,
        "Accept": "text/html",
        "Referer": f"{service.url}/?{NUMBER}",
    }
    async with aiohttp.ClientSession(headers=headers, cookie_jar=aiohttp.DummyCookieJar()) as browser:
        for address in (ADDRESS, ADDRESS_6):
            own = {"X-Forwarded-For": address}
            for text in (*TEXTS, PASSWORD):
                fields = {"name": text, "password": PASSWORD, "digits": text, "again": text, "old": text, "seat": text}
                for path in ("/sign-in", "/sign-in/code", "/sign-in/password", "/sign-out", "/account/password"):
                    async with browser.post(service.url + path, data=fields, headers=own) as answer:
                        assert answer.status < 500
                async with browser.post(
                    f"{service.url}/sign-in", data={"name": "helena", "password": text}, headers=own
                ):
                    pass
                async with browser.post(
                    f"{service.url}/api/kiosk/enrol", json={"code": text[:32]}, headers=own
                ) as answer:
                    assert answer.status in {403, 429}
                for path in (f"/kiosk/{text}", f"/{text}", f"/i18n/{text}.json", f"/?name={text}", f"/static/{text}"):
                    cookie = {"Cookie": f"gloria-x={text.encode().hex()}; name={NUMBER}"}
                    async with browser.get(service.url + path, headers={**own, **cookie}) as answer:
                        assert answer.status < 500
        # Where a library would say whom it refuses.
        for path in (
            f"/socket.io/?EIO=4&transport=websocket&sid={NUMBER}",
            f"/socket.io/?EIO={NUMBER}&transport={NUMBER}",
        ):
            for origin in (f"https://{NUMBER}.example", service.url):
                refused = {"X-Forwarded-For": ADDRESS, "Origin": origin}
                async with browser.get(service.url + path, headers=refused) as answer:
                    assert answer.status in {400, 403, 429}
        # What cannot be read as a frame, or as a request at all.
        async with browser.ws_connect(
            f"{service.url}/socket.io/?EIO=4&transport=websocket", headers={"X-Forwarded-For": ADDRESS}
        ) as socket:
            await socket.send_str(f"4{NAME}")
            await socket.receive()
        for line in (f"GET /{NUMBER} HTTP/1.1\r\nHost: x\r\nX: {NAME}\0\r\n\r\n", f"{NAME} / \r\n\r\n"):
            host, _, port = service.url.removeprefix("http://").partition(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(line.encode())
            await writer.drain()
            await reader.read(2000)
            writer.close()
            await writer.wait_closed()


def contacts(service: RunningService) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "bridge.cli", "contacts", "--json", "--data", str(service.data)]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GLORIA_")}
    printed = subprocess.run(command, capture_output=True, text=True, check=True, env=plain).stdout
    found: list[dict[str, Any]] = json.loads(printed)
    return found


async def everything_in_redis(service: RunningService) -> bytes:
    """Every key and value of the desk, as text."""
    client = cast(Any, DeskServer(f"unix://{Path(service.data).resolve()}/desk/desk.sock").for_scripts())
    parts: list[str] = []
    try:
        async for name in client.scan_iter("*"):
            parts.append(name)
            match await client.type(name):
                case "string":
                    parts.append(await client.get(name))
                case "hash":
                    parts.append(str(await client.hgetall(name)))
                case "set":
                    parts.append(str(await client.smembers(name)))
                case "zset":
                    parts.append(str(await client.zrange(name, 0, -1)))
                case "stream":
                    parts.append(str(await client.xrange(name)))
                case kind:
                    raise AssertionError(f"{name} is a {kind}: teach this search to read it")
    finally:
        await close(client)
    return "\n".join(parts).encode()
