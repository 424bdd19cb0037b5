"""A sign-in that is taken back or expires ends the page's connection at once, but no conversation."""

import asyncio
from collections.abc import Iterable

import pytest
from socketio.exceptions import BadNamespaceError
from socketio.exceptions import ConnectionError as SocketRefused
from socketio.exceptions import TimeoutError as SocketTimeout

from bridge.accounts.model import StaffDraft
from bridge.accounts.sign_in import SignIns, cookie_name
from bridge.signaling.messages import Join, Message, SetPresence
from tests.actors import DeskUnderTest
from tests.actors.desk import eventually
from tests.actors.office import browser, office_of
from tests.actors.people import Actor, key


async def signs_out(desk: DeskUnderTest, actor: Actor) -> None:
    """In the browser of the page, by the form."""
    async with browser(desk.url, Cookie=f"{cookie_name(actor.seat)}={actor.token}") as own:
        await own.sends("/sign-out", seat=actor.seat)
        assert own.status == 200


async def test_signing_out_anywhere_closes_the_page_at_once_and_keeps_it_out(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    helena = await desk.supervisor()
    await signs_out(desk, amina)
    await amina.loses_the_line()
    await helena.hears(lambda: not helena.model[("board_staff", "amina")]["connected"], "amina disconnected")
    await helena.hears(lambda: helena.model[("board_staff", "amina")]["presence"] == "offline", "amina off duty")
    await amina.loses_the_network()
    with pytest.raises(SocketRefused):
        await amina.connects()
    assert amina.refused_with == "not_signed_in"


async def test_who_comes_while_sign_ins_are_looked_at_stays(
    desk: DeskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, came = asyncio.Event(), asyncio.Event()
    still_good = SignIns.still_good

    async def slow(self: SignIns, tokens: Iterable[str]) -> set[str]:
        good = await still_good(self, tokens)
        looking.set()
        await came.wait()
        return good

    yusuf = await desk.advisor("yusuf")
    monkeypatch.setattr(SignIns, "still_good", slow)
    passing = asyncio.create_task(desk.passes(desk.settings.timing.lease_interval_s))
    await looking.wait()
    amina = await desk.advisor("amina")
    # Yusuf goes: the look is over when his page is closed.
    await signs_out(desk, yusuf)
    came.set()
    await yusuf.loses_the_line()
    await passing
    call = await (await desk.kiosk()).asks_for("ar")
    await amina.accepts()
    assert ("advisor_call", call) in amina.model


async def test_whoever_is_in_a_call_finishes_it(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    await amina.accepts()
    await signs_out(desk, amina)
    await desk.passes(desk.settings.timing.lease_interval_s * 3)
    await amina.ends()
    await visitor.sees_the_end(call, "completed")
    await desk.passes(desk.settings.timing.lease_interval_s + 1)
    await amina.loses_the_line()


async def test_who_is_disabled_is_out_at_once_everywhere(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    supervisor = await desk.supervisor()
    async with office_of(desk.settings, desk.redis_url, desk.clock) as office:
        await office.office.set_active("amina", False, "command")
        await amina.loses_the_line()
        await supervisor.hears(lambda: ("board_staff", "amina") not in supervisor.model, "amina off the board")
        await amina.loses_the_network()
        with pytest.raises(SocketRefused):
            await amina.connects()
        await office.office.set_active("amina", True, "command")
        await supervisor.hears(lambda: ("board_staff", "amina") in supervisor.model, "amina on the board again")
        # What was given before stays void.
        with pytest.raises(SocketRefused):
            await amina.connects()
        amina.token = await desk.token("amina")
        await amina.arrives()


async def test_who_is_disabled_in_a_call_finishes_it_and_is_gone_afterwards(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    supervisor = await desk.supervisor()
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    await amina.accepts()
    async with office_of(desk.settings, desk.redis_url, desk.clock) as office:
        await office.office.set_active("amina", False, "command")
    await amina.ends()
    await visitor.sees_the_end(call, "completed")
    await desk.passes(desk.settings.timing.lease_interval_s + 1)
    await amina.loses_the_line()
    await desk.passes(desk.settings.accounts.roster_interval_s + 1)
    await supervisor.hears(lambda: ("board_staff", "amina") not in supervisor.model, "amina off the board")


async def test_who_never_pauses_between_calls_is_out_all_the_same(desk: DeskUnderTest) -> None:
    """Whoever begins the next call in the same instant must not stay for ever."""
    visitor = await desk.kiosk()
    second = await desk.kiosk("viitasaari")
    amina = await desk.advisor("amina")
    call = await visitor.asks_for("ar")
    await amina.accepts()
    async with office_of(desk.settings, desk.redis_url, desk.clock) as office:
        await office.office.set_active("amina", False, "command")
        await office.office.set_active("saarijarvi", False, "command")
        await second.asks_for("ar")
        await visitor.leaves()
        # Neither the kiosk nor the advisor begins anything else, however quick they are.
        await visitor.sees_an_end(call)
        refused = await _at_once(visitor, Join, language="ar")
        assert refused in {"not_signed_in", "not_yours", "gone"}
        assert await _at_once(amina, SetPresence, presence="available") in {"not_signed_in", "gone"}
        await desk.passes(desk.settings.timing.lease_interval_s + 1)
        await visitor.loses_the_line()
        await amina.loses_the_line()
        await second.waits()


async def test_a_revoked_sign_in_begins_no_second_call(desk: DeskUnderTest) -> None:
    """Signed out, not disabled: the account is good, this page's sign-in is not."""
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    second = await desk.kiosk("viitasaari")
    await visitor.asks_for("ar")
    await amina.accepts()
    await signs_out(desk, amina)
    await second.asks_for("ar")
    await eventually(
        lambda: _at_once(amina, SetPresence, presence="away"),
        lambda code: code == "not_signed_in",
        "the page is leaving",
    )
    await amina.ends()
    assert await _at_once(amina, SetPresence, presence="available") == "not_signed_in"
    await desk.passes(desk.settings.timing.lease_interval_s + 1)
    await amina.loses_the_line()
    await second.waits()


async def _at_once(actor: Actor, message: type[Message], **fields: str) -> str:
    """The code of the refusal; "gone" when the line is closed already; "" when it was done."""
    try:
        answer = await actor.says(message, key=key(), **fields)
    except (SocketTimeout, BadNamespaceError):
        return "gone"
    return "" if answer["ok"] else str(answer["code"])


async def test_a_changed_language_is_on_the_roster_at_once(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    await visitor.asks_for("th")
    async with office_of(desk.settings, desk.redis_url, desk.clock) as office:
        found = await office.accounts.find("amina")
        assert found is not None

        draft = {"id": "amina", "name": "Amina", "role": "advisor", "languages": {"th": "fluent"}}
        await office.office.change_staff(StaffDraft.read(draft, office.service), "command")
    await amina.hears(lambda: (amina.one("self") or {}).get("languages") == {"th": "fluent"}, "the new languages")
    await desk.passes(desk.settings.timing.sweep_interval_s)
    await amina.is_offered()


async def test_a_sign_in_that_nobody_uses_ends_and_an_open_page_is_use(desk: DeskUnderTest) -> None:
    idle_s = desk.settings.accounts.idle_minutes * 60
    mika = await desk.advisor("mika")
    token = await desk.token("helena")
    # Far in steps that a console's page renews its lease in.
    for _ in range(4):
        desk.clock.advance(idle_s / 3)
        await desk.passes(desk.settings.timing.lease_interval_s + 1)
    # Such steps look like a desk that was away, during which nobody counts as idle.
    await desk.passes(desk.settings.timing.restart_grace_s)
    async with browser(desk.url, Cookie=f"gloria-helena={token}") as own:
        assert 'id="boot"' not in await own.opens("/supervisor/helena")
    async with browser(desk.url, Cookie=f"gloria-mika={mika.token}") as own:
        assert 'id="boot"' in await own.opens("/console/mika")


async def test_a_sign_in_ends_when_its_time_is_over_however_busy(desk: DeskUnderTest) -> None:
    mika = await desk.advisor("mika")
    for _ in range(desk.settings.accounts.session_hours * 4 + 1):
        desk.clock.advance(900)
        await desk.passes(desk.settings.timing.lease_interval_s + 1)
    await mika.loses_the_line()
