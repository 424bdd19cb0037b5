"""What everybody sees is gathered and sent a few at a time; what is for one comes first, and nobody loses anything."""

from typing import Any

import pytest

from bridge.signaling import outbox
from tests.actors import AdvisorActor, DeskUnderTest, KioskActor


def facts_of(actor: AdvisorActor | KioskActor) -> list[str]:
    return [line for line in actor.transcript if line.startswith("< ") and " put " in line]


async def test_a_ring_does_not_wait_for_what_everybody_is_told(
    desk: DeskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The news for all consoles are held back for as long as anybody likes; the ring is there."""
    looks_on = await desk.advisor("olga", available=False)
    advisor = await desk.advisor("amina")
    await looks_on.hears(lambda: looks_on.sees("colleague"), "of the other advisor")
    monkeypatch.setattr(outbox, "GATHER_S", 3600.0)
    before = len(facts_of(looks_on))
    kiosk = await desk.kiosk()
    await kiosk.asks_for("ar")
    offer = await advisor.is_offered()
    # With the ring came what everybody is told and had not been told yet: the call that waits.
    assert [call["id"] for call in advisor.sees("waiting")] == [offer["call"]]
    assert len(facts_of(looks_on)) == before


async def test_whoever_is_rung_is_told_before_whoever_waits(
    desk: DeskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    advisor = await desk.advisor("amina")
    kiosk = await desk.kiosk()
    told: list[str] = []
    tell = outbox.Outbox.tell

    def noted(self: outbox.Outbox, socket: outbox.Socket, fact: outbox.Told) -> None:
        told.append(socket.seat)
        tell(self, socket, fact)

    monkeypatch.setattr(outbox.Outbox, "tell", noted)
    for _ in range(3):
        # Facts that are read one by one do not count: the visitor hears of the first before anybody is rung.
        told.clear()
        await kiosk.asks_for("ar")
        await advisor.is_offered()
        assert told[-2:] == [advisor.seat, kiosk.seat], told
        await kiosk.leaves()
        await advisor.hears(lambda: not advisor.sees("own_offer"), "that nobody rings")


async def test_what_happens_within_a_moment_is_one_message(
    desk: DeskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks_on = await desk.advisor("olga", available=False)
    kiosks = [await desk.kiosk(seat) for seat in ("saarijarvi", "viitasaari")]
    monkeypatch.setattr(outbox, "GATHER_S", 1.0)
    before = len(facts_of(looks_on))
    for kiosk in kiosks:
        await kiosk.asks_for("ar")
    await kiosks[0].leaves()
    await looks_on.hears(lambda: [call["municipality"] for call in looks_on.sees("waiting")] == ["931"], "who is left")
    told = facts_of(looks_on)[before:]
    assert len(told) == 1, told
    # Named after the last of them, and with who came and went meanwhile.
    assert told[0].startswith("< call.ended put ['waiting:"), told
    assert "gone ['waiting:" in told[0], told


async def test_a_page_that_comes_while_news_are_held_back_misses_none(
    desk: DeskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks_on = await desk.advisor("olga", available=False)
    kiosk = await desk.kiosk()
    monkeypatch.setattr(outbox, "GATHER_S", 0.3)
    await kiosk.asks_for("ti")
    comes = await desk.advisor("mika", available=False)
    assert comes.sees("waiting")
    await looks_on.hears(lambda: looks_on.sees("waiting"), "the call that waits")
    await kiosk.leaves()
    await looks_on.hears(lambda: not looks_on.sees("waiting"), "that nobody waits")
    await comes.hears(lambda: not comes.sees("waiting"), "that nobody waits")
    await desk.holds_that_facts_make_snapshots()


def test_facts_that_are_gathered_come_to_the_same_as_one_by_one() -> None:
    def entity(id_: str, **more: object) -> dict[str, object]:
        return {"kind": "waiting", "id": id_, **more}

    facts: list[dict[str, Any]] = [
        {"at": "1-0", "name": "one", "put": [entity("a", n=1), entity("b")], "gone": []},
        {"at": "2-0", "name": "two", "put": [entity("a", n=2), entity("c")], "gone": [entity("b", reason="abandoned")]},
        {"at": "3-0", "name": "three", "put": [entity("b", n=3)], "gone": [entity("c"), entity("d")]},
    ]
    one_by_one: dict[str, dict[str, object]] = {"d": entity("d")}
    at_once = dict(one_by_one)
    for model, told in ((one_by_one, facts), (at_once, [outbox.gathered(facts)])):
        for fact in told:
            for gone in fact["gone"]:
                model.pop(gone["id"], None)
            for put in fact["put"]:
                model[put["id"]] = put
    assert list(at_once.items()) == list(one_by_one.items())
    assert (outbox.gathered(facts)["at"], outbox.gathered(facts)["name"]) == ("3-0", "three")
    assert outbox.gathered(facts[:1]) is facts[0]
