"""Reloads, lost networks and dead browsers: nobody's place and no call is lost."""

from bridge.signaling.messages import Accept, Join
from tests.actors import DeskUnderTest
from tests.actors.people import key


async def test_a_waiting_visitor_who_loses_the_network_keeps_the_place(desk: DeskUnderTest) -> None:
    first = await desk.kiosk("saarijarvi")
    second = await desk.kiosk("viitasaari")
    call = await first.asks_for("ar")
    await desk.passes(1)
    await second.asks_for("ar")
    await first.loses_the_network()
    await desk.passes(desk.settings.timing.visitor_grace_s - 5)
    await second.stands_at(2)
    await first.comes_back()
    await first.stands_at(1)
    assert (await first.waits())["id"] == call
    await desk.passes(desk.settings.timing.visitor_grace_s + 5)
    await first.stands_at(1)
    await desk.holds_that_facts_make_snapshots()


async def test_a_waiting_visitor_who_stays_away_has_abandoned(desk: DeskUnderTest) -> None:
    visitor = await desk.kiosk()
    await visitor.asks_for("ar")
    await desk.passes(20)
    await visitor.loses_the_network()
    await desk.passes(desk.settings.timing.visitor_grace_s + 2)
    [contact] = await desk.contacts(1)
    # Waited until they were last there; the grace period is no wait.
    assert (contact.end_reason, contact.wait_ms) == ("abandoned", 20_000)
    await visitor.comes_back()
    assert visitor.one("own_call") is None
    await visitor.asks_for("ar")


async def test_a_kiosk_reloads_while_waiting_ringing_and_talking(desk: DeskUnderTest) -> None:
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    await visitor.reloads()
    assert (await visitor.waits())["id"] == call
    amina = await desk.advisor("amina")
    await visitor.is_rung_for()
    await visitor.reloads()
    assert (await visitor.is_rung_for())["id"] == call
    await amina.accepts()
    await visitor.talks()
    await visitor.reloads()
    assert (await visitor.talks())["id"] == call
    await desk.holds_that_facts_make_snapshots()


async def test_a_console_reloads_while_ringing_talking_and_wrapping_up(desk: DeskUnderTest) -> None:
    visitor = await desk.kiosk()
    amina = await desk.advisor("amina")
    call = await visitor.asks_for("ar")
    offer = await amina.is_offered(call)
    await amina.reloads()
    assert (await amina.is_offered(call))["id"] == offer["id"]
    await amina.accepts()
    await amina.reloads()
    assert (amina.one("advisor_call") or {})["id"] == call
    await amina.ends()
    await amina.reloads()
    await amina.is_("wrap_up")
    assert (amina.one("self") or {})["wrap_ups"][0]["call"] == call
    await amina.wraps_up("form")
    await amina.is_("available")
    await desk.holds_that_facts_make_snapshots()


async def test_the_advisors_browser_dies_while_it_rings(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    offer = await amina.is_offered(call)
    await amina.loses_the_network()
    yusuf = await desk.advisor("yusuf")
    await desk.passes(desk.settings.timing.ring_timeout_s)
    await yusuf.is_offered(call)
    await desk.holds_that_facts_make_snapshots()
    await yusuf.accepts()
    await visitor.talks()
    await desk.passes(desk.settings.timing.staff_grace_s + 2)
    await amina.comes_back()
    assert (await amina.says(Accept, key=key(), offer=offer["id"]))["code"] == "offer_over"
    await amina.is_("offline")
    await desk.holds_that_facts_make_snapshots()


async def test_the_advisors_browser_dies_in_a_call_and_the_visitor_is_first_in_line(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk("saarijarvi")
    call = await visitor.asks_for("ar")
    await amina.accepts()
    await visitor.talks()
    await desk.passes(30)
    other = await desk.kiosk("viitasaari")
    await other.asks_for("ar")
    await amina.loses_the_network()
    await desk.passes(desk.settings.timing.staff_grace_s - 2)
    await visitor.talks()
    await desk.passes(4)
    waiting = await visitor.waits()
    assert waiting["passed_on"] == "lost"
    assert waiting["people"] == []
    await visitor.stands_at(1)
    await other.stands_at(2)
    await desk.holds_that_facts_make_snapshots()

    yusuf = await desk.advisor("yusuf")
    await yusuf.is_offered(call)
    await yusuf.accepts()
    assert [one["name"] for one in (await visitor.talks())["people"]] == ["Yusuf"]
    await desk.passes(10)
    await yusuf.ends()
    await yusuf.wraps_up("health")
    [contact] = await desk.contacts(1, version=2)
    assert (contact.advisor, contact.end_reason) == ("yusuf", "completed")
    assert [(o.staff, o.outcome) for o in contact.offers] == [("amina", "accepted"), ("yusuf", "accepted")]
    # Talked until the console was last there, and again with the second advisor.
    assert contact.talk_ms == (30 + 10) * 1000


async def test_the_advisors_browser_dies_in_wrap_up(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    await visitor.asks_for("ar")
    await amina.accepts()
    await amina.ends()
    await amina.loses_the_network()
    await desk.passes(desk.settings.timing.staff_grace_s + 2)
    [contact] = await desk.contacts(1, version=2)
    assert (contact.end_reason, contact.topics, contact.outcome) == ("completed", (), None)
    await amina.comes_back()
    await amina.is_("offline")
    await amina.goes_available()
    await desk.holds_that_facts_make_snapshots()


async def test_wrap_up_ends_by_itself(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    await visitor.asks_for("ar")
    await amina.accepts()
    await amina.ends()
    await desk.passes(desk.settings.timing.wrap_up_limit_s)
    await amina.is_("available")


async def test_a_visitor_who_is_gone_from_a_call_ends_it(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    await visitor.asks_for("ar")
    await amina.accepts()
    await visitor.loses_the_network()
    await desk.passes(desk.settings.timing.visitor_grace_s - 3)
    await amina.is_("in_call")
    await desk.passes(5)
    await amina.is_("wrap_up")
    [contact] = await desk.contacts(1)
    assert contact.end_reason == "visitor_left"


async def test_who_is_not_connected_is_not_rung(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    await amina.loses_the_network()
    helena = await desk.supervisor()
    await helena.hears(lambda: not helena.model[("board_staff", "amina")]["connected"], "amina disconnected")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    await desk.passes(3)
    await visitor.waits()
    await amina.comes_back()
    await amina.is_offered(call)


async def test_the_newest_page_takes_the_calls_and_the_older_one_is_told(desk: DeskUnderTest) -> None:
    older = await desk.advisor("amina")
    newer = await desk.advisor("amina", available=False)
    await older.hears(lambda: (older.one("self") or {}).get("page") == newer.page, "the other page")
    refused = await older.says_raw("staff.presence", {"key": key(), "presence": "away"})
    assert refused["code"] == "not_this_page"
    # A line that drops and comes back takes nothing away from the page that has the calls.
    await older.loses_the_network()
    await older.comes_back()
    assert (older.one("self") or {})["page"] == newer.page
    await newer.goes_away()


async def test_after_a_pause_of_the_desk_nobody_is_swept_until_everybody_could_come_back(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    await amina.is_offered(call)
    # An hour in which nobody swept, in one step: the server or every worker was away.
    desk.clock.advance(3600)
    await desk.clock.settled(5)
    assert (await visitor.is_rung_for())["id"] == call
    await desk.passes(desk.settings.timing.restart_grace_s - 2)
    assert (await visitor.is_rung_for())["id"] == call
    await amina.accepts()
    await visitor.talks()


async def test_a_kiosk_has_one_call_at_a_time(desk: DeskUnderTest) -> None:
    visitor = await desk.kiosk()
    await visitor.asks_for("ar")
    second = await visitor.says(Join, key=key(), language="fi")
    assert second["code"] == "call_exists"


async def test_a_call_whose_kiosk_is_gone_is_not_offered_but_keeps_its_place(desk: DeskUnderTest) -> None:
    first = await desk.kiosk("saarijarvi")
    second = await desk.kiosk("viitasaari")
    gone = await first.asks_for("ru")
    await desk.passes(1)
    here = await second.asks_for("ru")
    await first.loses_the_network()
    olga = await desk.advisor("olga")
    assert (await olga.is_offered())["call"] == here
    await olga.declines()
    await first.comes_back()
    assert (await olga.is_offered())["call"] == gone


async def test_a_forgotten_window_does_not_get_the_call_because_it_was_back_first(desk: DeskUnderTest) -> None:
    forgotten = await desk.advisor("amina", available=False)
    working = await desk.advisor("amina")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    await working.accepts()
    await working.loses_the_network()
    await forgotten.loses_the_network()
    await forgotten.comes_back()
    assert (forgotten.one("self") or {})["page"] == working.page
    await working.comes_back()
    assert (working.one("self") or {})["page"] == working.page
    assert (working.one("advisor_call") or {})["id"] == call


async def test_an_outage_of_the_whole_desk_is_no_conversation(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    await visitor.asks_for("ar")
    await amina.accepts()
    await desk.passes(60)
    await visitor.loses_the_network()
    await amina.loses_the_network()
    desk.clock.advance(16 * 3600)
    await desk.clock.settled(5)
    await desk.passes(desk.settings.timing.restart_grace_s + 2)
    [contact] = await desk.contacts(1)
    assert contact.talk_ms == 60_000
    assert contact.end_reason in {"visitor_left", "advisor_left"}


async def test_after_a_power_cut_nobody_is_rung_who_has_not_come_back(desk: DeskUnderTest) -> None:
    """Everybody is still written down as connected: nothing could say goodbye."""
    await desk.advisor("amina")
    visitor = await desk.kiosk()
    await desk.forgets_every_connection()
    desk.clock.advance(10 * 3600)
    await desk.clock.settled(5)
    visitor = await desk.kiosk()
    await visitor.asks_for("ar")
    await desk.passes(3)
    await visitor.waits()
