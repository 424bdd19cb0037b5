"""The desk: one method a transition, each carried out by one script in the server.

Guarantees: a transition happens wholly or not at all; its fact is in the stream in the same instant; a command that is
repeated with its key gets its first answer again and changes nothing.
"""

import logging
import secrets
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Literal, TypeVar

from redis.asyncio import Redis

from bridge.clock import Clock
from bridge.desk.keys import CONSUMER_GROUPS, SCHEMA, Keys
from bridge.desk.runner import DeskUnavailable as DeskUnavailable
from bridge.desk.runner import Refused as Refused
from bridge.desk.runner import Runner
from bridge.domain.call import PEOPLE_AT_MOST, WaitingNotice
from bridge.domain.media import PathPolicy
from bridge.domain.routing import Delays, Tier, Wishes, queue_for
from bridge.settings import RoutingSettings, TimingSettings

log = logging.getLogger(__name__)

_BRINGS_NOBODY_TOGETHER = frozenset({"renew_media", "report_media"})
_SWEEP_LIMIT = 100
#: Offers made while the server does nothing else: about two milliseconds.
_OFFERS_AT_ONCE = 32
_FEW = 20
T = TypeVar("T")

Kind = Literal["kiosk", "staff"]
#: Of a line check's path: our own end, and the browser.
PathSide = Literal["first", "second"]


class WrongSchema(Exception):
    """The desk's keys were written by another version of Gloria."""


@dataclass(frozen=True)
class Page:
    """A page load of a kiosk or of a staff member; ``line`` is the connection it has now, ``path`` what the other side
    of a call may learn of its address."""

    kind: Kind
    id: str
    page: str
    line: str = ""
    path: PathPolicy = PathPolicy.HIDDEN


@dataclass(frozen=True)
class IceCredentials:
    """By what one end of a connection is known to ICE, and proves it."""

    ufrag: str
    pwd: str


@dataclass(frozen=True)
class Relay:
    """A relay that carries a path, its addresses (each with a port), and its port for STUN (0: it has none)."""

    name: str
    addresses: tuple[tuple[str, int], ...]
    stun_port: int = 0


@dataclass(frozen=True)
class Registration:
    """A kiosk or staff member as the desk is told of them.

    ``place``: ``"kiosk"``, ``"staff"`` or ``"none"`` (signs in, has no place at the desk). ``revision``: number of its
    last change. ``sign_in_epoch``: sign-ins given under a lower one are void.
    """

    id: str
    place: Literal["kiosk", "staff", "none"]
    profile: Mapping[str, Any]
    revision: int
    sign_in_epoch: int
    active: bool = True


@dataclass(frozen=True)
class Behind:
    """A seat of which the desk knows something newer than it was told: numbers to go beyond."""

    id: str
    revision: int
    sign_in_epoch: int


@dataclass(frozen=True)
class Registered:
    """``held``: how many that are to go are still in a call or wrap-up."""

    held: int
    behind: tuple[Behind, ...]


def new_id() -> str:
    """A random id: 128 bits, letters that need no quoting anywhere."""
    return secrets.token_urlsafe(16)


def few_at_a_time(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Portions for one script each, where the desk is told of many: others wait for half a millisecond."""
    for start in range(0, len(items), _FEW):
        yield items[start : start + _FEW]


class Desk:
    """The transitions of one desk.

    Every method raises DeskUnavailable when the server does not answer, and Refused where it says so. ``key`` is the
    idempotency key of the command, unique for ``actor``.
    """

    def __init__(
        self,
        redis: "Redis",
        keys: Keys,
        clock: Clock,
        timing: TimingSettings,
        routing: RoutingSettings | None = None,
    ) -> None:
        self._keys = keys
        self._routing = routing or RoutingSettings()
        self._runner = Runner(redis, keys, clock, _policy(timing, self._routing))
        self._matches = False

    async def prepare(self) -> str:
        """Make the keys ready; the stream's epoch. Raises WrongSchema."""
        try:
            answer = await self._run("prepare", {"schema": SCHEMA, "epoch": new_id(), "groups": list(CONSUMER_GROUPS)})
        except Refused as refused:
            raise WrongSchema(refused.detail) from None
        return str(answer["epoch"])

    async def register(self, seats: Sequence[Registration]) -> Registered:
        """These kiosks and staff members exist, or no longer do."""
        answer = await self._run("register", {"seats": [_seat(seat) for seat in seats]})
        # An empty list comes out of Lua as an empty object.
        behind = tuple(Behind(**one) for one in answer["behind"] or ())
        return Registered(int(answer["held"]), behind)

    async def end_sign_in(self, sign_in: str, seat: str) -> None:
        """The sign-in of that name (a key below the desk's prefix) is good no longer."""
        await self._run("end_sign_in", {"sign_in": self._keys[sign_in], "seat": seat})

    async def connect(self, page: Page, claim: bool) -> str:
        """A page is connected; a stream id that holds it. Refused: not_yours (nobody registered by that id).

        With ``claim`` it takes calls from now on; without, only where no other page does.
        """
        answer = await self._run(
            "connect",
            {
                "kind": page.kind,
                "id": page.id,
                "page": page.page,
                "line": page.line,
                "claim": claim,
                "path": str(page.path),
            },
        )
        return str(answer["at"])

    async def disconnect(self, page: Page) -> None:
        """A page's connection is gone; its place is kept for the grace period."""
        await self._run("disconnect", {"kind": page.kind, "id": page.id, "page": page.page, "line": page.line})

    async def renew_leases(self, pages: Sequence[Page]) -> None:
        """These pages are still connected."""
        await self._run("renew_leases", {"pages": [{"kind": p.kind, "id": p.id, "page": p.page} for p in pages]})

    async def join(self, kiosk: str, language: str, key: str, wishes: Wishes | None = None) -> str:
        """A visitor wants to talk; the call's id. Refused: call_exists, language_closed, not_yours."""
        wishes = wishes or Wishes()
        answer = await self._run(
            "join",
            {
                "kiosk": kiosk,
                "call": new_id(),
                "queue": self._queue(language, wishes),
                **_said(channel=wishes.channel, wish=wishes.gender),
            },
            key=f"{kiosk}:{key}",
        )
        return str(answer["call"])

    async def leave(self, kiosk: str, call: str, key: str) -> None:
        """The visitor leaves the queue or hangs up. Refused: call_over, not_yours."""
        await self._run("leave", {"kiosk": kiosk, "call": call}, key=f"{kiosk}:{key}")

    async def set_presence(self, staff: str, presence: str, key: str, reason: str | None = None) -> None:
        """A staff member comes, pauses (why: a break when not said) or goes. Refused: wrong_state, not_yours."""
        await self._run("presence", _said(staff=staff, presence=presence, reason=reason), key=f"{staff}:{key}")

    async def set_shift(self, staff: str, ends_at_ms: int | None, key: str) -> None:
        """When a staff member's shift ends; None: no end is known. Refused: not_yours."""
        await self._run("shift", _said(staff=staff, ends_at_ms=ends_at_ms), key=f"{staff}:{key}")

    async def serve(self, staff: str, work: str, language: str | None, key: str) -> str:
        """An advisor serves somebody at the desk; the id of the contact to be. Refused: not_yours, wrong_state."""
        arguments = _said(
            staff=staff,
            serving=new_id(),
            work=work,
            language=language,
            municipality=self._routing.office_municipality,
        )
        return str((await self._run("serve", arguments, key=f"{staff}:{key}"))["call"])

    async def served(self, staff: str, key: str) -> str:
        """What is served at the desk is over; its id. Refused: wrong_state."""
        return str((await self._run("served", {"staff": staff}, key=f"{staff}:{key}"))["call"])

    async def accept(self, staff: str, offer: str, key: str) -> str:
        """Somebody takes what is offered; the call's id. It begins when everybody rung has.

        Refused: offer_over, not_yours.
        """
        answer = await self._run("accept", {"staff": staff, "offer": offer}, key=f"{staff}:{key}")
        return str(answer["call"])

    async def decline(self, staff: str, offer: str, key: str) -> None:
        """Somebody passes what is offered on. Refused: offer_over, not_yours."""
        await self._run("decline", {"staff": staff, "offer": offer}, key=f"{staff}:{key}")

    async def end(self, staff: str, call: str, key: str) -> None:
        """The advisor ends the conversation. Refused: call_over, not_yours."""
        await self._run("end", {"staff": staff, "call": call}, key=f"{staff}:{key}")

    async def ask_interpreter(self, staff: str, call: str, language: str, key: str) -> None:
        """Whoever serves asks for an interpreter.

        Refused: call_over, not_yours, wrong_state, call_full, not_on_duty.
        """
        arguments = {"staff": staff, "call": call, "ask": "interpreter", "language": language}
        await self._run("ask", arguments, key=f"{staff}:{key}")

    async def invite(self, staff: str, call: str, colleague: str, key: str) -> None:
        """Whoever serves asks a colleague to join. Refused: as of ``ask_interpreter``."""
        arguments = {"staff": staff, "call": call, "ask": "colleague", "colleague": colleague}
        await self._run("ask", arguments, key=f"{staff}:{key}")

    async def cancel_ask(self, staff: str, call: str, key: str) -> None:
        """Nobody else is needed after all. Refused: call_over, not_yours, wrong_state."""
        await self._run("cancel_ask", {"staff": staff, "call": call}, key=f"{staff}:{key}")

    async def step_out(self, staff: str, call: str, key: str) -> None:
        """Somebody leaves a conversation that goes on. Refused: call_over, not_yours, wrong_state."""
        await self._run("step_out", {"staff": staff, "call": call}, key=f"{staff}:{key}")

    async def transfer(self, staff: str, call: str, *, language: str | None, colleague: str | None, key: str) -> None:
        """Whoever serves passes the visitor on: one of the two.

        Refused: call_over, not_yours, wrong_state, not_on_duty.
        """
        arguments = _said(staff=staff, call=call, colleague=colleague)
        if language is not None:
            arguments["queue"] = await self._queue_of(call, language)
        await self._run("transfer", arguments, key=f"{staff}:{key}")

    async def extend_wrap_up(self, staff: str, call: str, key: str) -> None:
        """A wrap-up takes longer. Refused: not_yours, wrong_state."""
        await self._run("extend_wrap_up", {"staff": staff, "call": call}, key=f"{staff}:{key}")

    # ------------------------------------------------------------------ the supervisor's hand

    async def raise_call(self, by: str, call: str, key: str) -> None:
        """In front of all others. Refused: call_over, wrong_state."""
        await self._supervise(by, "call_raised", key, call=call)

    async def give_call(self, by: str, call: str, staff: str, key: str) -> None:
        """To one advisor, by name. Refused: call_over, wrong_state, not_on_duty."""
        await self._supervise(by, "call_given", key, call=call, staff=staff)

    async def move_call(self, by: str, call: str, language: str, key: str) -> None:
        """To another language. Refused: call_over, wrong_state."""
        await self._supervise(by, "call_moved", key, call=call, queue=await self._queue_of(call, language))

    async def end_call(self, by: str, call: str, key: str) -> None:
        """End one that is stuck, whatever it is in. Refused: call_over."""
        await self._supervise(by, "call_ended", key, call=call)

    async def set_staff(self, by: str, staff: str, presence: str, key: str) -> None:
        """What somebody is doing who is in no call. Refused: not_yours, wrong_state, not_on_duty."""
        await self._supervise(by, "staff_set", key, staff=staff, presence=presence)

    async def set_language(self, by: str, language: str, is_open: bool, key: str) -> None:
        """Close a language to new visitors, or open it again."""
        await self._supervise(by, "language_opened" if is_open else "language_closed", key, language=language)

    async def set_notice(self, by: str, about: str, notice: WaitingNotice | None, key: str) -> None:
        """What those who wait are told; ``about``: a language's code or "all". None takes it back."""
        deed = "notice_over" if notice is None else "notice_given"
        await self._supervise(by, deed, key, about=about, notice=notice and str(notice))

    async def _supervise(self, by: str, deed: str, key: str, **more: Any) -> None:
        await self._run("supervise", _said(by=by, deed=deed, **more), key=f"{by}:{key}")

    async def _queue_of(self, call: str, language: str) -> dict[str, Any]:
        """The queue that a call would be in with another language: its visitor's wishes stay."""
        was = await self._runner.entity("calls", call) or {}
        also = [code for code in (was.get("asked_language"), *(was.get("knows") or ())) if code]
        wishes = Wishes(tuple(also), was.get("wish"), was.get("channel", "video"))
        return self._queue(language, wishes)

    def _queue(self, language: str, wishes: Wishes) -> dict[str, Any]:
        return _queue(language, wishes, Delays(*self._routing.delays(language)))

    async def wrap_up(
        self,
        staff: str,
        call: str,
        topics: Sequence[str],
        onward: Sequence[str],
        outcome: str | None,
        then: str,
        key: str,
    ) -> None:
        """The advisor says what it was about. Refused: not_yours."""
        arguments: dict[str, Any] = {
            "staff": staff,
            "call": call,
            "topics": list(topics),
            "onward": list(onward),
            "next": then,
        }
        if outcome is not None:
            arguments["outcome"] = outcome
        await self._run("wrap_up", arguments, key=f"{staff}:{key}")

    async def renew_media(self, kind: Kind, asker: str, call: str, link: int, generation: int, key: str) -> None:
        """A side asks for a new connection to the other. Refused: call_over, not_yours, wrong_state."""
        arguments = {kind: asker, "call": call, "link": link, "generation": generation}
        await self._run("renew_media", arguments, key=f"{asker}:{key}")

    async def report_media(self, staff: str, call: str, media: Mapping[str, Any], key: str) -> None:
        """What was measured of the connection, for the record. Refused: call_over, not_yours."""
        await self._run("report_media", {"staff": staff, "call": call, "media": media}, key=f"{staff}:{key}")

    async def open_path(
        self,
        call: str,
        link: int,
        kind: Kind,
        seat: str,
        credentials: Sequence[IceCredentials],
        *,
        anew: bool,
        relays_at_most: int = 2,
    ) -> tuple[Relay, ...]:
        """One end's ICE credentials for a link; the relays that carry it. Refused: call_over, not_yours, wrong_state.

        ``kind`` and ``seat``: who describes. ``anew``: a connection begins or begins anew; only the end that makes the
        descriptions has the relays chosen anew.
        """
        return await self._open_path({"call": call, "link": link, kind: seat}, credentials, anew, relays_at_most)

    async def open_check_path(
        self,
        path: str,
        side: PathSide,
        credentials: Sequence[IceCredentials],
        *,
        until_ms: int,
        anew: bool,
        relays_at_most: int = 2,
    ) -> tuple[Relay, ...]:
        """The same for a line check, whose path ends at ``until_ms``."""
        arguments = {"path": path, "side": side, "until_ms": until_ms}
        return await self._open_path(arguments, credentials, anew, relays_at_most)

    async def _open_path(
        self, whose: Mapping[str, Any], credentials: Sequence[IceCredentials], anew: bool, relays_at_most: int
    ) -> tuple[Relay, ...]:
        arguments = {
            **whose,
            "credentials": [asdict(one) for one in credentials],
            "anew": anew,
            "relays_at_most": relays_at_most,
        }
        return _relays(await self._run("open_path", arguments))

    async def close_path(self, path: str) -> None:
        """A line check is over."""
        await self._run("close_path", {"path": path})

    async def paths(self, ids: Sequence[str] | None = None) -> tuple[str, list[dict[str, Any]]]:
        """The paths of these ids (all, without) and a stream id that holds them."""
        answer = await self._run("paths", {} if ids is None else {"ids": list(ids)})
        return str(answer["at"]), list(answer["paths"])

    async def relay_seen(
        self, name: str, addresses: Sequence[tuple[str, int]], paths: int, limit: int, stun_port: int = 0
    ) -> None:
        """A relay is there. ``stun_port``: where it is a STUN server too, 0 for nowhere."""
        listed = [{"address": address, "port": port} for address, port in addresses]
        said = {"name": name, "addresses": listed, "paths": paths, "limit": limit, "stun_port": stun_port}
        await self._run("relay_seen", said)

    async def relay_left(self, name: str) -> None:
        """A relay stops."""
        await self._run("relay_left", {"name": name})

    async def relays_for(self, path: str, at_most: int = 2) -> tuple[Relay, ...]:
        """The relays that a path would be given now, or has."""
        return _relays(await self._run("relays_for", {"path": path, "relays_at_most": at_most}))

    async def match(self) -> int:
        """Make every offer there is to make; how many."""
        made = 0
        while True:
            answer = await self._run("match", _match())
            made += int(answer["made"])
            if int(answer["made"]) < _OFFERS_AT_ONCE:
                return made

    async def sweep(self) -> int:
        """Carry out what is due; how much was."""
        swept = 0
        while True:
            answer = await self._run("sweep", {"limit": _SWEEP_LIMIT})
            swept += int(answer["swept"])
            if int(answer["swept"]) < _SWEEP_LIMIT:
                return swept

    async def trim(self, keep_s: int) -> int:
        """Forget facts that every group has acknowledged and that are older than ``keep_s`` seconds."""
        return int((await self._run("trim", {"keep_ms": keep_s * 1000}))["trimmed"])

    async def snapshot(self) -> dict[str, Any]:
        """Everything live: ``at``, ``epoch``, and lists of ``calls``, ``offers``, ``staff``, ``kiosks``,
        ``closures``, ``notices``."""
        return await self._run("snapshot", {})

    def matching(self) -> "Desk":
        """The same desk, where each command of a page that may bring somebody together matches in the same script: an
        offer is not a journey later. A match that fails is made up for by the sweeper."""
        desk = copy(self)
        desk._matches = True
        return desk

    async def _run(self, name: str, arguments: Mapping[str, Any], key: str | None = None) -> dict[str, Any]:
        if not self._matches or key is None or name in _BRINGS_NOBODY_TOGETHER:
            return await self._runner.run(name, arguments, key)
        answer, made = await self._runner.run_and_match(name, arguments, key, _match())
        if made == _OFFERS_AT_ONCE:
            try:
                await self.match()
            except DeskUnavailable as error:
                log.warning("match: %s", error)
        return answer


def _match() -> dict[str, Any]:
    return {"offers": _OFFERS_AT_ONCE, "offer": new_id()}


def _relays(answer: Mapping[str, Any]) -> tuple[Relay, ...]:
    return tuple(
        Relay(
            str(one["name"]),
            tuple((str(place["address"]), int(place["port"])) for place in one["addresses"]),
            int(one["stun_port"]),
        )
        for one in answer["relays"] or ()
    )


def _said(**arguments: Any) -> dict[str, Any]:
    """Arguments of a script without those that were not said: Lua's JSON null is not nil."""
    return {name: value for name, value in arguments.items() if value is not None}


def _seat(seat: Registration) -> dict[str, Any]:
    return {**asdict(seat), "profile": _said(**seat.profile)}


@lru_cache(maxsize=1024)
def _queue(language: str, wishes: Wishes, delays: Delays) -> dict[str, Any]:
    queue = queue_for(language, wishes, delays)
    tiers = "".join(f"{_tier(tier)};" for tier in queue.tiers)
    return {"id": queue.id, "language": queue.language, "also": list(queue.wishes.also), "tiers": tiers}


def _tier(tier: Tier) -> str:
    """For the script that matches: name, when it opens, and in which indexes there is somebody for each seat."""
    seats = (
        ",".join(f"{seat.role}:{language}:{level}" for language in seat.languages for level in seat.levels) or seat.role
        for seat in tier.seats
    )
    return f"{tier.name} {tier.after_s * 1000} {'+'.join(seats)}"


def pause_ms(timing: TimingSettings) -> int:
    """When nobody has swept for longer than this, the desk itself was away."""
    return max(5000, round(timing.sweep_interval_s * 5000))


def _policy(timing: TimingSettings, routing: RoutingSettings) -> dict[str, int]:
    """The durations that scripts need, in milliseconds, and what there may be of something at most."""
    return {
        "wrap_up_extend_ms": timing.wrap_up_extend_s * 1000,
        "call_limit_ms": timing.call_limit_s * 1000,
        "serving_limit_ms": timing.serving_limit_s * 1000,
        "away_limit_ms": timing.away_limit_s * 1000,
        "last_call_ms": timing.last_call_s * 1000,
        "closure_limit_ms": timing.closure_limit_s * 1000,
        "notice_limit_ms": timing.notice_limit_s * 1000,
        "named_wait_ms": routing.named_wait_s * 1000,
        "ask_limit_ms": routing.ask_limit_s * 1000,
        "wish_ms": routing.wish_s * 1000,
        "interpreter_passes": routing.interpreter_passes,
        "chats_at_once": routing.chats_at_once,
        "people_at_most": PEOPLE_AT_MOST,
        "ring_timeout_ms": timing.ring_timeout_s * 1000,
        "decline_rest_ms": timing.decline_rest_s * 1000,
        "kiosk_grace_ms": timing.visitor_grace_s * 1000,
        "staff_grace_ms": timing.staff_grace_s * 1000,
        "restart_grace_ms": timing.restart_grace_s * 1000,
        "wait_limit_ms": timing.wait_limit_s * 1000,
        "wrap_up_limit_ms": timing.wrap_up_limit_s * 1000,
        "touch_limit_ms": timing.touch_limit_s * 1000,
        "command_memory_ms": timing.command_memory_s * 1000,
        "pause_ms": pause_ms(timing),
    }
