"""A call from the touch on a language to the record, and what must hold on the way."""

from tests.actors import DeskUnderTest, InterpreterActor


async def test_a_visitor_and_an_advisor_talk(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    mika = await desk.advisor("mika")
    helena = await desk.supervisor()
    visitor = await desk.kiosk()

    call = await visitor.asks_for("ar")
    offer = await amina.is_offered(call)
    assert (offer["language"], offer["municipality"], offer["kiosk_name"]) == ("ar", "729", "Saarijärvi library")
    assert (await visitor.is_rung_for())["people"] == []
    assert mika.one("own_offer") is None

    await desk.passes(5)
    assert await amina.accepts() == call
    talking = await visitor.talks()
    assert [(one["name"], one["role"]) for one in talking["people"]] == [("Amina", "advisor")]
    assert [(one["other"], one["generation"], one["talking"]) for one in talking["links"]] == [("amina", 1, True)]
    await helena.hears(lambda: (helena.one("board_call") or {}).get("staff") == ["amina"], "who serves")

    await desk.passes(60)
    await amina.ends()
    await visitor.sees_the_end(call, "completed")
    await desk.passes(15)
    await amina.wraps_up("work", "housing")
    await amina.is_("available")
    await desk.holds_that_facts_make_snapshots()

    [contact] = await desk.contacts(1, version=2)
    assert contact.call == call
    assert (contact.kiosk, contact.municipality) == ("saarijarvi", "729")
    assert (contact.language_asked, contact.language_served, contact.served_how) == ("ar", "ar", "native_advisor")
    assert (contact.wait_ms, contact.offer_ms, contact.talk_ms, contact.wrap_up_ms) == (5000, 5000, 60000, 15000)
    assert (contact.end_reason, contact.advisor, contact.outcome) == ("completed", "amina", "advised")
    assert contact.topics == ("housing", "work")
    assert [(o.staff, o.outcome, o.rang_ms) for o in contact.offers] == [("amina", "accepted", 5000)]


async def test_the_visitor_hangs_up(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    await amina.accepts()
    await visitor.talks()
    await desk.passes(30)
    await visitor.leaves()
    await visitor.sees_the_end(call, "completed")
    await amina.is_("wrap_up")
    assert amina.one("advisor_call") is None


async def test_the_oldest_call_is_served_first_and_everybody_knows_their_place(desk: DeskUnderTest) -> None:
    first = await desk.kiosk("saarijarvi")
    second = await desk.kiosk("viitasaari")
    await first.asks_for("ru")
    await desk.passes(1)
    await second.asks_for("ru")
    await first.stands_at(1)
    await second.stands_at(2)
    olga = await desk.advisor("olga")
    await olga.accepts()
    await first.talks()
    await second.stands_at(1)
    await second.waits()
    await desk.holds_that_facts_make_snapshots()


async def test_the_longest_idle_advisor_is_rung_first(desk: DeskUnderTest) -> None:
    yusuf = await desk.advisor("yusuf")
    await desk.passes(10)
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    await visitor.asks_for("en")
    await yusuf.is_offered()
    assert amina.one("own_offer") is None


async def test_a_visitor_who_leaves_while_waiting_is_a_contact_too(desk: DeskUnderTest) -> None:
    visitor = await desk.kiosk()
    hasty = await visitor.asks_for("th")
    await desk.passes(3)
    await visitor.leaves()
    await visitor.sees_the_end(hasty, "touched")
    patient = await visitor.asks_for("th")
    await desk.passes(600)
    await visitor.leaves()
    await visitor.sees_the_end(patient, "abandoned")
    contacts = {contact.call: contact for contact in await desk.contacts(2)}
    touched, abandoned = contacts[hasty], contacts[patient]
    assert (touched.end_reason, touched.wait_ms, touched.served_how) == ("touched", 3000, "not_served")
    assert (abandoned.end_reason, abandoned.wait_ms, abandoned.advisor) == ("abandoned", 600_000, None)


async def test_nobody_waits_for_ever(desk: DeskUnderTest) -> None:
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ti")
    await desk.passes(desk.settings.timing.wait_limit_s + 1)
    await visitor.sees_the_end(call, "no_advisor")


async def test_an_interpreter_is_not_rung_alone(desk: DeskUnderTest) -> None:
    selam = await desk.actor(InterpreterActor, "selam")
    await selam.arrives()
    await selam.goes_available()
    visitor = await desk.kiosk()
    await visitor.asks_for("ti")
    await desk.passes(30)
    await visitor.waits()
    assert selam.one("own_offer") is None
