"""Over which ways a call may go: relays, their registrations, TURN, and what each side learns of the other."""

import asyncio
import base64
import hmac
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bridge.accounts.model import KioskDraft
from bridge.accounts.store import Accounts
from bridge.database import schema
from bridge.desk.connections import DeskServer, close
from bridge.desk.desk import Desk
from bridge.desk.facts import FactReader
from bridge.desk.keys import Keys
from bridge.media.check_paths import DeskCheckPaths
from bridge.media.registrations import DeskRegistrations
from bridge.media.relay.registrations import RelayAddress, RelayStatus
from bridge.media.relay.switchboard import Path, Side
from bridge.settings import Settings
from bridge.signaling.messages import AskPaths, Candidate, Chat, Describe, Report
from tests.actors import AdvisorActor, DeskUnderTest, KioskActor
from tests.actors.desk import desk_under_test, eventually
from tests.actors.people import key

OWN, OTHER, SERVER = "192.168.7.31", "2001:db8:7::31", "203.0.113.99"
RELAY_ONE, RELAY_TWO = ("203.0.113.10", 3479), ("203.0.113.11", 3479)


def sdp(ufrag: str = "Abcd", pwd: str = "p" * 24) -> str:
    """A description as Chromium makes it after gathering: the address is in many places."""
    return "\r\n".join(
        [
            "v=0",
            f"o=- 4611731400430051336 2 IN IP4 {OWN}",
            "s=-",
            "t=0 0",
            "a=group:BUNDLE 0 1",
            "m=audio 51234 UDP/TLS/RTP/SAVPF 111",
            f"c=IN IP4 {OWN}",
            f"a=rtcp:9 IN IP4 {OWN}",
            f"a=candidate:1 1 udp 2122260223 {OWN} 51234 typ host generation 0 ufrag {ufrag}",
            f"a=candidate:2 1 udp 2122260222 {OTHER} 51235 typ host generation 0 ufrag {ufrag}",
            f"a=candidate:3 1 udp 1686052607 198.51.100.7 51234 typ srflx raddr {OWN} rport 51234 generation 0",
            f"a=candidate:4 1 udp 41885439 {SERVER} 50000 typ relay raddr 198.51.100.7 rport 51234 generation 0",
            f"a=ice-ufrag:{ufrag}",
            f"a=ice-pwd:{pwd}",
            "a=fingerprint:sha-256 AA:BB",
            "a=mid:0",
            "m=video 9 UDP/TLS/RTP/SAVPF 96",
            "c=IN IP4 0.0.0.0",
            f"a=ice-ufrag:{ufrag}",
            f"a=ice-pwd:{pwd}",
            "a=mid:1",
            "",
        ]
    )


def candidates(description: str) -> list[str]:
    return re.findall(r"^a=(candidate:.*?)\r?$", description, re.MULTILINE)


def places(description: str, prefix: str = "candidate:gloria") -> list[tuple[str, int]]:
    """Addresses of the candidates that begin like this."""
    words = [candidate.split() for candidate in candidates(description) if candidate.startswith(prefix)]
    return [(word[4], int(word[5])) for word in words]


@asynccontextmanager
async def desk_of(desk: DeskUnderTest) -> AsyncIterator[tuple[Desk, DeskRegistrations]]:
    """What a relay has: its own line to the desk."""
    server = DeskServer(desk.redis_url)
    scripts, reads = server.for_scripts(), server.for_blocking_reads()
    keys = Keys(desk.settings.desk.name)
    own = Desk(scripts, keys, desk.clock, desk.settings.timing)
    try:
        yield own, DeskRegistrations(own, FactReader(reads, keys))
    finally:
        await close(scripts)
        await close(reads)


async def relay_is_there(desk: DeskUnderTest, name: str, address: tuple[str, int], paths: int = 0) -> None:
    async with desk_of(desk) as (_, registrations):
        host, port = address
        await registrations.seen(RelayStatus(name, (RelayAddress(host, port, 4),), paths, 500, stun_port=3480))


async def paths_at(desk: DeskUnderTest) -> dict[str, dict[str, Any]]:
    async with desk_of(desk) as (own, _):
        return {path["id"]: path for path in (await own.paths())[1]}


async def ringing(desk: DeskUnderTest) -> tuple[KioskActor, AdvisorActor, str]:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    await amina.is_offered(call)
    await visitor.is_rung_for()
    return visitor, amina, call


async def described(desk: DeskUnderTest) -> tuple[KioskActor, AdvisorActor, str]:
    """A call that rings, both sides described."""
    visitor, amina, call = await ringing(desk)
    await amina.describes(call, sdp("Advi", "a" * 24))
    await visitor.is_told()
    await visitor.describes(call, sdp("Visi", "v" * 24), "answer")
    await amina.is_told()
    return visitor, amina, call


async def test_each_description_gets_the_relays_and_nothing_else_is_changed(desk: DeskUnderTest) -> None:
    await relay_is_there(desk, "one", RELAY_ONE)
    visitor, amina, _ = await described(desk)
    for told in (visitor, amina):
        got = told.signals[0]["description"]["sdp"]
        assert places(got) == [RELAY_ONE]
        ufrag = "Advi" if told is visitor else "Visi"
        without = "".join(f"{line}\r\n" for line in got.splitlines() if "gloria" not in line)
        assert without == sdp(ufrag, ("a" if told is visitor else "v") * 24)
        # In the section whose transport the others share.
        assert got.index("candidate:gloria0") < got.index("m=video")


async def test_the_relay_is_the_last_choice_but_before_turn(desk: DeskUnderTest) -> None:
    await relay_is_there(desk, "one", RELAY_ONE)
    visitor, _, _ = await described(desk)
    by_type: dict[str, int] = {}
    for candidate in candidates(visitor.signals[0]["description"]["sdp"]):
        words = candidate.split()
        by_type["gloria" if "gloria" in words[0] else words[7]] = int(words[3])
    assert by_type["host"] > by_type["srflx"] > by_type["gloria"] > by_type["relay"]


async def test_two_relays_serve_one_call_and_the_same_two_both_sides(desk: DeskUnderTest) -> None:
    for name, address in (("one", RELAY_ONE), ("two", RELAY_TWO), ("three", ("203.0.113.12", 3479))):
        await relay_is_there(desk, name, address)
    visitor, amina, call = await described(desk)
    first, second = (places(told.signals[0]["description"]["sdp"]) for told in (visitor, amina))
    assert len(first) == 2
    assert first == second
    assert [f"{host}:{port}" for host, port in first] == (await visitor.asks_paths(call))["relays"]


async def test_relays_that_are_silent_or_full_get_no_calls(desk: DeskUnderTest) -> None:
    await relay_is_there(desk, "full", ("203.0.113.20", 3479), paths=500)
    await relay_is_there(desk, "silent", ("203.0.113.21", 3479))
    await desk.passes(16)
    await relay_is_there(desk, "one", RELAY_ONE)
    visitor, _, _ = await described(desk)
    assert places(visitor.signals[0]["description"]["sdp"]) == [RELAY_ONE]


async def test_a_relay_that_was_just_lost_is_offered_where_there_is_no_other(desk: DeskUnderTest) -> None:
    """It may be starting again, with the same address and the same paths."""
    await relay_is_there(desk, "one", RELAY_ONE)
    await desk.passes(30)
    visitor, amina, _ = await described(desk)
    assert places(visitor.signals[0]["description"]["sdp"]) == [RELAY_ONE]
    await visitor.leaves()
    await amina.is_("available")
    await desk.passes(40)
    visitor.signals.clear()
    call = await visitor.asks_for("ar")
    await amina.is_offered(call)
    await amina.describes(call, sdp())
    [told] = await visitor.is_told()
    assert places(told["description"]["sdp"]) == []


async def test_a_relay_that_says_goodbye_is_offered_no_more(desk: DeskUnderTest) -> None:
    await relay_is_there(desk, "one", RELAY_ONE)
    async with desk_of(desk) as (_, registrations):
        await registrations.leave("one")
    visitor, _, _ = await described(desk)
    assert places(visitor.signals[0]["description"]["sdp"]) == []


class Table:
    """What a relay has learned."""

    def __init__(self) -> None:
        self.paths: dict[str, Path] = {}
        self.begun = 0

    def put(self, path: Path) -> bool:
        self.paths[path.id] = path
        return True

    def remove(self, path_id: str) -> None:
        self.paths.pop(path_id, None)

    def replace_all(self, paths: Iterable[Path]) -> int:
        self.paths = {path.id: path for path in paths}
        self.begun += 1
        return 0

    def ufrags(self, call: str) -> tuple[list[str], list[str]]:
        path = self.paths[call]
        first, second = ([one.ufrag for one in path.of(side)] for side in (Side.FIRST, Side.SECOND))
        return first, second


@asynccontextmanager
async def following(desk: DeskUnderTest) -> AsyncIterator[Table]:
    """A relay that follows the desk."""
    table = Table()
    async with desk_of(desk) as (_, registrations):
        task = asyncio.create_task(registrations.follow(table))
        try:
            await until(lambda: table.begun > 0, "the first look")
            yield table
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def until(condition: Any, what: str) -> None:
    async def look() -> bool:
        return bool(condition())

    await eventually(look, bool, what)


async def test_a_relay_takes_only_the_calls_it_was_chosen_for(desk: DeskUnderTest) -> None:
    """So that more relays carry more calls. Those before a restart keep the call until it has found its way."""
    await relay_is_there(desk, "one", RELAY_ONE)
    _, amina, call = await described(desk)
    path = f"{call}.1"
    async with desk_of(desk) as (own, _):
        reads = [DeskServer(desk.redis_url).for_blocking_reads() for _ in range(2)]
        tables = {}
        tasks = []
        for name, read in zip(("one", "two"), reads, strict=True):
            tables[name] = Table()
            own_reader = FactReader(read, Keys(desk.settings.desk.name))
            tasks.append(asyncio.create_task(DeskRegistrations(own, own_reader, name).follow(tables[name])))
        try:
            await until(lambda: all(table.begun for table in tables.values()), "the first look")
            assert set(tables["one"].paths) == {path}
            assert not tables["two"].paths
            async with desk_of(desk) as (_, registrations):
                await registrations.leave("one")
            await relay_is_there(desk, "two", RELAY_TWO)
            await amina.describes(call, sdp("Again", "g" * 24))
            await until(lambda: tables["two"].paths.keys() == {path}, "the new relay")
            assert tables["one"].paths.keys() == {path}
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for read in reads:
                await close(read)


async def test_a_relay_learns_both_sides_and_forgets_the_call_when_it_ends(desk: DeskUnderTest) -> None:
    async with following(desk) as relay:
        visitor, amina, call = await described(desk)
        path = f"{call}.1"
        await until(lambda: path in relay.paths and relay.ufrags(path) == (["Advi"], ["Visi"]), "both sides")
        async with following(desk) as restarted:
            assert restarted.paths.keys() == {path}, "a relay that starts again has the same paths"
        await amina.accepts()
        await visitor.talks()
        await amina.ends()
        await until(lambda: not relay.paths, "the end of the path")
    assert await paths_at(desk) == {}


@pytest.mark.parametrize("way", ["leaves", "declined", "timed out", "kiosk lost", "advisor lost", "no longer employed"])
async def test_a_path_ends_with_its_call_in_whatever_way(desk: DeskUnderTest, way: str) -> None:
    async with following(desk) as relay:
        visitor, amina, call = await described(desk)
        path = f"{call}.1"
        await until(lambda: path in relay.paths, "the path")
        if way == "leaves":
            await visitor.leaves()
        elif way == "declined":
            await amina.declines()
        elif way == "timed out":
            await desk.passes(desk.settings.timing.ring_timeout_s + 1)
        else:
            await amina.accepts()
            await visitor.talks()
            if way == "kiosk lost":
                await visitor.loses_the_network()
                await desk.passes(desk.settings.timing.visitor_grace_s + 2)
            else:
                await amina.loses_the_network()
                await desk.passes(desk.settings.timing.staff_grace_s + 2)
        await until(lambda: not relay.paths, "the end of the path")


async def test_a_restart_of_ice_keeps_the_old_names_for_a_while(desk: DeskUnderTest) -> None:
    visitor, amina, call = await described(desk)
    for n in range(2, 7):
        await amina.describes(call, sdp(f"Adv{n}", "a" * 24))
        await visitor.is_told(n)
    path = (await paths_at(desk))[f"{call}.1"]
    assert [one["ufrag"] for one in path["first"]] == ["Adv3", "Adv4", "Adv5", "Adv6"]
    assert [one["ufrag"] for one in path["second"]] == ["Visi"]


@pytest.mark.parametrize(
    "text",
    [
        "v=0",
        "a=ice-ufrag:ab\r\na=ice-pwd:short",
        "a=ice-ufrag:" + "x" * 300,
        sdp("ab_-"),
        sdp().replace("a=ice-pwd", "a=ice-pw"),
        sdp() + "m=audio 9 RTP 0\r\na=ice-ufrag:Abcd\r\n",
    ],
)
async def test_a_description_whose_ice_names_cannot_be_read_goes_nowhere(desk: DeskUnderTest, text: str) -> None:
    """Browsers take more than RFC 8839 allows; what they take and the relays do not must not pass half-read."""
    visitor, amina, call = await ringing(desk)
    answer = await amina.says(Describe, call=call, link=1, generation=1, description={"type": "offer", "sdp": text})
    assert (answer["ok"], answer["code"]) == (False, "bad_message")
    assert visitor.signals == []
    assert await paths_at(desk) == {}


async def test_name_and_password_may_come_in_any_order(desk: DeskUnderTest) -> None:
    _, amina, call = await ringing(desk)
    swapped = f"m=audio 9 RTP 0\r\na=ice-pwd:{'p' * 24}\r\na=ice-ufrag:Abcd\r\n"
    await amina.describes(call, swapped)
    assert [one["ufrag"] for one in (await paths_at(desk))[f"{call}.1"]["first"]] == ["Abcd"]


# ---------------------------------------------------------------- who learns what


@asynccontextmanager
async def desk_with(settings: Settings, redis_url: str, **media: Any) -> AsyncIterator[DeskUnderTest]:
    changed = settings.media.model_validate({**settings.media.model_dump(), **media})
    settings = settings.model_copy(update={"media": changed})
    await schema.upgrade(settings.database_url)
    async with desk_under_test(settings, redis_url) as desk:
        await relay_is_there(desk, "one", RELAY_ONE)
        yield desk


HOST = f"candidate:1 1 udp 2122260223 {OWN} 51234 typ host generation 0"
ON_TURN = f"candidate:4 1 udp 41885439 {SERVER} 50000 typ relay raddr {OWN} rport 51234 generation 0"


async def trickles(sender: KioskActor | AdvisorActor, call: str, *texts: str) -> None:
    for text in texts:
        fields = {"candidate": text, "sdp_mid": "0", "sdp_m_line_index": 0, "username_fragment": None}
        assert (await sender.says(Candidate, call=call, link=1, generation=1, candidate=fields))["ok"]


@pytest.mark.parametrize("who_hides", ["kiosk", "advisor"])
async def test_where_one_side_hides_neither_learns_an_address_of_the_other(
    settings: Settings, redis_url: str, who_hides: str
) -> None:
    """The one that hides must not get the other's addresses either: its checks to them would show where it is."""
    media = {"kiosk_path": "hidden"} if who_hides == "kiosk" else {"desk_path": "hidden"}
    async with desk_with(settings, redis_url, **media) as desk:
        visitor, amina, call = await described(desk)
        await trickles(amina, call, HOST, ON_TURN)
        await trickles(visitor, call, HOST, ON_TURN)
        await amina.describes(call, sdp("Last", "l" * 24), "answer")
        await visitor.describes(call, sdp("Last", "l" * 24), "answer")
        for told in (visitor, amina):
            described_, last = await told.is_told(2)
            assert "description" in last, "every candidate was kept back"
            text = str(described_)
            for secret in (OWN, OTHER, "198.51.100.7", SERVER):
                assert secret not in text
            assert len(candidates(described_["description"]["sdp"])) == 1
            assert places(described_["description"]["sdp"]) == [RELAY_ONE]
        for asker in (visitor, amina):
            paths = await asker.asks_paths(call)
            assert (paths["hidden"], paths["turn_only"]) == (True, False)


async def test_who_hides_is_given_no_way_at_all_where_there_is_no_relay(settings: Settings, redis_url: str) -> None:
    """Relays come and go; what is kept back follows from the policies alone."""
    turn = {"turn_urls": ("turn:203.0.113.99:3478",), "turn_secret": "secret", "kiosk_path": "hidden"}
    async with desk_with(settings, redis_url, **turn) as desk:
        async with desk_of(desk) as (_, registrations):
            await registrations.leave("one")
        visitor, amina, call = await described(desk)
        for told in (visitor, amina):
            assert candidates(told.signals[0]["description"]["sdp"]) == []
            assert OWN not in str(told.signals[0])
        assert not (await visitor.asks_paths(call))["turn_only"]


ODD = (
    "a=Candidate",
    "a=CANDIDATE",
    "a= candidate",
    "a=candidate ",
    "a=candidate\t",
    " a=candidate",
    "A=candidate",
    "a=remote-candidates",
)


@pytest.mark.parametrize("odd", ODD)
async def test_what_browsers_take_for_a_candidate_is_kept_back_too(
    settings: Settings, redis_url: str, odd: str
) -> None:
    async with desk_with(settings, redis_url, kiosk_path="hidden") as desk:
        visitor, amina, call = await ringing(desk)
        text = sdp() + f"{odd}:9 1 udp 2122260223 {OWN} 51234 typ host\r\n"
        await amina.describes(call, text.replace("\r\nt=0", f"\r\nC=IN IP4 {OWN}\r\nt=0"))
        [told] = await visitor.is_told()
        assert OWN not in told["description"]["sdp"]


async def test_turn_only_lets_nothing_else_of_that_side_through(settings: Settings, redis_url: str) -> None:
    turn = {"turn_urls": ("turn:203.0.113.99:3478",), "turn_secret": "secret", "kiosk_path": "turn"}
    async with desk_with(settings, redis_url, **turn) as desk:
        visitor, amina, call = await described(desk)
        of_visitor = amina.signals[0]["description"]["sdp"]
        assert OWN not in of_visitor
        assert places(of_visitor, "candidate:4") == [(SERVER, 50000)]
        # The advisor's own addresses may be known to the TURN server that asks for them.
        assert OWN in visitor.signals[0]["description"]["sdp"]
        assert (await visitor.asks_paths(call))["turn_only"]
        assert not (await amina.asks_paths(call))["turn_only"]


async def test_direct_hides_nothing(desk: DeskUnderTest) -> None:
    visitor, amina, call = await described(desk)
    assert OWN in visitor.signals[0]["description"]["sdp"]
    await trickles(amina, call, HOST)
    assert (await visitor.is_told(2))[1]["candidate"]["candidate"] == HOST
    assert not (await amina.asks_paths(call))["hidden"]


@pytest.mark.parametrize(("office", "hidden"), [("192.0.2.0/24", True), ("127.0.0.0/8", False)])
async def test_staff_outside_the_office_hide(settings: Settings, redis_url: str, office: str, hidden: bool) -> None:
    async with desk_with(settings, redis_url, office_networks=(office,)) as desk:
        visitor, _, call = await described(desk)
        assert (OWN not in visitor.signals[0]["description"]["sdp"]) == hidden
        assert (await visitor.asks_paths(call))["hidden"] == hidden


async def test_what_a_kiosks_account_says_goes_before_the_setting(settings: Settings, redis_url: str) -> None:
    async with desk_with(settings, redis_url) as desk:
        accounts = Accounts.open(settings.database_url, desk.clock, demo=True)
        try:
            [kiosk] = [one for one in (await accounts.everybody())[1] if one.id == "saarijarvi"]
            fields = ("id", "name", "municipality", "place", "hours", "contact")
            draft = KioskDraft(**{name: getattr(kiosk, name) for name in fields}, path_policy="hidden")
            await accounts.change_kiosk(draft, "test")
        finally:
            await accounts.close()
        await desk.passes(settings.accounts.roster_interval_s + 1)
        await relay_is_there(desk, "one", RELAY_ONE)
        visitor, _, call = await described(desk)
        assert (await visitor.asks_paths(call))["hidden"]
        # The advisor keeps what is theirs from this kiosk too.
        assert OWN not in visitor.signals[0]["description"]["sdp"]


# ---------------------------------------------------------------- servers


async def test_credentials_for_turn_are_fresh_at_every_question(settings: Settings, redis_url: str) -> None:
    urls = ("turn:203.0.113.99:3478", "turns:203.0.113.99:443?transport=tcp")
    async with desk_with(settings, redis_url, turn_urls=urls, turn_secret="north", turn_lifetime_s=600) as desk:
        visitor, _, call = await ringing(desk)
        first = await visitor.asks_paths(call)
        await desk.passes(5)
        second = await visitor.asks_paths(call)
        [stun, turn] = first["ice_servers"]
        assert stun["urls"] == ["stun:203.0.113.10:3480"], (
            "not the address of its candidate: browsers would hear nothing"
        )
        assert turn["urls"] == list(urls)
        [again] = [server for server in second["ice_servers"] if server["username"]]
        assert again["username"] != turn["username"]
        for server in (turn, again):
            digest = hmac.digest(b"north", server["username"].encode(), "sha1")
            assert server["credential"] == base64.b64encode(digest).decode()
        until_s = int(again["username"].partition(":")[0])
        assert until_s == desk.clock.now_ms() // 1000 + 600


async def test_nobody_gets_credentials_without_a_call(desk: DeskUnderTest) -> None:
    visitor = await desk.kiosk()
    answer = await visitor.says(AskPaths, call="c", link=1, generation=1)
    assert (answer["ok"], answer["code"]) == (False, "not_yours")


async def test_a_line_check_has_a_way_of_its_own_that_ends_by_itself(desk: DeskUnderTest) -> None:
    await relay_is_there(desk, "one", RELAY_ONE)
    async with desk_of(desk) as (own, _), following(desk) as relay:
        ways = DeskCheckPaths(own, desk.clock)
        assert await ways.register("c1", "page", "Page", "p" * 24) == [RELAY_ONE]
        assert await ways.register("c1", "ours", "Ours", "o" * 24) == [RELAY_ONE]
        assert await ways.register("c2", "page", "Othe", "q" * 24) == [RELAY_ONE]
        await until(lambda: relay.paths.keys() == {"check.c1", "check.c2"}, "both")
        assert relay.ufrags("check.c1") == (["Ours"], ["Page"])
        await ways.release("c1")
        await until(lambda: relay.paths.keys() == {"check.c2"}, "one is over")
        await desk.passes(200)
        await until(lambda: not relay.paths, "the other ends by itself")


# ---------------------------------------------------------------- chat and record


async def test_the_chat_passes_through_the_bridge_where_nothing_else_does(desk: DeskUnderTest) -> None:
    visitor, amina, call = await ringing(desk)
    await amina.accepts()
    await visitor.talks()
    assert (await visitor.says(Chat, call=call, link=1, generation=1, text='{"kind":"have","ids":[]}'))["ok"]
    [heard] = await amina.is_told()
    assert heard["text"] == '{"kind":"have","ids":[]}'
    answer = await visitor.says(Chat, call=call, link=1, generation=1, text="x" * 16_001)
    assert answer["code"] == "bad_message"


async def test_what_was_measured_stands_in_the_contact(desk: DeskUnderTest) -> None:
    visitor, amina, call = await ringing(desk)
    await amina.accepts()
    await visitor.talks()
    said = {
        "route": "relay",
        "route_changes": 1,
        "no_route": None,
        "connect_ms": 240,
        "good_s": 50,
        "fair_s": 8,
        "poor_s": 2,
        "trouble": "loss",
    }
    await amina.does(Report, call=call, **{**said, "route": "direct", "route_changes": 0})
    await amina.does(Report, call=call, **said)
    await amina.ends()
    [contact] = await desk.contacts(1)
    media = contact.media
    assert (media.route, media.route_changes, media.no_route, media.connect_ms) == ("relay", 1, None, 240)
    assert (media.good_s, media.fair_s, media.poor_s, media.trouble) == (50, 8, 2, "loss")
    assert contact.channel == "kiosk_video"


async def test_a_call_that_only_wrote_is_a_chat_and_says_why(desk: DeskUnderTest) -> None:
    visitor, amina, call = await ringing(desk)
    await amina.accepts()
    await visitor.talks()
    none = {"connect_ms": None, "good_s": 0, "fair_s": 0, "poor_s": 0, "trouble": "none", "route_changes": 0}
    await amina.does(Report, call=call, route="bridge", no_route="no_turn", **none)
    await visitor.leaves()
    [contact] = await desk.contacts(1)
    assert (contact.channel, contact.media.route, contact.media.no_route) == ("kiosk_chat", "bridge", "no_turn")


async def test_what_is_told_of_a_call_changes_nothing_of_somebody_elses(desk: DeskUnderTest) -> None:
    _, amina, call = await ringing(desk)
    await amina.accepts()
    yusuf = await desk.advisor("yusuf", available=False)
    fields = {"route": "relay", "no_route": None, "connect_ms": 1, "route_changes": 0, "trouble": "none"}
    seconds = {"good_s": 0, "fair_s": 0, "poor_s": 0}
    answer = await yusuf.says(Report, key=key(), call=call, **fields, **seconds)
    assert answer["code"] == "not_yours"
    answer = await yusuf.says(
        Describe, call=call, link=1, generation=1, description={"type": "offer", "sdp": sdp("Evil", "e" * 24)}
    )
    assert answer["code"] == "not_yours"
    assert await paths_at(desk) == {}
