"""What remains of a call, a visit or a phone call: one contact record without personal data.

The desk leaves the figures of what has ended in the facts; here they become the record. Nothing in it says who the
visitor was, what was said or written, or from which address.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bridge.domain.call import CallChannel, EndReason
from bridge.domain.media import NoRoute, Route, Trouble
from bridge.domain.offer import OfferState
from bridge.domain.staff import DeskWork, Level, Role


class Channel(StrEnum):
    """How the visitor came: by a kiosk, with picture and sound or in writing, or to the advice point itself."""

    KIOSK_VIDEO = "kiosk_video"
    KIOSK_CHAT = "kiosk_chat"
    VISIT = "visit"
    PHONE = "phone"


#: Who came this way stood in the queue. Visits and phone calls at the desk did not: queue figures leave them out.
QUEUED = (Channel.KIOSK_VIDEO, Channel.KIOSK_CHAT)

_CHANNELS: dict[str, Channel] = {
    CallChannel.VIDEO: Channel.KIOSK_VIDEO,
    CallChannel.CHAT: Channel.KIOSK_CHAT,
    DeskWork.VISIT: Channel.VISIT,
    DeskWork.PHONE: Channel.PHONE,
}

#: What the records of a desk of schema 1 do not say: it had no chats by choice, no interpreters and no transfers.
_SCHEMA_1: dict[str, Any] = {"channel": CallChannel.VIDEO, "interpreter_wait_ms": 0, "transfers": 0, "people": ()}


class ServedHow(StrEnum):
    """Who served the visitor. An advisor whose own language it is, is told apart from one who speaks it well, or who
    served in another language than the one asked for."""

    NATIVE_ADVISOR = "native_advisor"
    OTHER_ADVISOR = "other_advisor"
    ADVISOR_WITH_INTERPRETER = "advisor_with_interpreter"
    NOT_SERVED = "not_served"


class ContactOutcome(StrEnum):
    """What came of the conversation, as the advisor says in wrap-up."""

    ADVISED = "advised"
    GUIDED = "guided"
    FORM_DONE = "form_done"
    APPOINTMENT = "appointment"
    CONTINUES = "continues"
    NO_HELP = "no_help"
    INTERRUPTED = "interrupted"


class Onward(StrEnum):
    """Where the visitor was guided onward to."""

    KELA = "kela"
    EMPLOYMENT = "employment"
    MIGRI = "migri"
    DVV = "dvv"
    TAX = "tax"
    HEALTH = "health"
    SOCIAL = "social"
    POLICE = "police"
    SCHOOL = "school"
    COURSE = "course"
    ASSESSMENT = "assessment"
    HOUSING = "housing"
    LEGAL = "legal"
    CRISIS = "crisis"
    NGO = "ngo"
    INTERPRETER_CENTRE = "interpreter_centre"
    OTHER = "other"


@dataclass(frozen=True)
class OfferMade:
    """One offer of a call: who was rung, for how long, and how it came out."""

    staff: str
    outcome: OfferState
    rang_ms: int


@dataclass(frozen=True)
class TookPart:
    """Somebody of the staff who was in the conversation: as what, and for how long. Hours are invoiced by it."""

    staff: str
    role: Role
    talk_ms: int


@dataclass(frozen=True)
class Media:
    """How picture and sound travelled and how well, as the advisor's browser measured it.

    ``route``: the last one; None when there was no conversation or nothing was reported. ``route_changes``: how often
    it changed or was lost and found again. ``no_route``: why there was none for a time or at all. ``connect_ms``: from
    accept to the first connection. Seconds of good, fair and poor quality, and what most often made it worse.
    """

    route: Route | None = None
    route_changes: int = 0
    no_route: NoRoute | None = None
    connect_ms: int | None = None
    good_s: int = 0
    fair_s: int = 0
    poor_s: int = 0
    trouble: Trouble = Trouble.NONE


@dataclass(frozen=True)
class Contact:
    """One contact. Durations are milliseconds; ``began_hour`` is 0–23 in the service's time zone.

    ``version`` grows with what is learned later (wrap-up): the record with the highest version holds. A visit or a
    phone call has no kiosk (``""``), and no ``language_asked`` (``""``) where the advisor did not say one.
    ``interpreter_wait_ms``: from when an interpreter was first needed until one was there, 0 when none was needed.
    ``transfers``: how often the visitor was passed on. ``people``: everybody of the staff who took part; empty in
    contacts from before this was kept.
    """

    call: str
    version: int
    channel: Channel
    kiosk: str
    municipality: str
    language_asked: str
    language_served: str | None
    served_how: ServedHow
    began_on: date
    began_hour: int
    wait_ms: int
    offer_ms: int
    talk_ms: int
    wrap_up_ms: int
    end_reason: EndReason
    advisor: str | None
    interpreter: str | None
    interpreter_wait_ms: int
    transfers: int
    people: tuple[TookPart, ...]
    outcome: ContactOutcome | None
    topics: tuple[str, ...]
    onward: tuple[Onward, ...]
    offers: tuple[OfferMade, ...]
    media: Media = Media()


def contact_from_fact(record: dict[str, Any], zone: ZoneInfo) -> Contact:
    """The contact that the ``record`` of a fact describes.

    ``record`` is what ``bridge/desk/scripts`` left: ids, codes and milliseconds, with empty lists written as ``{}``
    (Lua has one kind of table). Raises KeyError, TypeError or ValueError when it is not such a record.
    """
    if "channel" not in record:
        # From a desk of schema 1, brought up to date before the record was written.
        language = record["language"]
        record = {**_SCHEMA_1, "language_served": language if record.get("advisor") else None, **record}
    began = datetime.fromtimestamp(int(record["joined_at_ms"]) / 1000, UTC).astimezone(zone)
    channel = _CHANNELS[record["channel"]]
    media = _media(record.get("media") or {})
    if channel is Channel.KIOSK_VIDEO and media.route is Route.BRIDGE and media.connect_ms is None:
        channel = Channel.KIOSK_CHAT
    return Contact(
        call=str(record["call"]),
        version=int(record["version"]),
        channel=channel,
        kiosk=str(record["kiosk"]),
        municipality=str(record["municipality"]),
        language_asked=str(record["language"]),
        language_served=_text(record.get("language_served")),
        served_how=_served_how(record),
        began_on=began.date(),
        began_hour=began.hour,
        wait_ms=int(record["wait_ms"]),
        offer_ms=int(record["offer_ms"]),
        talk_ms=int(record["talk_ms"]),
        wrap_up_ms=int(record["wrap_up_ms"]),
        end_reason=EndReason(record["end_reason"]),
        advisor=_text(record.get("advisor")),
        interpreter=_text(record.get("interpreter")),
        interpreter_wait_ms=int(record["interpreter_wait_ms"]),
        transfers=int(record["transfers"]),
        people=tuple(
            TookPart(str(person["staff"]), Role(person["role"]), int(person["talk_ms"])) for person in record["people"]
        ),
        outcome=ContactOutcome(record["outcome"]) if record.get("outcome") else None,
        topics=tuple(str(topic) for topic in record["topics"]),
        onward=tuple(Onward(place) for place in record["onward"]),
        offers=tuple(
            OfferMade(str(offer["staff"]), OfferState(offer["outcome"]), int(offer["rang_ms"]))
            for offer in record["offers"]
        ),
        media=media,
    )


E = TypeVar("E", bound=StrEnum)


def known(kind: type[E], value: object) -> E | None:
    """The member of that value; None for a word that a newer Gloria may have written: it decides over no record."""
    return next((member for member in kind if member == value), None)


def _media(report: dict[str, Any]) -> Media:
    connect_ms = report.get("connect_ms")
    return Media(
        route=known(Route, report.get("route")),
        route_changes=int(report.get("route_changes", 0)),
        no_route=known(NoRoute, report.get("no_route")),
        connect_ms=int(connect_ms) if connect_ms is not None else None,
        good_s=int(report.get("good_s", 0)),
        fair_s=int(report.get("fair_s", 0)),
        poor_s=int(report.get("poor_s", 0)),
        trouble=known(Trouble, report.get("trouble")) or Trouble.NONE,
    )


def _text(value: object) -> str | None:
    return str(value) if value else None


def _served_how(record: dict[str, Any]) -> ServedHow:
    if not record.get("advisor"):
        return ServedHow.NOT_SERVED
    if record.get("interpreter"):
        return ServedHow.ADVISOR_WITH_INTERPRETER
    # Of a visit or a phone call it may not be known what was asked for.
    in_language_asked = record["language"] in ("", record.get("language_served"))
    is_native = in_language_asked and record.get("level") == Level.NATIVE
    return ServedHow.NATIVE_ADVISOR if is_native else ServedHow.OTHER_ADVISOR
