"""Every wire message, declared once. JavaScript's constants and types and docs/protocol.md are generated from here.

A message class names its event. Unknown fields, missing fields and wrong types are refused; nothing is coerced.
Times are milliseconds since the Unix epoch in the desk's time, ids are opaque strings.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bridge.domain.call import CallState, EndReason
from bridge.domain.contact import ContactOutcome, Onward
from bridge.domain.media import NoRoute, Route, Trouble
from bridge.domain.rights import Act
from bridge.domain.staff import AwayReason, Level, Presence, Role

#: Version of this protocol. A page of another version reloads itself when it is idle.
PROTOCOL_VERSION = 1

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,32}$")]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class ErrorCode(StrEnum):
    """Why something was refused. Stable: clients and tests rely on the codes, not on the words."""

    UNKNOWN_MESSAGE = "unknown_message"
    BAD_MESSAGE = "bad_message"
    NOT_ALLOWED = "not_allowed"
    NOT_YOURS = "not_yours"
    NOT_SIGNED_IN = "not_signed_in"
    NOT_THIS_PAGE = "not_this_page"
    NO_SUCH_LANGUAGE = "no_such_language"
    NO_SUCH_TOPIC = "no_such_topic"
    CALL_EXISTS = "call_exists"
    CALL_OVER = "call_over"
    OFFER_OVER = "offer_over"
    WRONG_STATE = "wrong_state"
    OLD_GENERATION = "old_generation"
    TOO_MANY = "too_many"
    DESK_UNAVAILABLE = "desk_unavailable"


class Wire(BaseModel):
    """Anything that crosses the wire: exact fields, exact types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Message(Wire):
    """A message with its event's name and a line for the protocol document."""

    EVENT: ClassVar[str] = ""


#: Enums arrive as their text, which strict mode would refuse.
FROM_TEXT = Field(strict=False)


# ---------------------------------------------------------------- the handshake


class Handshake(Wire):
    """What a page says when it connects (Socket.IO's ``auth``)."""

    seat: Id = Field(description="Id of the kiosk or staff member whose sign-in cookie this page has.")
    page: Key = Field(description="Random id of this page load.")
    claim: bool = Field(
        description="True on load and on 'use it here': this page takes calls from now on. False on reconnect."
    )
    version: int = Field(ge=1, description="Protocol version of the page.")


# ---------------------------------------------------------------- commands


class Command(Message):
    """A wish to change the desk. ``key`` makes a repetition harmless: it gets the first answer again."""

    key: Key = Field(description="Idempotency key, random, the same when the command is repeated.")


class Join(Command):
    """The visitor chose a language and wants to talk."""

    EVENT: ClassVar[str] = Act.JOIN
    language: LanguageCode = Field(description="Code of the language asked for.")


class Leave(Command):
    """The visitor leaves the queue or hangs up."""

    EVENT: ClassVar[str] = Act.LEAVE
    call: Id = Field(description="The kiosk's own call.")


class SetPresence(Command):
    """A staff member comes, pauses or goes."""

    EVENT: ClassVar[str] = Act.SET_PRESENCE
    presence: Literal["available", "away", "offline"] = Field(description="The presence wished for.")


class Accept(Command):
    """The advisor takes the offered call."""

    EVENT: ClassVar[str] = Act.ACCEPT
    offer: Id = Field(description="The offer that rings at this console.")


class Decline(Command):
    """The advisor passes the offered call on."""

    EVENT: ClassVar[str] = Act.DECLINE
    offer: Id = Field(description="The offer that rings at this console.")


class End(Command):
    """The advisor ends the conversation."""

    EVENT: ClassVar[str] = Act.END
    call: Id = Field(description="The call the advisor is in.")


class WrapUp(Command):
    """The advisor says what the conversation was about and is available again."""

    EVENT: ClassVar[str] = Act.WRAP_UP
    call: Id = Field(description="The call just ended.")
    topics: list[Code] = Field(max_length=13, description="Codes of config/topics.toml.")
    onward: list[Annotated[Onward, FROM_TEXT]] = Field(
        max_length=17, description="Where the visitor was guided onward to."
    )
    outcome: Annotated[ContactOutcome, FROM_TEXT] | None = Field(description="What came of it; null when not said.")
    then: Literal["available", "away"] = Field(description="The presence wished for afterwards.")


class Renew(Command):
    """A side that has no connection of this generation asks for a new one."""

    EVENT: ClassVar[str] = Act.RENEW
    call: Id = Field(description="A call of one's own that rings or is connected.")
    generation: int = Field(ge=1, description="The generation seen; a newer one is left as it is.")


class Report(Command):
    """What the advisor's browser measured of the connection so far; it becomes part of the contact."""

    EVENT: ClassVar[str] = Act.REPORT
    call: Id = Field(description="The call the advisor is in.")
    route: Annotated[Route, FROM_TEXT] | None = Field(description="The way of the media now; null before there is one.")
    route_changes: int = Field(ge=0, le=10_000, description="How often the way changed or had to be found anew.")
    no_route: Annotated[NoRoute, FROM_TEXT] | None = Field(description="Why there was none, where there was none.")
    connect_ms: int | None = Field(
        ge=0, le=86_400_000, description="From accept to the first connection; null when there was none."
    )
    good_s: int = Field(ge=0, le=86_400, description="Seconds in which picture and sound were good.")
    fair_s: int = Field(ge=0, le=86_400, description="Seconds in which they were fair.")
    poor_s: int = Field(ge=0, le=86_400, description="Seconds in which they were poor.")
    trouble: Annotated[Trouble, FROM_TEXT] = Field(description="What most often made them worse.")


# ---------------------------------------------------------------- between two browsers


class OfCall(Message):
    """A message about the connection of a call."""

    call: Id = Field(description="A call of one's own that rings or is connected.")
    generation: int = Field(ge=1, description="Which connection it belongs to; other generations are ignored.")


class AskPaths(OfCall):
    """Over which servers may this connection go? Asked before it begins and before each ICE restart."""

    EVENT: ClassVar[str] = Act.ASK_PATHS


class Signal(OfCall):
    """Passed to the other side of the call and kept nowhere."""


class Description(Wire):
    """A session description as the browser made it."""

    type: Literal["offer", "answer"]
    sdp: Annotated[str, StringConstraints(max_length=64_000)]


class Describe(Signal):
    """One side's session description."""

    EVENT: ClassVar[str] = Act.DESCRIBE
    description: Description


class IceCandidate(Wire):
    """An ICE candidate as the browser made it."""

    candidate: Annotated[str, StringConstraints(max_length=1_000)]
    sdp_mid: Annotated[str, StringConstraints(max_length=64)] | None
    sdp_m_line_index: Annotated[int, Field(ge=0, le=64)] | None
    username_fragment: Annotated[str, StringConstraints(max_length=256)] | None


class Candidate(Signal):
    """One side's next ICE candidate; null says that there are no more."""

    EVENT: ClassVar[str] = Act.CANDIDATE
    candidate: IceCandidate | None


class Chat(Signal):
    """A line of the chat where the two browsers have no connection; the bridge could read it, and both are told."""

    EVENT: ClassVar[str] = Act.CHAT
    text: Annotated[str, StringConstraints(max_length=16_000)] = Field(
        description="What would have gone over the data channel, as it is."
    )


class Restart(Signal):
    """The visitor's side asks the other one, which makes the descriptions, to look for a new way."""

    EVENT: ClassVar[str] = Act.RESTART


# ---------------------------------------------------------------- answers


class Done(Wire):
    """A command was carried out (or had been, for a repeated key)."""

    ok: Literal[True] = True
    call: str | None = Field(default=None, description="The call it made or touched.")


class Refusal(Wire):
    """A command or signal was refused; nothing changed."""

    ok: Literal[False] = False
    code: ErrorCode
    detail: str = Field(description="For developers and logs; never shown to a visitor.")


class IceServer(Wire):
    """A STUN or TURN server, as the browser wants it."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class Paths(Wire):
    """The answer to AskPaths."""

    ok: Literal[True] = True
    call: str
    ice_servers: list[IceServer] = Field(description="Fresh credentials, good for the restart they are asked for.")
    turn_only: bool = Field(description="Whether this side may use TURN servers only.")
    hidden: bool = Field(description="Whether one of the two sides keeps its address to itself.")
    relays: list[str] = Field(description="Addresses of the relays (address:port), to tell their way from another.")


# ---------------------------------------------------------------- what a role sees


class Seen(Wire):
    """An entity as a role sees it. ``kind`` and ``id`` name it in snapshots and facts."""

    id: str


class OwnKiosk(Seen):
    """The kiosk this page is."""

    kind: Literal["own_kiosk"] = "own_kiosk"
    page: str = Field(description="The page load that takes calls.")
    name: str
    municipality: str = Field(description="Three-digit code.")


class OwnCall(Seen):
    """The visitor's call."""

    kind: Literal["own_call"] = "own_call"
    state: CallState
    language: str
    joined_at_ms: int
    position: int = Field(description="Place in the queue for the language, from 1; 0 when not waiting.")
    generation: int = Field(description="Number of the connection; 0 before the first offer.")
    advisor: str | None = Field(description="Name of the advisor, as their account has it, once they have accepted.")
    accepted_at_ms: int | None
    requeued: bool = Field(description="The advisor was lost and the visitor waits again, first in line.")
    other_there: bool = Field(description="Whether the advisor's page is connected to the bridge.")


class LanguageDuty(Seen):
    """Advisors on duty for a language, whose code is ``id``. A language with nobody on duty is not there."""

    kind: Literal["language"] = "language"
    on_duty: int = Field(description="Advisors who speak it and are not offline or away.")
    available: int = Field(description="Those of them who are free now.")


class Self(Seen):
    """The staff member whose console this is."""

    kind: Literal["self"] = "self"
    page: str = Field(description="The page load that takes calls.")
    name: str
    role: Role
    languages: dict[str, Level]
    presence: Presence
    since_ms: int
    away_reason: AwayReason | None
    wrap_up_call: str | None = Field(description="The call whose wrap-up is open.")
    wrap_up_until_ms: int | None


class OwnOffer(Seen):
    """The offer that rings at this console."""

    kind: Literal["own_offer"] = "own_offer"
    call: str
    language: str
    municipality: str
    kiosk_name: str
    joined_at_ms: int
    made_at_ms: int
    expires_at_ms: int
    generation: int


class AdvisorCall(Seen):
    """The call this console is in."""

    kind: Literal["advisor_call"] = "advisor_call"
    state: CallState
    language: str
    municipality: str
    kiosk_name: str
    joined_at_ms: int
    accepted_at_ms: int
    generation: int
    other_there: bool = Field(description="Whether the kiosk's page is connected to the bridge.")


class WaitingCall(Seen):
    """Somebody who waits or is just being rung, as every console sees it."""

    kind: Literal["waiting"] = "waiting"
    language: str
    municipality: str
    joined_at_ms: int


class BoardCall(Seen):
    """A call on the supervisor's page."""

    kind: Literal["board_call"] = "board_call"
    state: CallState
    language: str
    kiosk: str
    municipality: str
    joined_at_ms: int
    accepted_at_ms: int | None
    staff: str | None = Field(description="Id of who is rung or serves.")


class BoardStaff(Seen):
    """A staff member on the supervisor's page."""

    kind: Literal["board_staff"] = "board_staff"
    name: str
    role: Role
    languages: dict[str, Level]
    presence: Presence
    since_ms: int
    away_reason: AwayReason | None
    connected: bool


class BoardKiosk(Seen):
    """A kiosk on the supervisor's page."""

    kind: Literal["board_kiosk"] = "board_kiosk"
    name: str
    municipality: str
    connected: bool
    since_ms: int = Field(description="Since when it is connected or not.")


Entity = Annotated[
    OwnKiosk
    | OwnCall
    | LanguageDuty
    | Self
    | OwnOffer
    | AdvisorCall
    | WaitingCall
    | BoardCall
    | BoardStaff
    | BoardKiosk,
    Field(discriminator="kind"),
]


# ---------------------------------------------------------------- from the bridge


class Snapshot(Message):
    """Everything this role may see, as it was right after the fact ``at``."""

    EVENT: ClassVar[str] = "desk.snapshot"
    at: str = Field(description="Stream id of the last fact it holds.")
    now_ms: int = Field(description="The bridge's time, for clocks on the page.")
    version: int = Field(description="Protocol version of the bridge.")
    entities: list[Entity]


class Gone(Wire):
    """An entity this role no longer sees."""

    kind: str
    id: str
    reason: EndReason | None = Field(description="Of a call that ended.")


class Fact(Message):
    """Something that happened, as far as this role may see it: entities as they are now, and those that are gone."""

    EVENT: ClassVar[str] = "desk.fact"
    at: str = Field(description="Stream id; facts at or before the snapshot's are ignored.")
    at_ms: int
    name: str = Field(description="What happened, for logs; pages look at the entities.")
    put: list[Entity]
    gone: list[Gone]


COMMANDS: tuple[type[Command], ...] = (Join, Leave, SetPresence, Accept, Decline, End, WrapUp, Renew, Report)
QUESTIONS: tuple[type[OfCall], ...] = (AskPaths,)
SIGNALS: tuple[type[Signal], ...] = (Describe, Candidate, Restart, Chat)
FROM_BRIDGE: tuple[type[Message], ...] = (Snapshot, Fact)
ENTITIES: tuple[type[Seen], ...] = (
    OwnKiosk,
    OwnCall,
    LanguageDuty,
    Self,
    OwnOffer,
    AdvisorCall,
    WaitingCall,
    BoardCall,
    BoardStaff,
    BoardKiosk,
)


def by_event(messages: Iterable[type[Message]]) -> dict[str, type[Message]]:
    """The messages by the name of their event."""
    return {message.EVENT: message for message in messages}


class FactName(StrEnum):
    """What can happen at the desk."""

    CALL_JOINED = "call.joined"
    CALL_ENDED = "call.ended"
    CALL_REQUEUED = "call.requeued"
    OFFER_MADE = "offer.made"
    OFFER_ACCEPTED = "offer.accepted"
    OFFER_DECLINED = "offer.declined"
    OFFER_TIMED_OUT = "offer.timed_out"
    OFFER_WITHDRAWN = "offer.withdrawn"
    STAFF_PRESENCE = "staff.presence"
    STAFF_LOST = "staff.lost"
    CONTACT_WRAPPED_UP = "contact.wrapped_up"
    MEDIA_RENEWED = "media.renewed"
    MEDIA_PATH = "media.path"
    MEDIA_REPORTED = "media.reported"
    KIOSK_REGISTERED = "kiosk.registered"
    STAFF_REGISTERED = "staff.registered"
    KIOSK_REMOVED = "kiosk.removed"
    STAFF_REMOVED = "staff.removed"
    SIGN_INS_ENDED = "sign_ins.ended"
    KIOSK_CONNECTED = "kiosk.connected"
    KIOSK_DISCONNECTED = "kiosk.disconnected"
    STAFF_CONNECTED = "staff.connected"
    STAFF_DISCONNECTED = "staff.disconnected"
