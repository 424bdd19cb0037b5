"""Who may do what to whose: every message and every route, tried by every role, on what is theirs and what is not.

The cases are made from the table of rights (bridge/domain/rights.py) and from the lists of messages and routes, so a
new one is tried without anybody thinking of it.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bridge.accounts.sign_in import cookie_name
from bridge.accounts.store import Accounts
from bridge.domain.rights import FOR_ANYBODY, RIGHTS, STAFF_ROLES, Act, Whose, whose
from bridge.domain.staff import DESK_ROLES, Role
from bridge.signaling.messages import COMMANDS, QUESTIONS, SIGNALS, SUPERVISION, ErrorCode, Message, OfCall
from tests.actors import AdvisorActor, DeskUnderTest, InterpreterActor, KioskActor
from tests.actors.people import Actor, SupervisorActor, key

MESSAGES: dict[Act, type[Message]] = {Act(message.EVENT): message for message in (*COMMANDS, *QUESTIONS, *SIGNALS)}
SEATS = {
    Role.KIOSK: "saarijarvi",
    Role.ADVISOR: "amina",
    Role.INTERPRETER: "selam",
    Role.SUPERVISOR: "helena",
    Role.ADMINISTRATOR: "aino",
    Role.MUNICIPALITY: "kirsi",
}
ACTORS: dict[Role, type[Actor]] = {
    Role.KIOSK: KioskActor,
    Role.ADVISOR: AdvisorActor,
    Role.INTERPRETER: InterpreterActor,
    Role.SUPERVISOR: SupervisorActor,
}

#: What a refusal says, by what the act needs: for somebody else's thing, and for one that is over.
REFUSALS: dict[Whose, tuple[ErrorCode, ErrorCode]] = {
    Whose.OWN_CALL: (ErrorCode.NOT_YOURS, ErrorCode.CALL_OVER),
    Whose.OWN_OFFER: (ErrorCode.NOT_YOURS, ErrorCode.OFFER_OVER),
    Whose.OWN_WRAP_UP: (ErrorCode.NOT_YOURS, ErrorCode.NOT_YOURS),
}


@dataclass
class Scene:
    """Somebody of the role, a call and an offer of somebody else, and one of each that is over."""

    desk: DeskUnderTest
    sender: Actor
    others_call: str
    others_offer: str
    over_call: str
    over_offer: str


async def scene_of(desk: DeskUnderTest, role: Role) -> Scene:
    """A kiosk's or an advisor's own things are made by the test that needs them."""
    yusuf = await desk.advisor("yusuf")
    visitor = await desk.kiosk("viitasaari")
    over_call = await visitor.asks_for("ckb")
    over_offer = (await yusuf.is_offered(over_call))["id"]
    await yusuf.accepts()
    await yusuf.ends()
    await yusuf.wraps_up()
    await yusuf.is_("available", "ringing")
    others_call = await visitor.asks_for("ckb")
    others_offer = (await yusuf.is_offered(others_call))["id"]
    sender = await desk.actor(ACTORS[role], SEATS[role])
    await sender.arrives()
    return Scene(desk, sender, others_call, others_offer, over_call, over_offer)


def fields_of(act: Act, call: str, offer: str) -> dict[str, Any]:
    """A message that is right in every respect but whose it is."""
    message = MESSAGES[act]
    fields: dict[str, Any] = {
        "key": key(),
        "call": call,
        "offer": offer,
        "language": "ar",
        "presence": "available",
        "link": 1,
        "generation": 1,
        "also": [],
        "wish": None,
        "channel": "video",
        "reason": None,
        "ends_at_ms": None,
        "work": "visit",
        "staff": None,
        "open": False,
        "notice": "technical",
        "topics": ["work"],
        "onward": [],
        "outcome": None,
        "then": "available",
        "description": {"type": "offer", "sdp": "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"},
        "candidate": None,
        "text": "{}",
        "route": "direct",
        "route_changes": 0,
        "no_route": None,
        "connect_ms": 300,
        "good_s": 1,
        "fair_s": 0,
        "poor_s": 0,
        "trouble": "none",
    }
    if act in {Act.INVITE, Act.GIVE_CALL, Act.SET_STAFF}:
        fields["staff"] = "yusuf"
    return {name: fields[name] for name in message.model_fields}


def of_desk(snapshot: dict[str, Any]) -> dict[str, Any]:
    """What must not have changed."""
    return {kind: sorted(snapshot[kind], key=lambda one: one["id"]) for kind in ("calls", "offers", "staff", "kiosks")}


@pytest.mark.parametrize("role", DESK_ROLES)
async def test_what_is_not_ones_own_is_refused_and_nothing_changes(desk: DeskUnderTest, role: Role) -> None:
    scene = await scene_of(desk, role)
    before = of_desk(await desk.snapshot())
    for act, message in MESSAGES.items():
        right = RIGHTS.get((role, act))
        for call, offer, which in (
            (scene.others_call, scene.others_offer, 0),
            (scene.over_call, scene.over_offer, 1),
        ):
            if right in {Whose.OWN_KIOSK, Whose.OWN_DESK, Whose.ANY}:
                continue
            answer = await scene.sender.says(message, **fields_of(act, call, offer))
            expected = ErrorCode.NOT_ALLOWED if right is None else REFUSALS[right][which]
            if issubclass(message, OfCall) and right is not None:
                expected = ErrorCode.NOT_YOURS
            assert (answer["ok"], answer.get("code")) == (False, expected), (role, act, which, answer)
    assert of_desk(await desk.snapshot()) == before


#: What is done of one's own while nobody talks.
ALONE = {
    Act.JOIN,
    Act.SET_PRESENCE,
    Act.SET_SHIFT,
    Act.SERVE,
    Act.SERVED,
    Act.SET_STAFF,
    Act.SET_LANGUAGE,
    Act.SET_NOTICE,
}
WHILE_IT_RINGS = {Act.ACCEPT, Act.DECLINE}
WHILE_IT_WAITS = {Act.RAISE_CALL, Act.GIVE_CALL, Act.MOVE_CALL}
AFTERWARDS = {Act.WRAP_UP, Act.EXTEND_WRAP_UP}


async def call_for(desk: DeskUnderTest, sender: Actor, act: Act) -> tuple[str, str, int]:
    """A call as the act needs it, with the sender in it: its id, an offer, and the sender's link."""
    visitor = sender if isinstance(sender, KioskActor) else await desk.kiosk()
    if act in WHILE_IT_WAITS:
        await desk.advisor("yusuf")
        call = await visitor.asks_for("th")
        return call, "o", 1
    advisor = sender if sender.seat == "amina" else await desk.advisor("amina", available=False)
    assert isinstance(advisor, AdvisorActor)
    await advisor.goes_available()
    call = await visitor.asks_for("ar")
    offer = await advisor.is_offered(call)
    if act in WHILE_IT_RINGS and sender is advisor:
        return call, offer["id"], 1
    await advisor.accepts()
    talking = await visitor.talks()
    link = talking["links"][0]["link"]
    if act in AFTERWARDS:
        await advisor.ends()
    if act in {Act.INVITE, Act.ASK_INTERPRETER, Act.CANCEL_ASK, Act.STEP_OUT} and sender is advisor:
        await desk.advisor("yusuf")
        await desk.interpreter("selam")
    if act is Act.CANCEL_ASK:
        await advisor.asks_for_an_interpreter("ti")
    if act is Act.STEP_OUT and sender is advisor:
        yusuf = await desk.advisor("yusuf")
        await advisor.invites("yusuf")
        await yusuf.accepts()
    if isinstance(sender, InterpreterActor):
        await sender.goes_available()
        await advisor.asks_for_an_interpreter("ti")
        offer = await sender.is_offered(call)
        if act in WHILE_IT_RINGS:
            return call, offer["id"], 1
        await sender.accepts()
        link = (sender.one("advisor_call") or {})["links"][0]["link"]
    return call, offer["id"], link


@pytest.mark.parametrize(("role", "act"), [pair for pair in RIGHTS if pair[1] in MESSAGES])
async def test_what_is_ones_own_is_allowed(desk: DeskUnderTest, role: Role, act: Act) -> None:
    sender = await desk.actor(ACTORS[role], SEATS[role])
    await sender.arrives()
    call, offer, link = "c", "o", 1
    if act is Act.SET_STAFF:
        await desk.advisor("yusuf")
    if act is Act.SERVED:
        await sender.does(MESSAGES[Act.SERVE], work="phone", language=None)
    if act not in ALONE:
        call, offer, link = await call_for(desk, sender, act)
    fields = fields_of(act, call, offer)
    if "link" in fields:
        fields["link"] = link
    if act is Act.ASK_INTERPRETER:
        fields["language"] = "ti"
    answer = await sender.says(MESSAGES[act], **fields)
    assert answer["ok"], (role, act, answer, sender.told())


@pytest.mark.parametrize("act", [Act(message.EVENT) for message in SUPERVISION])
async def test_the_supervisors_hand_takes_what_is_there_and_says_so_when_it_is_not(
    desk: DeskUnderTest, act: Act
) -> None:
    scene = await scene_of(desk, Role.SUPERVISOR)
    before = of_desk(await desk.snapshot())
    fields = fields_of(act, scene.over_call, scene.over_offer)
    if "staff" in fields:
        fields["staff"] = "nobody"
    if "language" in fields:
        fields["language"] = "xx"
    answer = await scene.sender.says(MESSAGES[act], **fields)
    expected = {
        Act.SET_STAFF: ErrorCode.NOT_YOURS,
        Act.SET_LANGUAGE: ErrorCode.NO_SUCH_LANGUAGE,
        Act.SET_NOTICE: ErrorCode.NO_SUCH_LANGUAGE,
        Act.MOVE_CALL: ErrorCode.NO_SUCH_LANGUAGE,
    }.get(act, ErrorCode.CALL_OVER)
    assert (answer["ok"], answer.get("code")) == (False, expected), answer
    assert of_desk(await desk.snapshot()) == before


async def test_another_page_of_the_same_seat_may_look_but_not_act(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    second = await desk.actor(AdvisorActor, "amina")
    await second.arrives(claim=False)
    for act in (act for (role, act) in RIGHTS if role is Role.ADVISOR and act in MESSAGES):
        answer = await second.says(MESSAGES[act], **fields_of(act, "c", "o"))
        assert answer.get("code") == ErrorCode.NOT_THIS_PAGE, act
    await amina.is_("available")


def test_a_role_that_has_no_place_at_the_desk_has_no_line_to_it() -> None:
    assert {role for role, act in RIGHTS if act in MESSAGES} <= set(DESK_ROLES)


# ---------------------------------------------------------------- HTTP


PLACES = {"seat": "amina", "id": "amina", "deed": "sign-out", "code": "fi", "path": "direct"}


def path_of(pattern: str, **places: str) -> str:
    """A path of a route."""
    return re.sub(r"\{(\w+)(?::(?:[^{}]|\{[^{}]*\})*)?\}", lambda found: {**PLACES, **places}[found[1]], pattern)


@asynccontextmanager
async def session_of(desk: DeskUnderTest, role: Role | None) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Origin": desk.url, "Accept": "application/json"}
    if role is not None:
        headers["Cookie"] = f"{cookie_name(SEATS[role])}={await desk.token(SEATS[role])}"
    async with aiohttp.ClientSession(headers=headers) as session:
        yield session


async def ask(session: aiohttp.ClientSession, desk: DeskUnderTest, method: str, path: str) -> int:
    form = {"seat": "amina"} if method == "POST" else None
    async with session.request(method, desk.url + path, data=form, allow_redirects=False) as answer:
        return answer.status


@pytest.mark.parametrize("role", [None, *SEATS])
async def test_every_route_lets_in_whom_the_table_lets_in(desk: DeskUnderTest, role: Role | None) -> None:
    before, audit_before = of_desk(await desk.snapshot()), await audit_of(desk)
    allowed: list[tuple[str, str, Act]] = []
    async with session_of(desk, role) as session:
        for route in desk.routes:
            seat_page = route.act in {Act.KIOSK_PAGE, Act.CONSOLE_PAGE, Act.BOARD_PAGE}
            path = path_of(route.path, seat=SEATS[role] if role and seat_page else "amina")
            if whose(role, route.act) is not None:
                allowed.append((route.method, path, route.act))
                continue
            status = await ask(session, desk, route.method, path)
            expected = {404, 200} if seat_page else {401} if role is None else {403}
            assert status in expected, (role, route, status)
            if status == 200:
                # The demo desk's page that offers to sign in, and nothing else.
                async with session.get(desk.url + path) as answer:
                    assert 'id="boot"' not in await answer.text()
        assert of_desk(await desk.snapshot()) == before
        assert await audit_of(desk) == audit_before
        # What ends the sign-in comes last.
        for method, path, act in sorted(allowed, key=lambda one: "sign-out-everywhere" in one[1]):
            if act is Act.SIGN_OUT:
                continue
            status = await ask(session, desk, method, path)
            assert status not in {401, 500, 503}, (role, method, path, status)
            if act not in FOR_ANYBODY and "account" not in path:
                assert status != 403, (role, method, path, status)


@pytest.mark.parametrize("role", SEATS)
async def test_a_page_of_somebody_else_opens_to_nobody(desk: DeskUnderTest, role: Role) -> None:
    async with session_of(desk, role) as session:
        for page in (
            "/kiosk/viitasaari",
            "/console/yusuf",
            "/console/selam",
            "/supervisor/helena",
            "/kiosk/saarijarvi",
        ):
            if page.endswith(SEATS[role]):
                continue
            async with session.get(desk.url + page) as answer:
                assert 'id="boot"' not in await answer.text(), (role, page)


async def test_a_municipality_sees_its_own_kiosks_and_figures_only(desk: DeskUnderTest) -> None:
    async with session_of(desk, Role.MUNICIPALITY) as session:
        async with session.get(f"{desk.url}/api/kiosks") as answer:
            assert [kiosk["id"] for kiosk in await answer.json()] == ["saarijarvi"]
        async with session.get(f"{desk.url}/municipality", headers={"Accept": "text/html"}) as answer:
            page = await answer.text()
            assert "Saarijärvi library" in page
            assert "Viitasaari" not in page
    async with session_of(desk, Role.ADMINISTRATOR) as session, session.get(f"{desk.url}/api/kiosks") as answer:
        assert [kiosk["id"] for kiosk in await answer.json()] == ["saarijarvi", "viitasaari"]


def test_every_act_is_somebodys_and_every_role_has_one() -> None:
    assert {act for _, act in RIGHTS} | FOR_ANYBODY == set(Act)
    assert {role for role, _ in RIGHTS} == set(Role)
    assert not {act for _, act in RIGHTS} & FOR_ANYBODY
    assert {Role.KIOSK} | STAFF_ROLES == set(Role)


async def test_a_form_from_elsewhere_is_refused_on_every_route(desk: DeskUnderTest) -> None:
    async with session_of(desk, Role.ADMINISTRATOR) as session:
        for route in desk.routes:
            if route.method != "POST":
                continue
            for origin in ("https://evil.example", "null"):
                async with session.post(
                    desk.url + path_of(route.path), data={"seat": "amina"}, headers={"Origin": origin}
                ) as answer:
                    assert answer.status == 403, (route, origin)


async def audit_of(desk: DeskUnderTest) -> int:
    accounts = Accounts.open(desk.settings.database_url, desk.clock)
    try:
        rows = await accounts.audit(1)
        return rows[0].number if rows else 0
    finally:
        await accounts.close()
