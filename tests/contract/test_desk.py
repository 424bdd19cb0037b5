"""The desk's transitions, on the embedded server and on one given by URL."""

import asyncio
import json
import random
from collections import Counter
from typing import Any, cast

import pytest

from bridge.clock import SteppedClock
from bridge.desk.connections import DeskServer, close
from bridge.desk.desk import Desk, DeskUnavailable, Page, Refused, Registered, Registration, WrongSchema, new_id
from bridge.desk.facts import FactGroup, FactReader
from bridge.desk.keys import AUDIT_GROUP, CONTACTS_GROUP, Keys
from bridge.desk.projection import Projection
from bridge.domain.call import CALL_TRANSITIONS, CallState
from bridge.domain.offer import OFFER_TRANSITIONS, OfferState
from bridge.domain.routing import Wishes
from bridge.domain.staff import PRESENCE_TRANSITIONS, Presence
from bridge.settings import TimingSettings
from bridge.signaling.messages import FactName
from tests.contract.conftest import Bare

KIOSKS = [f"k{n}" for n in range(4)]
STAFF = {"amina": {"ar": "native", "fi": "fluent"}, "yusuf": {"ar": "fluent"}, "mika": {"fi": "native"}}


async def arrive(bare: Bare) -> None:
    seats = [Registration(kiosk, "kiosk", {"name": kiosk, "municipality": "729"}, 1, 1) for kiosk in KIOSKS]
    seats += [
        Registration(name, "staff", {"name": name, "role": "advisor", "languages": languages}, 1, 1)
        for name, languages in STAFF.items()
    ]
    assert await bare.desk.register(seats) == Registered(0, ())
    for kiosk in KIOSKS:
        await bare.desk.connect(Page("kiosk", kiosk, f"page-{kiosk}"), claim=True)
    for name in STAFF:
        await bare.desk.connect(Page("staff", name, f"page-{name}"), claim=True)


async def facts_of(bare: Bare) -> list[tuple[str, dict[str, Any]]]:
    return await FactReader(bare.blocking, bare.keys).after("0-0", count=100_000, block_ms=100)


async def walk(bare: Bare, seed: int, steps: int) -> None:
    """A random walk over everything that kiosks, staff and time can do."""
    chance = random.Random(seed)
    desk = bare.desk
    for _ in range(steps):
        snapshot = await desk.snapshot()
        calls, offers = snapshot["calls"], snapshot["offers"]
        kiosk, member = chance.choice(KIOSKS), chance.choice(list(STAFF))
        call = chance.choice(calls) if calls else None
        offer = chance.choice(offers) if offers else None
        step = chance.randrange(12)
        try:
            if step in {0, 1}:
                await desk.join(kiosk, chance.choice(["ar", "fi", "th"]), new_id())
            elif step == 2 and call:
                await desk.leave(chance.choice([call["kiosk"], kiosk]), call["id"], new_id())
            elif step in {3, 4}:
                await desk.set_presence(member, chance.choice(["available", "available", "away", "offline"]), new_id())
            elif step in {5, 6} and offer:
                seat = chance.choice(offer["seats"])["staff"]
                await desk.accept(chance.choice([seat, seat, member]), offer["id"], new_id())
            elif step == 7 and offer:
                await desk.decline(offer["seats"][0]["staff"], offer["id"], new_id())
            elif step == 8 and call:
                await desk.end(call.get("staff", member), call["id"], new_id())
            elif step == 9:
                wrapping = [m for m in snapshot["staff"] if m["wrap_ups"]]
                if wrapping:
                    who = chance.choice(wrapping)
                    await desk.wrap_up(who["id"], who["wrap_ups"][0]["call"], ["work"], [], None, "available", new_id())
            elif step == 10:
                kind, name = chance.choice([("kiosk", kiosk), ("staff", member)])
                page = Page(kind, name, f"page-{name}")  # type: ignore[arg-type]
                if chance.random() < 0.5:
                    await desk.disconnect(page)
                else:
                    await desk.renew_leases([page])
            elif step == 11:
                bare.clock.advance(chance.choice([1, 4, 4, 4]))
                await desk.sweep()
        except Refused:
            pass
        await desk.match()


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_the_drawings_hold(bare: Bare, seed: int) -> None:
    """Every state follows from the one before by the tables of the domain; nothing is offered or served twice."""
    await arrive(bare)
    await walk(bare, seed, 400)
    calls: dict[str, str] = {}
    offers: dict[str, str] = {}
    presences: dict[str, str] = dict.fromkeys(STAFF, Presence.OFFLINE)
    ringing: dict[str, list[str]] = {}
    records: Counter[tuple[str, int]] = Counter()
    facts = await facts_of(bare)
    for _, fact in facts:
        assert fact["name"] in set(FactName)
        for call in fact.get("calls") or ():
            was, now = calls.get(call["id"]), call["state"]
            assert was is None or was == now or now in CALL_TRANSITIONS[CallState(was)], (was, fact)
            assert was is not None or now == CallState.WAITING
            calls[call["id"]] = now
        for offer in fact.get("offers") or ():
            was, now = offers.get(offer["id"]), offer["state"]
            assert was is None or now in OFFER_TRANSITIONS[OfferState(was)], (was, fact)
            offers[offer["id"]] = now
            if now == OfferState.RINGING:
                assert offer["call"] not in ringing, "one call at two desks"
                for seat in offer["seats"]:
                    assert all(seat["staff"] not in rung for rung in ringing.values()), "two offers at one desk"
                ringing[offer["call"]] = [seat["staff"] for seat in offer["seats"]]
            else:
                ringing.pop(offer["call"])
        for member in fact.get("staff") or ():
            was, now = presences[member["id"]], member["presence"]
            assert was == now or Presence(now) in PRESENCE_TRANSITIONS[Presence(was)], (was, fact)
            presences[member["id"]] = now
        if fact.get("record"):
            records[(fact["record"]["call"], fact["record"]["version"])] += 1
    ended = {call for call, state in calls.items() if state == CallState.ENDED}
    assert len(calls) > 8, "the walk went nowhere"
    assert len(ended) > 4
    assert {call for call, version in records if version == 1} == ended, "every ended call leaves one record"
    assert set(records.values()) == {1}, "no version twice"


@pytest.mark.parametrize("seed", range(2))
async def test_old_snapshot_and_facts_equal_a_new_snapshot(bare: Bare, seed: int) -> None:
    await arrive(bare)
    await walk(bare, seed, 60)
    projection = Projection()
    projection.replace(await bare.desk.snapshot())
    await walk(bare, seed + 100, 200)
    for at, fact in await FactReader(bare.blocking, bare.keys).after(projection.at, count=100_000, block_ms=100):
        projection.apply(at, fact)
        projection.apply(at, fact)
    fresh = Projection()
    fresh.replace(await bare.desk.snapshot())
    assert projection.at == fresh.at
    assert (projection.calls, projection.offers) == (fresh.calls, fresh.offers)
    assert (projection.staff, projection.kiosks) == (fresh.staff, fresh.kiosks)


async def test_a_command_repeated_with_its_key_changes_nothing(bare: Bare) -> None:
    await arrive(bare)
    key = new_id()
    call = await bare.desk.join("k0", "ar", key)
    before = len(await facts_of(bare))
    assert await bare.desk.join("k0", "ar", key) == call
    assert len(await facts_of(bare)) == before
    # The same key of another kiosk is another command.
    assert await bare.desk.join("k1", "ar", key) != call


async def test_many_at_once_get_one_outcome(bare: Bare) -> None:
    await arrive(bare)
    await bare.desk.set_presence("amina", "available", new_id())
    await asyncio.gather(*(bare.desk.join(kiosk, "ar", new_id()) for kiosk in KIOSKS))
    assert sum(await asyncio.gather(*(bare.desk.match() for _ in range(8)))) == 1
    [offer] = (await bare.desk.snapshot())["offers"]
    answers = await asyncio.gather(
        *(bare.desk.accept("amina", offer["id"], new_id()) for _ in range(6)), return_exceptions=True
    )
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert {answer.code for answer in answers if isinstance(answer, Refused)} == {"offer_over"}


async def test_time_never_runs_backwards(bare: Bare) -> None:
    await arrive(bare)
    await bare.desk.join("k0", "ar", new_id())
    bare.clock.advance(-3600)
    await bare.desk.join("k1", "ar", new_id())
    first, second = sorted((await bare.desk.snapshot())["calls"], key=lambda call: str(call["kiosk"]))
    assert second["joined_at_ms"] >= first["joined_at_ms"]


async def test_a_renewal_counts_once_however_many_ask(bare: Bare) -> None:
    await arrive(bare)
    await bare.desk.set_presence("amina", "available", new_id())
    call = await bare.desk.join("k0", "ar", new_id())
    with pytest.raises(Refused, match="wrong_state"):
        await bare.desk.renew_media("kiosk", "k0", call, 1, 0, new_id())
    await bare.desk.match()
    await asyncio.gather(
        bare.desk.renew_media("kiosk", "k0", call, 1, 1, new_id()),
        bare.desk.renew_media("staff", "amina", call, 1, 1, new_id()),
    )
    assert (await bare.desk.snapshot())["calls"][0]["links"][0]["generation"] == 2
    with pytest.raises(Refused, match="not_yours"):
        await bare.desk.renew_media("kiosk", "k1", call, 1, 2, new_id())
    with pytest.raises(Refused, match="not_yours"):
        await bare.desk.renew_media("staff", "yusuf", call, 1, 2, new_id())


async def test_facts_are_handled_once_by_one_consumer_of_a_group(bare: Bare) -> None:
    await arrive(bare)
    total = len(await facts_of(bare))
    one = FactGroup(bare.blocking, bare.keys, CONTACTS_GROUP, "one")
    two = FactGroup(bare.blocking, bare.keys, CONTACTS_GROUP, "two")
    first = await one.read(3, 10)
    rest = await two.read(100, 10)
    assert len(first) == 3
    assert len(rest) == total - 3
    # What is not acknowledged comes again, to the same consumer.
    assert await one.read(100, 10) == first
    await one.acknowledge([fact_id for fact_id, _ in first])
    assert await one.read(100, 10) == []
    # Nothing is trimmed that somebody has not acknowledged; the other group has.
    other = FactGroup(bare.blocking, bare.keys, AUDIT_GROUP, "three")
    await other.acknowledge([fact_id for fact_id, _ in await other.read(100, 10)])
    await bare.desk.trim(0)
    assert [fact_id for fact_id, _ in await facts_of(bare)] == [fact_id for fact_id, _ in rest]
    await two.set_aside(rest[0][0], "a test")
    await two.acknowledge([fact_id for fact_id, _ in rest[1:]])
    await bare.desk.trim(0)
    assert len(await facts_of(bare)) == 1
    [(_, aside)] = cast(list[tuple[str, dict[str, str]]], await bare.redis.xrange(bare.keys["aside"]))
    assert (json.loads(aside["fact"])["name"], aside["reason"]) == (rest[0][1]["name"], "a test")


async def test_a_reader_knows_when_it_can_follow_no_longer(bare: Bare) -> None:
    await arrive(bare)
    reader = FactReader(bare.blocking, bare.keys)
    facts = await facts_of(bare)
    assert await reader.can_follow(facts[0][0])
    assert await reader.can_follow(facts[-1][0])
    # Ids rolled back by a failover: the reader stands beyond the last.
    assert not await reader.can_follow("9999999999999-0")
    group = FactGroup(bare.blocking, bare.keys, CONTACTS_GROUP, "one")
    await group.acknowledge([fact_id for fact_id, _ in await group.read(1000, 10)])
    other = FactGroup(bare.blocking, bare.keys, AUDIT_GROUP, "two")
    await other.acknowledge([fact_id for fact_id, _ in await other.read(1000, 10)])
    await bare.desk.trim(0)
    assert not await reader.can_follow(facts[0][0])
    assert await reader.can_follow(facts[-1][0])


async def test_keys_of_another_schema_are_left_alone(bare: Bare) -> None:
    await bare.redis.hset(bare.keys["meta"], "schema", "99")
    with pytest.raises(WrongSchema, match="99"):
        await bare.desk.prepare()


@pytest.mark.parametrize("url", ["unix:///nowhere/desk.sock", "redis://127.0.0.1:1/0"])
async def test_a_server_that_is_away_is_said_to_be(url: str) -> None:
    away = DeskServer(url).for_scripts()
    try:
        with pytest.raises(DeskUnavailable, match="snapshot"):
            await Desk(away, Keys("away"), SteppedClock(), TimingSettings()).snapshot()
    finally:
        await close(away)


async def test_of_two_calls_of_one_millisecond_the_same_one_is_passed_over_whatever_their_queues_are_called(
    bare: Bare,
) -> None:
    """Their order is that of their ids, as everywhere; each stands first in a queue of its own."""
    await arrive(bare)
    desk = bare.desk
    interpreter = {"name": "selam", "role": "interpreter", "languages": {"ti": "native", "fi": "fluent"}}
    await desk.register([Registration("selam", "staff", interpreter, 1, 1)])
    await desk.connect(Page("staff", "selam", "page-selam"), claim=True)
    for name in ("mika", "yusuf"):
        await desk.set_presence(name, "available", new_id())
    call = await desk.join("k0", "fi", new_id())
    await desk.match()
    [offer] = (await desk.snapshot())["offers"]
    await desk.accept("mika", offer["id"], new_id())

    async def waiting() -> list[dict[str, Any]]:
        calls = [one for one in (await desk.snapshot())["calls"] if one["state"] == CallState.WAITING]
        return sorted(calls, key=lambda one: str(one["id"]))

    # So that the names of the queues say the opposite: yusuf shares no language with the interpreter.
    first = await desk.join("k1", "ti", new_id())
    while True:
        await desk.join("k2", "ti", new_id(), Wishes(also=("so",)))
        if [one["queue"] for one in await waiting()] != sorted(one["queue"] for one in await waiting()):
            break
        [again] = [one["id"] for one in await waiting() if one["id"] != first]
        await desk.leave("k2", again, new_id())
    assert len({one["order"] for one in await waiting()}) == 1
    bare.clock.advance(1)
    await desk.set_presence("selam", "available", new_id())
    await desk.ask_interpreter("mika", call, "ti", new_id())
    assert await desk.match() == 1
    assert [one.get("passes", 0) for one in await waiting()] == [1, 0]
