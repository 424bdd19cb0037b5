"""The desk in memory: a snapshot with the facts after it applied. Every worker has one and answers from it.

Applying the same fact twice changes nothing, since facts carry the entities as they are after it.
"""

from collections.abc import Iterable
from typing import Any

from bridge.domain.call import CallState
from bridge.domain.offer import OfferState
from bridge.domain.staff import Presence, Role

Raw = dict[str, Any]
#: Kind and id of an entity: calls, offers, staff, kiosks, or a language (derived from the staff).
Name = tuple[str, str]

KINDS = ("calls", "offers", "staff", "kiosks")


class Projection:
    """What is live at the desk, true at the stream id ``at``."""

    def __init__(self) -> None:
        self.at = "0-0"
        self.epoch = ""
        self.calls: dict[str, Raw] = {}
        self.offers: dict[str, Raw] = {}
        self.staff: dict[str, Raw] = {}
        self.kiosks: dict[str, Raw] = {}

    def replace(self, snapshot: Raw) -> None:
        """Begin again from what ``Desk.snapshot`` answered."""
        self.at = snapshot["at"]
        self.epoch = snapshot["epoch"]
        for kind in KINDS:
            setattr(self, kind, {entity["id"]: entity for entity in snapshot[kind]})

    def apply(self, at: str, fact: Raw) -> None:
        """The desk after this fact."""
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

        Besides the fact's own entities: the call of a kiosk or staff member, the calls behind one that joins or leaves
        a queue (their position), the offer of a call, the languages of staff who come or go.
        """
        touched: set[Name] = set()
        for kind in KINDS:
            for entity in fact.get(kind) or ():
                touched.add((kind, entity["id"]))
        for seat in (*(fact.get("kiosks") or ()), *(fact.get("staff") or ())):
            # Whoever is in a call sees whether the other side is there.
            if seat.get("call"):
                touched.add(("calls", seat["call"]))
        for call in fact.get("calls") or ():
            touched.update(("calls", behind["id"]) for behind in self.queue(call["language"]))
        for offer in fact.get("offers") or ():
            touched.add(("calls", offer["call"]))
        for member in fact.get("staff") or ():
            known = self.staff.get(member["id"], {})
            languages = {*member.get("languages", {}), *known.get("languages", {})}
            touched.update(("languages", language) for language in languages)
        return touched

    def queue(self, language: str) -> list[Raw]:
        """Calls that are not served yet, in the order in which they will be."""
        waiting = [
            call
            for call in self.calls.values()
            if call["language"] == language and call["state"] != CallState.CONNECTED
        ]
        return sorted(waiting, key=lambda call: (call["joined_at_ms"], call["id"]))

    def position(self, call: Raw) -> int:
        """Place of a call in the queue for its language, from 1; 0 once it is served."""
        if call["state"] == CallState.CONNECTED:
            return 0
        return 1 + sum(
            1
            for other in self.calls.values()
            if other["language"] == call["language"]
            and other["state"] != CallState.CONNECTED
            and (other["joined_at_ms"], other["id"]) < (call["joined_at_ms"], call["id"])
        )

    def on_duty(self, language: str) -> tuple[int, int]:
        """Advisors who speak a language and are on duty, and those of them who are free."""
        speakers = [
            member
            for member in self.staff.values()
            if member.get("role") == Role.ADVISOR and language in member.get("languages", {})
        ]
        duty = [m for m in speakers if m["presence"] not in {Presence.OFFLINE, Presence.AWAY}]
        return len(duty), sum(1 for member in duty if member["presence"] == Presence.AVAILABLE)

    def languages(self) -> Iterable[str]:
        """Every language that somebody of the staff speaks."""
        return {language for member in self.staff.values() for language in member.get("languages", {})}

    def call_of(self, role: Role, seat: str) -> Raw | None:
        """The call a kiosk has, or that a staff member is rung for or is in."""
        if role is Role.KIOSK:
            return self.calls.get((self.kiosks.get(seat) or {}).get("call", ""))
        member = self.staff.get(seat) or {}
        offer = self.offers.get(member.get("offer", "")) or {}
        return self.calls.get(member.get("call") or offer.get("call", ""))

    def serving(self, call: Raw) -> Raw | None:
        """The staff member who serves a call or is rung for it."""
        offer = self.offers.get(call.get("offer", "")) or {}
        return self.staff.get(call.get("staff") or offer.get("staff", ""))

    def other_page(self, call: Raw, role: Role) -> str | None:
        """The page at the other side of a call from ``role``; None when nobody is there."""
        if role is Role.KIOSK:
            return (self.serving(call) or {}).get("page")
        return (self.kiosks.get(call["kiosk"]) or {}).get("page")


def _is_over(kind: str, entity: Raw) -> bool:
    if entity.get("removed"):
        return True
    if kind == "calls":
        return bool(entity["state"] == CallState.ENDED)
    return kind == "offers" and bool(entity["state"] != OfferState.RINGING)
