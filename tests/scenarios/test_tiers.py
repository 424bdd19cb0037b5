"""Who is tried for a visitor, and when: docs/queue.md, "Tiers". One test a rule, named after it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from bridge.database import schema
from bridge.settings import Settings
from bridge.signaling.messages import Decline
from tests.actors import AdvisorActor, DeskUnderTest, KioskActor
from tests.actors.desk import desk_under_test
from tests.actors.people import key

Open = Callable[..., AbstractAsyncContextManager[DeskUnderTest]]


@pytest.fixture
def opened(settings: Settings, redis_url: str) -> Open:
    """Opens a desk whose routing is as given, and otherwise as a fresh installation has it."""

    @asynccontextmanager
    async def open_desk(**routing: Any) -> AsyncIterator[DeskUnderTest]:
        usual = type(settings.routing)()
        changed = usual.model_validate({**usual.model_dump(), **routing})
        await schema.upgrade(settings.database_url)
        async with desk_under_test(settings.model_copy(update={"routing": changed}), redis_url) as desk:
            yield desk

    return open_desk


async def busy(desk: DeskUnderTest, advisor: AdvisorActor, language: str, kiosk: str = "viitasaari") -> KioskActor:
    """Put an advisor into a conversation."""
    other = await desk.kiosk(kiosk)
    await other.asks_for(language)
    await advisor.accepts()
    return other


def tried(visitor: KioskActor) -> list[tuple[str, int, bool]]:
    """The tiers as the visitor's page has them: name, seconds until it opens, whether anybody is on duty for it."""
    call = visitor.one("own_call") or {}
    return [
        (step["tier"], (step["opens_at_ms"] - call["waiting_since_ms"]) // 1000, step["staffed"])
        for step in call["steps"]
    ]


async def test_native_speakers_are_tried_at_once_and_before_those_who_are_idle_longer(opened: Open) -> None:
    async with opened() as desk:
        yusuf = await desk.advisor("yusuf")
        await desk.passes(60)
        amina = await desk.advisor("amina")
        visitor = await desk.kiosk()
        call = await visitor.asks_for("ar")
        offer = await amina.is_offered(call)
        assert (offer["tier"], offer["speak"]) == ("native", "ar")
        assert yusuf.one("own_offer") is None


async def test_those_who_speak_it_well_are_tried_after_their_delay(opened: Open) -> None:
    async with opened(fluent_after_s=60) as desk:
        amina = await desk.advisor("amina")
        yusuf = await desk.advisor("yusuf")
        await busy(desk, amina, "ar")
        visitor = await desk.kiosk()
        call = await visitor.asks_for("ar")
        assert tried(visitor)[:2] == [("native", 0, True), ("fluent", 60, True)]
        await desk.passes(58)
        assert yusuf.one("own_offer") is None
        await desk.passes(3)
        offer = await yusuf.is_offered(call)
        assert offer["tier"] == "fluent"
        await yusuf.accepts()
        await yusuf.ends()
        await yusuf.wraps_up()
        contacts = {contact.call: contact for contact in await desk.contacts(1, version=2)}
        assert contacts[call].served_how == "other_advisor"


async def test_nobody_waits_for_the_sake_of_a_tier_with_nobody_on_duty(opened: Open) -> None:
    async with opened(fluent_after_s=600, other_language_after_s=600, interpreted_after_s=600) as desk:
        amina = await desk.advisor("amina", available=False)
        yusuf = await desk.advisor("yusuf")
        visitor = await desk.kiosk()
        call = await visitor.asks_for("ar")
        assert (await yusuf.is_offered(call))["tier"] == "fluent"
        await yusuf.does(Decline, offer=(yusuf.one("own_offer") or {})["id"])
        await visitor.waits()
        assert tried(visitor)[:2] == [("native", 0, False), ("fluent", 0, True)]
        # The roster changes while somebody waits: from now on the other tier has to wait its time.
        await amina.goes_available()
        await amina.is_offered(call)
        await amina.declines()
        await desk.passes(desk.settings.timing.decline_rest_s + 1)
        await amina.is_offered(call)
        assert yusuf.one("own_offer") is None


async def test_an_advisor_with_another_language_of_the_visitor_is_tried_after_its_delay(opened: Open) -> None:
    async with opened(other_language_after_s=180) as desk:
        amina = await desk.advisor("amina")
        mika = await desk.advisor("mika")
        await busy(desk, amina, "ar")
        visitor = await desk.kiosk()
        call = await visitor.asks_for("ar", also=["sv", "fr"])
        assert ("other_language", 180, True) in tried(visitor)
        await desk.passes(178)
        assert mika.one("own_offer") is None
        await desk.passes(3)
        offer = await mika.is_offered(call)
        assert (offer["tier"], offer["speak"], offer["language"]) == ("other_language", "sv", "ar")
        await mika.accepts()
        await mika.ends()
        await mika.wraps_up()
        contacts = {contact.call: contact for contact in await desk.contacts(1, version=2)}
        assert (contacts[call].language_asked, contacts[call].language_served) == ("ar", "sv")


async def test_who_said_nothing_of_other_languages_is_not_tried_in_one(opened: Open) -> None:
    async with opened() as desk:
        amina = await desk.advisor("amina")
        mika = await desk.advisor("mika")
        await busy(desk, amina, "ar")
        visitor = await desk.kiosk()
        await visitor.asks_for("ar")
        await desk.passes(400)
        assert mika.one("own_offer") is None


async def test_an_advisor_and_an_interpreter_are_rung_at_once_where_no_advisor_speaks_it(opened: Open) -> None:
    async with opened(interpreted_after_s=300) as desk:
        mika = await desk.advisor("mika")
        selam = await desk.interpreter("selam")
        visitor = await desk.kiosk()
        call = await visitor.asks_for("ti")
        advisors, interpreters = await mika.is_offered(call), await selam.is_offered(call)
        assert (advisors["tier"], interpreters["tier"]) == ("interpreted", "interpreted")
        assert [(one["id"], one["role"]) for one in advisors["rung"]] == [("selam", "interpreter")]
        assert [(one["id"], one["role"]) for one in interpreters["rung"]] == [("mika", "advisor")]
        assert interpreters["speak"] == "ti"


async def test_an_advisor_and_an_interpreter_are_tried_after_their_delay_where_somebody_speaks_it(
    opened: Open,
) -> None:
    async with opened(interpreted_after_s=300) as desk:
        amina = await desk.advisor("amina")
        mali = await desk.interpreter("mali")
        mika = await desk.advisor("mika")
        await busy(desk, amina, "ar")
        visitor = await desk.kiosk()
        await visitor.asks_for("th")
        assert await mali.is_offered(), "no advisor on duty speaks Thai"
        assert await mika.is_offered()


async def test_a_pair_shares_another_language(opened: Open) -> None:
    """Parisa and the interpreter have none but the visitor's in common: she is no use to him."""
    async with opened() as desk:
        parisa = await desk.advisor("parisa")
        mali = await desk.interpreter("mali")
        visitor = await desk.kiosk()
        call = await visitor.asks_for("th")
        await desk.passes(400)
        assert parisa.one("own_offer") is None
        assert mali.one("own_offer") is None
        olga = await desk.advisor("olga")
        await olga.is_offered(call)
        await mali.is_offered(call)


async def test_a_wish_for_a_woman_is_honoured_for_its_time_and_then_dropped(opened: Open) -> None:
    async with opened(wish_s=120, fluent_after_s=0) as desk:
        yusuf = await desk.advisor("yusuf")
        amina = await desk.advisor("amina")
        await busy(desk, amina, "ar")
        visitor = await desk.kiosk()
        call = await visitor.asks_for("ar", wish="woman")
        own = visitor.one("own_call") or {}
        assert own["wish_until_ms"] == own["joined_at_ms"] + 120_000
        await desk.passes(118)
        assert yusuf.one("own_offer") is None
        await desk.passes(3)
        await yusuf.is_offered(call)


async def test_a_wish_is_met_where_it_can_be(opened: Open) -> None:
    async with opened(fluent_after_s=0) as desk:
        yusuf = await desk.advisor("yusuf")
        await desk.passes(60)
        parisa = await desk.advisor("parisa")
        visitor = await desk.kiosk()
        call = await visitor.asks_for("en", wish="woman")
        await parisa.is_offered(call)
        assert yusuf.one("own_offer") is None


async def test_a_wish_that_nobody_on_duty_could_meet_is_not_waited_for(opened: Open) -> None:
    async with opened(wish_s=600) as desk:
        yusuf = await desk.advisor("yusuf")
        visitor = await desk.kiosk()
        call = await visitor.asks_for("ar", wish="woman")
        await yusuf.is_offered(call)
        assert (visitor.one("own_call") or {})["wish_until_ms"] is None


async def test_a_language_may_have_delays_of_its_own(opened: Open) -> None:
    own = {"ar": {"fluent_after_s": 0, "other_language_after_s": 0, "interpreted_after_s": 0}}
    async with opened(languages=own) as desk:
        amina = await desk.advisor("amina")
        mika = await desk.advisor("mika")
        await busy(desk, amina, "ar")
        visitor = await desk.kiosk()
        call = await visitor.asks_for("ar", also=["sv"])
        await mika.is_offered(call)


async def test_who_may_come_next_is_told_again_when_the_roster_changes(opened: Open) -> None:
    async with opened() as desk:
        visitor = await desk.kiosk()
        await visitor.asks_for("ti")
        assert all(not staffed for _, _, staffed in tried(visitor))
        mika = await desk.advisor("mika")
        selam = await desk.interpreter("selam", available=False)
        await selam.goes_away()
        assert not any(staffed for _, _, staffed in tried(visitor))
        await selam.goes_available()
        await mika.is_offered()
        answer = await selam.says(Decline, key=key(), offer=(await selam.is_offered())["id"])
        assert answer["ok"]
        await visitor.hears(lambda: visitor.one("own_call") and ("interpreted", 0, True) in tried(visitor), "the pair")
        await desk.holds_that_facts_make_snapshots()
