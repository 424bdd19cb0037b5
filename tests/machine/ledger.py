"""What the facts may tell, one after the other: transitions by the tables of the domain, outcomes, records."""

from collections import Counter
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bridge.desk.projection import Projection
from bridge.domain.call import CALL_TRANSITIONS, Ask, CallState, EndReason
from bridge.domain.contact import contact_from_fact
from bridge.domain.offer import OFFER_TRANSITIONS, OfferKind, OfferState
from bridge.domain.routing import TierName
from bridge.domain.staff import PRESENCE_TRANSITIONS, Presence, Role
from bridge.settings import RoutingSettings
from bridge.signaling.messages import FactName
from tests.machine.commands import LANGUAGES
from tests.machine.invariants import is_on_duty, listed
from tests.machine.state import Raw, State

_ZONE = ZoneInfo("Europe/Helsinki")
#: What an entity says of the connection its page has now, for the desk alone: it changes without a fact.
_UNTOLD = frozenset({"line"})


class Ledger:
    """Follows the facts of one desk from the beginning."""

    def __init__(self, routing: RoutingSettings) -> None:
        self.projection = Projection(routing)
        self.names: Counter[str] = Counter()
        self._known = frozenset(FactName)
        self.joined: set[str] = set()
        self.served_at_desk: set[str] = set()
        self._states: dict[str, CallState] = {}
        self._offers: dict[str, OfferState] = {}
        self._presences: dict[str, Presence] = {}
        self._links: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._versions: dict[str, int] = {}
        self._looked: dict[tuple[str, str], object] = dict(self._looks())

    def follow(self, state: State) -> None:
        """The facts of one step, and that the desk is now as they tell. Raises AssertionError."""
        for at, fact in state.facts:
            self.names[fact["name"]] += 1
            assert fact["name"] in self._known, fact["name"]
            for call in listed(fact.get("calls")):
                self._call(call, fact)
            for offer in listed(fact.get("offers")):
                self._offer(offer, fact)
            for member in listed(fact.get("staff")):
                self._member(member, fact)
            if fact.get("record"):
                self._record(fact["record"], fact)
            touched = self.projection.touched_by(fact)
            self.projection.apply(at, fact)
            self._untouched_looks_the_same(touched, fact)
        self._compare(state)

    def _compare(self, state: State) -> None:
        projection = self.projection
        for name, told, found in (
            ("calls", projection.calls, state.calls),
            ("offers", projection.offers, state.offers),
            ("staff", _told(projection.staff), _told(state.staff)),
            ("kiosks", _told(projection.kiosks), _told(state.kiosks)),
            ("closures", projection.closures, state.languages),
            ("notices", projection.notices, state.notices),
        ):
            if told != found:
                differing = {
                    id_: (told.get(id_), found.get(id_)) for id_ in {*told, *found} if told.get(id_) != found.get(id_)
                }
                raise AssertionError(f"{name}: (by the facts, at the desk) differ: {differing}")

    def _untouched_looks_the_same(self, touched: set[tuple[str, str]], fact: Raw) -> None:
        """What pages are not told anew looks to them as it did: places in line, tiers, wishes, who is on duty."""
        looks = dict(self._looks())
        for name in {*looks, *self._looked}:
            assert looks.get(name) == self._looked.get(name) or name in touched, (name, looks.get(name), fact)
        self._looked = looks

    def _looks(self) -> Iterator[tuple[tuple[str, str], object]]:
        projection = self.projection
        line = sorted((call["order"], id_) for id_, call in projection.calls.items())
        places: Counter[str] = Counter()
        for _, id_ in line:
            call = projection.calls[id_]
            if call["state"] == CallState.CONNECTED:
                assert projection.position(call) == 0, call
                continue
            places[call["language"]] += 1
            assert projection.position(call) == places[call["language"]], call
            steps = list(projection.steps(call)) if call["state"] == CallState.WAITING else None
            yield ("calls", id_), (places[call["language"]], steps, projection.wish_until_ms(call))
        for language in LANGUAGES:
            on_duty = sum(
                member["role"] == Role.ADVISOR and is_on_duty(member) and language in member["languages"]
                for member in projection.staff.values()
            )
            assert projection.on_duty(language) == on_duty, language
            yield ("languages", language), (on_duty, projection.interpreted(language), language in projection.closures)

    # ------------------------------------------------------------------ transitions

    def _call(self, call: Raw, fact: Raw) -> None:
        id_, now = call["id"], CallState(call["state"])
        was = self._states.get(id_)
        if was is None:
            assert now is CallState.WAITING, fact
            assert fact["name"] == FactName.CALL_JOINED, fact
            self.joined.add(id_)
        else:
            assert now is was or now in CALL_TRANSITIONS[was], (was, fact)
            assert was is not CallState.ENDED, f"told of after its end: {fact}"
        self._states[id_] = now
        match fact["name"]:
            case FactName.CALL_REQUEUED | FactName.CALL_TRANSFERRED:
                assert call["priority"] >= 1, f"who has talked already is not in front: {fact}"
            case FactName.CALL_RAISED:
                assert call["priority"] == 2, f"raised, and not in front: {fact}"
            case FactName.CALL_LEFT if call.get("tier") == TierName.INTERPRETED:
                interpreted = any(person["role"] == Role.INTERPRETER for person in call["people"])
                assert interpreted or call.get("ask") or call.get("none_needed"), f"without an interpreter: {fact}"
        known = self._links.setdefault(id_, {})
        for link in listed(call["links"]):
            number, ends, generation = int(link["n"]), (link["a"], link["b"]), int(link["generation"])
            if number in known:
                assert known[number][:2] == ends, f"a number of a connection used again: {fact}"
                assert known[number][2] <= generation, f"a generation fell: {fact}"
            else:
                assert number > max(known, default=0), f"a number of a connection used again: {fact}"
            known[number] = (*ends, generation)

    def _offer(self, offer: Raw, fact: Raw) -> None:
        id_, now = offer["id"], OfferState(offer["state"])
        was = self._offers.get(id_)
        if was is None:
            assert now is OfferState.RINGING, fact
            assert fact["name"] == FactName.OFFER_MADE, fact
        else:
            assert now is was or now in OFFER_TRANSITIONS[was], (was, fact)
        if was is not None and now is not was:
            self._outcomes(offer, fact)
        self._offers[id_] = now

    def _outcomes(self, offer: Raw, fact: Raw) -> None:
        """What stays of each seat in the call's record: one declines, one lets it ring; the other's is withdrawn."""
        [call] = [call for call in fact["calls"] if call["id"] == offer["call"]]
        left = listed(call["offers"])[-len(offer["seats"]) :]
        assert [one["staff"] for one in left] == [seat["staff"] for seat in offer["seats"]], fact
        assert all(0 <= one["rang_ms"] <= fact["at_ms"] - offer["made_at_ms"] for one in left), fact
        outcomes = Counter(one["outcome"] for one in left)
        state = OfferState(offer["state"])
        if state is OfferState.DECLINED:
            assert outcomes[OfferState.DECLINED] == 1, f"declined by one, and told of others: {fact}"
            assert outcomes[OfferState.WITHDRAWN] == len(left) - 1, fact
        elif state is OfferState.TIMED_OUT:
            for one, seat in zip(left, offer["seats"], strict=True):
                expected = OfferState.WITHDRAWN if seat["accepted"] else OfferState.TIMED_OUT
                assert one["outcome"] == expected, fact
        else:
            assert outcomes == {state: len(left)}, fact
            if state is OfferState.ACCEPTED:
                assert all(seat["accepted"] for seat in offer["seats"]), f"not by everybody: {fact}"
        if offer["kind"] == OfferKind.JOIN and offer["named"]:
            asks = call.get("ask") or {}
            assert asks.get("ask") != Ask.COLLEAGUE, f"the colleague has answered, and is asked for: {fact}"

    def _member(self, member: Raw, fact: Raw) -> None:
        id_, now = member["id"], Presence(member["presence"])
        was = self._presences.get(id_, Presence.OFFLINE)
        assert now is was or now in PRESENCE_TRANSITIONS[was], (was, fact)
        self._presences[id_] = now

    # ------------------------------------------------------------------ records

    def _record(self, record: Raw, fact: Raw) -> None:
        id_, version = record["call"], int(record["version"])
        assert version == self._versions.get(id_, 0) + 1, f"a version left out or told twice: {fact}"
        assert version <= 2, fact
        self._versions[id_] = version
        contact = contact_from_fact(record, _ZONE)
        durations = (
            contact.wait_ms,
            contact.offer_ms,
            contact.talk_ms,
            contact.wrap_up_ms,
            contact.interpreter_wait_ms,
        )
        assert all(duration >= 0 for duration in durations), fact
        assert contact.offer_ms <= contact.wait_ms, fact
        assert all(person.talk_ms >= 0 for person in contact.people), fact
        if not contact.kiosk:
            self.served_at_desk.add(id_)
            assert contact.end_reason is EndReason.COMPLETED, fact
            return
        assert id_ in self.joined, fact
        if version == 1:
            [call] = fact["calls"]
            assert (call["id"], call["state"]) == (id_, CallState.ENDED), fact
            assert fact["name"] == FactName.CALL_ENDED, fact
        accepted = sum(offer.outcome is OfferState.ACCEPTED for offer in contact.offers)
        assert bool(contact.advisor) == bool(contact.people) == bool(accepted), fact
        if contact.advisor:
            # Somebody given a call by name may share no language with the visitor.
            assert contact.language_served or not record.get("level"), fact
            assert contact.advisor in {person.staff for person in contact.people}, fact
            assert contact.talk_ms <= sum(person.talk_ms for person in contact.people), fact
        else:
            assert contact.talk_ms == 0, fact

    def every_call_left_its_record(self) -> None:
        """At the end of a desk: of each that joined, and of each that was served at the desk, one of every version."""
        ended = {id_ for id_, state in self._states.items() if state is CallState.ENDED}
        assert ended == self.joined, f"joined and never ended: {self.joined - ended}"
        assert set(self._versions) == self.joined | self.served_at_desk, "records of other calls, or missing"
        assert all(self._versions[id_] == 2 for id_ in self.served_at_desk), "work at the desk that is not wrapped up"


def _told(entities: dict[str, Raw]) -> dict[str, Raw]:
    return {id_: {k: v for k, v in one.items() if k not in _UNTOLD} for id_, one in entities.items()}
