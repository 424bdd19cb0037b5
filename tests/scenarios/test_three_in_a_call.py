"""Three and four in a call, and passing a visitor on: docs/queue.md, "Conversations". One test a rule."""

from bridge.signaling.messages import Chat, End, Invite, MoveCall, StepOut, Transfer
from tests.actors import AdvisorActor, DeskUnderTest, KioskActor
from tests.actors.people import key


async def talking(desk: DeskUnderTest, language: str = "ar") -> tuple[KioskActor, AdvisorActor, str]:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    call = await visitor.asks_for(language)
    await amina.accepts()
    await visitor.talks()
    return visitor, amina, call


async def test_a_colleague_joins_and_the_first_leaves(desk: DeskUnderTest) -> None:
    """A warm transfer: nobody is without a conversation at any moment."""
    visitor, amina, call = await talking(desk)
    yusuf = await desk.advisor("yusuf")
    await amina.invites("yusuf")
    offer = await yusuf.is_offered(call)
    assert (offer["offer"], offer["named"], offer["kiosk_name"]) == ("join", True, "Saarijärvi library")
    await yusuf.accepts()
    await amina.is_with("amina", "yusuf")
    await amina.steps_out()
    await amina.is_("available")
    alone = await yusuf.is_with("yusuf")
    assert alone["serves"]
    await visitor.hears(
        lambda: [one["name"] for one in (visitor.one("own_call") or {})["people"]] == ["Yusuf"], "Yusuf alone"
    )
    talk = visitor.one("own_call") or {}
    assert [one["link"] for one in talk["links"]] == [2], "the connection made when the colleague joined"
    await desk.holds_that_facts_make_snapshots()
    await yusuf.ends()
    await yusuf.wraps_up("family")
    [contact] = await desk.contacts(1, version=2)
    assert (contact.advisor, contact.transfers, len(contact.people)) == ("yusuf", 0, 2)


async def test_four_take_part_and_a_fifth_is_refused(desk: DeskUnderTest) -> None:
    _, amina, call = await talking(desk)
    yusuf = await desk.advisor("yusuf")
    selam = await desk.interpreter("selam")
    mika = await desk.advisor("mika")
    await amina.invites("yusuf")
    await yusuf.accepts()
    await amina.is_with("amina", "yusuf")
    await amina.asks_for_an_interpreter("ti")
    await selam.accepts()
    full = await amina.is_with("amina", "yusuf", "selam")
    assert [one["other"] for one in full["links"]] == ["visitor", "yusuf", "selam"]
    answer = await amina.says(Invite, key=key(), call=call, staff="mika")
    assert (answer["ok"], answer["code"]) == (False, "call_full")
    await mika.is_("available")
    await desk.holds_that_facts_make_snapshots()


async def test_everybody_has_a_connection_to_everybody(desk: DeskUnderTest) -> None:
    visitor, amina, call = await talking(desk)
    yusuf = await desk.advisor("yusuf")
    await amina.invites("yusuf")
    await yusuf.accepts()
    await amina.is_with("amina", "yusuf")
    await visitor.hears(lambda: len((visitor.one("own_call") or {})["links"]) == 2, "two connections")
    ends = {"visitor": visitor.one("own_call"), "amina": amina.one("advisor_call"), "yusuf": yusuf.one("advisor_call")}
    links: dict[int, set[str]] = {}
    begun: dict[int, list[bool]] = {}
    for me, own in ends.items():
        for link in (own or {})["links"]:
            links.setdefault(link["link"], set()).update({me, link["other"]})
            begun.setdefault(link["link"], []).append(link["starts"])
    assert sorted(links.values(), key=sorted) == [{"amina", "visitor"}, {"amina", "yusuf"}, {"visitor", "yusuf"}]
    assert all(sorted(both) == [False, True] for both in begun.values()), "one of the two begins"
    # A signal goes to the other end of its link and to nobody else.
    link = next(number for number, pair in links.items() if pair == {"amina", "yusuf"})
    assert (await amina.says(Chat, call=call, link=link, generation=1, text="{}"))["ok"]
    [heard] = await yusuf.is_told(1)
    assert heard["link"] == link
    assert visitor.signals == []


async def test_only_who_serves_ends_invites_and_passes_on(desk: DeskUnderTest) -> None:
    _, amina, call = await talking(desk)
    yusuf = await desk.advisor("yusuf")
    await amina.invites("yusuf")
    await yusuf.accepts()
    for message, more in ((End, {}), (Invite, {"staff": "mika"}), (Transfer, {"language": "fi", "staff": None})):
        answer = await yusuf.says(message, key=key(), call=call, **more)
        assert (answer["ok"], answer["code"]) == (False, "not_yours"), message
    await amina.is_with("amina", "yusuf")


async def test_the_only_advisor_does_not_step_out(desk: DeskUnderTest) -> None:
    _, amina, call = await talking(desk)
    answer = await amina.says(StepOut, key=key(), call=call)
    assert (answer["ok"], answer["code"]) == (False, "wrong_state")


async def test_who_is_only_rung_reads_and_writes_nothing(desk: DeskUnderTest) -> None:
    visitor, amina, call = await talking(desk)
    yusuf = await desk.advisor("yusuf")
    await amina.invites("yusuf")
    offer = await yusuf.is_offered(call)
    for link in offer["links"]:
        answer = await yusuf.says(Chat, call=call, link=link["link"], generation=1, text="{}")
        assert (answer["ok"], answer["code"]) == (False, "wrong_state")
    answer = await visitor.says(Chat, call=call, link=offer["links"][0]["link"], generation=1, text="{}")
    assert not answer["ok"]
    assert (visitor.signals, yusuf.signals, amina.signals) == ([], [], [])


async def test_what_a_visitor_knows_is_not_forgotten_by_passing_them_on(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar", also=["sv", "et", "fr"])
    await amina.accepts()
    await amina.passes_on(language="th")
    helena = await desk.supervisor()
    await helena.does(MoveCall, call=call, language="fa")
    await visitor.hears(lambda: (visitor.one("own_call") or {})["queue"] == "fa", "that it was moved")
    waiting = await visitor.waits()
    assert set(waiting["also"]) == {"ar", "sv", "et", "fr"}
    assert waiting["language"] == "ar"


async def test_a_renewed_connection_leaves_the_others_alone(desk: DeskUnderTest) -> None:
    visitor, amina, call = await talking(desk)
    yusuf = await desk.advisor("yusuf")
    await amina.invites("yusuf")
    await yusuf.accepts()
    await amina.is_with("amina", "yusuf")
    await visitor.hears(lambda: len((visitor.one("own_call") or {})["links"]) == 2, "two connections")
    await amina.asks_for_new_media(call, 1)
    await visitor.hears(
        lambda: (
            {one["other"]: one["generation"] for one in (visitor.one("own_call") or {})["links"]}
            == {"amina": 2, "yusuf": 1}
        ),
        "one new connection",
    )


async def test_a_visitor_is_passed_on_to_another_language_and_stands_at_the_front(desk: DeskUnderTest) -> None:
    visitor, amina, call = await talking(desk)
    await desk.passes(30)
    other = await desk.kiosk("viitasaari")
    await other.asks_for("ru")
    await other.stands_at(1)
    await desk.passes(30)
    await amina.passes_on(language="ru")
    await amina.is_("available")
    waiting = await visitor.waits()
    assert (waiting["passed_on"], waiting["language"]) == ("language", "ar"), "the page speaks on in the visitor's own"
    await visitor.stands_at(1)
    await other.stands_at(2)
    olga = await desk.advisor("olga")
    await olga.is_offered(call)
    await olga.accepts()
    await desk.passes(10)
    await olga.ends()
    await olga.wraps_up()
    await desk.holds_that_facts_make_snapshots()
    contact = {one.call: one for one in await desk.contacts(1, version=2)}[call]
    assert (contact.language_asked, contact.language_served, contact.transfers) == ("ar", "ru", 1)
    assert (contact.talk_ms, contact.advisor) == (70000, "olga")


async def test_a_visitor_is_passed_on_to_a_colleague_by_name_and_others_are_tried_after_a_while(
    desk: DeskUnderTest,
) -> None:
    visitor, amina, call = await talking(desk)
    yusuf = await desk.advisor("yusuf")
    other = await desk.kiosk("viitasaari")
    await other.asks_for("ckb")
    await yusuf.accepts()
    await amina.passes_on(colleague="yusuf")
    waiting = await visitor.waits()
    assert (waiting["passed_on"], waiting["named"]) == ("colleague", "Yusuf")
    await desk.passes(desk.settings.routing.named_wait_s - 2)
    assert amina.one("own_offer") is None, "only the colleague is waited for"
    await desk.passes(4)
    await amina.is_offered(call)
    assert (await visitor.is_rung_for())["named"] is None
    await desk.holds_that_facts_make_snapshots()


async def test_a_named_colleague_who_is_free_is_rung_before_anybody_else_is_served(desk: DeskUnderTest) -> None:
    _, amina, call = await talking(desk)
    mika = await desk.advisor("mika")
    await amina.passes_on(colleague="mika")
    offer = await mika.is_offered(call)
    assert (offer["named"], offer["tier"]) == (True, None)
    await mika.declines()
    await amina.is_offered(call), "who does not take it is not waited for"


async def test_a_colleague_who_is_not_on_duty_gets_nobody(desk: DeskUnderTest) -> None:
    _, amina, call = await talking(desk)
    for message, more in ((Transfer, {"language": None, "staff": "mika"}), (Invite, {"staff": "mika"})):
        answer = await amina.says(message, key=key(), call=call, **more)
        assert (answer["ok"], answer["code"]) == (False, "not_on_duty")
    answer = await amina.says(Transfer, key=key(), call=call, language=None, staff=None)
    assert (answer["ok"], answer["code"]) == (False, "bad_message")


async def test_who_leaves_while_being_passed_on_ends_as_transferred(desk: DeskUnderTest) -> None:
    visitor, amina, call = await talking(desk)
    await amina.passes_on(language="th")
    await visitor.waits()
    await desk.passes(60)
    await visitor.leaves()
    await visitor.sees_the_end(call, "transferred")
    [contact] = await desk.contacts(1)
    assert (contact.end_reason, contact.transfers, contact.advisor) == ("transferred", 1, "amina")


async def test_a_colleague_serves_on_when_the_first_advisor_is_lost(desk: DeskUnderTest) -> None:
    visitor, amina, _ = await talking(desk)
    yusuf = await desk.advisor("yusuf")
    await amina.invites("yusuf")
    await yusuf.accepts()
    await amina.is_with("amina", "yusuf")
    await amina.loses_the_network()
    await desk.passes(desk.settings.timing.staff_grace_s + 2)
    alone = await yusuf.is_with("yusuf")
    assert alone["serves"]
    assert (await visitor.talks())["state"] == "connected"
    await desk.holds_that_facts_make_snapshots()
