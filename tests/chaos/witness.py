"""Reads the desk's facts in their order and holds each against the rules; a page sees only its own part of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from redis.exceptions import RedisError

from bridge.desk.connections import DeskServer, close
from bridge.desk.facts import FactReader
from bridge.desk.keys import Keys
from bridge.domain.call import CALL_TRANSITIONS, CallState
from bridge.domain.offer import OfferState
from bridge.signaling.messages import FactName
from tests.chaos.ledger import Ending, Ledger

_DESK = "gloria"
#: What the desk says when a console has been gone for longer than its grace period.
_GIVING_UP = {FactName.CALL_REQUEUED, FactName.STAFF_LOST, FactName.OFFER_WITHDRAWN}
_BLOCK_MS = 1000
_AGAIN_AFTER_S = 0.1

Raw = dict[str, Any]


class Witness:
    """The desk as its facts tell it, from the first one on.

    Finds: facts that are gone after a crash, states that do not follow from one another, a call offered to two or with
    two, anybody in two calls, an end that comes twice, and an offer that passes over somebody who came before.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.calls: dict[str, Raw] = {}
        self._offers: dict[str, Raw] = {}
        self._kiosks: dict[str, Raw] = {}
        self._ledger = ledger
        self._at = "0-0"
        self._reader: FactReader | None = None

    @contextlib.asynccontextmanager
    async def watches(self, desk_url: str) -> AsyncIterator[None]:
        """Follow the facts meanwhile, whatever happens to the server."""
        client = DeskServer(desk_url).for_blocking_reads()
        self._reader = FactReader(client, Keys(_DESK))
        task = asyncio.create_task(self._follow(self._reader), name="witness")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await close(client)

    async def is_up_to_date(self) -> bool:
        """Whether every fact that is there has been read."""
        assert self._reader is not None
        try:
            return not await self._reader.after(self._at, count=1, block_ms=1)
        except (RedisError, OSError):
            return False

    async def _follow(self, reader: FactReader) -> None:
        was_away = False
        while True:
            try:
                if was_away and self._at != "0-0" and not await reader.can_follow(self._at):
                    self._ledger.fault("facts lost", f"the stream does not go on after {self._at}")
                was_away = False
                for at, fact in await reader.after(self._at, block_ms=_BLOCK_MS):
                    self._hear(at, fact)
            except (RedisError, OSError):
                was_away = True
                await asyncio.sleep(_AGAIN_AFTER_S)

    def position(self, call: Raw) -> int:
        """Place in the queue for its language, from 1; 0 once it is served."""
        if call["state"] == CallState.CONNECTED:
            return 0
        return 1 + sum(1 for other in self._before(call) if other["state"] != CallState.CONNECTED)

    def busy_with(self, staff: str) -> list[tuple[str, str]]:
        """The offer that rings at a staff member, and the call they are in."""
        offers = [("offer", offer["id"]) for offer in self._offers.values() if staff in _rung(offer)]
        return offers + [("call", call["id"]) for call in self.calls.values() if call.get("staff") == staff]

    def _hear(self, at: str, fact: Raw) -> None:
        self._at = at
        entities = [
            f"{kind}:{entity['id']}"
            for kind in ("calls", "offers", "staff", "kiosks")
            for entity in fact.get(kind) or ()
        ]
        self._ledger.note(f"desk {at} {fact['name']} {' '.join(entities)}")
        for kiosk in fact.get("kiosks") or ():
            self._kiosks[kiosk["id"]] = kiosk
        for offer in fact.get("offers") or ():
            self._hear_offer(offer)
        for call in fact.get("calls") or ():
            self._hear_call(call, fact)
        if fact["name"] in _GIVING_UP:
            self._ledger.given_up += [(member["id"], fact["at_ms"]) for member in fact["staff"]]
        self._nobody_is_in_two_places(at)
        if fact["name"] == FactName.OFFER_MADE:
            self._nobody_was_passed_over(fact)

    def _hear_offer(self, offer: Raw) -> None:
        if offer["state"] == OfferState.RINGING:
            self._offers[offer["id"]] = offer
        elif self._offers.pop(offer["id"], None) is None:
            self._ledger.fault("offered twice", f"an offer ends that did not ring: {offer}")

    def _hear_call(self, call: Raw, fact: Raw) -> None:
        call_id, state = call["id"], CallState(call["state"])
        if call_id in self._ledger.endings:
            self._ledger.fault("record double", f"call {call_id} is {state} after its end, by {fact['name']}")
            return
        known = self.calls.get(call_id)
        if known is None:
            if state is not CallState.WAITING:
                self._ledger.fault("call lost", f"call {call_id} begins as {state}")
        else:
            was = CallState(known["state"])
            if state is not was and state not in CALL_TRANSITIONS[was]:
                self._ledger.fault("call lost", f"call {call_id} goes from {was} to {state}")
            if call["joined_at_ms"] != known["joined_at_ms"]:
                self._ledger.fault("place lost", f"call {call_id} joined at another time, by {fact['name']}")
        self.calls[call_id] = call
        if state is CallState.ENDED:
            del self.calls[call_id]
            self._ledger.endings[call_id] = Ending(call["end_reason"], fact["at_ms"])
            if (fact.get("record") or {}).get("call") != call_id:
                self._ledger.fault("record lost", f"call {call_id} ended without a record")

    def _nobody_is_in_two_places(self, at: str) -> None:
        busy: dict[str, str] = {}
        rung: dict[str, str] = {}
        for offer in self._offers.values():
            for staff in _rung(offer):
                self._only_once("two calls", busy, staff, offer["call"], at)
            self._only_once("offered twice", rung, offer["call"], ", ".join(_rung(offer)), at)
        kiosks: dict[str, str] = {}
        for call in self.calls.values():
            self._only_once("two calls", kiosks, call["kiosk"], call["id"], at)
            if call["state"] == CallState.CONNECTED:
                self._only_once("two calls", busy, call["staff"], call["id"], at)
                self._only_once("offered twice", rung, call["id"], call["staff"], at)

    def _only_once(self, kind: str, taken: dict[str, str], one: str, other: str, at: str) -> None:
        if one in taken:
            self._ledger.fault(kind, f"{one} has {taken[one]} and {other} at {at}")
        taken[one] = other

    def _nobody_was_passed_over(self, fact: Raw) -> None:
        """The written rule: first in line first, but for those whose kiosk is away and those the advisor declined."""
        (offer,), now_ms = fact["offers"], fact["at_ms"]
        for other in self._before(self.calls[offer["call"]]):
            declined_until_ms = max((other.get("declined") or {}).get(staff, 0) for staff in _rung(offer))
            kiosk = self._kiosks.get(other["kiosk"], {})
            is_there = kiosk.get("connected") and not self._ledger.was_long_away_at(other["kiosk"], now_ms)
            if other["state"] == CallState.WAITING and is_there and declined_until_ms <= now_ms:
                self._ledger.fault("place lost", f"call {other['id']} was passed over for {offer['call']}")

    def _before(self, call: Raw) -> list[Raw]:
        return [
            other
            for other in self.calls.values()
            if other["language"] == call["language"] and (other["order"], other["id"]) < (call["order"], call["id"])
        ]


def _rung(offer: Raw) -> list[str]:
    """The staff whom an offer rings."""
    return [seat["staff"] for seat in offer["seats"]]
