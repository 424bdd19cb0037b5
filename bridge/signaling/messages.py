"""Every wire message, declared once. JavaScript's constants and types and docs/protocol.md are generated from here.

A message class names its event. Unknown fields, missing fields and wrong types are refused; nothing is coerced.
Times are milliseconds since the Unix epoch in the desk's time, ids are opaque strings.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bridge.domain.call import Ask, CallChannel, CallState, EndReason, PassedOn, WaitingNotice
from bridge.domain.contact import ContactOutcome, Onward
from bridge.domain.media import NoRoute, Route, Trouble
from bridge.domain.offer import OfferKind
from bridge.domain.rights import Act
from bridge.domain.routing import ALSO_AT_MOST, TierName
from bridge.domain.staff import AwayReason, DeskWork, Gender, Level, Presence, Role

#: Version of this protocol. A page of another version reloads itself when it is idle.
PROTOCOL_VERSION = 2

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
    CALL_FULL = "call_full"
    LANGUAGE_CLOSED = "language_closed"
    NOT_ON_DUTY = "not_on_duty"
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
    also: list[LanguageCode] = Field(
        default=[], max_length=ALSO_AT_MOST, description="Other languages the visitor knows: 'I also speak …'."
    )
    wish: Annotated[Gender, FROM_TEXT] | None = Field(default=None, description="By whom, when they wish for it.")
    channel: Annotated[CallChannel, FROM_TEXT] = Field(
        default=CallChannel.VIDEO, description="With picture and sound, or by writing only."
    )


class Leave(Command):
    """The visitor leaves the queue or hangs up."""

    EVENT: ClassVar[str] = Act.LEAVE
    call: Id = Field(description="The kiosk's own call.")


class SetPresence(Command):
    """A staff member comes, pauses or goes."""

    EVENT: ClassVar[str] = Act.SET_PRESENCE
    presence: Literal["available", "away", "offline"] = Field(description="The presence wished for.")
    reason: Literal["break", "lunch", "meeting", "other_work"] | None = Field(
        default=None, description="Why away; a break when not said."
    )


class SetShift(Command):
    """When this staff member's shift ends: shortly before it nothing new is offered, after it they are off duty."""

    EVENT: ClassVar[str] = Act.SET_SHIFT
    ends_at_ms: int | None = Field(
        ge=0, le=10**13, description="Desk time, within the next two days; null: no end is known."
    )


class Serve(Command):
    """The advisor serves somebody at the desk from now on, and is offered nothing meanwhile. It becomes a contact."""

    EVENT: ClassVar[str] = Act.SERVE
    work: Annotated[DeskWork, FROM_TEXT] = Field(description="A visit or a phone call.")
    language: LanguageCode | None = Field(description="The language it is in; null when not said.")


class Served(Command):
    """The visit or phone call at the desk is over; its wrap-up begins."""

    EVENT: ClassVar[str] = Act.SERVED


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


class ExtendWrapUp(Command):
    """The advisor needs longer for a wrap-up; granted three times."""

    EVENT: ClassVar[str] = Act.EXTEND_WRAP_UP
    call: Id = Field(description="The call being wrapped up.")


class AskInterpreter(Command):
    """The advisor asks for an interpreter to join the conversation."""

    EVENT: ClassVar[str] = Act.ASK_INTERPRETER
    call: Id = Field(description="The call the advisor is in.")
    language: LanguageCode = Field(description="The language to interpret.")


class Invite(Command):
    """The advisor asks a colleague to join the conversation (and may leave it to them: StepOut)."""

    EVENT: ClassVar[str] = Act.INVITE
    call: Id = Field(description="The call the advisor is in.")
    staff: Id = Field(description="An advisor or interpreter on duty.")


class CancelAsk(Command):
    """Nobody else is needed after all."""

    EVENT: ClassVar[str] = Act.CANCEL_ASK
    call: Id = Field(description="The call the advisor is in.")


class Transfer(Command):
    """The advisor passes the visitor on, to the front: to another language's queue or to a colleague."""

    EVENT: ClassVar[str] = Act.TRANSFER
    call: Id = Field(description="The call the advisor serves.")
    language: LanguageCode | None = Field(description="To whoever is tried for this language.")
    staff: Id | None = Field(description="To this advisor on duty; others are tried when they take too long.")


class StepOut(Command):
    """Somebody leaves a conversation that goes on without them: an interpreter, or an advisor beside another one."""

    EVENT: ClassVar[str] = Act.STEP_OUT
    call: Id = Field(description="A call one is in.")


class RaiseCall(Command):
    """The supervisor puts a waiting call in front of all others."""

    EVENT: ClassVar[str] = Act.RAISE_CALL
    call: Id


class GiveCall(Command):
    """The supervisor gives a waiting call to an advisor on duty, whatever they speak."""

    EVENT: ClassVar[str] = Act.GIVE_CALL
    call: Id
    staff: Id


class MoveCall(Command):
    """The supervisor moves a waiting call to another language."""

    EVENT: ClassVar[str] = Act.MOVE_CALL
    call: Id
    language: LanguageCode


class EndCall(Command):
    """The supervisor ends a call that is stuck."""

    EVENT: ClassVar[str] = Act.END_CALL
    call: Id


class SetStaff(Command):
    """The supervisor says what a staff member who is in no call is doing."""

    EVENT: ClassVar[str] = Act.SET_STAFF
    staff: Id
    presence: Literal["available", "away", "offline"]


class SetLanguage(Command):
    """The supervisor closes a language to new visitors, or opens it again."""

    EVENT: ClassVar[str] = Act.SET_LANGUAGE
    language: LanguageCode
    open: bool


class SetNotice(Command):
    """The supervisor's message to those who wait; null takes it back."""

    EVENT: ClassVar[str] = Act.SET_NOTICE
    language: LanguageCode | None = Field(description="To those who wait for this language; null: to everybody.")
    notice: Annotated[WaitingNotice, FROM_TEXT] | None


class Renew(Command):
    """A side that has no connection of this generation asks for a new one."""

    EVENT: ClassVar[str] = Act.RENEW
    call: Id = Field(description="A call of one's own that rings or is connected.")
    link: int = Field(ge=1, description="Which pair of people of the call.")
    generation: int = Field(ge=1, description="The generation seen; a newer one is left as it is.")


class Report(Command):
    """What the advisor's browser measured of the connection to the visitor so far; it becomes part of the contact."""

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
    link: int = Field(ge=1, description="Which pair of people of the call; each has a connection of its own.")
    generation: int = Field(ge=1, description="Which connection of the pair it belongs to; others are ignored.")


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
    """The side that does not make the descriptions asks the other one to look for a new way."""

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


class Link(Wire):
    """A connection to one other person of a call, as this side has it."""

    link: int = Field(description="Its number in the call.")
    other: str = Field(description='Whom it leads to: "visitor", or the id of a staff member.')
    starts: bool = Field(description="Whether this side makes the first description.")
    generation: int = Field(description="Number of the connection, from 1.")
    talking: bool = Field(description="Whether both are in the conversation; before that, it is only made ready.")
    there: bool = Field(description="Whether the other one's page is connected to the bridge.")


class Person(Wire):
    """Somebody of the staff who is in a conversation."""

    id: str
    name: str = Field(description="As their account has it.")
    role: Role
    since_ms: int
    there: bool = Field(description="Whether their page is connected to the bridge.")


class Rung(Wire):
    """Somebody whom an offer rings."""

    id: str
    name: str
    role: Role
    accepted: bool


class Step(Wire):
    """A tier as a waiting visitor meets it."""

    tier: TierName
    opens_at_ms: int = Field(description="From when on it is tried, as things are on duty now.")
    staffed: bool = Field(description="Whether anybody on duty could serve in this way.")


class OwnAsk(Wire):
    """Whom a conversation has asked for and who has not come yet."""

    ask: Ask
    language: str | None = Field(description="Of an interpreter.")
    staff: str | None = Field(description="Of a colleague.")
    since_ms: int
    ringing: bool = Field(description="Whether somebody is being rung for it now.")


class OpenWrapUp(Wire):
    """A wrap-up that is to be filled in."""

    call: str
    until_ms: int = Field(description="When it ends by itself.")
    extensions: int = Field(description="How often it may still be extended.")
    work: DeskWork | None = Field(description="Of a visit or phone call at the desk.")


class OwnServing(Wire):
    """What is being served at the desk."""

    work: DeskWork
    language: str | None
    since_ms: int


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
    language: str = Field(description="What the visitor asked for; their page speaks it.")
    queue: str = Field(description="The language in whose queue the call is: another one, once it was passed on.")
    served_in: str | None = Field(description="The language it is served in, as far as that is known.")
    also: list[str] = Field(description="Other languages the visitor knows.")
    channel: CallChannel
    joined_at_ms: int
    waiting_since_ms: int = Field(description="Of this wait; it may not be the first.")
    position: int = Field(description="Place in the queue for the language, from 1; 0 when not waiting.")
    steps: list[Step] = Field(description="Who is tried and from when on; empty when not waiting.")
    tier: TierName | None = Field(
        description="How the call is being rung or served; null while it waits, and for a named colleague."
    )
    wish: Gender | None = Field(description="By whom the visitor wished to be served.")
    wish_until_ms: int | None = Field(
        description="Until when that is waited for; null when it is not, or not any more."
    )
    named: str | None = Field(description="Name of the colleague whom the call waits for.")
    passed_on: PassedOn | None = Field(description="Why somebody who has talked waits again.")
    people: list[Person] = Field(description="Who of the staff is in the conversation; the one who serves comes first.")
    asked: Ask | None = Field(description="Whom the advisor has asked to join and who has not come yet.")
    accepted_at_ms: int | None
    links: list[Link]


class LanguageDuty(Seen):
    """Who is on duty for a language, whose code is ``id``. A language with nobody, and open, is not there."""

    kind: Literal["language"] = "language"
    on_duty: int = Field(description="Advisors who speak it and are not offline or away.")
    interpreted: bool = Field(description="Whether an advisor and an interpreter for it are on duty.")
    closed: bool = Field(description="Whether a supervisor has closed it to new visitors.")


class Notice(Seen):
    """A supervisor's message to those who wait; ``id`` is a language's code, or ``all``."""

    kind: Literal["notice"] = "notice"
    notice: WaitingNotice
    until_ms: int


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
    wrap_ups: list[OpenWrapUp]
    serving: OwnServing | None
    shift_ends_at_ms: int | None
    last_call: bool = Field(description="Whether nothing new is offered any more in this shift.")
    afterwards: Presence | None = Field(
        description="What somebody in chats said they will be after the last one; until then they get no new ones."
    )


class Colleague(Seen):
    """Somebody of the staff who is not offline, as every console sees them."""

    kind: Literal["colleague"] = "colleague"
    name: str
    role: Role
    languages: dict[str, Level]
    presence: Presence


class OwnOffer(Seen):
    """The offer that rings at this console."""

    kind: Literal["own_offer"] = "own_offer"
    offer: OfferKind
    call: str
    channel: CallChannel
    language: str = Field(description="The language in whose queue the call is.")
    asked: str = Field(description="The language the visitor asked for at first.")
    wish: Gender | None = Field(description="By whom the visitor wished to be served.")
    passed_on: PassedOn | None = Field(description="Why somebody who has talked waits again.")
    speak: str = Field(description="The language this person is rung for: of an interpreter, the one to interpret.")
    tier: TierName | None
    named: bool = Field(description="Whether it was meant for this person by name.")
    municipality: str
    kiosk_name: str
    joined_at_ms: int
    made_at_ms: int
    expires_at_ms: int
    accepted: bool = Field(description="Whether this person has accepted and the other one has not yet.")
    rung: list[Rung] = Field(description="Who else is rung with it.")
    people: list[Person] = Field(description="Who is in the conversation already.")
    links: list[Link]


class AdvisorCall(Seen):
    """A call this console is in."""

    kind: Literal["advisor_call"] = "advisor_call"
    state: CallState
    channel: CallChannel
    language: str = Field(description="The language in whose queue the call was.")
    asked: str = Field(description="The language the visitor asked for at first.")
    speak: str = Field(description="The language this person is here for: of an interpreter, the one to interpret.")
    also: list[str] = Field(description="Other languages the visitor knows.")
    tier: TierName | None
    municipality: str
    kiosk_name: str
    joined_at_ms: int
    accepted_at_ms: int
    since_ms: int = Field(description="Since when this person is in it.")
    serves: bool = Field(description="Whether this person serves the call: ends it, and wraps it up.")
    visitor_there: bool = Field(description="Whether the kiosk's page is connected to the bridge.")
    people: list[Person] = Field(
        description="Everybody of the staff in it, this person included; who serves comes first."
    )
    ask: OwnAsk | None
    links: list[Link]


class WaitingCall(Seen):
    """Somebody who waits or is just being rung, as every console sees it."""

    kind: Literal["waiting"] = "waiting"
    language: str
    channel: CallChannel
    municipality: str
    joined_at_ms: int


class BoardCall(Seen):
    """A call on the supervisor's page."""

    kind: Literal["board_call"] = "board_call"
    state: CallState
    channel: CallChannel
    language: str
    also: list[str]
    wish: Gender | None
    kiosk: str
    municipality: str
    joined_at_ms: int
    accepted_at_ms: int | None
    tier: TierName | None
    raised: bool = Field(description="Whether a supervisor put it in front.")
    named: str | None = Field(description="Id of the colleague it waits for.")
    staff: list[str] = Field(description="Ids of who is rung or serves; who serves comes first.")
    ask: OwnAsk | None


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
    calls: int = Field(description="How many calls they are in.")
    shift_ends_at_ms: int | None
    last_call: bool


class BoardKiosk(Seen):
    """A kiosk on the supervisor's page."""

    kind: Literal["board_kiosk"] = "board_kiosk"
    name: str
    municipality: str
    connected: bool
    since_ms: int = Field(description="Since when it is connected or not.")


class ClosedLanguage(Seen):
    """A language that is closed to new visitors, whose code is ``id``."""

    kind: Literal["closed_language"] = "closed_language"
    until_ms: int = Field(description="When it opens by itself.")


Entity = Annotated[
    OwnKiosk
    | OwnCall
    | LanguageDuty
    | Notice
    | Self
    | Colleague
    | OwnOffer
    | AdvisorCall
    | WaitingCall
    | BoardCall
    | BoardStaff
    | BoardKiosk
    | ClosedLanguage,
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
    """What happened, as far as this role may see it: entities as they are now, and those that are gone (first)."""

    EVENT: ClassVar[str] = "desk.fact"
    at: str = Field(description="Stream id; facts at or before the snapshot's are ignored.")
    at_ms: int
    name: str = Field(description="What happened (last, where it was more), for logs; pages look at the entities.")
    put: list[Entity]
    gone: list[Gone]


#: What a supervisor may do; each is a fact and in the audit.
SUPERVISION: tuple[type[Command], ...] = (RaiseCall, GiveCall, MoveCall, EndCall, SetStaff, SetLanguage, SetNotice)
COMMANDS: tuple[type[Command], ...] = (
    Join,
    Leave,
    SetPresence,
    SetShift,
    Serve,
    Served,
    Accept,
    Decline,
    End,
    AskInterpreter,
    Invite,
    CancelAsk,
    Transfer,
    StepOut,
    WrapUp,
    ExtendWrapUp,
    Renew,
    Report,
    *SUPERVISION,
)
QUESTIONS: tuple[type[OfCall], ...] = (AskPaths,)
SIGNALS: tuple[type[Signal], ...] = (Describe, Candidate, Restart, Chat)
FROM_BRIDGE: tuple[type[Message], ...] = (Snapshot, Fact)
ENTITIES: tuple[type[Seen], ...] = (
    OwnKiosk,
    OwnCall,
    LanguageDuty,
    Notice,
    Self,
    Colleague,
    OwnOffer,
    AdvisorCall,
    WaitingCall,
    BoardCall,
    BoardStaff,
    BoardKiosk,
    ClosedLanguage,
)


def by_event(messages: Iterable[type[Message]]) -> dict[str, type[Message]]:
    """The messages by the name of their event."""
    return {message.EVENT: message for message in messages}


class FactName(StrEnum):
    """What can happen at the desk."""

    CALL_JOINED = "call.joined"
    CALL_ENDED = "call.ended"
    CALL_REQUEUED = "call.requeued"
    CALL_TRANSFERRED = "call.transferred"
    CALL_NOT_NAMED = "call.not_named"
    CALL_ASKED = "call.asked"
    CALL_ASK_OVER = "call.ask_over"
    CALL_LEFT = "call.left"
    CALL_RAISED = "call.raised"
    CALL_GIVEN = "call.given"
    CALL_MOVED = "call.moved"
    CALL_PASSED = "call.passed"
    OFFER_MADE = "offer.made"
    OFFER_SEAT_ACCEPTED = "offer.seat_accepted"
    OFFER_ACCEPTED = "offer.accepted"
    OFFER_DECLINED = "offer.declined"
    OFFER_TIMED_OUT = "offer.timed_out"
    OFFER_WITHDRAWN = "offer.withdrawn"
    STAFF_PRESENCE = "staff.presence"
    STAFF_LOST = "staff.lost"
    STAFF_SHIFT = "staff.shift"
    STAFF_LAST_CALL = "staff.last_call"
    STAFF_SERVES = "staff.serves"
    STAFF_SERVED = "staff.served"
    STAFF_SET = "staff.set"
    LANGUAGE_CLOSED = "language.closed"
    LANGUAGE_OPENED = "language.opened"
    NOTICE_GIVEN = "notice.given"
    NOTICE_OVER = "notice.over"
    CONTACT_WRAPPED_UP = "contact.wrapped_up"
    CONTACT_EXTENDED = "contact.extended"
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
