"""20,000 malformed, oversized and unauthorised messages and requests: they change nothing and crash nothing.

The seed is fixed, so that a failure comes again; GLORIA_TEST_FUZZ_SEED takes another one.
"""

import asyncio
import contextlib
import json
import logging
import os
import random
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import msgpack
import pytest

from bridge.accounts.sign_in import cookie_name
from bridge.accounts.store import Accounts
from bridge.database import schema
from bridge.domain.rights import RIGHTS, Act, Whose
from bridge.domain.staff import Role
from bridge.settings import Settings
from bridge.signaling.lines import MESSAGE_LIMIT_BYTES
from tests.actors.desk import DeskUnderTest, desk_under_test
from tests.actors.people import Actor, key
from tests.scenarios.test_authorisation import (
    ACTORS,
    MESSAGES,
    PLACES,
    SEATS,
    Scene,
    audit_of,
    fields_of,
    of_desk,
    path_of,
    scene_of,
)

SEED = int(os.environ.get("GLORIA_TEST_FUZZ_SEED", "20261122"))
MESSAGES_TRIED, FRAMES_TRIED, REQUESTS_TRIED = 13_000, 2_000, 5_000
TALKATIVE = (Role.KIOSK, Role.ADVISOR, Role.INTERPRETER, Role.SUPERVISOR)


@pytest.fixture
async def desk(settings: Settings, redis_url: str, caplog: pytest.LogCaptureFixture) -> AsyncIterator[DeskUnderTest]:
    """With limits so wide that every message gets as far as it can; afterwards no error is in the log."""
    values = settings.model_dump()
    values["limits"] = dict.fromkeys(values["limits"], 100000)
    await schema.upgrade(settings.database_url)
    async with desk_under_test(Settings.model_validate(values), redis_url) as under_test:
        yield under_test
    errors = [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not errors, errors[:5]


# ---------------------------------------------------------------- what is sent

ODD_TEXTS = ["", " ", "\0", "\u202e", "x" * 70, "../../etc/passwd", "' OR 1=1 --", "{{7*7}}", "🙂" * 40]
ODD_NAMES = ["", "desk.snapshot", "desk.fact", "error", "message", "*", "call.join ", "CALL.JOIN"]
ODD_TYPES = [
    "application/json",
    "multipart/form-data",
    "text/xml",
    "x" * 100,
    "application/x-www-form-urlencoded; charset=unicode_escape",
    "application/x-www-form-urlencoded; charset=punycode",
    "application/x-www-form-urlencoded; charset=x\u2603",
]
ODD_QUERIES = ["", "?before=x", "?before=-1&limit=10", f"?limit={10**40}", "?about=%00%ff", "?" + "a=b&" * 200]
ODD: list[Callable[[random.Random], Any]] = [
    lambda chance: None,
    lambda chance: True,
    lambda chance: chance.choice(
        [0, -1, 2**31, 2**53, 2**63 - 1, 2**64 - 1, -(2**63), 0.5, float("inf"), float("nan")]
    ),
    lambda chance: chance.choice(
        ["", " ", "\0", "\u202e", "x" * 70, "../../etc/passwd", "' OR 1=1 --", "{{7*7}}", "🙂" * 40]
    ),
    lambda chance: "y" * chance.choice([1_000, 65_000]),
    lambda chance: [],
    lambda chance: {},
    lambda chance: [[[[[]]]]],
    lambda chance: {"$ne": None},
    lambda chance: [{"key": "a" * 8}] * 50,
    lambda chance: chance.randbytes(chance.choice([0, 1, 100])),
]


def odd(chance: random.Random) -> Any:
    return chance.choice(ODD)(chance)


def bad_message(chance: random.Random, scene: Scene, role: Role) -> tuple[str, tuple[Any, ...]]:
    """An event with arguments of which at least something is wrong."""
    act = chance.choice(list(MESSAGES))
    call, offer = chance.choice([(scene.others_call, scene.others_offer), (scene.over_call, scene.over_offer)])
    fields = fields_of(act, call, offer)
    allowed = (role, act) in RIGHTS
    ways = ["drop", "unknown", "odd", "odd", "count", "name", "shape"]
    if not allowed or RIGHTS[role, act] not in {Whose.OWN_KIOSK, Whose.OWN_DESK, Whose.ANY}:
        # Right in every respect, but not theirs to send.
        ways += ["whole", "whole"]
    match chance.choice(ways):
        case "drop":
            del fields[chance.choice([name for name in fields if MESSAGES[act].model_fields[name].is_required()])]
        case "unknown":
            fields[chance.choice(["role", "seat", "person", "kiosk", "__proto__", "state", "KEY", ""])] = odd(chance)
        case "odd":
            name = chance.choice(
                [name for name in fields if name not in {"outcome", "candidate", "open", "ends_at_ms"}]
            )
            value = odd(chance)
            fields[name] = {"not": "this"} if value in ([], None) or isinstance(value, str | int) else value
        case "count":
            return act, chance.choice([(), (fields, fields), (fields, None)])
        case "name":
            return chance.choice(
                [f"{act} ", str(act).upper(), "", "desk.snapshot", "desk.fact", "error", "message", "*"]
            ), (fields,)
        case "shape":
            return act, (chance.choice([None, [], "text", 7, [fields], True]),)
    return act, (fields,)


# ---------------------------------------------------------------- messages


async def test_bad_messages_are_refused_one_by_one(desk: DeskUnderTest) -> None:
    chance = random.Random(SEED)
    scene = await scene_of(desk, Role.KIOSK)
    senders: dict[Role, Actor] = {Role.KIOSK: scene.sender}
    for role in TALKATIVE[1:]:
        senders[role] = await desk.actor(ACTORS[role], SEATS[role])
        await senders[role].arrives()
    before, audit_before = of_desk(await desk.snapshot()), await audit_of(desk)

    async def talk(role: Role, count: int) -> None:
        for _ in range(count):
            event, arguments = bad_message(chance, scene, role)
            answer = await senders[role].says_raw(event, *arguments)
            assert answer["ok"] is False, (role, event, arguments, answer)
            assert len(str(answer)) < 400, "an answer repeats what was sent"

    await asyncio.gather(*(talk(role, MESSAGES_TRIED // len(TALKATIVE)) for role in TALKATIVE))
    assert of_desk(await desk.snapshot()) == before
    assert await audit_of(desk) == audit_before
    for sender in senders.values():
        assert sender.connected


# ---------------------------------------------------------------- frames


def bad_frame(chance: random.Random) -> bytes | str:
    """A frame below the messages: not msgpack, not a packet, an event of the library's own."""
    event: Any = chance.choice(["connect", "disconnect", "connect_error", "call.join", 7, None, []])
    packet: Any = {
        "type": chance.choice([0, 1, 2, 2, 2, 3, 4, 5, 6, 7, -1, "2", None]),
        "nsp": chance.choice(["/kiosk", "/advisor", "/", "", "/nobody", None, 7, ["/kiosk"]]),
        "data": chance.choice([[event], [event, {}], [], {}, None, "text", [event, {"aiohttp.request": None}, {}]]),
    }
    if chance.random() < 0.5:
        packet["id"] = chance.choice([0, 1, -1, "x", None, 2**40])
    if chance.random() < 0.2:
        packet["attachments"] = chance.choice([0, 1, 10**9, "x"])
    whole: bytes = msgpack.packb(packet)
    frame: bytes | str = chance.choice(
        [
            whole,
            whole,
            whole[: chance.randrange(len(whole))],
            chance.randbytes(chance.choice([1, 50, 5_000])),
            msgpack.packb(odd(chance)),
            chance.choice(["2", "3", "4", "40", "40/kiosk,", '42["disconnect"]', "5", "6", "99", "", "b" + "A" * 40]),
            "4" + "x" * chance.choice([10, 1_000]),
        ]
    )
    return frame


async def test_bad_frames_end_their_own_connection_at_most(desk: DeskUnderTest) -> None:
    chance = random.Random(SEED)
    scene = await scene_of(desk, Role.ADVISOR)
    other = await desk.actor(ACTORS[Role.KIOSK], SEATS[Role.KIOSK])
    await other.arrives()
    before = of_desk(await desk.snapshot())
    cookie = f"{cookie_name('helena')}={await desk.token('helena')}"
    hello = msgpack.packb(
        {"type": 0, "nsp": "/supervisor", "data": {"seat": "helena", "page": key(), "claim": True, "version": 1}}
    )
    sent = 0
    async with aiohttp.ClientSession(headers={"Cookie": cookie, "Origin": desk.url}) as session:
        while sent < FRAMES_TRIED:
            async with session.ws_connect(f"{desk.url}/socket.io/?EIO=4&transport=websocket") as line:
                await line.receive()
                if chance.random() < 0.7:
                    await line.send_bytes(hello)
                for _ in range(4):
                    frame = bad_frame(chance)
                    try:
                        await (line.send_str(frame) if isinstance(frame, str) else line.send_bytes(frame))
                    except ConnectionError:
                        break
                    sent += 1
    assert of_desk(await desk.snapshot()) == before
    assert scene.sender.connected
    assert other.connected
    # Who had nothing to do with it is served.
    answer = await other.says(MESSAGES[Act.JOIN], key=key(), language="th")
    assert answer["ok"], answer


@pytest.mark.parametrize("event", ["connect", "disconnect"])
async def test_an_event_of_the_librarys_own_name_ends_the_connection_and_the_desk_knows(
    desk: DeskUnderTest, event: str
) -> None:
    """Taken for its own, "disconnect" would leave a page that hears nothing and a desk that thinks otherwise."""
    amina = await desk.advisor("amina")
    line = amina._line
    assert line is not None
    await line.emit(event, {"aiohttp.request": None}, namespace="/advisor")
    await amina.loses_the_line()
    await amina.loses_the_network()
    await amina.comes_back()
    await amina.is_("available")


async def test_a_line_that_asks_and_does_not_listen_is_closed(desk: DeskUnderTest) -> None:
    """The library would answer every unknown namespace with its name, up to 100 kB, into a queue without end."""
    kiosk = await desk.kiosk()
    connect = msgpack.packb({"type": 0, "nsp": "/" + "x" * 90_000})
    void = {"seat": "helena", "page": key(), "claim": True, "version": 1}
    async with aiohttp.ClientSession(headers={"Origin": desk.url}) as session:
        for frame in (connect, msgpack.packb({"type": 0, "nsp": "/supervisor", "data": void})):
            async with session.ws_connect(f"{desk.url}/socket.io/?EIO=4&transport=websocket") as line:
                sent = 0
                with contextlib.suppress(ConnectionError, TimeoutError):
                    async with asyncio.timeout(5):
                        while not line.closed and sent < 400:
                            await line.send_bytes(frame)
                            sent += 1
                            if sent > 3:
                                message = await line.receive(timeout=2)
                                if message.type.name.startswith("CLOS"):
                                    break
                assert sent < 20, sent
    await kiosk.asks_for("ar")


async def test_a_line_that_does_not_say_whose_it_is_is_closed(
    desk: DeskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.signaling.lines._NAMED_WITHIN_S", 0.05)
    kiosk = await desk.kiosk()
    async with (
        aiohttp.ClientSession(headers={"Origin": desk.url}) as session,
        session.ws_connect(f"{desk.url}/socket.io/?EIO=4&transport=websocket") as line,
        asyncio.timeout(5),
    ):
        while not (await line.receive()).type.name.startswith("CLOS"):
            pass
    await kiosk.asks_for("ar")


async def test_a_frame_over_the_limit_closes_its_own_connection(desk: DeskUnderTest) -> None:
    kiosk = await desk.kiosk()
    other = await desk.kiosk("viitasaari")
    line = kiosk._line
    assert line is not None
    await line.emit("call.join", {"key": "x" * (MESSAGE_LIMIT_BYTES + 1)}, namespace="/kiosk")
    await kiosk.loses_the_line()
    await kiosk.loses_the_network()
    await kiosk.comes_back()
    await other.asks_for("ar")


# ---------------------------------------------------------------- requests


async def test_bad_requests_change_nothing(desk: DeskUnderTest) -> None:
    chance = random.Random(SEED)
    scene = await scene_of(desk, Role.KIOSK)
    before = of_desk(await desk.snapshot())
    accounts_before = await roster_of(desk)
    tokens = {seat: await desk.token(seat) for seat in SEATS.values()}
    connector = aiohttp.TCPConnector(limit=4)
    statuses: dict[int, int] = {}
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def ask(count: int) -> None:
            for _ in range(count):
                status = await bad_request(chance, desk, session, tokens)
                assert status < 500, status
                statuses[status] = statuses.get(status, 0) + 1

        await asyncio.gather(*(ask(REQUESTS_TRIED // 4) for _ in range(4)))
    assert of_desk(await desk.snapshot()) == before
    assert await roster_of(desk) == accounts_before
    assert scene.sender.connected
    assert {400, 401, 403, 404, 405, 415} <= set(statuses), statuses


async def bad_request(
    chance: random.Random, desk: DeskUnderTest, session: aiohttp.ClientSession, tokens: dict[str, str]
) -> int:
    """A request that may do nothing: no sign-in or another role's, no origin of ours, or a body that is none."""
    route = chance.choice(desk.routes)
    places = {name: chance.choice([PLACES[name], "nobody", "%00", "..%2f..", "x" * 300]) for name in PLACES}
    path = path_of(route.path, **places)
    method = chance.choice([route.method, "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
    headers = {"Accept": chance.choice(["text/html", "application/json", "*/*", "x/" * 30])}
    if chance.random() < 0.5 and route.act is not Act.DEMO_SIGN_IN:
        # A form of one of our own pages, of somebody who is not signed in.
        headers["Origin"] = desk.url
    # Nobody, a void token, somebody's token in somebody else's cookie; a right one only without an origin of ours.
    seat = chance.choice(list(tokens))
    match chance.randrange(4):
        case 0:
            headers["Cookie"] = f"{cookie_name(seat)}={chance.randbytes(20).hex()}"
        case 1:
            headers["Cookie"] = f"{cookie_name(seat)}={tokens[chance.choice([s for s in tokens if s != seat])]}"
        case 2:
            headers["Cookie"] = "; ".join(f"gloria-{n}={'x' * 200}" for n in range(20))
        case 3:
            headers["Cookie"] = f"{cookie_name(seat)}={tokens[seat]}"
            headers["Origin"] = chance.choice(["https://evil.example", "null", desk.url + ".evil.example", "x" * 200])
            if method == "GET":
                headers["Range"] = chance.choice(["bytes=0-0", "bytes=9999999-", "lines=1"])
    if chance.random() < 0.3:
        headers["X-Forwarded-For"] = "127.0.0.1, ::1, ["
    if chance.random() < 0.3:
        headers["Content-Type"] = chance.choice(ODD_TYPES)
    body = chance.choice(
        [
            None,
            b"",
            chance.randbytes(300),
            b"a=" + b"b" * chance.choice([100, 20_000, 150_000]),
            json.dumps({"code": odd(chance) if chance.random() < 0.5 else 7}, default=str).encode(),
            b"{" * 5_000,
            b"name=\\ud800&password=\\x00",
            b"seat=amina&seat=helena&name=%00&password=%ff",
        ]
    )
    query = chance.choice(
        ["", "?before=x", "?before=-1&limit=10", f"?limit={10**40}", "?about=%00%ff", "?" + "a=b&" * 200]
    )
    async with session.request(
        method, desk.url + path + query, data=body, headers=headers, allow_redirects=False
    ) as answer:
        text = await answer.text(errors="replace")
        assert "Traceback" not in text
        if "Set-Cookie" in answer.headers:
            # Only to take one away.
            assert all("Max-Age=0" in cookie for cookie in answer.headers.getall("Set-Cookie")), (method, path)
        return answer.status


async def roster_of(desk: DeskUnderTest) -> Any:
    accounts = Accounts.open(desk.settings.database_url, desk.clock)
    try:
        return await accounts.everybody()
    finally:
        await accounts.close()
