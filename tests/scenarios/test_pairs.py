"""An advisor and an interpreter together: docs/queue.md, "Pairs" and "Asks". One test a rule."""

import asyncio

from bridge.signaling.messages import Accept, AskInterpreter
from tests.actors import AdvisorActor, DeskUnderTest, InterpreterActor, KioskActor
from tests.actors.people import key


async def rung_together(desk: DeskUnderTest) -> tuple[KioskActor, AdvisorActor, InterpreterActor, str]:
    mika = await desk.advisor("mika")
    selam = await desk.interpreter("selam")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ti")
    await mika.is_offered(call)
    await selam.is_offered(call)
    return visitor, mika, selam, call


async def talking_together(desk: DeskUnderTest) -> tuple[KioskActor, AdvisorActor, InterpreterActor, str]:
    visitor, mika, selam, call = await rung_together(desk)
    await mika.accepts_first()
    await selam.accepts()
    await mika.is_with("mika", "selam")
    await visitor.talks()
    return visitor, mika, selam, call


async def test_a_pair_call_begins_when_both_have_accepted(desk: DeskUnderTest) -> None:
    visitor, mika, selam, call = await rung_together(desk)
    await desk.passes(3)
    await selam.accepts_first()
    assert (await visitor.is_rung_for())["people"] == []
    await mika.hears(lambda: (mika.one("own_offer") or {})["rung"][0]["accepted"], "that Selam has accepted")
    await desk.passes(2)
    await mika.accepts()
    talking = await visitor.talks()
    assert [(one["name"], one["role"]) for one in talking["people"]] == [("Mika", "advisor"), ("Selam", "interpreter")]
    assert {(one["other"], one["talking"]) for one in talking["links"]} == {("mika", True), ("selam", True)}
    await selam.is_with("mika", "selam")
    between = [one for one in (selam.one("advisor_call") or {})["links"] if one["other"] == "mika"]
    assert [one["starts"] for one in between] == [False]
    await desk.passes(60)
    await mika.ends()
    await selam.is_("available")
    await mika.wraps_up("form")
    [contact] = await desk.contacts(1, version=2)
    assert (contact.served_how, contact.advisor, contact.interpreter) == ("advisor_with_interpreter", "mika", "selam")
    assert (contact.wait_ms, contact.interpreter_wait_ms, contact.talk_ms) == (5000, 5000, 60000)
    assert {(one.staff, one.role, one.talk_ms) for one in contact.people} == {
        ("mika", "advisor", 60000),
        ("selam", "interpreter", 60000),
    }
    assert contact.call == call
    await desk.holds_that_facts_make_snapshots()


async def test_when_one_declines_the_other_is_released_and_the_next_pair_is_tried(desk: DeskUnderTest) -> None:
    visitor, mika, selam, call = await rung_together(desk)
    dawit = await desk.interpreter("dawit")
    await mika.accepts_first()
    await selam.declines()
    await selam.is_("available")
    await dawit.is_offered(call)
    await mika.is_offered(call)
    await desk.holds_that_facts_make_snapshots()
    await asyncio.gather(mika.accepts_first(), visitor.is_rung_for())
    await dawit.accepts()
    await mika.is_with("mika", "dawit")
    assert selam.one("own_offer") is None


async def test_when_one_lets_it_ring_the_other_is_free_again_and_nobody_is_away_who_answered(
    desk: DeskUnderTest,
) -> None:
    visitor, mika, selam, _ = await rung_together(desk)
    await selam.accepts_first()
    await desk.passes(desk.settings.timing.ring_timeout_s + 1)
    await mika.is_("away")
    await selam.is_("available")
    await visitor.waits()
    await desk.holds_that_facts_make_snapshots()


async def test_a_pair_is_reserved_together_or_not_at_all(desk: DeskUnderTest) -> None:
    """With no interpreter free the advisor is not held, and serves somebody else meanwhile."""
    _, mika, selam, _ = await talking_together(desk)
    olga = await desk.advisor("olga")
    second = await desk.kiosk("viitasaari")
    await second.asks_for("ti")
    await desk.passes(5)
    assert olga.one("own_offer") is None
    await olga.is_("available")
    await mika.ends()
    await olga.is_offered()
    await selam.is_offered()


async def test_both_accept_in_the_same_moment(desk: DeskUnderTest) -> None:
    visitor, mika, selam, _ = await rung_together(desk)
    offer = (await mika.is_offered())["id"]
    answers = await asyncio.gather(
        mika.says(Accept, key=key(), offer=offer), selam.says(Accept, key=key(), offer=offer)
    )
    assert all(answer["ok"] for answer in answers)
    assert len((await visitor.talks())["people"]) == 2


async def test_the_visitor_leaves_while_one_of_the_pair_has_accepted(desk: DeskUnderTest) -> None:
    visitor, mika, selam, call = await rung_together(desk)
    await mika.accepts_first()
    await visitor.leaves()
    await mika.is_("available")
    await selam.is_("available")
    [contact] = await desk.contacts(1)
    assert (contact.call, {one.outcome for one in contact.offers}) == (call, {"withdrawn"})


async def test_the_advisor_asks_for_an_interpreter_in_a_call_and_the_wait_is_measured_by_itself(
    desk: DeskUnderTest,
) -> None:
    mika = await desk.advisor("mika")
    selam = await desk.interpreter("selam")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("fi")
    await mika.accepts()
    await visitor.talks()
    await desk.passes(30)
    links = (mika.one("advisor_call") or {})["links"]
    await mika.asks_for_an_interpreter("ti")
    await visitor.hears(lambda: (visitor.one("own_call") or {})["asked"] == "interpreter", "that one is asked for")
    offer = await selam.is_offered(call)
    assert (offer["offer"], offer["speak"], [one["id"] for one in offer["people"]]) == ("join", "ti", ["mika"])
    await desk.passes(4)
    await selam.accepts()
    joined = await mika.is_with("mika", "selam")
    assert joined["links"][0] == links[0], "the first pair's connection is as it was"
    assert joined["ask"] is None
    await desk.passes(20)
    await selam.steps_out()
    await selam.is_("available")
    alone = await mika.is_with("mika")
    assert alone["links"] == links
    await desk.holds_that_facts_make_snapshots()
    await desk.passes(10)
    await mika.ends()
    await mika.wraps_up()
    [contact] = await desk.contacts(1, version=2)
    assert (contact.wait_ms, contact.interpreter_wait_ms, contact.talk_ms) == (0, 4000, 64000)
    assert {(one.staff, one.talk_ms) for one in contact.people} == {("mika", 64000), ("selam", 20000)}
    assert contact.served_how == "advisor_with_interpreter"


async def test_an_ask_goes_on_to_the_next_interpreter_and_ends_by_itself(desk: DeskUnderTest) -> None:
    mika = await desk.advisor("mika")
    selam = await desk.interpreter("selam")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("fi")
    await mika.accepts()
    await mika.asks_for_an_interpreter("ti")
    await selam.is_offered(call)
    await selam.declines()
    dawit = await desk.interpreter("dawit")
    await dawit.is_offered(call)
    await dawit.goes_away()
    await desk.jumps(desk.settings.routing.ask_limit_s)
    # Whoever rings at that moment may still come.
    await desk.passes(desk.settings.timing.ring_timeout_s + 2)
    await mika.hears(lambda: (mika.one("advisor_call") or {})["ask"] is None, "that nobody comes")
    await mika.is_with("mika")


async def test_an_ask_is_refused_where_no_interpreter_is_on_duty(desk: DeskUnderTest) -> None:
    mika = await desk.advisor("mika")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("fi")
    await mika.accepts()
    answer = await mika.says(AskInterpreter, key=key(), call=call, language="ti")
    assert (answer["ok"], answer["code"]) == (False, "not_on_duty")


async def test_nobody_else_is_needed_after_all(desk: DeskUnderTest) -> None:
    mika = await desk.advisor("mika")
    selam = await desk.interpreter("selam")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("fi")
    await mika.accepts()
    await mika.asks_for_an_interpreter("ti")
    await selam.is_offered(call)
    await mika.needs_nobody()
    await selam.hears_no_ring()
    await selam.is_("available")
    await mika.hears(lambda: (mika.one("advisor_call") or {})["ask"] is None, "that nobody is asked for")
    await desk.holds_that_facts_make_snapshots()


async def test_a_pair_call_is_not_starved_by_asks_of_conversations(desk: DeskUnderTest) -> None:
    """An interpreter goes to conversations that ask later only so often while an older pair call waits."""
    mika = await desk.advisor("mika")
    # On duty, and no use to the pair: she shares no language with the interpreter.
    await desk.advisor("parisa")
    visitor = await desk.kiosk("saarijarvi")
    await visitor.asks_for("fi")
    await mika.accepts()
    waiting = await desk.kiosk("viitasaari")
    pair = await waiting.asks_for("ti")
    selam = await desk.interpreter("selam")
    for _ in range(desk.settings.routing.interpreter_passes):
        await desk.passes(1)
        await mika.asks_for_an_interpreter("ti")
        await selam.accepts()
        await mika.is_with("mika", "selam")
        await selam.steps_out()
        await mika.is_with("mika")
    await desk.passes(1)
    await mika.asks_for_an_interpreter("ti")
    await desk.passes(5)
    assert selam.one("own_offer") is None, "the interpreter is kept for the call that has waited longer"
    olga = await desk.advisor("olga")
    await olga.is_offered(pair)
    await selam.is_offered(pair)


async def test_a_pair_call_is_not_overtaken_by_single_ones_while_its_interpreter_is_free(desk: DeskUnderTest) -> None:
    olga = await desk.advisor("olga", available=False)
    selam = await desk.interpreter("selam")
    first = await desk.kiosk("saarijarvi")
    pair = await first.asks_for("ti")
    await desk.passes(1)
    second = await desk.kiosk("viitasaari")
    await second.asks_for("ru")
    await olga.goes_available()
    await olga.is_offered(pair)
    await selam.is_offered(pair)
    await second.waits()


async def test_an_interpreter_who_is_lost_is_asked_for_again(desk: DeskUnderTest) -> None:
    visitor, mika, selam, call = await talking_together(desk)
    await selam.loses_the_network()
    dawit = await desk.interpreter("dawit")
    await desk.passes(desk.settings.timing.staff_grace_s + 2)
    await mika.is_with("mika")
    offer = await dawit.is_offered(call)
    assert offer["offer"] == "join"
    await dawit.accepts()
    await mika.is_with("mika", "dawit")
    assert (await visitor.talks())["state"] == "connected"


async def test_an_interpreter_who_is_lost_meanwhile_is_asked_for_when_a_colleague_is_not_needed_after_all(
    desk: DeskUnderTest,
) -> None:
    _, mika, selam, call = await talking_together(desk)
    olga = await desk.advisor("olga")
    await mika.invites("olga")
    await olga.is_offered(call)
    await selam.loses_the_network()
    await desk.passes(desk.settings.timing.ring_timeout_s - 2)
    await mika.needs_nobody()
    await desk.passes(desk.settings.timing.staff_grace_s)
    await mika.is_with("mika")
    dawit = await desk.interpreter("dawit")
    assert (await dawit.is_offered(call))["offer"] == "join"


async def test_an_interpreter_who_stepped_out_is_not_asked_for_again(desk: DeskUnderTest) -> None:
    _, mika, selam, _ = await talking_together(desk)
    await selam.steps_out()
    await mika.is_with("mika")
    olga = await desk.advisor("olga")
    await mika.invites("olga")
    await mika.hears(lambda: (mika.one("advisor_call") or {})["ask"], "that olga is asked for")
    await olga.declines()
    await desk.passes(3)
    await mika.hears(lambda: (mika.one("advisor_call") or {})["ask"] is None, "that nobody is asked for any more")
    assert selam.one("own_offer") is None


async def test_when_the_advisor_of_a_pair_is_lost_the_interpreter_is_released_and_both_are_found_anew(
    desk: DeskUnderTest,
) -> None:
    visitor, mika, selam, call = await talking_together(desk)
    await mika.loses_the_network()
    await desk.passes(desk.settings.timing.staff_grace_s + 2)
    await selam.is_("available")
    assert (await visitor.waits())["passed_on"] == "lost"
    olga = await desk.advisor("olga")
    await olga.is_offered(call)
    await selam.is_offered(call)
    await desk.holds_that_facts_make_snapshots()
