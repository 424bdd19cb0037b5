"""Pages that keep themselves connected and repeat what got no answer, as web/static/shared/connection.js does."""

import asyncio
import contextlib
import random
import secrets
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import socketio

from bridge.signaling.messages import ErrorCode, Message
from tests.actors.people import Actor, AdvisorActor, KioskActor, SupervisorActor, key
from tests.chaos.ledger import Ledger

#: The timing of connection.js and of the Socket.IO client it uses.
FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 2.0
RETRY_IS_RANDOM_BY = 0.5
ANSWER_WITHIN_S = 4.0
REPEAT_AFTER_S = 0.3

#: Longer than any recovery, on the slowest machine: whoever waits for so long waits in vain.
PATIENCE_S = 60.0
_LOOK_AGAIN_S = 1.0

#: Of what a page is told, what goes into the common transcript: the witness tells the facts, once.
_WORTH_A_NOTE = ("< connected", "< snapshot", "< the connection ended")

Entities = dict[tuple[str, str], dict[str, Any]]


class Page(Actor):
    """An actor at a page that stays open: whatever happens to the bridge, the page comes back by itself."""

    def __init__(self, url: str, seat: str, token: str, ledger: Ledger, chance: random.Random) -> None:
        super().__init__(url, seat, token)
        self.ledger = ledger
        self.snapshot_at = 0.0
        #: How likely the network goes just after a command was sent, so that the answer never comes.
        self.loses_answers = 0.0
        self._chance = chance
        self._network = asyncio.Event()
        self._claim = True
        self._at_once = True
        self._keeper: asyncio.Task[None] | None = None

    # -------------------------------------------------------- the page's life

    async def opens(self) -> None:
        """Load the page and wait for the snapshot."""
        self._network.set()
        self._keeper = asyncio.create_task(self._stays_connected(), name=f"page of {self.seat}")
        self._keeper.add_done_callback(self._must_not_end)
        await self.is_settled()

    async def closes(self) -> None:
        """Close the page."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
            self._keeper = None
        await self._forget_line()

    async def is_without_network(self, seconds: float) -> None:
        """Lose the network, and get it back after ``seconds``."""
        self.ledger.note(f"{self.seat} loses the network for {seconds:.1f} s")
        self._network.clear()
        await self._cut()
        await asyncio.sleep(seconds)
        self._network.set()

    async def is_reloaded(self) -> None:
        """Forget everything but the cookie, and claim the seat's calls."""
        self.ledger.note(f"{self.seat} reloads")
        self.page = secrets.token_hex(8)
        self._claim = True
        self._at_once = True
        moment = time.monotonic()
        await self._cut()
        await self.is_settled_since(moment)

    @property
    def settled(self) -> bool:
        """Whether the page is connected and has its snapshot."""
        return self._line is not None and self._line.connected and self.at != "0-0"

    async def is_settled(self) -> None:
        await self.hears(lambda: self.settled, "a snapshot")

    async def is_settled_since(self, moment: float) -> None:
        """Wait for a snapshot that came after ``moment`` (of time.monotonic)."""
        await self.hears(lambda: self.settled and self.snapshot_at > moment, "another snapshot")

    def owns(self) -> Entities:
        """What the page knows of its own seat and call."""
        own = {"own_kiosk", "own_call", "own_offer", "advisor_call", "self"}
        return {name: entity for name, entity in self.model.items() if name[0] in own}

    # -------------------------------------------------------- commands

    async def commands(self, message: type[Message], **fields: Any) -> dict[str, Any]:
        """Send a command until it is answered, with the same key each time; the answer."""
        wire = {"key": key(), **fields}
        sent = time.monotonic()
        while True:
            answer = await self._answer_to(message.EVENT, wire)
            if answer is not None and answer.get("code") != ErrorCode.DESK_UNAVAILABLE:
                break
            assert time.monotonic() < sent + PATIENCE_S, f"{self.seat}: {message.EVENT} is never answered: {answer}"
            await asyncio.sleep(REPEAT_AFTER_S)
        self.ledger.note(f"{self.seat} {message.EVENT} {fields} -> {answer}")
        self.ledger.answered(self.seat, message, fields, answer, sent)
        return answer

    async def does(self, message: type[Message], **fields: Any) -> dict[str, Any]:
        answer = await self.commands(message, **fields)
        assert answer["ok"], f"{self.seat}: {message.EVENT} was refused: {answer}\n{self.told()}"
        return answer

    async def hears(self, expected: Callable[[], Any], what: str) -> Any:
        try:
            async with asyncio.timeout(PATIENCE_S), self._heard:
                await self._heard.wait_for(lambda: bool(expected()))
        except TimeoutError:
            raise AssertionError(f"{self.seat} did not hear: {what}\n{self.told()}") from None
        return expected()

    async def hears_something(self, seconds: float) -> None:
        """Return with the next thing told, after ``seconds`` at the latest."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._heard:
                await self._heard.wait()

    async def _answer_to(self, event: str, wire: dict[str, Any]) -> dict[str, Any] | None:
        line = self._line
        if line is None or not line.connected:
            await self.hears_something(ANSWER_WITHIN_S)
            return None
        told = asyncio.create_task(
            line.call(event, wire, namespace=f"/{self.role}", timeout=ANSWER_WITHIN_S), name=f"{self.seat} {event}"
        )
        over = asyncio.create_task(self._end_of(line), name=f"{self.seat} line")
        try:
            await asyncio.wait({told, over}, return_when=asyncio.FIRST_COMPLETED)
            if not told.done():
                return None
            answer: dict[str, Any] = told.result()
            if self._chance.random() < self.loses_answers:
                self.ledger.note(f"{self.seat} {event}: the answer is lost with the connection")
                await self._cut()
                return None
            return answer
        except (socketio.exceptions.SocketIOError, aiohttp.ClientError, OSError):
            return None
        finally:
            for task in (told, over):
                task.cancel()
            await asyncio.gather(told, over, return_exceptions=True)

    # -------------------------------------------------------- the line

    async def _stays_connected(self) -> None:
        delay_s = FIRST_RETRY_S
        while True:
            await self._network.wait()
            if await self._attempt():
                delay_s = FIRST_RETRY_S
                await self._end_of(self._line)
            await self._forget_line()
            if self._at_once:
                self._at_once = False
                continue
            spread = RETRY_IS_RANDOM_BY * delay_s
            await asyncio.sleep(min(LONGEST_RETRY_S, delay_s + self._chance.uniform(-spread, spread)))
            delay_s = min(LONGEST_RETRY_S, delay_s * 2)

    async def _attempt(self) -> bool:
        try:
            await self.connects(self._claim)
        except (socketio.exceptions.SocketIOError, aiohttp.ClientError, OSError) as error:
            # The page shows any other refusal and stays away: nobody here may be refused so.
            if self.refused_with in set(ErrorCode) - {ErrorCode.DESK_UNAVAILABLE}:
                self.ledger.fault("refused", f"{self.seat} is refused: {self.refused_with}")
            self.ledger.note(f"{self.seat} is not let in: {self.refused_with or type(error).__name__}")
            return False
        self._claim = False
        await self._note("< connected")
        return True

    async def _end_of(self, line: Any) -> None:
        while line is not None and line.connected:
            await self.hears_something(_LOOK_AGAIN_S)

    async def _cut(self) -> None:
        if self._line is not None:
            await self._line.disconnect()

    async def _forget_line(self) -> None:
        if self._line is not None:
            self.ledger.goes(self.seat)
        await self.loses_the_network()

    def _must_not_end(self, keeper: "asyncio.Task[None]") -> None:
        if not keeper.cancelled() and keeper.exception() is not None:
            self.ledger.fault("page", f"{self.seat}: {keeper.exception()!r}")

    async def _on_snapshot(self, message: dict[str, Any]) -> None:
        self.snapshot_at = time.monotonic()
        self.ledger.comes(self.seat)
        await super()._on_snapshot(message)

    async def _on_end(self, reason: str) -> None:
        if reason == socketio.AsyncClient.reason.SERVER_DISCONNECT:
            self._at_once = True
        await super()._on_end(reason)

    async def _note(self, line: str) -> None:
        if line.startswith(_WORTH_A_NOTE):
            self.ledger.note(f"{self.seat} {line}")
        await super()._note(line)


class KioskPage(Page, KioskActor):
    """A kiosk's page; tells the ledger what it is told of its call."""

    def call(self) -> dict[str, Any] | None:
        """The visitor's call, while it is live."""
        return self.one("own_call")

    async def sees_or_misses(self, call: str) -> None:
        """Wait until the page shows ``call``, or until it is over, which a page that was away is not told."""
        until = time.monotonic() + PATIENCE_S
        while (self.call() or {}).get("id") != call and call not in self.ended and call not in self.ledger.endings:
            assert time.monotonic() < until, f"{self.seat} is not told of its call {call}\n{self.told()}"
            await self.hears_something(_LOOK_AGAIN_S)

    async def has_no_call(self) -> None:
        await self.hears(lambda: self.settled and self.call() is None, "the end of the call")

    async def _on_snapshot(self, message: dict[str, Any]) -> None:
        await super()._on_snapshot(message)
        self._tell_the_ledger()

    async def _on_fact(self, message: dict[str, Any]) -> None:
        await super()._on_fact(message)
        for gone in message["gone"]:
            if gone["kind"] == "own_call":
                self.ledger.told_end(gone["id"], gone["reason"])
        self._tell_the_ledger()

    def _tell_the_ledger(self) -> None:
        calls = self.sees("own_call")
        if len(calls) > 1:
            self.ledger.fault("two calls", f"{self.seat} has {[call['id'] for call in calls]}")
        for call in calls:
            self.ledger.told_place(self.seat, call["id"], call["joined_at_ms"])


class AdvisorPage(Page, AdvisorActor):
    """A console; tells the ledger when it is in two places at once."""

    @property
    def presence(self) -> str:
        """What the advisor is doing, as far as the page knows."""
        return str((self.one("self") or {}).get("presence"))

    async def is_free_of_calls(self) -> None:
        await self.hears(lambda: self.settled and self.presence not in {"ringing", "in_call"}, "the end of the call")

    async def _on_snapshot(self, message: dict[str, Any]) -> None:
        await super()._on_snapshot(message)
        self._tell_the_ledger()

    async def _on_fact(self, message: dict[str, Any]) -> None:
        await super()._on_fact(message)
        self._tell_the_ledger()

    def _tell_the_ledger(self) -> None:
        busy = [*self.sees("own_offer"), *self.sees("advisor_call")]
        if len(busy) > 1:
            self.ledger.fault("two calls", f"{self.seat} has {[(entity['kind'], entity['id']) for entity in busy]}")


class BoardPage(Page, SupervisorActor):
    """A supervisor's page."""
