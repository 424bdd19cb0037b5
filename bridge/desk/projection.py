"""The desk in memory: a snapshot with the facts after it applied. Every worker has one and answers from it.

Applying the same fact twice changes nothing, since facts carry the entities as they are after it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from bridge.desk.duty import duty_of, duty_of_all, is_staffed, languages_named
from bridge.domain.call import CallState, PassedOn
from bridge.domain.offer import OfferState
from bridge.domain.routing import Delays, TierName, opening, tiers_for
from bridge.domain.staff import Role
from bridge.settings import RoutingSettings

Raw = dict[str, Any]
#: Kind and id of an entity: calls, offers, staff, kiosks, closures, notices, or a language (derived from the staff).
Name = tuple[str, str]

KINDS = ("calls", "offers", "staff", "kiosks", "closures", "notices")
VISITOR = "visitor"


class Projection:
    """What is live at the desk, true at the stream id ``at``. ``routing``: by which tiers a waiting call is served."""

    def __init__(self, routing: RoutingSettings | None = None) -> None:
        self.at = "0-0"
        self.epoch = ""
        self.routing = routing or RoutingSettings()
        self.calls: dict[str, Raw] = {}
        self.offers: dict[str, Raw] = {}
        self.staff: dict[str, Raw] = {}
        self.kiosks: dict[str, Raw] = {}
        self.closures: dict[str, Raw] = {}
        self.notices: dict[str, Raw] = {}
        # Worked out when asked for, forgotten when something they are made of changes.
        self._duty: frozenset[str] | None = None
        self._lines: dict[str, dict[str, int]] = {}

    def replace(self, snapshot: Raw) -> None:
        """Begin again from what ``Desk.snapshot`` answered."""
        self.at = snapshot["at"]
        self.epoch = snapshot["epoch"]
        for kind in KINDS:
            setattr(self, kind, {entity["id"]: entity for entity in snapshot[kind]})
        self._duty = None
        self._lines = {}

    def apply(self, at: str, fact: Raw) -> None:
        """The desk after this fact."""
        if any(set(duty_of(one)) != set(duty_of(self.staff.get(one["id"], {}))) for one in fact.get("staff") or ()):
            self._duty = None
        for call in fact.get("calls") or ():
            known = self.calls.get(call["id"], call)
            if call is known or (_place(call), _waits(call), call["language"]) != (
                _place(known),
                _waits(known),
                known["language"],
            ):
                self._lines.pop(call["language"], None)
                self._lines.pop(known["language"], None)
        for kind in KINDS:
            held: dict[str, Raw] = getattr(self, kind)
            for entity in fact.get(kind) or ():
                if _is_over(kind, entity):
                    held.pop(entity["id"], None)
                else:
                    held[entity["id"]] = entity
        self.at = at

    def touched_by(self, fact: Raw) -> set[Name]:
        """Every entity whose appearance to somebody may change with this fact. To be asked before applying it.

        Besides the fact's own entities: the calls of a kiosk or staff member, the calls behind one that joins or leaves
        a queue (their position), the call of an offer; where staff come on duty or go off it their languages, and every
        waiting call (who is tried for it).
        """
        touched: set[Name] = set()
        changed: dict[str, Raw] = {}
        for kind in KINDS:
            for entity in fact.get(kind) or ():
                touched.add((kind, entity["id"]))
        for kiosk in fact.get("kiosks") or ():
            # Whoever is in a call sees whether the others are there.
            if kiosk.get("call"):
                touched.add(("calls", kiosk["call"]))
        for call in fact.get("calls") or ():
            known = self.calls.get(call["id"], call)
            for language in {call["language"], known["language"]}:
                touched.update(("calls", behind) for behind in self._moved(language, call, known))
        for offer in fact.get("offers") or ():
            touched.add(("calls", offer["call"]))
        for closure in fact.get("closures") or ():
            touched.add(("languages", closure["id"]))
        for member in fact.get("staff") or ():
            known = self.staff.get(member["id"], {})
            touched.update(("calls", call) for call in member.get("calls") or ())
            offer = self.offers.get(member.get("offer") or "")
            if offer:
                touched.add(("calls", offer["call"]))
            if set(duty_of(member)) != set(duty_of(known)):
                spoken = (*(member.get("languages") or ()), *(known.get("languages") or ()))
                touched.update(("languages", language) for language in spoken)
                changed[member["id"]] = member
        if changed:
            touched.update(self._touched_by_duty(duty_of_all({**self.staff, **changed}.values()) ^ self._on_duty()))
        return touched

    # ------------------------------------------------------------------ queues

    def _touched_by_duty(self, changed: frozenset[str]) -> Iterator[Name]:
        """Whose tiers, wishes or tiles change when somebody of that kind comes on duty or the last one leaves."""
        if not changed:
            return
        named, all_languages = languages_named(changed)
        yield from (("languages", language) for language in (self.languages() if all_languages else named))
        for id_, call in self.calls.items():
            concerned = all_languages or not named.isdisjoint((call["language"], *(call.get("also") or ())))
            if call["state"] != CallState.CONNECTED and concerned:
                yield "calls", id_

    def _moved(self, language: str, call: Raw, known: Raw) -> Iterator[str]:
        """The calls of a queue whose position changes when this one comes, goes or changes its place."""
        now = _place(call) if call["language"] == language and _waits(call) else None
        was = _place(known) if call is not known and known["language"] == language and _waits(known) else None
        if now == was:
            return
        first = min(place for place in (now, was) if place is not None)
        for other in self._line(language):
            if _place(self.calls[other]) >= first:
                yield other

    def _line(self, language: str) -> dict[str, int]:
        """Calls that are not served yet, in the order in which they will be, with their positions."""
        line = self._lines.get(language)
        if line is None:
            waiting = [call for call in self.calls.values() if call["language"] == language and _waits(call)]
            line = {call["id"]: place for place, call in enumerate(sorted(waiting, key=_place), start=1)}
            self._lines[language] = line
        return line

    def position(self, call: Raw) -> int:
        """Place of a call in the queue for its language, from 1; 0 once it is served."""
        return self._line(call["language"]).get(call["id"], 0)

    def steps(self, call: Raw) -> Iterator[tuple[TierName, int, bool]]:
        """The tiers of a waiting call: name, from when on (desk time), and whether anybody on duty could serve."""
        delays = Delays(*self.routing.delays(call["language"]))
        tiers = tiers_for(call["language"], call.get("also") or (), delays)
        also, duty = call.get("also") or (), self._on_duty()
        staffed = {str(tier.name): is_staffed(duty, tier.name, call["language"], also) for tier in tiers}
        opens = opening([(tier.name, tier.after_s) for tier in tiers], staffed)
        for tier in tiers:
            after_s = 0 if _tries_at_once(call) else opens[tier.name]
            yield tier.name, call["waiting_since_ms"] + after_s * 1000, staffed[tier.name]

    def wish_until_ms(self, call: Raw) -> int | None:
        """Until when a visitor's wish is waited for; None when there is none that anybody on duty could meet."""
        wish, also = call.get("wish"), call.get("also") or ()
        if not wish or not any(is_staffed(self._on_duty(), tier, call["language"], also, wish) for tier in TierName):
            return None
        return int(call["joined_at_ms"]) + self.routing.wish_s * 1000

    # ------------------------------------------------------------------ staff

    def _on_duty(self) -> frozenset[str]:
        if self._duty is None:
            self._duty = duty_of_all(self.staff.values())
        return self._duty

    def on_duty(self, language: str) -> int:
        """How many advisors who speak a language are on duty."""
        return sum(
            1
            for member in self.staff.values()
            if member.get("duty") and member.get("role") == Role.ADVISOR and language in (member.get("languages") or {})
        )

    def interpreted(self, language: str) -> bool:
        """Whether an advisor and an interpreter for a language are on duty."""
        return is_staffed(self._on_duty(), TierName.INTERPRETED, language, ())

    def languages(self) -> Iterable[str]:
        """Every language that somebody of the staff speaks, or that is closed."""
        spoken = {language for member in self.staff.values() for language in member.get("languages") or ()}
        return spoken | set(self.closures)

    # ------------------------------------------------------------------ who takes part

    def calls_of(self, role: Role, seat: str) -> list[Raw]:
        """The calls a kiosk has, or that a staff member is rung for or is in."""
        if role is Role.KIOSK:
            ids = [(self.kiosks.get(seat) or {}).get("call") or ""]
        else:
            member = self.staff.get(seat) or {}
            offer = self.offers.get(member.get("offer") or "") or {}
            ids = [*(member.get("calls") or ()), offer.get("call") or ""]
        return [self.calls[call] for call in ids if call in self.calls]

    def links_of(self, call: Raw, me: str) -> Iterator[tuple[Raw, str]]:
        """The connections of one end of a call (``visitor`` or a staff id), each with its other end."""
        for link in call.get("links") or ():
            if me in (link["a"], link["b"]):
                yield link, link["b"] if link["a"] == me else link["a"]

    def end(self, call: Raw, who: str) -> Raw | None:
        """The kiosk or staff member at that end of a call."""
        return self.kiosks.get(call["kiosk"]) if who == VISITOR else self.staff.get(who)

    def takes_part(self, call: Raw, who: str) -> bool:
        """Whether somebody is in the conversation, and not only rung for it."""
        if who == VISITOR:
            return bool(call["state"] == CallState.CONNECTED)
        return any(person["staff"] == who for person in call.get("people") or ())


def end_name(role: Role, seat: str) -> str:
    """How an end of a call is called in its links."""
    return VISITOR if role is Role.KIOSK else seat


def _tries_at_once(call: Raw) -> bool:
    """Whether every tier is open: raised by a supervisor, or served before and not passed on to another language."""
    passed_on = call.get("priority") == 1 and call.get("passed_on") != PassedOn.LANGUAGE
    return bool(call.get("priority", 0) > 1 or passed_on)


def _place(call: Raw) -> tuple[int, str]:
    return call["order"], call["id"]


def _waits(call: Raw) -> bool:
    return call["state"] in {CallState.WAITING, CallState.RINGING}


def _is_over(kind: str, entity: Raw) -> bool:
    if entity.get("removed"):
        return True
    if kind == "calls":
        return bool(entity["state"] == CallState.ENDED)
    return kind == "offers" and bool(entity["state"] != OfferState.RINGING)
