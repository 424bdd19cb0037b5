"""The people of a scenario. Each holds a real Socket.IO connection and a model of what it has been told.

The model is the same reduction as the page's: a snapshot, then facts. What did arrive is kept as a transcript, which a
failed expectation prints.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import socketio
from pydantic import TypeAdapter

from bridge.accounts.sign_in import cookie_name
from bridge.domain.staff import Presence, Role
from bridge.signaling.messages import (
    PROTOCOL_VERSION,
    Accept,
    AskInterpreter,
    AskPaths,
    CancelAsk,
    Candidate,
    Chat,
    Decline,
    Describe,
    End,
    Entity,
    Fact,
    Invite,
    Join,
    Leave,
    Message,
    Renew,
    SetPresence,
    Snapshot,
    StepOut,
    Transfer,
    WrapUp,
)
from tests.actors.late import LateLine

PATIENCE_S = 5.0
_ENTITY: TypeAdapter[Any] = TypeAdapter(Entity)

Model = dict[tuple[str, str], dict[str, Any]]


async def signed_in_by_a_click(url: str, seat: str, **more: str) -> str:
    """The token that the demo desk's one-click sign-in gives."""
    headers = {"Origin": url, **more}
    async with (
        aiohttp.ClientSession() as browser,
        browser.post(f"{url}/demo/sign-in", data={"seat": seat}, headers=headers, allow_redirects=False) as answer,
    ):
        assert answer.status == 303, f"{seat} was not signed in: {answer.status}"
        return answer.cookies[cookie_name(seat)].value


def key() -> str:
    """A fresh idempotency key."""
    return secrets.token_hex(8)


class Actor:
    """Somebody at a page: connects, is told, says."""

    role: Role

    def __init__(self, url: str, seat: str, token: str) -> None:
        self.seat = seat
        self.model: Model = {}
        self.at = "0-0"
        self.transcript: list[str] = []
        self.signals: list[dict[str, Any]] = []
        self.ended: dict[str, str | None] = {}
        self.page = secrets.token_hex(8)
        self.token = token
        self.headers: dict[str, str] = {}
        self._url = url
        self._heard = asyncio.Condition()
        self._line: socketio.AsyncClient | None = None
        self._session: aiohttp.ClientSession | None = None
        self._late = LateLine()
        self.until_noticed: Callable[[Actor], Awaitable[None]] | None = None

    @property
    def connected(self) -> bool:
        """Whether this page has a connection."""
        return self._line is not None

    # -------------------------------------------------------- the line

    async def arrives(self, claim: bool = True) -> "Actor":
        """Connect and wait for the snapshot."""
        await self.connects(claim)
        await self.hears(lambda: self.at != "0-0", "a snapshot")
        return self

    async def connects(self, claim: bool = True, **handshake: Any) -> None:
        # A session of our own: the library forgets to close its own when a connection is refused.
        self._session = aiohttp.ClientSession()
        line = socketio.AsyncClient(serializer="msgpack", reconnection=False, http_session=self._session)
        namespace = f"/{self.role}"
        self._late = LateLine()
        line.on(Snapshot.EVENT, self._late.to(self._on_snapshot), namespace=namespace)
        line.on(Fact.EVENT, self._late.to(self._on_fact), namespace=namespace)
        line.on(Describe.EVENT, self._late.to(self._on_signal), namespace=namespace)
        line.on(Candidate.EVENT, self._late.to(self._on_signal), namespace=namespace)
        line.on(Chat.EVENT, self._late.to(self._on_signal), namespace=namespace)
        self.refused_with: str | None = None
        line.on("disconnect", self._on_end, namespace=namespace)
        line.on("connect_error", self._on_refusal, namespace=namespace)
        self.at = "0-0"
        auth = {"seat": self.seat, "page": self.page, "claim": claim, "version": PROTOCOL_VERSION, **handshake}
        try:
            await line.connect(
                self._url,
                headers={"Cookie": f"{cookie_name(self.seat)}={self.token}", **self.headers},
                auth=auth,
                namespaces=[namespace],
                transports=["websocket"],
                wait_timeout=PATIENCE_S,
            )
        except BaseException:
            await line.disconnect()
            await self._session.close()
            raise
        self._line = line

    async def loses_the_network(self) -> None:
        """The connection ends, and the bridge has noticed."""
        if self._line is not None:
            await self._line.disconnect()
            self._line = None
            self._late.cut()
            assert self._session is not None
            await self._session.close()
            if self.until_noticed is not None:
                await self.until_noticed(self)

    async def loses_the_line(self) -> None:
        """Wait until the bridge has closed the connection by itself."""
        line = self._line
        assert line is not None
        await self.hears(lambda: not line.connected, "the end of the connection")

    async def comes_back(self) -> None:
        """The same page connects again."""
        await self.arrives(claim=False)

    async def reloads(self) -> None:
        """A new load of the page: the old one's connection is gone, its memory too."""
        await self.loses_the_network()
        self.page = secrets.token_hex(8)
        self.model = {}
        await self.arrives()

    async def says(self, message: type[Message], **fields: Any) -> dict[str, Any]:
        """Send a message as it is, right or wrong; the answer."""
        return await self.says_raw(message.EVENT, fields)

    async def says_raw(self, event: str, *arguments: Any) -> dict[str, Any]:
        """Send anything; the answer."""
        assert self._line is not None, f"{self.seat} is not connected"
        payload = arguments if len(arguments) != 1 else arguments[0]
        answer: dict[str, Any] = await self._line.call(
            event, payload, namespace=f"/{self.role}", timeout=int(PATIENCE_S)
        )
        self.transcript.append(f"> {event} {_short(payload)} -> {_short(answer)}")
        return answer

    async def does(self, message: type[Message], **fields: Any) -> dict[str, Any]:
        """Send a command with a fresh key and insist that it is carried out."""
        answer = await self.says(message, key=key(), **fields)
        assert answer["ok"], f"{message.EVENT} was refused: {answer}\n{self.told()}"
        return answer

    async def describes(self, call: str, sdp: str, kind: str = "offer", generation: int = 1, link: int = 1) -> None:
        """Send a session description to the other side of a link."""
        description = {"type": kind, "sdp": sdp}
        answer = await self.says(Describe, call=call, link=link, generation=generation, description=description)
        assert answer["ok"], f"the description was refused: {answer}\n{self.told()}"

    async def asks_paths(self, call: str, generation: int = 1, link: int = 1) -> dict[str, Any]:
        """Over which servers the connection may go."""
        answer = await self.says(AskPaths, call=call, link=link, generation=generation)
        assert answer["ok"], f"paths were refused: {answer}\n{self.told()}"
        return answer

    async def is_told(self, count: int = 1) -> list[dict[str, Any]]:
        """The signals of the other side, once there are so many."""
        await self.hears(lambda: len(self.signals) >= count, f"{count} signals")
        return self.signals

    # -------------------------------------------------------- what was heard

    def sees(self, kind: str) -> list[dict[str, Any]]:
        """Every entity of a kind."""
        return [entity for (name, _), entity in self.model.items() if name == kind]

    def one(self, kind: str) -> dict[str, Any] | None:
        """The only entity of a kind, or None."""
        found = self.sees(kind)
        assert len(found) <= 1, f"{self.seat} sees {len(found)} of {kind}\n{self.told()}"
        return found[0] if found else None

    async def hears(self, expected: Callable[[], Any], what: str) -> Any:
        """Wait until ``expected`` is true of what was told; its value. Fails with the transcript."""
        try:
            async with asyncio.timeout(PATIENCE_S), self._heard:
                await self._heard.wait_for(lambda: bool(expected()))
        except TimeoutError:
            raise AssertionError(f"{self.seat} did not hear: {what}\n{self.told()}") from None
        return expected()

    def told(self) -> str:
        """The transcript."""
        lines = "\n  ".join(self.transcript[-30:])
        return f"what {self.seat} was told:\n  {lines}"

    async def _on_end(self, reason: str) -> None:
        # The library calls this a moment before it marks the connection as ended.
        await asyncio.sleep(0)
        await self._note(f"< the connection ended: {reason}")

    async def _on_refusal(self, error: Any) -> None:
        self.refused_with = error["data"]["code"] if isinstance(error, dict) else str(error)

    async def _on_snapshot(self, message: dict[str, Any]) -> None:
        snapshot = Snapshot.model_validate(message, strict=False)
        self.model = {(e.kind, e.id): e.model_dump(mode="json") for e in snapshot.entities}
        self.at = snapshot.at
        await self._note(f"< snapshot at {snapshot.at}: {sorted(self.model)}")

    async def _on_fact(self, message: dict[str, Any]) -> None:
        fact = Fact.model_validate(message, strict=False)
        assert self.at != "0-0", f"{self.seat} got a fact before its snapshot"
        if _order(fact.at) <= _order(self.at):
            return
        for gone in fact.gone:
            self.model.pop((gone.kind, gone.id), None)
            self.ended[gone.id] = gone.reason
        for entity in fact.put:
            self.model[(entity.kind, entity.id)] = entity.model_dump(mode="json")
        self.at = fact.at
        gone_names = [f"{gone.kind}:{gone.id[:6]}" for gone in fact.gone]
        put = [f"{e.kind}:{e.id[:6]}" for e in fact.put]
        await self._note(f"< {fact.name} put {put} gone {gone_names}")

    async def _on_signal(self, message: dict[str, Any]) -> None:
        self.signals.append(message)
        await self._note(f"< signal of generation {message['generation']}")

    async def _note(self, line: str) -> None:
        async with self._heard:
            self.transcript.append(line)
            self._heard.notify_all()


class KioskActor(Actor):
    """A visitor at a kiosk."""

    role = Role.KIOSK

    async def asks_for(self, language: str, **wishes: Any) -> str:
        """Touch a language and continue, perhaps with wishes (``also``, ``wish``, ``channel``); the call's id."""
        answer = await self.does(Join, language=language, **wishes)
        call: str = answer["call"]
        await self.hears(lambda: self.one("own_call"), "its own call")
        return call

    async def leaves(self) -> None:
        call = self.one("own_call")
        assert call, f"no call to leave\n{self.told()}"
        await self.does(Leave, call=call["id"])

    async def is_rung_for(self) -> dict[str, Any]:
        return await self._in_state("ringing")

    async def waits(self) -> dict[str, Any]:
        return await self._in_state("waiting")

    async def talks(self) -> dict[str, Any]:
        return await self._in_state("connected")

    async def stands_at(self, position: int) -> None:
        await self.hears(lambda: (self.one("own_call") or {}).get("position") == position, f"position {position}")

    async def sees_an_end(self, call: str) -> None:
        await self.hears(lambda: call in self.ended, "the end of the call")

    async def sees_the_end(self, call: str, reason: str) -> None:
        await self.hears(lambda: self.ended.get(call) == reason, f"end of the call: {reason}")
        assert self.one("own_call") is None

    async def _in_state(self, state: str) -> dict[str, Any]:
        await self.hears(lambda: (self.one("own_call") or {}).get("state") == state, f"its call {state}")
        return self.one("own_call") or {}


class AdvisorActor(Actor):
    """An advisor (or interpreter) at a console."""

    role = Role.ADVISOR

    async def goes_available(self) -> None:
        await self.does(SetPresence, presence="available")
        await self.is_("available", "ringing")

    async def goes_away(self) -> None:
        await self.does(SetPresence, presence="away")
        await self.is_("away")

    async def is_(self, *presences: str) -> None:
        await self.hears(
            lambda: (self.one("self") or {}).get("presence") in presences, f"being {' or '.join(presences)}"
        )

    async def is_offered(self, call: str | None = None) -> dict[str, Any]:
        """Wait for an offer (of this call); the offer."""
        offer: dict[str, Any] = await self.hears(
            lambda: (o := self.one("own_offer")) and (call is None or o["call"] == call) and o, "an offer"
        )
        return offer

    async def hears_no_ring(self) -> None:
        await self.hears(lambda: self.one("own_offer") is None, "the end of ringing")

    async def accepts_first(self) -> None:
        """Take one's seat of a pair; the other has not taken theirs."""
        offer = await self.is_offered()
        await self.does(Accept, offer=offer["id"])
        await self.hears(lambda: (self.one("own_offer") or {}).get("accepted"), "that one's own part is taken")

    async def accepts(self) -> str:
        offer = await self.is_offered()
        answer = await self.does(Accept, offer=offer["id"])
        await self.is_(Presence.IN_CALL)
        await self.hears(lambda: self.one("advisor_call"), "its call")
        call: str = answer["call"]
        return call

    async def declines(self) -> None:
        offer = await self.is_offered()
        await self.does(Decline, offer=offer["id"])

    async def ends(self) -> None:
        call = self.one("advisor_call")
        assert call, f"no call to end\n{self.told()}"
        await self.does(End, call=call["id"])
        await self.is_(Presence.WRAP_UP)

    async def wraps_up(self, *topics: str, outcome: str | None = "advised", then: str = "available") -> None:
        await self.is_(Presence.WRAP_UP)
        call = self._wrap_ups()[0]
        await self.does(WrapUp, call=call, topics=list(topics), onward=["kela"], outcome=outcome, then=then)
        await self.hears(lambda: call not in self._wrap_ups(), "that it is wrapped up")

    async def asks_for_an_interpreter(self, language: str) -> None:
        await self.does(AskInterpreter, call=self._own_call(), language=language)

    async def invites(self, colleague: str) -> None:
        await self.does(Invite, call=self._own_call(), staff=colleague)

    async def needs_nobody(self) -> None:
        await self.does(CancelAsk, call=self._own_call())

    async def passes_on(self, *, language: str | None = None, colleague: str | None = None) -> None:
        """Transfer the visitor; afterwards one is free."""
        await self.does(Transfer, call=self._own_call(), language=language, staff=colleague)

    async def steps_out(self) -> None:
        call = self._own_call()
        await self.does(StepOut, call=call)
        await self.hears(lambda: ("advisor_call", call) not in self.model, "the end of one's part")

    async def is_with(self, *people: str) -> dict[str, Any]:
        """Wait until exactly these of the staff are in the call; the call."""

        def found() -> dict[str, Any] | None:
            call = self.one("advisor_call")
            there = [person["id"] for person in call["people"]] if call else []
            return call if there == list(people) else None

        call: dict[str, Any] = await self.hears(found, f"{', '.join(people)} in the call")
        return call

    def _wrap_ups(self) -> list[str]:
        """The calls that this person has yet to wrap up."""
        return [open_one["call"] for open_one in (self.one("self") or {})["wrap_ups"]]

    def _own_call(self) -> str:
        call = self.one("advisor_call")
        assert call, f"{self.seat} is in no call\n{self.told()}"
        return str(call["id"])

    async def asks_for_new_media(self, call: str, generation: int, link: int = 1) -> None:
        await self.does(Renew, call=call, link=link, generation=generation)


class InterpreterActor(AdvisorActor):
    """An interpreter at a console."""

    role = Role.INTERPRETER


class SupervisorActor(Actor):
    """A supervisor at the board."""

    role = Role.SUPERVISOR


def _order(stream_id: str) -> tuple[int, int]:
    milliseconds, _, number = stream_id.partition("-")
    return int(milliseconds), int(number)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) < 160 else text[:157] + "..."
