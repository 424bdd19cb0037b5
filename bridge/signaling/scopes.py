"""Who sees what: the entities of the desk as each audience sees them.

An audience is everybody in a group (all kiosks, all consoles, all supervisors' pages) or one seat of it. A fact is told
as the difference between what an audience saw before it and what it sees after it; so an old snapshot with the facts
after it equals a new snapshot.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from bridge.desk.projection import Name, Projection, Raw
from bridge.domain.call import CallState
from bridge.domain.staff import Role
from bridge.signaling.messages import (
    AdvisorCall,
    BoardCall,
    BoardKiosk,
    BoardStaff,
    LanguageDuty,
    OwnCall,
    OwnKiosk,
    OwnOffer,
    Seen,
    Self,
    WaitingCall,
)

#: Group and, for what only one seat sees, its id.
Audience = tuple[str, str | None]
Appearances = dict[Audience, dict[tuple[str, str], dict[str, Any]]]

KIOSKS, CONSOLES, BOARDS = "kiosks", "consoles", "boards"

GROUP_OF: dict[Role, str] = {
    Role.KIOSK: KIOSKS,
    Role.ADVISOR: CONSOLES,
    Role.INTERPRETER: CONSOLES,
    Role.SUPERVISOR: BOARDS,
}


def appearances(projection: Projection, names: Iterable[Name]) -> Appearances:
    """How the named entities appear now, by audience and by kind and id of what is seen."""
    seen: Appearances = {}
    for kind, entity_id in names:
        for audience, entity in _seen(projection, kind, entity_id):
            wire = entity.model_dump(mode="json")
            seen.setdefault(audience, {})[(wire["kind"], wire["id"])] = wire
    return seen


def snapshot_entities(projection: Projection, role: Role, seat: str) -> list[dict[str, Any]]:
    """Everything that a seat sees now."""
    group = GROUP_OF[role]
    seen = appearances(projection, _names_for(projection, group, role, seat))
    return [*seen.get((group, None), {}).values(), *seen.get((group, seat), {}).values()]


def differences(before: Appearances, after: Appearances, fact: Raw) -> dict[Audience, dict[str, Any]]:
    """What changed for each audience: ``put`` (entities as they are now) and ``gone``."""
    reasons = {call["id"]: call.get("end_reason") for call in fact.get("calls") or ()}
    changes: dict[Audience, dict[str, Any]] = {}
    for audience in {*before, *after}:
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
    if group == KIOSKS:
        yield ("kiosks", seat)
        yield from (("languages", language) for language in projection.languages())
        call = projection.call_of(role, seat)
        if call:
            yield ("calls", call["id"])
        return
    yield from (("calls", call) for call in projection.calls)
    if group == CONSOLES:
        yield ("staff", seat)
        return
    yield from (("staff", member) for member in projection.staff)
    yield from (("kiosks", kiosk) for kiosk in projection.kiosks)


def _seen(projection: Projection, kind: str, entity_id: str) -> Iterator[tuple[Audience, Seen]]:
    if kind == "languages":
        duty, free = projection.on_duty(entity_id)
        if duty:
            yield (KIOSKS, None), LanguageDuty(id=entity_id, on_duty=duty, available=free)
    elif kind == "calls" and entity_id in projection.calls:
        yield from _seen_call(projection, projection.calls[entity_id])
    elif kind == "staff" and entity_id in projection.staff:
        yield from _seen_staff(projection.staff[entity_id])
    elif kind == "kiosks" and entity_id in projection.kiosks:
        yield from _seen_kiosk(projection.kiosks[entity_id])


def _seen_call(projection: Projection, call: Raw) -> Iterator[tuple[Audience, Seen]]:
    accepted_at_ms = call.get("accepted_at_ms")
    offer = projection.offers.get(call.get("offer", ""))
    yield (
        (KIOSKS, call["kiosk"]),
        OwnCall(
            id=call["id"],
            state=CallState(call["state"]),
            language=call["language"],
            joined_at_ms=call["joined_at_ms"],
            position=projection.position(call),
            generation=call["generation"],
            advisor=call.get("staff_name"),
            accepted_at_ms=accepted_at_ms,
            requeued=call["requeued"],
            other_there=bool((projection.serving(call) or {}).get("connected")),
        ),
    )
    yield (
        (BOARDS, None),
        BoardCall(
            id=call["id"],
            state=CallState(call["state"]),
            language=call["language"],
            kiosk=call["kiosk"],
            municipality=call["municipality"],
            joined_at_ms=call["joined_at_ms"],
            accepted_at_ms=accepted_at_ms,
            staff=call.get("staff") or (offer or {}).get("staff"),
        ),
    )
    if accepted_at_ms is not None:
        yield (
            (CONSOLES, call["staff"]),
            AdvisorCall(
                id=call["id"],
                state=CallState(call["state"]),
                language=call["language"],
                municipality=call["municipality"],
                kiosk_name=call["kiosk_name"],
                joined_at_ms=call["joined_at_ms"],
                accepted_at_ms=accepted_at_ms,
                generation=call["generation"],
                other_there=bool((projection.kiosks.get(call["kiosk"]) or {}).get("connected")),
            ),
        )
        return
    yield (
        (CONSOLES, None),
        WaitingCall(
            id=call["id"],
            language=call["language"],
            municipality=call["municipality"],
            joined_at_ms=call["joined_at_ms"],
        ),
    )
    if offer is not None:
        yield (
            (CONSOLES, offer["staff"]),
            OwnOffer(
                id=offer["id"],
                call=call["id"],
                language=call["language"],
                municipality=call["municipality"],
                kiosk_name=call["kiosk_name"],
                joined_at_ms=call["joined_at_ms"],
                made_at_ms=offer["made_at_ms"],
                expires_at_ms=offer["expires_at_ms"],
                generation=call["generation"],
            ),
        )


def _seen_staff(member: Raw) -> Iterator[tuple[Audience, Seen]]:
    common = {
        "id": member["id"],
        "name": member["name"],
        "role": Role(member["role"]),
        "languages": member["languages"] or {},
        "presence": member["presence"],
        "since_ms": member["since_ms"],
        "away_reason": member.get("away_reason"),
    }
    yield (
        (CONSOLES, member["id"]),
        Self.model_validate(
            {
                **common,
                "page": member.get("page", ""),
                "wrap_up_call": member.get("wrap_up_call"),
                "wrap_up_until_ms": member.get("wrap_up_until_ms"),
            },
            strict=False,
        ),
    )
    yield (
        (BOARDS, None),
        BoardStaff.model_validate({**common, "connected": member["connected"]}, strict=False),
    )


def _seen_kiosk(kiosk: Raw) -> Iterator[tuple[Audience, Seen]]:
    yield (
        (KIOSKS, kiosk["id"]),
        OwnKiosk(
            id=kiosk["id"],
            page=kiosk.get("page", ""),
            name=kiosk["name"],
            municipality=kiosk["municipality"],
        ),
    )
    yield (
        (BOARDS, None),
        BoardKiosk(
            id=kiosk["id"],
            name=kiosk["name"],
            municipality=kiosk["municipality"],
            connected=kiosk["connected"],
            since_ms=kiosk["since_ms"],
        ),
    )
