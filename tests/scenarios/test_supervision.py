"""The supervisor's hand: docs/queue.md, "The supervisor's hand". Each deed is a fact and in the audit."""

from typing import Any

from bridge.accounts.store import Accounts
from bridge.signaling.messages import (
    EndCall,
    GiveCall,
    Join,
    MoveCall,
    RaiseCall,
    Serve,
    SetLanguage,
    SetNotice,
    SetStaff,
)
from tests.actors import DeskUnderTest
from tests.actors.desk import eventually
from tests.actors.people import key


async def audited(desk: DeskUnderTest, *deeds: tuple[str, str]) -> None:
    """The audit holds exactly these deeds of the supervisor, in order: what, and about what."""

    async def rows() -> list[tuple[str, str]]:
        accounts = Accounts.open(desk.settings.database_url, desk.clock)
        try:
            found = await accounts.audit(200, actor="helena")
            return [(str(row.deed), row.about) for row in reversed(found) if str(row.deed) != "signed_in"]
        finally:
            await accounts.close()

    await eventually(rows, lambda found: found == list(deeds), f"audit of {deeds}")


async def two_waiting(desk: DeskUnderTest, first: str = "th", second: str = "th") -> tuple[Any, str, Any, str]:
    one, other = await desk.kiosk("saarijarvi"), await desk.kiosk("viitasaari")
    earlier = await one.asks_for(first)
    await desk.passes(2)
    later = await other.asks_for(second)
    return one, earlier, other, later


async def test_a_raised_call_stands_in_front_and_every_tier_is_tried_for_it(desk: DeskUnderTest) -> None:
    helena = await desk.supervisor()
    one, _, other, later = await two_waiting(desk, "ar", "ar")
    await helena.does(RaiseCall, call=later)
    await other.stands_at(1)
    await one.stands_at(2)
    await helena.hears(
        lambda: [call["raised"] for call in helena.sees("board_call") if call["id"] == later] == [True], "the mark"
    )
    amina = await desk.advisor("amina")
    await amina.is_offered(later)
    await audited(desk, ("call_raised", later))
    await desk.holds_that_facts_make_snapshots()


async def test_a_call_is_given_to_a_named_advisor_whatever_they_speak(desk: DeskUnderTest) -> None:
    helena = await desk.supervisor()
    mika = await desk.advisor("mika")
    one, earlier, *_ = await two_waiting(desk)
    await helena.does(GiveCall, call=earlier, staff="mika")
    offer = await mika.is_offered(earlier)
    assert offer["named"]
    await mika.accepts()
    await one.talks()
    await audited(desk, ("call_given", earlier))


async def test_a_call_that_rings_is_taken_back_before_it_is_given(desk: DeskUnderTest) -> None:
    helena = await desk.supervisor()
    amina = await desk.advisor("amina")
    mika = await desk.advisor("mika")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    await amina.is_offered(call)
    await helena.does(GiveCall, call=call, staff="mika")
    await mika.is_offered(call)
    await amina.hears_no_ring()
    await amina.is_("available")
    await desk.holds_that_facts_make_snapshots()


async def test_a_call_is_given_only_to_who_is_on_duty(desk: DeskUnderTest) -> None:
    helena = await desk.supervisor()
    _, earlier, *_ = await two_waiting(desk)
    answer = await helena.says(GiveCall, key=key(), call=earlier, staff="mika")
    assert (answer["ok"], answer["code"]) == (False, "not_on_duty")


async def test_a_call_is_moved_to_another_language_and_keeps_its_age(desk: DeskUnderTest) -> None:
    helena = await desk.supervisor()
    one, earlier, other, _ = await two_waiting(desk, "th", "ru")
    await helena.does(MoveCall, call=earlier, language="ru")
    await one.stands_at(1)
    await other.stands_at(2)
    olga = await desk.advisor("olga")
    await olga.is_offered(earlier)
    await audited(desk, ("call_moved", earlier))


async def test_a_conversation_is_not_moved_but_may_be_ended(desk: DeskUnderTest) -> None:
    helena = await desk.supervisor()
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    await amina.accepts()
    answer = await helena.says(MoveCall, key=key(), call=call, language="ru")
    assert (answer["ok"], answer["code"]) == (False, "wrong_state")
    await helena.does(EndCall, call=call)
    await visitor.sees_the_end(call, "failed")
    await amina.is_("wrap_up")
    await audited(desk, ("call_ended", call))


async def test_a_waiting_call_that_is_ended_is_told_that_nobody_could_help(desk: DeskUnderTest) -> None:
    helena = await desk.supervisor()
    visitor = await desk.kiosk()
    call = await visitor.asks_for("th")
    await helena.does(EndCall, call=call)
    await visitor.sees_the_end(call, "no_advisor")
    [contact] = await desk.contacts(1)
    assert contact.end_reason == "no_advisor"


async def test_the_state_of_a_staff_member_is_set(desk: DeskUnderTest) -> None:
    helena = await desk.supervisor()
    amina = await desk.advisor("amina")
    await helena.does(SetStaff, staff="amina", presence="away")
    await amina.is_("away")
    assert (amina.one("self") or {})["away_reason"] == "supervisor"
    await helena.does(SetStaff, staff="amina", presence="available")
    await amina.is_("available")
    await amina.does(Serve, work="visit", language=None)
    await helena.does(SetStaff, staff="amina", presence="offline")
    await amina.is_("offline")
    await audited(desk, *[("staff_set", "amina")] * 3)
    await desk.holds_that_facts_make_snapshots()


async def test_who_is_in_a_call_is_not_set(desk: DeskUnderTest) -> None:
    helena = await desk.supervisor()
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    await visitor.asks_for("ar")
    await amina.accepts()
    answer = await helena.says(SetStaff, key=key(), staff="amina", presence="offline")
    assert (answer["ok"], answer["code"]) == (False, "wrong_state")


async def test_who_is_not_connected_is_not_made_available(desk: DeskUnderTest) -> None:
    helena = await desk.supervisor()
    answer = await helena.says(SetStaff, key=key(), staff="amina", presence="available")
    assert (answer["ok"], answer["code"]) == (False, "not_on_duty")


async def test_a_language_is_closed_to_new_visitors_and_opened_again(desk: DeskUnderTest) -> None:
    helena = await desk.supervisor()
    waiting = await desk.kiosk("viitasaari")
    earlier = await waiting.asks_for("ar")
    await helena.does(SetLanguage, language="ar", open=False)
    visitor = await desk.kiosk()
    assert [one["closed"] for one in visitor.sees("language") if one["id"] == "ar"] == [True]
    answer = await visitor.says(Join, key=key(), language="ar", also=[], wish=None, channel="video")
    assert (answer["ok"], answer["code"]) == (False, "language_closed")
    amina = await desk.advisor("amina")
    await amina.is_offered(earlier), "who waits already is served"
    await helena.does(SetLanguage, language="ar", open=True)
    await visitor.hears(lambda: not any(one["closed"] for one in visitor.sees("language")), "that it is open")
    await audited(desk, ("language_closed", "ar"), ("language_opened", "ar"))
    await desk.holds_that_facts_make_snapshots()


async def test_a_closed_language_opens_by_itself(desk: DeskUnderTest) -> None:
    helena = await desk.supervisor()
    await helena.does(SetLanguage, language="ar", open=False)
    visitor = await desk.kiosk()
    assert visitor.sees("language")
    await desk.jumps(desk.settings.timing.closure_limit_s)
    await visitor.hears(lambda: not visitor.sees("language"), "that it is open")


async def test_those_who_wait_are_told_something_until_it_is_taken_back_or_over(desk: DeskUnderTest) -> None:
    helena = await desk.supervisor()
    visitor = await desk.kiosk()
    await visitor.asks_for("th")
    await helena.does(SetNotice, language=None, notice="longer_wait")
    await helena.does(SetNotice, language="th", notice="closing_soon")
    await visitor.hears(
        lambda: (
            {(one["id"], one["notice"]) for one in visitor.sees("notice")}
            == {("all", "longer_wait"), ("th", "closing_soon")}
        ),
        "both",
    )
    await helena.does(SetNotice, language="th", notice=None)
    await visitor.hears(lambda: [one["id"] for one in visitor.sees("notice")] == ["all"], "one of them")
    await desk.jumps(desk.settings.timing.notice_limit_s)
    await visitor.hears(lambda: not visitor.sees("notice"), "none")
    await audited(desk, ("notice_given", "all"), ("notice_given", "th"), ("notice_over", "th"))
    await desk.holds_that_facts_make_snapshots()


async def test_a_deed_repeated_with_its_key_is_done_and_audited_once(desk: DeskUnderTest) -> None:
    helena = await desk.supervisor()
    visitor = await desk.kiosk()
    call = await visitor.asks_for("th")
    again = key()
    for _ in range(3):
        assert (await helena.says(RaiseCall, key=again, call=call))["ok"]
    await audited(desk, ("call_raised", call))
