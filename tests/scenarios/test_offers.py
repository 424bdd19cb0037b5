"""An offer is one race with one outcome."""

import asyncio

from bridge.signaling.messages import Accept, Decline, Leave
from tests.actors import DeskUnderTest
from tests.actors.people import key


async def test_two_advisors_race_for_one_visitor(desk: DeskUnderTest) -> None:
    """The offer rings at one of them; when it passes to the other, only the one who holds it can have the call."""
    yusuf = await desk.advisor("yusuf")
    await desk.passes(1)
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("en")
    first = await yusuf.is_offered(call)

    stolen = await amina.says(Accept, key=key(), offer=first["id"])
    assert (stolen["ok"], stolen["code"]) == (False, "not_yours")

    await desk.passes(desk.settings.timing.ring_timeout_s)
    second = await amina.is_offered(call)
    late, taken = await asyncio.gather(
        yusuf.says(Accept, key=key(), offer=first["id"]), amina.says(Accept, key=key(), offer=second["id"])
    )
    assert (late["ok"], late["code"]) == (False, "offer_over")
    assert taken["ok"]
    assert [one["name"] for one in (await visitor.talks())["people"]] == ["Amina"]
    await yusuf.is_("away")
    await desk.holds_that_facts_make_snapshots()


async def test_accepting_and_leaving_at_the_same_moment_has_one_outcome(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    for _ in range(10):
        call = await visitor.asks_for("ar")
        offer = await amina.is_offered(call)
        accepted, left = await asyncio.gather(
            amina.says(Accept, key=key(), offer=offer["id"]), visitor.says(Leave, key=key(), call=call)
        )
        assert left["ok"], "leaving always works"
        await visitor.sees_an_end(call)
        assert visitor.ended[call] == ("completed" if accepted["ok"] else "touched")
        await amina.is_("wrap_up" if accepted["ok"] else "available")
        if accepted["ok"]:
            await amina.wraps_up()
        else:
            assert accepted["code"] == "offer_over"
        await amina.is_("available")
    await desk.holds_that_facts_make_snapshots()
    assert len({contact.call for contact in await desk.contacts(10)}) == 10


async def test_an_offer_nobody_answers_goes_to_the_next_and_the_first_is_away(desk: DeskUnderTest) -> None:
    yusuf = await desk.advisor("yusuf")
    await desk.passes(1)
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("en")
    await yusuf.is_offered(call)
    await desk.passes(desk.settings.timing.ring_timeout_s - 1)
    assert amina.one("own_offer") is None
    await desk.passes(1)
    await amina.is_offered(call)
    await yusuf.is_("away")
    assert (yusuf.one("self") or {})["away_reason"] == "missed_offer"
    await desk.holds_that_facts_make_snapshots()
    await amina.accepts()
    await amina.ends()
    await amina.wraps_up()
    [contact] = await desk.contacts(1, version=2)
    assert [(o.staff, o.outcome) for o in contact.offers] == [("yusuf", "timed_out"), ("amina", "accepted")]
    assert contact.offers[0].rang_ms == desk.settings.timing.ring_timeout_s * 1000


async def test_a_declined_call_goes_to_the_next_and_is_not_rung_in_a_loop(desk: DeskUnderTest) -> None:
    yusuf = await desk.advisor("yusuf")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    await yusuf.is_offered(call)
    await yusuf.declines()
    await yusuf.hears_no_ring()
    await yusuf.is_("available")
    await visitor.waits()
    await desk.passes(desk.settings.timing.decline_rest_s - 2)
    assert yusuf.one("own_offer") is None
    amina = await desk.advisor("amina")
    await amina.is_offered(call)
    await amina.declines()
    await desk.passes(3)
    await yusuf.is_offered(call)
    await desk.holds_that_facts_make_snapshots()


async def test_the_visitor_leaves_while_it_rings(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    offer = await amina.is_offered(call)
    await desk.passes(12)
    await visitor.leaves()
    await amina.hears_no_ring()
    await amina.is_("available")
    await visitor.sees_the_end(call, "abandoned")
    late = await amina.says(Accept, key=key(), offer=offer["id"])
    assert late["code"] == "offer_over"
    await desk.holds_that_facts_make_snapshots()
    [contact] = await desk.contacts(1)
    assert [(o.staff, o.outcome, o.rang_ms) for o in contact.offers] == [("amina", "withdrawn", 12000)]


async def test_a_repeated_command_changes_nothing(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    offer = await amina.is_offered(call)
    again = key()
    first = await amina.says(Accept, key=again, offer=offer["id"])
    second = await amina.says(Accept, key=again, offer=offer["id"])
    assert first == second
    assert first["ok"]
    same = key()
    assert (await visitor.says(Leave, key=same, call=call))["ok"]
    next_call = await visitor.asks_for("ar")
    assert (await visitor.says(Leave, key=same, call=call))["ok"]
    await amina.wraps_up()
    await amina.is_offered(next_call)


async def test_going_away_while_it_rings_passes_the_call_on(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    offer = await amina.is_offered(call)
    await amina.goes_away()
    await visitor.waits()
    assert (await amina.says(Decline, key=key(), offer=offer["id"]))["code"] == "offer_over"
    yusuf = await desk.advisor("yusuf")
    await yusuf.is_offered(call)
