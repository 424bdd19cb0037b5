"""Who may be served before whom: reckoned anew from the desk before and after a match, with none of its script's ways.

Nobody who waits is passed over by the staff who are rung for somebody behind them, but for one of ``Exemption``.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bridge.desk.projection import Projection
from bridge.domain.call import Ask, CallChannel, CallState
from bridge.domain.offer import OfferKind
from bridge.domain.routing import TierName, opening
from bridge.domain.staff import Level, Role
from bridge.settings import RoutingSettings
from bridge.signaling.messages import FactName
from tests.machine.invariants import is_on_duty, is_there, place_of, tries_at_once
from tests.machine.state import Raw, State, Tier, tiers_of

_AT_ONCE = (TierName.NATIVE, TierName.FLUENT)


class Exemption(StrEnum):
    """Why somebody who has waited longer is not served by staff who are rung for another call."""

    NAMED = "the other call waits for that person by name"
    NAMED_TO_ANOTHER = "the one who waits is waiting for another person by name"
    ASKED = "the other is a conversation that asks for one more person"
    KIOSK_GONE = "nobody is at the kiosk: its connection is lost"
    NOT_THEIRS = "they do not speak its language, and whom they would need beside them is not on duty"
    TIER_CLOSED = "the tier that they would serve in is not open yet"
    DECLINED = "they declined this call a moment ago"
    WISH = "a woman or a man is wished for, and the time for it is not over"
    NO_ROOM = "they are in chats, and have room for another chat only"
    NO_PARTNER = "no advisor and interpreter who understand each other are free at once"


@dataclass(frozen=True)
class Chair:
    """A seat of a tier that is tried for a call: whom it takes."""

    kinds: frozenset[tuple[str, ...]]
    """Role, language and level."""

    def suits(self, member: Raw) -> bool:
        return any((member["role"], *spoken) in self.kinds for spoken in (member["languages"] or {}).items())


@dataclass(frozen=True)
class OpenTier:
    """A tier of a call with those of its seats that need a language; a pair has two people."""

    name: TierName
    chair: Chair
    is_pair: bool
    opens_at_ms: int
    is_staffed: bool


class Matching:
    """One run of matching, followed offer by offer."""

    def __init__(self, before: State, now_ms: int, routing: RoutingSettings) -> None:
        self.now_ms = now_ms
        self._before = before
        self._routing = routing
        self._calls = {id_: dict(call) for id_, call in before.calls.items()}
        self._staff = before.staff
        self._place = {
            id_: place_of(member, routing.chats_at_once) if is_there(before, "staff", member, now_ms) else None
            for id_, member in before.staff.items()
        }
        self._duty = [member for member in before.staff.values() if is_on_duty(member)]
        self._tiers: dict[str, list[OpenTier]] = {}
        self._asks_are_done = False
        self.exemptions: Counter[Exemption] = Counter()

    # ------------------------------------------------------------------ what is open to a call

    def tiers(self, call: Raw) -> list[OpenTier]:
        """The tiers of a call that are open by now and have somebody on duty, and those that are not."""
        known = self._tiers.get(call["id"])
        if known is None:
            known = self._tiers[call["id"]] = list(self._reckon_tiers(call))
        return known

    def _reckon_tiers(self, call: Raw) -> Iterator[OpenTier]:
        definition = tiers_of(self._before.queues[call["queue"]])
        staffed = {tier.name: self._is_staffed(tier, None) for tier in definition}
        after_ms = opening([(tier.name, tier.after_ms) for tier in definition], staffed)
        for tier in definition:
            wait_ms = 0 if tries_at_once(call) else after_ms[tier.name]
            yield OpenTier(
                TierName(tier.name),
                Chair(tier.seats[-1]),
                len(tier.seats) == 2,
                call["waiting_since_ms"] + wait_ms,
                staffed[tier.name],
            )

    def _is_staffed(self, tier: Tier, gender: str | None) -> bool:
        on_duty = [member for member in self._duty if gender is None or member.get("gender") == gender]
        chair = Chair(tier.seats[-1])
        advised = len(tier.seats) == 1 or any(member["role"] == Role.ADVISOR for member in on_duty)
        return advised and any(chair.suits(member) for member in on_duty)

    def _wish(self, call: Raw) -> str | None:
        """A wish holds for a time, and while somebody on duty could meet it."""
        wish = call.get("wish")
        if not wish or self.now_ms - call["joined_at_ms"] >= self._routing.wish_s * 1000:
            return None
        tiers = tiers_of(self._before.queues[call["queue"]])
        return str(wish) if any(self._is_staffed(tier, wish) for tier in tiers) else None

    # ------------------------------------------------------------------ who could serve

    def _may(self, member: Raw, call: Raw) -> bool:
        """Whether somebody may be rung for a call whose tiers have a seat for them."""
        wish = self._wish(call)
        return not self._declined(member, call) and (wish is None or member.get("gender") == wish)

    def _declined(self, member: Raw, call: Raw) -> bool:
        return int((call["declined"] or {}).get(member["id"], 0)) > self.now_ms

    def _in_place(self, place: str) -> list[Raw]:
        return [self._staff[id_] for id_, found in self._place.items() if found == place]

    def fillings(self, tier: OpenTier, call: Raw) -> list[tuple[Raw, ...]]:
        """Everybody who could be rung for a call in this tier now: alone, or each advisor with each interpreter."""
        free = [member for member in self._in_place("free") if self._may(member, call)]
        if tier.is_pair:
            return [
                (advisor, interpreter)
                for interpreter in free
                if tier.chair.suits(interpreter)
                for advisor in free
                if advisor["role"] == Role.ADVISOR and _understand(advisor, interpreter, call["language"])
            ]
        alone: list[tuple[Raw, ...]] = [(member,) for member in free if tier.chair.suits(member)]
        if not alone and call["channel"] == CallChannel.CHAT:
            alone = [(one,) for one in self._in_place("spare") if self._may(one, call) and tier.chair.suits(one)]
        return alone

    def servable(self, call: Raw) -> OpenTier | None:
        """The first tier by which a waiting call could be served this moment."""
        if not is_there(self._before, "kiosk", self._before.kiosks.get(call["kiosk"]), self.now_ms):
            return None
        for tier in self.tiers(call):
            if tier.is_staffed and tier.opens_at_ms <= self.now_ms and self.fillings(tier, call):
                return tier
        return None

    def named_is_servable(self, call: Raw) -> bool:
        """Whether whoever a call waits for by name could be rung for it."""
        if not is_there(self._before, "kiosk", self._before.kiosks.get(call["kiosk"]), self.now_ms):
            return False
        named = call["named"]["staff"]
        place = self._place.get(named)
        if place is None or self._staff[named]["role"] != Role.ADVISOR:
            return False
        return place == "free" or (place == "spare" and call["channel"] == CallChannel.CHAT)

    # ------------------------------------------------------------------ the line

    def _waiting(self) -> list[Raw]:
        waiting = [call for call in self._calls.values() if call["state"] == CallState.WAITING]
        return sorted(waiting, key=lambda call: (call["order"], call["id"]))

    def follow(self, facts: list[tuple[str, Raw]]) -> None:
        """What a match told, fact by fact. Raises AssertionError when an offer should not have been made."""
        passed: list[Raw] = []
        for _, fact in facts:
            if fact["name"] == FactName.CALL_PASSED:
                passed.append(fact["calls"][0])
                continue
            assert fact["name"] == FactName.OFFER_MADE, fact
            [offer] = fact["offers"]
            call = self._calls[offer["call"]]
            rung = [self._staff[seat["staff"]] for seat in offer["seats"]]
            self._may_be_rung(offer, call, rung)
            if offer["kind"] == OfferKind.JOIN:
                self._joins(call, rung[0], passed)
            elif call.get("named"):
                assert [member["id"] for member in rung] == [call["named"]["staff"]], fact
                self._count_passed_over(call, Exemption.NAMED)
            else:
                self._serves(offer, call, rung)
            assert offer["kind"] == OfferKind.JOIN or not passed, "passed for no ask"
            passed = []
            for member in rung:
                self._place[member["id"]] = None
            call["offer"] = offer["id"]
            if offer["kind"] == OfferKind.SERVE:
                call["state"] = CallState.RINGING
        assert not passed, passed

    def _may_be_rung(self, offer: Raw, call: Raw, rung: list[Raw]) -> None:
        assert call["state"] == (CallState.WAITING if offer["kind"] == OfferKind.SERVE else CallState.CONNECTED), call
        assert not call.get("offer"), call
        for member in rung:
            place = self._place[member["id"]]
            assert place is not None, f"rung and not free or not there: {member}"
            chat = call["channel"] == CallChannel.CHAT and offer["kind"] == OfferKind.SERVE
            assert place == "free" or chat, f"rung beside chats: {member}"
        if offer["kind"] == OfferKind.SERVE:
            kiosk = self._before.kiosks.get(call["kiosk"])
            assert is_there(self._before, "kiosk", kiosk, self.now_ms), f"rung for nobody: {call}"

    def _serves(self, offer: Raw, call: Raw, rung: list[Raw]) -> None:
        tier = self.servable(call)
        assert tier is not None, f"nobody may serve this call: {call}"
        assert offer["tier"] == tier.name, f"{offer['tier']} was rung before {tier.name}: {offer}"
        assert offer["opened_at_ms"] == tier.opens_at_ms, offer
        fillings = self.fillings(tier, call)
        assert rung in [list(filling) for filling in fillings], f"not of those who may: {offer}"
        self._idle_longest(tier, fillings, rung)
        self._asks_come_first()
        for other in self._waiting():
            if other.get("named"):
                assert not self.named_is_servable(other), f"somebody waits for them by name: {other}, {offer}"
            if other["order"] < call["order"]:
                exemption = self._exempted(other, rung)
                assert exemption is not None, f"overtaken: {other} by {call}, served by {[m['id'] for m in rung]}"
                self.exemptions[exemption] += 1

    def _idle_longest(self, tier: OpenTier, fillings: list[tuple[Raw, ...]], rung: list[Raw]) -> None:
        place = self._place[rung[0]["id"]]
        for n, member in enumerate(rung):
            others = [filling[n] for filling in fillings]
            if tier.is_pair and n == 1:
                # Who interprets: of those whose own language it is, before those who speak it well.
                [language] = {language for _, language, _ in tier.chair.kinds}
                others = [one for one in others if one["languages"][language] == member["languages"][language]]
                level = member["languages"][language]
                natives = any(f[1]["languages"][language] == Level.NATIVE for f in fillings)
                assert level == Level.NATIVE or not natives, "an interpreter whose language it is was passed over"
            elif tier.is_pair:
                others = [filling[0] for filling in fillings if filling[1] is rung[1]]
            if place == "free":
                assert member["idle_since_ms"] <= min(one["idle_since_ms"] for one in others), "idle for longer"
            else:
                assert len(member["calls"]) <= min(len(one["calls"]) for one in others), "with fewer chats"

    def _exempted(self, call: Raw, rung: list[Raw]) -> Exemption | None:
        """Why a waiting call is not served by these; None: it should have been."""
        if call.get("named"):
            return Exemption.NAMED_TO_ANOTHER
        if not is_there(self._before, "kiosk", self._before.kiosks.get(call["kiosk"]), self.now_ms):
            return Exemption.KIOSK_GONE
        found = Exemption.NOT_THEIRS
        for tier in self.tiers(call):
            seated = [
                member
                for member in rung
                if tier.chair.suits(member) or (tier.is_pair and member["role"] == Role.ADVISOR)
            ]
            if not seated:
                continue
            if not tier.is_staffed:
                continue
            if tier.opens_at_ms > self.now_ms:
                found = Exemption.TIER_CLOSED
                continue
            fillings = self.fillings(tier, call)
            if any(member in filling for filling in fillings for member in seated):
                return None
            if all(self._place[member["id"]] == "spare" for member in seated):
                found = Exemption.NO_ROOM
            elif all(self._declined(member, call) for member in seated):
                found = Exemption.DECLINED
            elif not any(self._may(member, call) for member in seated):
                found = Exemption.WISH
            elif tier.is_pair:
                found = Exemption.NO_PARTNER
            else:
                return None
        return found

    def _count_passed_over(self, call: Raw, exemption: Exemption) -> None:
        for other in self._waiting():
            if other["order"] < call["order"]:
                self.exemptions[exemption] += 1

    # ------------------------------------------------------------------ asks

    def _asks(self) -> list[Raw]:
        return [call for call in self._calls.values() if call.get("ask") and not call.get("offer")]

    def _asks_come_first(self) -> None:
        """Conversations that ask were served, before anybody of the queues is.

        An interpreter who was kept for a call that is then served otherwise, is theirs at the next match.
        """
        if not self._asks_are_done:
            self._asks_are_done = True
            for call in self._asks():
                assert not self._ask_is_servable(call), (
                    f"who is asked for is free: {call}, {[member['id'] for member in self._who_may_join(call)]}"
                )

    def _who_may_join(self, call: Raw) -> list[Raw]:
        wanted = call["ask"]
        free = self._in_place("free")
        if wanted["ask"] == Ask.COLLEAGUE:
            return [member for member in free if member["id"] == wanted["staff"]]
        chair = Chair(frozenset((Role.INTERPRETER, wanted["language"], level) for level in Level))
        return [member for member in free if chair.suits(member) and not self._declined(member, call)]

    def _pair_calls(self, interpreter: Raw, since_ms: int) -> list[Raw]:
        """Calls that waited for such an interpreter before somebody asked for one, first in line first."""
        found = []
        for call in self._waiting():
            if call.get("named") or call["waiting_since_ms"] >= since_ms:
                continue
            tier = self.tiers(call)[-1]
            if tier.is_staffed and tier.opens_at_ms <= self.now_ms and tier.chair.suits(interpreter):
                found.append(call)
        return found

    def _ask_is_servable(self, call: Raw) -> bool:
        return any(not self._is_kept(member, call) for member in self._who_may_join(call))

    def _is_kept(self, member: Raw, call: Raw) -> bool:
        """Whether an interpreter is kept for a call that waits for a pair for longer and was passed over enough."""
        if call["ask"]["ask"] == Ask.COLLEAGUE:
            return False
        older = self._pair_calls(member, call["ask"]["since_ms"])
        enough = bool(older) and older[0]["passes"] >= self._routing.interpreter_passes
        return enough and self._others_on_duty()

    def _others_on_duty(self) -> bool:
        """Whether an advisor is on duty besides those who ask: otherwise both would wait for each other."""
        asking = {call["staff"] for call in self._calls.values() if call.get("ask")}
        return any(member["role"] == Role.ADVISOR and member["id"] not in asking for member in self._duty)

    def _joins(self, call: Raw, member: Raw, passed: list[Raw]) -> None:
        may = self._who_may_join(call)
        assert member in may, f"not asked for: {member['id']}, {call}"
        if call["ask"]["ask"] == Ask.COLLEAGUE:
            assert not passed, passed
            return
        assert not self._is_kept(member, call), f"kept for another call: {member['id']}, {call}"
        others = [one for one in may if not self._is_kept(one, call)]
        assert member["idle_since_ms"] <= min(one["idle_since_ms"] for one in others), "idle for longer"
        older = self._pair_calls(member, call["ask"]["since_ms"])
        for one in passed:
            self._calls[one["id"]]["passes"] = one["passes"]
            within = one["passes"] <= self._routing.interpreter_passes
            assert within or not self._others_on_duty(), f"overtaken too often: {one}"
        assert bool(older) == bool(passed), f"who is passed over is told so: {older}, {passed}"
        if older:
            [one] = passed
            assert one["order"] == older[0]["order"], (older, passed)
            self.exemptions[Exemption.ASKED] += 1

    # ------------------------------------------------------------------ at the end

    def pages_are_told(self, projection: Projection) -> None:
        """Who waits is shown the tiers that the desk goes by, and from when on."""
        for call in self._waiting():
            shown = [(str(name), at_ms, staffed) for name, at_ms, staffed in projection.steps(call)]
            assert shown == [(tier.name, tier.opens_at_ms, tier.is_staffed) for tier in self.tiers(call)], call

    def nobody_waits_in_vain(self) -> None:
        """After a match nobody waits whom somebody free could serve."""
        for call in self._waiting():
            if call.get("named"):
                assert not self.named_is_servable(call), f"who they wait for is free: {call}"
            else:
                tier = self.servable(call)
                assert tier is None, f"could be served by {tier}: {call}"
        self._asks_come_first()


def _understand(advisor: Raw, interpreter: Raw, language: str) -> bool:
    """Whether the two share another language than the visitor's."""
    shared = set(advisor["languages"] or ()) & set(interpreter["languages"] or ())
    return bool(shared - {language})
