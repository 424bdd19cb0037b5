"""What holds at a desk between one script and the next. Reckoned from the entities, by no rule of the scripts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import combinations, product
from typing import Any

from bridge.desk.projection import VISITOR
from bridge.domain.call import PEOPLE_AT_MOST, CallChannel, CallState, PassedOn
from bridge.domain.offer import OfferKind, OfferState
from bridge.domain.routing import Delays, Queue, TierName, Wishes, queue_for
from bridge.domain.staff import ON_DUTY, AwayReason, Presence, Role
from bridge.settings import RoutingSettings, TimingSettings
from tests.machine.state import Raw, State, Tier, tiers_of

FRONT_MS = 10_000_000_000_000
_AT_REST = (Presence.AVAILABLE, Presence.AWAY, Presence.OFFLINE)
_LIVE = frozenset(CallState) - {CallState.ENDED}
_AWAY_REASONS = frozenset(AwayReason) | {None}


def listed(value: Any) -> list[Any]:
    """A list of Lua's, which writes an empty one as an empty object."""
    return list(value) if value else []


def is_there(state: State, kind: str, entity: Raw | None, now_ms: int) -> bool:
    """Whether somebody is connected and was heard of within the grace period."""
    if not entity or not entity["connected"]:
        return False
    return state.index("leases").get(f"{kind}:{entity['id']}", 0) > now_ms


def place_of(member: Raw, chats_at_once: int) -> str | None:
    """``free`` for anything, ``spare`` (room for a further chat), or None."""
    if member.get("last_call") or member.get("leaving"):
        return None
    if member["presence"] == Presence.AVAILABLE:
        return "free"
    calls = len(member["calls"])
    chatting = member["presence"] == Presence.IN_CALL and member.get("chatting")
    return "spare" if chatting and calls < chats_at_once and not member.get("afterwards") else None


def tries_at_once(call: Raw) -> bool:
    """Whether every tier is open to a call at once: it was raised, or waits again but not for another language."""
    priority = int(call["priority"])
    return priority > 1 or (priority == 1 and call.get("passed_on") != PassedOn.LANGUAGE)


def is_on_duty(member: Raw) -> bool:
    """Whether a language counts somebody as there for it."""
    return member["presence"] in ON_DUTY and not member.get("last_call") and not member.get("leaving")


class Invariants:
    """All of them, for one desk."""

    def __init__(self, timing: TimingSettings, routing: RoutingSettings) -> None:
        self._timing = timing
        self._routing = routing
        self._made: dict[tuple[str, Wishes], Queue] = {}

    def check(self, state: State) -> None:
        """Raises AssertionError with what does not hold."""
        self.offers(state)
        self.conversations(state)
        self.links(state)
        self.staff(state)
        self.kiosks(state)
        self.line(state)
        self.indexes_of_staff(state)
        self.queues(state)
        self.deadlines(state)

    # ------------------------------------------------------------------ offers

    def offers(self, state: State) -> None:
        """One offer a call, one a member, in both directions; a pair is a pair."""
        holds: dict[str, str] = {}
        rings: dict[str, str] = {}
        for offer in state.offers.values():
            call = state.calls.get(offer["call"])
            assert call is not None, f"an offer of a call that is over: {offer}"
            assert offer["state"] == OfferState.RINGING, offer
            assert call["id"] not in rings, f"a call offered twice: {call}"
            rings[call["id"]] = offer["id"]
            seats = offer["seats"]
            assert 1 <= len(seats) <= 2, offer
            assert not all(seat["accepted"] for seat in seats), f"accepted by all and still ringing: {offer}"
            if offer["kind"] == OfferKind.SERVE:
                assert call["state"] == CallState.RINGING, call
                assert seats[0]["role"] == Role.ADVISOR, offer
            else:
                assert call["state"] == CallState.CONNECTED, call
                assert call.get("ask"), f"rung to join a call that asks for nobody: {call}"
                assert len(seats) == 1, offer
            if offer.get("tier") == TierName.INTERPRETED:
                assert [seat["role"] for seat in seats] == [Role.ADVISOR, Role.INTERPRETER], offer
            else:
                assert len(seats) == 1, offer
            for seat in seats:
                assert seat["staff"] not in holds, f"{seat['staff']} is in two offers"
                holds[seat["staff"]] = offer["id"]
        for member in state.staff.values():
            assert member.get("offer") == holds.pop(member["id"], None), member
        assert not holds, f"offered to nobody who exists: {holds}"
        for call in state.calls.values():
            assert call.get("offer") == rings.get(call["id"]), call
            if call["state"] == CallState.RINGING:
                assert call["id"] in rings, f"rings nowhere: {call}"

    # ------------------------------------------------------------------ calls

    def conversations(self, state: State) -> None:
        """People are in the calls that hold them, four at most; a call with sound is one's only one."""
        of: dict[str, list[str]] = {}
        for call in state.calls.values():
            assert call["state"] in _LIVE, call
            people = listed(call["people"])
            if call["state"] != CallState.CONNECTED:
                assert not people, f"nobody serves and somebody is in it: {call}"
                assert not call.get("ask"), call
                continue
            assert people, f"connected to nobody: {call}"
            assert people[0]["role"] == Role.ADVISOR, call
            assert people[0]["staff"] == call["staff"] == call["served"]["staff"], call
            rung = state.offers[call["offer"]]["seats"] if call.get("offer") else ()
            assert 1 + len(people) + len(rung) <= PEOPLE_AT_MOST, f"too many: {call}"
            assert not call.get("passed_on"), call
            assert not call.get("named"), call
            for person in people:
                of.setdefault(person["staff"], []).append(call["id"])
        for member in state.staff.values():
            calls = listed(member["calls"])
            assert sorted(calls) == sorted(of.pop(member["id"], ())), member
            channels = [state.calls[call]["channel"] for call in calls]
            if member.get("offer"):
                channels.append(state.calls[state.offers[member["offer"]]["call"]]["channel"])
            if len(channels) > 1:
                assert set(channels) == {CallChannel.CHAT}, f"a call with sound beside another: {member}"
                assert len(channels) <= self._routing.chats_at_once, f"too many chats: {member}"
            assert bool(member.get("chatting")) == (bool(calls) and channels[0] == CallChannel.CHAT), member
        assert not of, f"in a call and not of the staff: {of}"

    def links(self, state: State) -> None:
        """A connection for every two of those who talk or are rung, and for nobody else."""
        for call in state.calls.values():
            links = listed(call["links"])
            ends = [VISITOR]
            if call["state"] != CallState.WAITING:
                ends += [person["staff"] for person in listed(call["people"])]
                if call.get("offer"):
                    ends += [seat["staff"] for seat in state.offers[call["offer"]]["seats"]]
            assert len(ends) == len(set(ends)), f"twice in one call: {call}"
            wanted = {frozenset(two) for two in combinations(ends, 2)}
            found = [frozenset((link["a"], link["b"])) for link in links]
            assert len(found) == len(wanted), call
            assert set(found) == wanted, call
            assert all(link["a"] != VISITOR and 1 <= link["n"] <= call["linked"] for link in links), call
        kept = {f"{call['id']}.{link['n']}" for call in state.calls.values() for link in listed(call["links"])}
        assert set(state.paths) <= kept, f"paths of nobody: {set(state.paths) - kept}"

    # ------------------------------------------------------------------ people

    def staff(self, state: State) -> None:
        """What somebody does follows from what they have (``bridge/domain/staff.py``)."""
        wrapping: dict[str, str] = {}
        for member in state.staff.values():
            presence, wrap_ups = member["presence"], listed(member["wrap_ups"])
            expected: tuple[Presence, ...]
            if member.get("offer"):
                expected = (Presence.RINGING,)
            elif listed(member["calls"]):
                expected = (Presence.IN_CALL,)
            elif member.get("serving"):
                expected = (Presence.SERVING,)
            elif wrap_ups:
                expected = (Presence.WRAP_UP,)
            else:
                expected = _AT_REST
                over = member.get("leaving") or member.get("shift_over")
                assert not over or presence == Presence.OFFLINE, f"finished and not offline: {member}"
            assert presence in expected, member
            assert (presence == Presence.AWAY) == ("away_reason" in member), member
            assert member.get("away_reason") in _AWAY_REASONS, member
            assert presence != Presence.AVAILABLE or "idle_since_ms" in member, member
            assert "afterwards" not in member or presence not in _AT_REST, member
            busy = presence not in (Presence.OFFLINE, Presence.AWAY)
            lease = state.index("leases").get(f"staff:{member['id']}")
            assert not busy or lease is not None, f"not connected and nothing will end it: {member}"
            for wrap_up in wrap_ups:
                assert wrap_up["call"] not in wrapping, f"wrapped up twice: {wrap_up}"
                wrapping[wrap_up["call"]] = member["id"]
        assert {call: one["staff"] for call, one in state.wrapping.items()} == wrapping

    def kiosks(self, state: State) -> None:
        """A call is its kiosk's, and a kiosk has no other."""
        held = {kiosk["call"]: kiosk["id"] for kiosk in state.kiosks.values() if kiosk.get("call")}
        assert held == {call["id"]: call["kiosk"] for call in state.calls.values()}
        gone = [
            kiosk
            for kiosk in state.kiosks.values()
            if kiosk["connected"] and f"kiosk:{kiosk['id']}" not in state.index("leases")
        ]
        assert not gone, gone

    # ------------------------------------------------------------------ who waits

    def line(self, state: State) -> None:
        """Who waits stands in every list they belong in and in no other; queues are described while they have calls."""
        waiting: dict[str, float] = {}
        named: dict[str, float] = {}
        asks: dict[str, float] = {}
        queues: dict[str, dict[str, float]] = {}
        counted: Counter[str] = Counter()
        for call in state.calls.values():
            counted[call["queue"]] += 1
            if call["state"] == CallState.WAITING:
                order = call["joined_at_ms"] - call["priority"] * FRONT_MS
                assert call["order"] == order, call
                waiting[call["id"]] = order
                (named if call.get("named") else queues.setdefault(call["queue"], {}))[call["id"]] = order
            if call.get("ask"):
                asks[call["id"]] = call["ask"]["since_ms"]
        _same("waiting", state.index("waiting"), waiting)
        _same("named", state.index("named"), named)
        _same("asks", state.index("asks"), asks)
        _same("counts of queues", state.counted, counted)
        assert set(state.queues) == set(counted), "queues that are described"
        _same("live", state.index("live"), {queue: min(calls.values()) for queue, calls in queues.items()})
        found = {name[6:]: calls for name, calls in state.zsets.items() if name.startswith("queue:")}
        _same("queues", found, queues)
        wanted: dict[str, dict[str, float]] = {}
        for id_, calls in queues.items():
            some = state.calls[next(iter(calls))]
            languages = {some["language"], *listed(some["also"])}
            for name in (*(f"advisor:{language}" for language in languages), f"interpreter:{some['language']}"):
                wanted.setdefault(f"for:{name}", {})[id_] = min(calls.values())
        told = {name: ids for name, ids in state.zsets.items() if name.startswith("for:")}
        _same("for", told, wanted)

    def queues(self, state: State) -> None:
        """A call is in the queue that its wishes make, with the tiers of its language."""
        for call in state.calls.values():
            queue = state.queues[call["queue"]]
            wishes = Wishes(tuple(listed(call["also"])), call.get("wish"), call["channel"])
            made = self._queue_for(call["language"], wishes)
            assert made.id == call["queue"], (call, queue)
            tiers = [
                Tier(
                    tier.name,
                    tier.after_s * 1000,
                    tuple(frozenset(product([seat.role], seat.languages, seat.levels)) for seat in tier.seats),
                )
                for tier in made.tiers
            ]
            assert tiers_of(queue) == tiers, (call, queue)

    def _queue_for(self, language: str, wishes: Wishes) -> Queue:
        made = self._made.get((language, wishes))
        if made is None:
            delays = Delays(*self._routing.delays(language))
            made = self._made[(language, wishes)] = queue_for(language, wishes, delays)
        return made

    # ------------------------------------------------------------------ indexes of the staff

    def indexes_of_staff(self, state: State) -> None:
        """Who is free, has room or is on duty, by role, language, level and gender."""
        wanted: dict[str, dict[str, float]] = {}

        def put(key: str, member: str, score: float) -> None:
            wanted.setdefault(key, {})[member] = score

        for member in state.staff.values():
            id_, role, spoken = member["id"], member["role"], (member["languages"] or {}).items()
            gender = member.get("gender")
            place = place_of(member, self._routing.chats_at_once)
            assert member.get("place") == place, member
            if place:
                score = member["idle_since_ms"] if place == "free" else len(member["calls"])
                put("available" if place == "free" else "spare", id_, score)
                for language, level in spoken:
                    put(f"{place}:{role}:{language}:{level}", id_, score)
            assert bool(member.get("duty")) == is_on_duty(member), member
            if is_on_duty(member):
                put(f"duty:{role}", id_, 1)
                if gender:
                    put(f"duty:{role}::{gender}", id_, 1)
                for language, level in spoken:
                    put(f"duty:{role}:{language}:{level}", id_, 1)
                    if gender:
                        put(f"duty:{role}:{language}:{level}:{gender}", id_, 1)
        kinds = ("available", "spare", "free:", "spare:", "duty:")
        _same("staff", {name: ids for name, ids in state.zsets.items() if name.startswith(kinds)}, wanted)

    # ------------------------------------------------------------------ time

    def deadlines(self, state: State) -> None:
        """Everything that waits for something has a deadline, and there is no other."""
        timing, routing = self._timing, self._routing
        found = dict(state.index("deadlines"))

        def expect(item: str, at_ms: int, *, or_missing: bool = False, or_put_off: bool = False) -> None:
            due = found.pop(item, None)
            if due is None and or_missing:
                return
            assert due is not None, f"nothing ends {item}"
            put_off = or_put_off and at_ms <= due <= state.now_ms + timing.ring_timeout_s * 1000
            assert due == at_ms or put_off, (item, due, at_ms)

        for offer in state.offers.values():
            expect(f"offer:{offer['id']}", offer["made_at_ms"] + timing.ring_timeout_s * 1000)
        for call in state.calls.values():
            if call["state"] == CallState.CONNECTED:
                expect(f"talk:{call['id']}", call["accepted_at_ms"] + timing.call_limit_s * 1000)
            else:
                expect(f"wait:{call['id']}", call["waiting_since_ms"] + timing.wait_limit_s * 1000, or_put_off=True)
            if call.get("named"):
                # One that rings is no longer waited for by name, whatever comes of it.
                expect(f"named:{call['id']}", call["named"]["until_ms"], or_missing=call["state"] == CallState.RINGING)
            if call.get("ask"):
                expect(f"ask:{call['id']}", call["ask"]["since_ms"] + routing.ask_limit_s * 1000, or_put_off=True)
        for member in state.staff.values():
            id_ = member["id"]
            for wrap_up in listed(member["wrap_ups"]):
                expect(f"wrap:{wrap_up['call']}", wrap_up["until_ms"])
            if member.get("serving"):
                expect(f"serving:{id_}", member["serving"]["since_ms"] + timing.serving_limit_s * 1000)
            if member["presence"] == Presence.AWAY:
                expect(f"away:{id_}", member["since_ms"] + timing.away_limit_s * 1000)
            ends_at_ms = member.get("shift_ends_at_ms")
            if ends_at_ms and not member.get("shift_over"):
                expect(f"shift:{id_}", ends_at_ms)
                if not member.get("last_call"):
                    expect(f"last:{id_}", ends_at_ms - timing.last_call_s * 1000)
        for kind, entities in (("language", state.languages), ("notice", state.notices)):
            for entity in entities.values():
                expect(f"{kind}:{entity['id']}", entity["until_ms"])
        assert not found, f"deadlines of nothing: {found}"
        known = {f"staff:{id_}" for id_ in state.staff} | {f"kiosk:{id_}" for id_ in state.kiosks}
        assert set(state.index("leases")) <= known, "leases of nobody"

    def nothing_is_overdue(self, state: State) -> None:
        """After a sweep that was not held."""
        for name in ("deadlines", "leases"):
            overdue = {item: due for item, due in state.index(name).items() if due <= state.now_ms}
            assert not overdue, f"swept at {state.now_ms} and still there: {overdue}"

    def nothing_is_left(self, state: State) -> None:
        """After everybody has gone and all time is over."""
        for name in ("calls", "offers", "wrapping", "languages", "notices", "paths", "queues", "counted"):
            assert not getattr(state, name), f"{name} that nobody ends: {getattr(state, name)}"
        for name, members in state.zsets.items():
            kind = name.split(":")[0]
            assert kind in ("available", "free", "duty", "leases"), f"{name}: {members}"
        for member in state.staff.values():
            assert member["presence"] in (Presence.OFFLINE, Presence.AVAILABLE), member


def _same(what: str, found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    if found == expected:
        return
    differing: Iterable[str] = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
    told = {name: (found.get(name), expected.get(name)) for name in differing}
    raise AssertionError(f"{what}: (in the index, by the entities) differ: {told}")
