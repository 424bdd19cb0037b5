"""The line check's routes, its way through Redis, what it takes for an offer. Calls: tests/media/test_line_check.py."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.accounts.sign_in import cookie_name
from bridge.clock import SteppedClock, SystemClock
from bridge.desk.desk import Desk, new_id
from bridge.desk.embedded import EmbeddedServer, find_program
from bridge.desk.keys import Keys
from bridge.media.line_check import names, serving
from bridge.media.line_check.asking import Busy, LineChecks, NoAnswer, NotThere
from bridge.media.line_check.offers import LONGEST, BadOffer, only_candidates, read_offer
from bridge.media.line_check.paths import Path
from bridge.media.paths import Paths, Servers
from bridge.pages.line_check import planned
from bridge.settings import MediaSettings, Settings
from tests.actors import DeskUnderTest
from tests.actors.desk import eventually
from tests.contract.conftest import Bare

MARKER = "this-must-not-be-written-down"
_SECTION = (
    "a=ice-ufrag:abcd",
    "a=ice-pwd:0123456789abcdefghijkl",
    f"a=fingerprint:sha-256 {':'.join(['AB'] * 32)}",
    "a=setup:actpass",
    "a=sendrecv",
    "a=rtcp-mux",
)
CANDIDATES = (
    "a=candidate:1 1 udp 2113937151 192.0.2.7 50000 typ host generation 0",
    "a=candidate:2 1 udp 1677729535 198.51.100.7 50001 typ srflx raddr 0.0.0.0 rport 0",
    "a=candidate:3 1 udp 33562367 203.0.113.7 50002 typ relay raddr 0.0.0.0 rport 0",
    "a=candidate:4 1 udp 2113937151 0a1b2c3d-0000-4000-8000-0123456789ab.local 50003 typ host",
    "a=candidate:5 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active",
    "a=candidate:6 2 udp 2113937151 192.0.2.7 50004 typ host",
    "a=candidate:7 1 udp 2113937151 127.0.0.1 50005 typ host",
    "a=candidate:8 1 udp 2113937151 224.0.0.251 5353 typ host",
    "a=candidate:9 1 udp 2113937151 192.0.2.7 53 typ host",
    "a=candidate:10 1 udp 2113937151 fe80::1 50006 typ host",
)
OFFER_LINES = (
    "v=0",
    "o=- 1 2 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0 1 2",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "c=IN IP4 0.0.0.0",
    *CANDIDATES,
    "a=mid:0",
    *_SECTION,
    "a=rtpmap:111 opus/48000/2",
    "m=video 9 UDP/TLS/RTP/SAVPF 96",
    "c=IN IP4 0.0.0.0",
    "a=mid:1",
    *_SECTION,
    "a=rtpmap:96 VP8/90000",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    "a=mid:2",
    *_SECTION,
    "a=sctp-port:5000",
)


def sdp(*lines: str) -> str:
    return "".join(f"{line}\r\n" for line in lines)


OFFER = sdp(*OFFER_LINES)

# ---------------------------------------------------------------- offers


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("direct", [("192.0.2.7", 50000, "host"), ("198.51.100.7", 50001, "srflx")]),
        ("relay", []),
        ("turn", [("203.0.113.7", 50002, "relay")]),
    ],
)
def test_an_offer_keeps_only_the_candidates_of_its_path_and_calls_no_names_groups_or_services(
    path: Path, expected: list[tuple[str, int, str]]
) -> None:
    offer = read_offer(OFFER, path)
    assert list(offer.candidates) == expected
    assert (offer.ufrag, offer.pwd) == ("abcd", "0123456789abcdefghijkl")
    assert offer.kinds == {"audio", "video", "application"}
    assert "candidate" not in offer.sdp
    assert offer.sdp == sdp(*(line for line in OFFER_LINES if line not in CANDIDATES))


BAD: dict[str, str] = {
    "empty": "",
    "no description": "hello",
    "no section": sdp("v=0", "s=-"),
    "too long": OFFER + "a=x\r\n" * LONGEST,
    "a line that is too long": OFFER + f"a={'x' * 2000}\r\n",
    "not ASCII": OFFER + "a=ä\r\n",
    "a control character": OFFER + "a=x\0\r\n",
    "not a line": OFFER + "candidate\r\n",
    "two of audio": OFFER + sdp("m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=mid:3", *_SECTION, "a=rtpmap:111 opus/48000/2"),
    "another kind": OFFER.replace("m=application", "m=image"),
    "no bundle": OFFER.replace("a=group:BUNDLE 0 1 2", "a=group:BUNDLE 0 1"),
    "the same mid twice": OFFER.replace("a=mid:1", "a=mid:0"),
    "two passwords": OFFER.replace("a=ice-pwd:0123", "a=ice-pwd:9123", 1),
    "a short password": OFFER.replace("0123456789abcdefghijkl", "short"),
    "no fingerprint": OFFER.replace("sha-256", "md5"),
    "an answer": OFFER.replace("a=setup:actpass", "a=setup:passive"),
    "without rtcp-mux": OFFER.replace("a=rtcp-mux", "a=rtcp-rsize"),
    "another codec": OFFER.replace("VP8", "AV1"),
    "a data channel without port": OFFER.replace("a=sctp-port:5000", "a=sctp:5000"),
    "too many candidates": OFFER.replace(CANDIDATES[0], "\r\n".join([CANDIDATES[0]] * 65)),
    "too many formats": OFFER.replace("SAVPF 96", "SAVPF " + " ".join(["96"] * 120)),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_offer_is_refused_with_what_was_expected(what: str) -> None:
    with pytest.raises(BadOffer, match="expected"):
        read_offer(BAD[what], "direct")


@given(
    st.integers(0, len(OFFER_LINES) - 1),
    st.sampled_from(["drop", "double", "swap", "cut"]),
    st.text(max_size=40),
    st.integers(0, 60),
)
def test_whatever_comes_is_an_offer_or_a_bad_one(at: int, how: str, text: str, place: int) -> None:
    lines = list(OFFER_LINES)
    match how:
        case "drop":
            del lines[at]
        case "double":
            lines.insert(at, lines[at])
        case "swap":
            lines[at] = lines[at][:place] + text
        case "cut":
            lines[at] = lines[at][place:]
    with contextlib.suppress(BadOffer):
        assert read_offer(sdp(*lines), "direct").kinds


# ---------------------------------------------------------------- the way through Redis


@asynccontextmanager
async def someone_answers(bare: Bare, *replies: dict[str, Any]) -> AsyncIterator[list[dict[str, Any]]]:
    """Another line check, of which only the messages are known: it gives these replies to every offer."""
    heard: list[dict[str, Any]] = []
    subscribed = asyncio.Event()

    over = False

    async def answer() -> None:
        async with bare.blocking.pubsub() as channel:
            await channel.subscribe(names.offers(bare.keys))
            # redis-py may lose a cancellation: whoever listens looks for himself whether it is over.
            while not over:
                message = await channel.get_message(timeout=0.1)
                if message and message["type"] == "subscribe":
                    subscribed.set()
                elif message:
                    said = json.loads(message["data"])
                    heard.append(said)
                    for reply in replies:
                        await bare.redis.publish(names.answers(bare.keys, said["check"]), json.dumps(reply))

    task = asyncio.create_task(answer())
    await subscribed.wait()
    try:
        yield heard
    finally:
        over = True
        await task


@asynccontextmanager
async def asking(bare: Bare, url: str, patience_s: float = 5.0) -> AsyncIterator[LineChecks]:
    checks = LineChecks(url, bare.keys, patience_s)
    try:
        yield checks
    finally:
        await checks.close()


async def test_the_one_reply_is_what_the_page_gets(bare: Bare, any_server: str) -> None:
    async with asking(bare, any_server) as checks:
        assert not await checks.are_there()
        with pytest.raises(NotThere):
            await checks.ask("a", "direct", OFFER)
        async with someone_answers(bare, {"sdp": "answer"}) as heard:
            assert await checks.are_there()
            assert await checks.ask("b", "relay", OFFER) == "answer"
            assert heard == [{"check": "b", "path": "relay", "sdp": OFFER}]
        for reply, raised in (({"failed": True}, NoAnswer), ({"refused": "expected more"}, BadOffer)):
            async with someone_answers(bare, reply):
                with pytest.raises(raised):
                    await checks.ask("c", "direct", OFFER)


async def test_busy_is_said_when_all_are_busy_and_not_before(bare: Bare, any_server: str) -> None:
    async with asking(bare, any_server) as checks, someone_answers(bare, {"busy": True}):
        with pytest.raises(Busy):
            await checks.ask("a", "direct", OFFER)
        async with someone_answers(bare, {"sdp": "answer"}):
            assert await checks.ask("b", "direct", OFFER) == "answer"


async def test_silence_ends_after_a_while(bare: Bare, any_server: str) -> None:
    async with asking(bare, any_server, patience_s=0.2) as checks, someone_answers(bare):
        with pytest.raises(NoAnswer):
            await checks.ask("a", "direct", OFFER)


async def test_of_several_line_checks_one_takes_an_offer_and_nonsense_stops_none(
    bare: Bare, any_server: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A process that stands back for everything else (nice) begins with it: on a loaded machine that takes its time.
    patience_s = names.CLAIM_KEPT_S - 10.0
    monkeypatch.setattr(serving, "ANSWER_WITHIN_S", patience_s)
    settings = settings.model_copy(update={"desk": settings.desk.model_copy(update={"name": bare.keys.desk})})
    stop = asyncio.Event()
    running = [asyncio.create_task(serving.run(settings, any_server, SystemClock(), stop)) for _ in range(2)]
    # Passes our own reading, and no aiortc takes it: the answer is a refusal, and no call goes on.
    unusable = OFFER.replace("a=rtcp-mux\r\n", "a=rtcp-mux\r\na=extmap:one urn:x\r\n")
    try:
        channel = names.offers(bare.keys)

        async def listening() -> int:
            return dict(await bare.redis.pubsub_numsub(channel)).get(channel, 0)

        await eventually(listening, lambda count: count == 2, "two line checks")
        for nonsense in ("no JSON", "[]", "{}", '{"check": "x", "path": "elsewhere", "sdp": ""}'):
            await bare.redis.publish(channel, nonsense)
        check = new_id()
        async with (
            bare.blocking.pubsub(ignore_subscribe_messages=True) as replies,
            asking(bare, any_server, patience_s) as checks,
        ):
            await replies.subscribe(names.answers(bare.keys, check))
            await replies.get_message(timeout=1)
            with pytest.raises(BadOffer):
                await checks.ask(check, "direct", unusable)
            assert json.loads((await replies.get_message(timeout=1) or {})["data"]).keys() == {"refused"}
            # Whoever was second has looked at the claim long since: nothing more is said.
            assert await replies.get_message(timeout=0.3) is None
        # The only trace is that the check was claimed, for a minute.
        assert await bare.redis.keys(f"{bare.keys.prefix}line_check*") == [names.claim(bare.keys, check)]
        assert 0 < await bare.redis.ttl(names.claim(bare.keys, check)) <= names.CLAIM_KEPT_S
    finally:
        stop.set()
        await asyncio.gather(*running)


async def test_descriptions_reach_no_disk(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The embedded server keeps an append-only file: what is published is not in it, what is set is."""
    folder = tmp_path_factory.mktemp("line")
    server = EmbeddedServer(folder, find_program())
    server.start()
    try:
        checks = LineChecks(server.url, Keys("disk"))
        with pytest.raises(NotThere):
            await checks.ask("seen-on-disk", "direct", f"{OFFER}a={MARKER}\r\n")
        await checks._says.set("seen-on-disk", "1")
        await checks.close()
    finally:
        server.stop()
    written = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert b"seen-on-disk" in written
    assert MARKER.encode() not in written


# ---------------------------------------------------------------- the routes


RESULT: dict[str, Any] = {
    "verdict": "limits",
    "paths": [
        {
            "path": "relay",
            "verdict": "good",
            "outcome": "connected",
            "setup_ms": 80,
            "down": {"round_trip_ms": 20, "loss": 0, "jitter_ms": 2, "kbps": 600, "frames_per_s": 15},
            "up": None,
        }
    ],
    "sound": {"verdict": "heard", "delay_ms": 90, "level_db": -31.5, "echo_left": True, "clipping": False},
    "picture": {"verdict": "fine"},
}


@asynccontextmanager
async def browser(desk: DeskUnderTest, seat: str = "") -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Origin": desk.url}
    if seat:
        headers["Cookie"] = f"{cookie_name(seat)}={await desk.token(seat)}"
    async with aiohttp.ClientSession(desk.url, headers=headers) as session:
        yield session


async def said(answer: Any) -> tuple[int, Any]:
    async with answer as got:
        return got.status, await got.json()


async def test_the_page_is_there_for_anybody(desk: DeskUnderTest) -> None:
    async with browser(desk) as anybody, anybody.get("/linecheck", headers={"Accept-Language": "ar"}) as answer:
        page = await answer.text()
        assert answer.status == 200
        assert '<html lang="ar" dir="rtl">' in page
        assert "script-src 'self' 'nonce-" in answer.headers["Content-Security-Policy"]


async def test_who_may_try_which_path(desk: DeskUnderTest) -> None:
    for seat, paths in (("", ["relay", "turn"]), ("saarijarvi", ["direct", "relay", "turn"])):
        async with browser(desk, seat) as session:
            status, plan = await said(session.get("/api/line-check"))
            assert status == 200
            assert [one["path"] for one in plan["paths"]] == paths
            assert (plan["running"], plan["keeps"]) == (False, bool(seat))
            assert plan["back"] == (f"/kiosk/{seat}" if seat else "/")
            # An offer for a path that is not allowed is refused whatever it holds.
            expected = (503, "not_running") if seat else (403, "not_allowed")
            status, problem = await said(session.post("/api/line-check/direct", json={"sdp": OFFER}))
            assert (status, problem["code"]) == expected


async def test_bad_offers_say_what_was_expected(desk: DeskUnderTest) -> None:
    async with browser(desk, "saarijarvi") as session:
        for body, status, code in (
            ({"sdp": BAD["two of audio"]}, 400, "bad_offer"),
            ({"sdp": ""}, 400, "bad_message"),
            ({"sdp": OFFER, "more": 1}, 400, "bad_message"),
            ({"sdp": "x" * 70_000}, 413, "too_long"),
        ):
            got, problem = await said(session.post("/api/line-check/direct", json=body))
            assert (got, problem["code"]) == (status, code)
            assert ("expected" in problem) == (code == "bad_offer")
        assert (await said(session.post("/api/line-check/direct", data={"sdp": OFFER})))[0] == 415
        assert (await said(session.post("/api/line-check/elsewhere", json={"sdp": OFFER})))[0] == 404


async def test_one_address_may_not_call_again_and_again(desk: DeskUnderTest) -> None:
    async with browser(desk, "saarijarvi") as session:
        answers = [await said(session.post("/api/line-check/direct", json={"sdp": OFFER})) for _ in range(16)]
        assert [status for status, _ in answers] == [503] * 15 + [429]
        assert answers[-1][1] == {"code": "too_many", "wait_s": 5}
        desk.clock.advance(5)
        assert (await said(session.post("/api/line-check/direct", json={"sdp": OFFER})))[0] == 503


async def test_results_are_kept_for_those_signed_in_and_seen_by_those_who_may(desk: DeskUnderTest) -> None:
    async with browser(desk) as anybody:
        assert await said(anybody.post("/api/line-check/result", json=RESULT)) == (200, {"kept": False})
        assert (await said(anybody.get("/api/line-checks")))[0] == 401
    async with browser(desk, "saarijarvi") as kiosk:
        for verdict in ("good", "limits"):
            body = {**RESULT, "verdict": verdict}
            assert await said(kiosk.post("/api/line-check/result", json=body)) == (200, {"kept": True})
        # Asked for as somebody who is not signed in here: not kept for anybody.
        assert await said(kiosk.post("/api/line-check/result?seat=amina", json=RESULT)) == (200, {"kept": False})
        assert (await said(kiosk.get("/api/line-checks")))[0] == 403
    async with browser(desk, "helena") as supervisor:
        status, kept = await said(supervisor.get("/api/line-checks"))
        assert status == 200
        assert kept == [{**RESULT, "seat": "saarijarvi", "role": "kiosk", "at_ms": desk.clock.now_ms()}]
    async with browser(desk, "aino") as administrator, administrator.get("/admin/kiosks/saarijarvi") as answer:
        page = await answer.text()
        assert 'data-checked="limits"' in page
        assert "Line over the relay" in page
    async with browser(desk, "aino") as administrator, administrator.get("/admin/kiosks/viitasaari") as answer:
        assert "data-checked" not in await answer.text()


async def test_a_result_holds_nothing_but_its_figures(desk: DeskUnderTest) -> None:
    changes: tuple[dict[str, Any], ...] = (
        {"address": "192.0.2.7"},
        {"paths": RESULT["paths"] * 4},
        {"verdict": "splendid"},
        {"picture": {"verdict": "fine", "image": "…"}},
        {"paths": [{**RESULT["paths"][0], "setup_ms": -1}]},
    )
    async with browser(desk, "saarijarvi") as kiosk:
        for changed in changes:
            status, problem = await said(kiosk.post("/api/line-check/result", json={**RESULT, **changed}))
            assert (status, problem["code"]) == (400, "bad_message"), changed
        assert (await said(kiosk.post("/api/line-check/result", json={**RESULT, "more": "x" * 10_000})))[0] == 413
    async with browser(desk, "helena") as supervisor:
        assert (await said(supervisor.get("/api/line-checks")))[1] == []


def test_each_path_gets_its_own_servers_only() -> None:
    stun, turn = {"urls": ["stun:192.0.2.7:3479"]}, {"urls": ["turns:t.example.org:443?transport=tcp"], "username": "u"}
    servers = Servers([stun, turn], ["192.0.2.7:3479"])
    found = {path: planned(path, servers) for path in ("direct", "relay", "turn")}
    assert [found[path].ice_servers for path in found] == [[stun], [], [turn]]
    assert [found[path].addresses for path in found] == [[], ["192.0.2.7:3479"], ["t.example.org:443?transport=tcp"]]
    assert all(one.there for one in found.values())
    nothing = Servers([], [])
    assert [planned(path, nothing).there for path in ("direct", "relay", "turn")] == [True, False, False]


def test_strangers_of_one_network_are_one_user_to_turn_for_a_short_while() -> None:
    """So that the TURN servers' quota holds for them together, and nothing that lasts is given away."""
    media = MediaSettings(
        turn_urls=("turn:203.0.113.99:3478",),
        turn_secret="north",
        ice_servers=({"urls": "turn:old.example.org", "username": "all", "credential": "lasting"},),
    )
    clock = SteppedClock()
    paths = Paths(cast(Desk, None), media, clock)

    def names(stranger: str | None) -> list[str]:
        return [str(server["username"]) for server in paths.servers([], stranger).ice_servers]

    [first], [second], [other] = names("192.0.2.7"), names("192.0.2.7"), names("192.0.2.8")
    until_s, _, holder = first.partition(":")
    assert int(until_s) == clock.now_ms() // 1000 + 300
    assert second.partition(":")[2] == holder != other.partition(":")[2]
    assert "192.0.2.7" not in first
    seated = names(None)
    assert seated[0] == "all"
    assert names(None)[1] != seated[1]


def test_our_end_asks_only_addresses_that_can_be_the_strangers_own() -> None:
    lines = [f"a=candidate:1 1 udp 1 {address} 5000 typ host" for address in ("192.0.2.7", "10.0.0.1", "nonsense")]
    sdp = "\r\n".join(["v=0", "a=candidate:short", *lines, "a=mid:0", ""])
    kept = only_candidates(sdp, lambda address: str(address) == "192.0.2.7")
    assert kept.splitlines() == ["v=0", lines[0], "a=mid:0"]


async def test_a_path_that_is_not_there_is_not_tried(desk: DeskUnderTest) -> None:
    async with browser(desk) as anybody:
        status, problem = await said(anybody.post("/api/line-check/turn", json={"sdp": OFFER}))
    assert (status, problem["code"]) == (404, "not_there")
