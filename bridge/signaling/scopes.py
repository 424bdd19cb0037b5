"""Who sees what: the entities of the desk as each audience sees them.

An audience is everybody in a group (all kiosks, all consoles, all supervisors' pages) or one seat of it. A fact is told
as the difference between what an audience saw before it and what it sees after it; so an old snapshot with the facts
after it equals a new snapshot.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from pydantic import ValidationError

from bridge.desk.projection import VISITOR, Name, Projection, Raw
from bridge.domain.call import Ask, CallChannel, CallState, PassedOn
from bridge.domain.offer import OfferKind
from bridge.domain.staff import DeskWork, Presence, Role
from bridge.signaling.messages import (
    AdvisorCall,
    BoardCall,
    BoardKiosk,
    BoardStaff,
    ClosedLanguage,
    Colleague,
    LanguageDuty,
    Link,
    Notice,
    OpenWrapUp,
    OwnAsk,
    OwnCall,
    OwnKiosk,
    OwnOffer,
    OwnServing,
    Person,
    Rung,
    Seen,
    Self,
    Step,
    WaitingCall,
)

log = logging.getLogger(__name__)

#: Group and, for what only one seat sees, its id.
Audience = tuple[str, str | None]
Appearances = dict[Audience, dict[tuple[str, str], dict[str, Any]]]
#: Who sees something, and how to make it.
Appearance = tuple[Audience, Callable[[], Seen]]

KIOSKS, CONSOLES, BOARDS = "kiosks", "consoles", "boards"

GROUP_OF: dict[Role, str] = {
    Role.KIOSK: KIOSKS,
    Role.ADVISOR: CONSOLES,
    Role.INTERPRETER: CONSOLES,
    Role.SUPERVISOR: BOARDS,
}


def appearances(projection: Projection, names: Iterable[Name], is_here: Callable[[Audience], bool]) -> Appearances:
    """How the named entities appear now, by audience and by kind and id of what is seen.

    ``is_here``: whether anybody of an audience is to be told.
    """
    seen: Appearances = {}
    for kind, entity_id in names:
        try:
            for audience, appearance in _seen(projection, kind, entity_id):
                if is_here(audience):
                    wire = appearance().model_dump(mode="json")
                    seen.setdefault(audience, {})[(wire["kind"], wire["id"])] = wire
        except (ValidationError, KeyError, TypeError, ValueError) as error:
            # What cannot be shown is left out: it must not take everybody else's desk with it.
            log.error("%s %s cannot be shown: %s", kind, entity_id, type(error).__name__)
    return seen


def together(several: Iterable[Appearances]) -> Appearances:
    """Those of different entities as one."""
    whole: Appearances = {}
    for seen in several:
        for audience, entities in seen.items():
            whole.setdefault(audience, {}).update(entities)
    return whole


def snapshot_entities(projection: Projection, role: Role, seat: str) -> list[dict[str, Any]]:
    """Everything that a seat sees now."""
    group = GROUP_OF[role]
    audiences: tuple[Audience, ...] = ((group, None), (group, seat))
    seen = appearances(projection, _names_for(projection, group, role, seat), audiences.__contains__)
    return [entity for audience in audiences for entity in seen.get(audience, {}).values()]


def differences(before: Appearances, after: Appearances, facts: Iterable[Raw]) -> dict[Audience, dict[str, Any]]:
    """What changed for each audience with these facts: ``put`` (entities as they are now) and ``gone``."""
    reasons = {call["id"]: call.get("end_reason") for fact in facts for call in fact.get("calls") or ()}
    changes: dict[Audience, dict[str, Any]] = {}
    for audience in dict.fromkeys((*after, *before)):
        was, now = before.get(audience, {}), after.get(audience, {})
        put = [entity for name, entity in now.items() if was.get(name) != entity]
        gone = [
            {"kind": kind, "id": entity_id, "reason": reasons.get(entity_id)}
            for kind, entity_id in was
            if (kind, entity_id) not in now
        ]
        if put or gone:
            changes[audience] = {"put": put, "gone": gone}
    return changes


def _names_for(projection: Projection, group: str, role: Role, seat: str) -> Iterator[Name]:
    """The entities that may appear to a seat."""
    yield from (("notices", notice) for notice in projection.notices)
    if group == KIOSKS:
        yield ("kiosks", seat)
        yield from (("languages", language) for language in projection.languages())
        yield from (("calls", call["id"]) for call in projection.calls_of(role, seat))
        return
    yield from (("calls", call) for call in projection.calls)
    yield from (("staff", member) for member in projection.staff)
    if group == BOARDS:
        yield from (("kiosks", kiosk) for kiosk in projection.kiosks)
        yield from (("closures", closure) for closure in projection.closures)


def _seen(projection: Projection, kind: str, entity_id: str) -> Iterator[Appearance]:
    if kind == "languages":
        yield from _seen_language(projection, entity_id)
    elif kind == "calls" and entity_id in projection.calls:
        yield from _seen_call(projection, projection.calls[entity_id])
    elif kind == "staff" and entity_id in projection.staff:
        yield from _seen_staff(projection.staff[entity_id])
    elif kind == "kiosks" and entity_id in projection.kiosks:
        yield from _seen_kiosk(projection.kiosks[entity_id])
    elif kind == "notices" and entity_id in projection.notices:
        notice = partial(Notice.model_validate, projection.notices[entity_id], strict=False)
        yield from (((group, None), notice) for group in (KIOSKS, CONSOLES, BOARDS))
    elif kind == "closures" and entity_id in projection.closures:
        yield (BOARDS, None), partial(ClosedLanguage.model_validate, projection.closures[entity_id])


def _seen_language(projection: Projection, language: str) -> Iterator[Appearance]:
    duty = LanguageDuty(
        id=language,
        on_duty=projection.on_duty(language),
        interpreted=projection.interpreted(language),
        closed=language in projection.closures,
    )
    if duty.on_duty or duty.interpreted or duty.closed:
        yield (KIOSKS, None), lambda: duty


def _seen_call(projection: Projection, call: Raw) -> Iterator[Appearance]:
    offer = projection.offers.get(call.get("offer") or "")
    yield (KIOSKS, call["kiosk"]), partial(_own_call, projection, call, offer)
    yield (BOARDS, None), partial(_board_call, call, offer)
    if call["state"] == CallState.CONNECTED:
        for person in call["people"]:
            yield (CONSOLES, person["staff"]), partial(_advisor_call, projection, call, person)
    else:
        yield (
            (CONSOLES, None),
            lambda: WaitingCall(
                id=call["id"],
                language=call["language"],
                channel=CallChannel(call["channel"]),
                municipality=call["municipality"],
                joined_at_ms=call["joined_at_ms"],
            ),
        )
    for seat in (offer or {}).get("seats") or ():
        yield (CONSOLES, seat["staff"]), partial(_own_offer, projection, call, offer or {}, seat)


def _own_call(projection: Projection, call: Raw, offer: Raw | None) -> OwnCall:
    waiting = call["state"] == CallState.WAITING
    ringing = call["state"] == CallState.RINGING
    tier = (offer or {}).get("tier") if ringing else call.get("tier")
    return OwnCall.model_validate(
        {
            "id": call["id"],
            "state": call["state"],
            # The visitor's own language, whatever they are being served in.
            "language": call["asked_language"],
            "queue": call["language"],
            "served_in": (call.get("served") or {}).get("language") if call.get("accepted_at_ms") else None,
            "also": list(call.get("also") or ()),
            "channel": call["channel"],
            "joined_at_ms": call["joined_at_ms"],
            "waiting_since_ms": call["waiting_since_ms"],
            "position": projection.position(call),
            "steps": [
                Step(tier=name, opens_at_ms=opens_at_ms, staffed=staffed)
                for name, opens_at_ms, staffed in (projection.steps(call) if waiting else ())
            ],
            "tier": tier,
            "wish": call.get("wish"),
            "wish_until_ms": projection.wish_until_ms(call) if waiting or ringing else None,
            "named": (call.get("named") or {}).get("name"),
            "passed_on": PassedOn(call["passed_on"]) if call.get("passed_on") else None,
            "people": _people(projection, call),
            "asked": Ask(call["ask"]["ask"]) if call.get("ask") else None,
            "accepted_at_ms": call.get("accepted_at_ms"),
            "links": _links(projection, call, VISITOR),
        },
        strict=False,
    )


def _board_call(call: Raw, offer: Raw | None) -> BoardCall:
    rung = [seat["staff"] for seat in (offer or {}).get("seats") or ()]
    return BoardCall.model_validate(
        {
            "id": call["id"],
            "state": call["state"],
            "channel": call["channel"],
            "language": call["language"],
            "also": list(call.get("also") or ()),
            "wish": call.get("wish"),
            "kiosk": call["kiosk"],
            "municipality": call["municipality"],
            "joined_at_ms": call["joined_at_ms"],
            "accepted_at_ms": call.get("accepted_at_ms"),
            "tier": (offer or {}).get("tier") or call.get("tier"),
            "raised": call.get("priority", 0) > 1,
            "named": (call.get("named") or {}).get("staff"),
            "staff": [*(person["staff"] for person in call.get("people") or ()), *rung],
            "ask": _ask(call),
        },
        strict=False,
    )


def _advisor_call(projection: Projection, call: Raw, person: Raw) -> AdvisorCall:
    return AdvisorCall.model_validate(
        {
            "id": call["id"],
            "state": call["state"],
            "channel": call["channel"],
            "language": call["language"],
            "also": list(call.get("also") or ()),
            "asked": call["asked_language"],
            "speak": person["language"],
            "tier": call.get("tier"),
            "municipality": call["municipality"],
            "kiosk_name": call["kiosk_name"],
            "joined_at_ms": call["joined_at_ms"],
            "accepted_at_ms": call["accepted_at_ms"],
            "since_ms": person["since_ms"],
            "serves": call["staff"] == person["staff"],
            "visitor_there": _is_there(projection, call, VISITOR),
            "people": _people(projection, call),
            "ask": _ask(call),
            "links": _links(projection, call, person["staff"]),
        },
        strict=False,
    )


def _own_offer(projection: Projection, call: Raw, offer: Raw, seat: Raw) -> OwnOffer:
    return OwnOffer.model_validate(
        {
            "id": offer["id"],
            "offer": OfferKind(offer["kind"]),
            "call": call["id"],
            "channel": call["channel"],
            "language": call["language"],
            "asked": call["asked_language"],
            "wish": call.get("wish"),
            "passed_on": call.get("passed_on"),
            "speak": seat["language"],
            "tier": offer.get("tier"),
            "named": offer["named"],
            "municipality": call["municipality"],
            "kiosk_name": call["kiosk_name"],
            "joined_at_ms": call["joined_at_ms"],
            "made_at_ms": offer["made_at_ms"],
            "expires_at_ms": offer["expires_at_ms"],
            "accepted": seat["accepted"],
            "rung": [
                Rung(id=other["staff"], name=other["name"], role=Role(other["role"]), accepted=other["accepted"])
                for other in offer["seats"]
                if other["staff"] != seat["staff"]
            ],
            "people": _people(projection, call),
            "links": _links(projection, call, seat["staff"]),
        },
        strict=False,
    )


def _people(projection: Projection, call: Raw) -> list[Person]:
    return [
        Person(
            id=person["staff"],
            name=person["name"],
            role=Role(person["role"]),
            since_ms=person["since_ms"],
            there=_is_there(projection, call, person["staff"]),
        )
        for person in call.get("people") or ()
    ]


def _links(projection: Projection, call: Raw, me: str) -> list[Link]:
    """The connections of one end, the one to whoever serves (or to the visitor) first."""
    links = [
        Link(
            link=link["n"],
            other=other,
            starts=link["a"] == me,
            generation=link["generation"],
            talking=projection.takes_part(call, me) and projection.takes_part(call, other),
            there=_is_there(projection, call, other),
        )
        for link, other in projection.links_of(call, me)
    ]
    main = call.get("staff") if me == VISITOR else VISITOR
    return sorted(links, key=lambda link: (link.other != main, link.link))


def _is_there(projection: Projection, call: Raw, who: str) -> bool:
    return bool((projection.end(call, who) or {}).get("connected"))


def _ask(call: Raw) -> OwnAsk | None:
    ask = call.get("ask")
    if not ask:
        return None
    return OwnAsk(
        ask=Ask(ask["ask"]),
        language=ask.get("language"),
        staff=ask.get("staff"),
        since_ms=ask["since_ms"],
        ringing=bool(call.get("offer")),
    )


def _seen_staff(member: Raw) -> Iterator[Appearance]:
    yield (CONSOLES, member["id"]), partial(_self, member)
    if member["presence"] != Presence.OFFLINE:
        yield (CONSOLES, None), lambda: Colleague.model_validate(_as_colleague(member), strict=False)
    yield (BOARDS, None), partial(_board_staff, member)


def _as_colleague(member: Raw) -> Raw:
    return {
        "id": member["id"],
        "name": member["name"],
        "role": Role(member["role"]),
        "languages": member["languages"] or {},
        "presence": member["presence"],
    }


def _in_detail(member: Raw) -> Raw:
    return {
        **_as_colleague(member),
        "since_ms": member["since_ms"],
        "away_reason": member.get("away_reason"),
        "shift_ends_at_ms": member.get("shift_ends_at_ms"),
        "last_call": bool(member.get("last_call")),
    }


def _self(member: Raw) -> Self:
    serving = member.get("serving")
    return Self.model_validate(
        {
            **_in_detail(member),
            "page": member.get("page", ""),
            "afterwards": (member.get("afterwards") or (None,))[0],
            "wrap_ups": [
                OpenWrapUp(
                    call=one["call"],
                    until_ms=one["until_ms"],
                    extensions=one["extensions"],
                    work=DeskWork(one["work"]) if one.get("work") else None,
                )
                for one in member.get("wrap_ups") or ()
            ],
            "serving": serving
            and OwnServing(
                work=DeskWork(serving["work"]), language=serving.get("language"), since_ms=serving["since_ms"]
            ),
        },
        strict=False,
    )


def _board_staff(member: Raw) -> BoardStaff:
    detailed = _in_detail(member)
    return BoardStaff.model_validate(
        {**detailed, "connected": member["connected"], "calls": len(member.get("calls") or ())}, strict=False
    )


def _seen_kiosk(kiosk: Raw) -> Iterator[Appearance]:
    yield (
        (KIOSKS, kiosk["id"]),
        lambda: OwnKiosk(
            id=kiosk["id"], page=kiosk.get("page", ""), name=kiosk["name"], municipality=kiosk["municipality"]
        ),
    )
    yield (
        (BOARDS, None),
        lambda: BoardKiosk(
            id=kiosk["id"],
            name=kiosk["name"],
            municipality=kiosk["municipality"],
            connected=kiosk["connected"],
            since_ms=kiosk["since_ms"],
        ),
    )
