"""What staff are doing: docs/queue.md, "Presence". One test a rule."""

import pytest

from bridge.domain.contact import Channel
from bridge.signaling.messages import (
    Command,
    ExtendWrapUp,
    Join,
    Serve,
    Served,
    SetPresence,
    SetShift,
)
from tests.actors import AdvisorActor, DeskUnderTest
from tests.actors.people import key


async def own(actor: AdvisorActor, name: str) -> object:
    return (actor.one("self") or {})[name]


@pytest.mark.parametrize("reason", ["break", "lunch", "meeting", "other_work"])
async def test_away_has_a_reason_that_supervisors_see(desk: DeskUnderTest, reason: str) -> None:
    helena = await desk.supervisor()
    amina = await desk.advisor("amina")
    await amina.does(SetPresence, presence="away", reason=reason)
    await amina.is_("away")
    await helena.hears(
        lambda: [one["away_reason"] for one in helena.sees("board_staff") if one["id"] == "amina"] == [reason], reason
    )
    visitor = await desk.kiosk()
    await visitor.asks_for("ar")
    await desk.passes(2)
    assert amina.one("own_offer") is None


async def test_who_is_away_for_very_long_is_off_duty(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    await amina.goes_away()
    await desk.jumps(desk.settings.timing.away_limit_s)
    await amina.is_("offline")


async def test_a_visit_at_the_desk_is_one_click_and_a_contact(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    await amina.does(Serve, work="visit", language="ar")
    await amina.is_("serving")
    visitor = await desk.kiosk()
    await visitor.asks_for("ar")
    await desk.passes(30)
    assert amina.one("own_offer") is None, "nobody is rung while they serve somebody"
    assert await own(amina, "serving") == {"work": "visit", "language": "ar", "since_ms": desk.clock.now_ms() - 30_000}
    await amina.does(Served)
    await amina.is_("wrap_up")
    [open_one] = (amina.one("self") or {})["wrap_ups"]
    assert open_one["work"] == "visit"
    await amina.wraps_up("family")
    await amina.is_("ringing")
    contacts = {one.channel: one for one in await desk.contacts(1, version=2)}
    assert (contacts[Channel.VISIT].talk_ms, contacts[Channel.VISIT].advisor, contacts[Channel.VISIT].kiosk) == (
        30_000,
        "amina",
        "",
    )
    assert (contacts[Channel.VISIT].municipality, contacts[Channel.VISIT].topics) == ("179", ("family",))


async def test_a_phone_call_without_a_language_is_counted_too(desk: DeskUnderTest) -> None:
    mika = await desk.advisor("mika", available=False)
    await mika.does(Serve, work="phone", language=None)
    await desk.passes(60)
    await mika.does(Served)
    await mika.wraps_up("work")
    [contact] = await desk.contacts(1, version=2)
    assert (contact.channel, contact.language_asked, contact.language_served) == ("phone", "", None)


async def test_what_is_served_at_the_desk_ends_by_itself_and_is_counted(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    await amina.does(Serve, work="visit", language="ar")
    await desk.jumps(desk.settings.timing.serving_limit_s)
    await amina.is_("wrap_up")
    await desk.jumps(desk.settings.timing.wrap_up_limit_s)
    await amina.is_("available")
    assert len(await desk.contacts(1, version=2)) == 1


async def test_who_is_lost_while_serving_leaves_the_contact(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    await amina.does(Serve, work="visit", language="ar")
    await desk.passes(120)
    await amina.loses_the_network()
    await desk.passes(desk.settings.timing.staff_grace_s + 2)
    [contact] = await desk.contacts(1, version=2)
    assert contact.talk_ms == 120_000


async def test_nobody_serves_two_at_once(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    await visitor.asks_for("ar")
    await amina.accepts()
    message: type[Command]
    for message, fields in ((Serve, {"work": "visit", "language": None}), (Served, {})):
        answer = await amina.says(message, key=key(), **fields)
        assert (answer["ok"], answer["code"]) == (False, "wrong_state")


async def test_last_call_nothing_new_is_offered_before_the_end_of_a_shift(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    ends = desk.clock.now_ms() + (desk.settings.timing.last_call_s + 60) * 1000
    await amina.does(SetShift, ends_at_ms=ends)
    await desk.passes(30)
    assert await own(amina, "last_call") is False
    await desk.passes(32)
    await amina.hears(lambda: (amina.one("self") or {})["last_call"], "last call")
    visitor = await desk.kiosk()
    await visitor.asks_for("ar")
    await desk.passes(5)
    assert amina.one("own_offer") is None
    assert visitor.sees("language") == [], "nobody counts on who is about to leave"
    await desk.jumps(desk.settings.timing.last_call_s)
    await amina.is_("offline")
    await desk.holds_that_facts_make_snapshots()


@pytest.mark.parametrize("ends_at_ms", [0, 1, 10**13, 2**53])
async def test_a_shift_that_does_not_end_within_two_days_is_refused(desk: DeskUnderTest, ends_at_ms: int) -> None:
    amina = await desk.advisor("amina")
    answer = await amina.says(SetShift, key=key(), ends_at_ms=ends_at_ms)
    assert (answer["ok"], answer["code"]) in {(False, "wrong_state"), (False, "bad_message")}
    assert await own(amina, "shift_ends_at_ms") is None


async def test_the_end_of_a_shift_ends_no_conversation(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    await visitor.asks_for("ar")
    await amina.accepts()
    await amina.does(SetShift, ends_at_ms=desk.clock.now_ms() + 60_000)
    await desk.passes(120)
    await amina.is_("in_call")
    await amina.ends()
    await amina.wraps_up()
    await amina.is_("offline")
    await amina.goes_available()
    assert await own(amina, "shift_ends_at_ms") is None, "who comes back begins another shift"


async def test_wrap_up_is_extended_as_often_as_may_be(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    await amina.accepts()
    await amina.ends()
    for left in (2, 1, 0):
        await amina.does(ExtendWrapUp, call=call)
        await amina.hears(lambda: (amina.one("self") or {})["wrap_ups"][0]["extensions"] == left, f"{left} left")  # noqa: B023
    answer = await amina.says(ExtendWrapUp, key=key(), call=call)
    assert (answer["ok"], answer["code"]) == (False, "wrong_state")
    timing = desk.settings.timing
    await desk.jumps(timing.wrap_up_limit_s + 2 * timing.wrap_up_extend_s)
    await amina.is_("wrap_up")
    await desk.jumps(timing.wrap_up_extend_s)
    await amina.is_("available")


async def test_many_tabs_of_one_person_count_once_and_one_of_them_has_the_calls(desk: DeskUnderTest) -> None:
    helena = await desk.supervisor()
    first = await desk.advisor("amina")
    second = await desk.actor(AdvisorActor, "amina")
    await second.arrives(claim=False)
    await helena.hears(
        lambda: [one["id"] for one in helena.sees("board_staff") if one["presence"] == "available"] == ["amina"],
        "one advisor who is available",
    )
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    await first.is_offered(call)
    await first.accepts()
    answer = await second.says(Join, key=key(), language="ar", also=[], wish=None, channel="video")
    assert not answer["ok"]
    assert (second.one("self") or {})["page"] == first.page
    await first.loses_the_network()
    await visitor.talks()
