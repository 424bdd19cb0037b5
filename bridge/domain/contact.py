"""What remains of a call: one contact record without personal data.

The desk leaves the figures of an ended call in the facts; here they become the record. Nothing in it says who the
visitor was, what was said or written, or from which address.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bridge.domain.call import EndReason
from bridge.domain.media import NoRoute, Route, Trouble
from bridge.domain.offer import OfferState
from bridge.domain.staff import Level


class Channel(StrEnum):
    """How the visitor came."""

    KIOSK_VIDEO = "kiosk_video"
    KIOSK_CHAT = "kiosk_chat"


class ServedHow(StrEnum):
    """Who served the call. An advisor whose own language it is, is told apart from one who speaks it well."""

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

    ``version`` grows with what is learned later (wrap-up): the record with the highest version holds.
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
    began = datetime.fromtimestamp(int(record["joined_at_ms"]) / 1000, UTC).astimezone(zone)
    advisor = record.get("advisor")
    language = str(record["language"])
    media = _media(record.get("media") or {})
    return Contact(
        call=str(record["call"]),
        version=int(record["version"]),
        channel=Channel.KIOSK_CHAT if media.route is Route.BRIDGE and media.connect_ms is None else Channel.KIOSK_VIDEO,
        kiosk=str(record["kiosk"]),
        municipality=str(record["municipality"]),
        language_asked=language,
        language_served=language if advisor else None,
        served_how=_served_how(advisor, record.get("level")),
        began_on=began.date(),
        began_hour=began.hour,
        wait_ms=int(record["wait_ms"]),
        offer_ms=int(record["offer_ms"]),
        talk_ms=int(record["talk_ms"]),
        wrap_up_ms=int(record["wrap_up_ms"]),
        end_reason=EndReason(record["end_reason"]),
        advisor=str(advisor) if advisor else None,
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


def _served_how(advisor: object, level: object) -> ServedHow:
    if not advisor:
        return ServedHow.NOT_SERVED
    return ServedHow.NATIVE_ADVISOR if level == Level.NATIVE else ServedHow.OTHER_ADVISOR
