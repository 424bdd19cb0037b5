"""Visits by chat only: docs/queue.md, "Chats". One test a rule."""

from bridge.signaling.messages import Accept, End, SetPresence
from tests.actors import AdvisorActor, DeskUnderTest, KioskActor
from tests.actors.office import office_of


async def chat(desk: DeskUnderTest, kiosk: str, language: str = "en") -> tuple[KioskActor, str]:
    visitor = await desk.kiosk(kiosk)
    return visitor, await visitor.asks_for(language, channel="chat")


async def takes(advisor: AdvisorActor, call: str) -> None:
    offer = await advisor.is_offered(call)
    await advisor.does(Accept, offer=offer["id"])
    await advisor.hears(lambda: ("advisor_call", call) in advisor.model, "its chat")


async def test_an_advisor_has_several_chats_at_once(desk: DeskUnderTest) -> None:
    mika = await desk.advisor("mika")
    _, one = await chat(desk, "saarijarvi")
    await takes(mika, one)
    _, two = await chat(desk, "viitasaari")
    assert (await mika.is_offered(two))["channel"] == "chat"
    await mika.is_("ringing")
    assert ("advisor_call", one) in mika.model, "the first chat goes on while another rings"
    await takes(mika, two)
    await mika.is_("in_call")
    assert {call["id"] for call in mika.sees("advisor_call")} == {one, two}
    await desk.holds_that_facts_make_snapshots()
    await mika.does(End, call=one)
    await mika.is_("in_call")
    await mika.does(End, call=two)
    await mika.is_("wrap_up")
    assert {open_one["call"] for open_one in (mika.one("self") or {})["wrap_ups"]} == {one, two}
    await mika.wraps_up("work")
    await mika.wraps_up("housing")
    await mika.is_("available")
    contacts = await desk.contacts(2, version=2)
    assert {contact.channel for contact in contacts} == {"kiosk_chat"}


async def test_who_chats_gets_no_call_with_sound(desk: DeskUnderTest) -> None:
    mika = await desk.advisor("mika")
    _, one = await chat(desk, "saarijarvi")
    await takes(mika, one)
    visitor = await desk.kiosk("viitasaari")
    await visitor.asks_for("en")
    await desk.passes(3)
    assert mika.one("own_offer") is None


async def test_who_talks_gets_no_chat(desk: DeskUnderTest) -> None:
    mika = await desk.advisor("mika")
    visitor = await desk.kiosk("saarijarvi")
    await visitor.asks_for("en")
    await mika.accepts()
    await chat(desk, "viitasaari")
    await desk.passes(3)
    assert mika.one("own_offer") is None


async def test_a_free_advisor_comes_before_one_who_chats(desk: DeskUnderTest) -> None:
    mika = await desk.advisor("mika")
    _, one = await chat(desk, "saarijarvi")
    await takes(mika, one)
    parisa = await desk.advisor("parisa")
    _, two = await chat(desk, "viitasaari")
    await parisa.is_offered(two)
    assert mika.one("own_offer") is None


async def test_no_more_chats_than_the_capacity(desk: DeskUnderTest) -> None:
    mika = await desk.advisor("mika")
    assert desk.settings.routing.chats_at_once == 3
    kiosks = ["saarijarvi", "viitasaari"]
    for kiosk in kiosks:
        _, call = await chat(desk, kiosk)
        await takes(mika, call)
    snapshot = await desk.snapshot()
    [member] = [one for one in snapshot["staff"] if one["id"] == "mika"]
    assert member["place"] == "spare", "room for one more"
    assert len(member["calls"]) == 2


async def test_who_is_in_chats_says_that_these_are_the_last(desk: DeskUnderTest) -> None:
    mika = await desk.advisor("mika")
    _, one = await chat(desk, "saarijarvi")
    await takes(mika, one)
    other, two = await chat(desk, "viitasaari")
    await mika.is_offered(two)
    await mika.does(SetPresence, presence="away", reason="lunch")
    await mika.hears_no_ring()
    await mika.hears(lambda: (mika.one("self") or {})["afterwards"] == "away", "what comes afterwards")
    await mika.is_("in_call")
    await desk.passes(desk.settings.timing.decline_rest_s + 5)
    assert mika.one("own_offer") is None, "no new chats"
    await mika.does(SetPresence, presence="available")
    await mika.is_offered(two)
    await mika.does(SetPresence, presence="away", reason="lunch")
    await mika.does(End, call=one)
    await desk.jumps(desk.settings.timing.wrap_up_limit_s)
    await mika.is_("away")
    assert (mika.one("self") or {})["away_reason"] == "lunch"
    await other.waits()
    await desk.holds_that_facts_make_snapshots()


async def test_a_sign_in_that_ends_in_a_chat_is_rung_no_more(desk: DeskUnderTest) -> None:
    mika = await desk.advisor("mika")
    _, one = await chat(desk, "saarijarvi")
    await takes(mika, one)
    async with office_of(desk.settings, desk.redis_url, desk.clock) as there:
        await there.office.end_sign_ins("mika", "aino")
    other, _ = await chat(desk, "viitasaari")
    await desk.passes(10)
    await other.waits()
    await mika.does(End, call=one)
    await desk.passes(10)
    await mika.loses_the_line()


async def test_a_missed_chat_offer_ends_no_chat_and_no_further_one_rings(desk: DeskUnderTest) -> None:
    mika = await desk.advisor("mika")
    _, one = await chat(desk, "saarijarvi")
    await takes(mika, one)
    other, two = await chat(desk, "viitasaari")
    await mika.is_offered(two)
    await desk.passes(desk.settings.timing.ring_timeout_s + 1)
    await mika.is_("in_call")
    await other.waits()
    await desk.passes(5)
    assert mika.one("own_offer") is None
    await mika.does(End, call=one)
    # Who says that they are available is.
    await mika.wraps_up()
    await mika.is_offered(two)
    await desk.holds_that_facts_make_snapshots()
