"""Writes what follows from the declarations: web/static/shared/wire.gen.js, the tables of docs/protocol.md and
docs/settings.md. `make generate` runs it; a test fails when a file is stale.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from bridge import assets
from bridge.desk.deadlines import DEADLINES, LEASES, Deadline
from bridge.domain.call import CALL_TRANSITIONS, Ask, CallChannel, CallState, EndReason, PassedOn, WaitingNotice
from bridge.domain.contact import ContactOutcome, Onward
from bridge.domain.media import NoRoute, Route, Trouble
from bridge.domain.offer import OFFER_TRANSITIONS, OfferKind, OfferState
from bridge.domain.rights import RIGHTS, Act
from bridge.domain.routing import Delays, Seat, TierName, tiers_for
from bridge.domain.staff import PRESENCE_TRANSITIONS, AwayReason, DeskWork, Gender, Level, Presence, Role
from bridge.settings import RoutingSettings, settings_table
from bridge.signaling import messages
from bridge.signaling.messages import (
    COMMANDS,
    ENTITIES,
    FROM_BRIDGE,
    PROTOCOL_VERSION,
    QUESTIONS,
    SIGNALS,
    ErrorCode,
    FactName,
    Message,
    Wire,
)

ENUMS: tuple[type[StrEnum], ...] = (
    CallState,
    CallChannel,
    Ask,
    PassedOn,
    WaitingNotice,
    EndReason,
    OfferState,
    OfferKind,
    TierName,
    Presence,
    AwayReason,
    DeskWork,
    Gender,
    Level,
    Role,
    ContactOutcome,
    Onward,
    Route,
    NoRoute,
    Trouble,
    ErrorCode,
    FactName,
)
SHAPES: tuple[type[Wire], ...] = (
    messages.Handshake,
    messages.Description,
    messages.IceCandidate,
    messages.IceServer,
    *COMMANDS,
    *QUESTIONS,
    *SIGNALS,
    messages.Done,
    messages.Paths,
    messages.Refusal,
    messages.Link,
    messages.Person,
    messages.Rung,
    messages.Step,
    messages.OwnAsk,
    messages.OpenWrapUp,
    messages.OwnServing,
    *ENTITIES,
    messages.Gone,
    *FROM_BRIDGE,
)


def generated_files(root: Path) -> dict[Path, str]:
    """What each generated file under ``root`` should hold."""
    protocol = root / "docs" / "protocol.md"
    settings = root / "docs" / "settings.md"
    tables = {"rights": _rights_table(), "messages": _message_tables(), "codes": _code_table()}
    queue = root / "docs" / "queue.md"
    return {
        queue: _filled(queue.read_text(encoding="utf-8"), _queue_tables()),
        root / "web" / "static" / "shared" / "wire.gen.js": javascript(),
        protocol: _filled(protocol.read_text(encoding="utf-8"), tables),
        settings: _filled(settings.read_text(encoding="utf-8"), {"settings": settings_table()}),
    }


def javascript() -> str:
    """Constants and JSDoc types for the browser."""
    lines = [
        "// Generated from bridge/signaling/messages.py by `make generate`. Do not edit.",
        "",
        f"export const PROTOCOL_VERSION = {PROTOCOL_VERSION};",
        "",
        "/** Names of events. */",
        "export const EVENT = Object.freeze({",
    ]
    for message in (*COMMANDS, *QUESTIONS, *SIGNALS, *FROM_BRIDGE):
        lines.append(f"  {_constant(message.__name__)}: {json.dumps(message.EVENT)},")
    lines.append("});")
    for enum in ENUMS:
        lines += [
            "",
            f"/** {_first_line(enum)} */",
            f"export const {_constant(enum.__name__)} = Object.freeze({{",
        ]
        lines += [f"  {member.name}: {json.dumps(member.value)}," for member in enum]
        lines.append("});")
    for shape in SHAPES:
        lines += ["", f"/** {_first_line(shape)}", f" * @typedef {{object}} {shape.__name__}"]
        for name, spec in _fields(shape):
            optional = name not in _required(shape) and "const" not in spec
            lines.append(f" * @property {{{_js_type(spec)}}} {f'[{name}]' if optional else name}")
        lines.append(" */")
    entity = " | ".join(shape.__name__ for shape in ENTITIES)
    lines += ["", f"/** @typedef {{{entity}}} Entity */", "", "/** @typedef {Done | Refusal} Answer */", ""]
    return "\n".join(lines)


def _fields(shape: type[Wire]) -> list[tuple[str, dict[str, Any]]]:
    schema = shape.model_json_schema(mode="serialization")
    return list(_resolved(schema.get("properties", {}), schema.get("$defs", {})).items())


def _required(shape: type[Wire]) -> set[str]:
    return set(shape.model_json_schema(mode="serialization").get("required", ()))


def _resolved(value: Any, definitions: dict[str, Any]) -> Any:
    """References replaced by a name (shapes) or by what they stand for (enums)."""
    if isinstance(value, dict):
        if "$ref" in value:
            name = value["$ref"].rsplit("/", 1)[1]
            target = definitions[name]
            rest = {key: part for key, part in value.items() if key != "$ref"}
            if target.get("type") == "object":
                return {**rest, "shape": name}
            return {**_resolved(target, definitions), **rest}
        return {key: _resolved(part, definitions) for key, part in value.items()}
    if isinstance(value, list):
        return [_resolved(part, definitions) for part in value]
    return value


def _js_type(spec: dict[str, Any]) -> str:
    if "shape" in spec:
        return str(spec["shape"])
    if "anyOf" in spec:
        return " | ".join(_js_type(part) for part in spec["anyOf"])
    if "oneOf" in spec:
        return "Entity"
    if "const" in spec:
        return json.dumps(spec["const"])
    if "enum" in spec:
        return " | ".join(json.dumps(item) for item in spec["enum"])
    match spec.get("type"):
        case "array":
            inner = _js_type(spec["items"])
            return f"({inner})[]" if " | " in inner else f"{inner}[]"
        case "object":
            return f"Record<string, {_js_type(spec['additionalProperties'])}>"
        case "integer" | "number":
            return "number"
        case other:
            return str(other)


def _constant(name: str) -> str:
    text = "".join(f"_{letter}" if letter.isupper() and at else letter for at, letter in enumerate(name))
    return text.upper()


def _first_line(thing: type) -> str:
    return (thing.__doc__ or "").strip().split("\n")[0]


def _rights_table() -> str:
    rows = ["| role | may send | about |", "|---|---|---|"]
    sent = {Act(message.EVENT) for message in (*COMMANDS, *QUESTIONS, *SIGNALS)}
    for (role, act), about in RIGHTS.items():
        if act in sent:
            rows.append(f"| {role} | `{act}` | {about.replace('_', ' ')} |")
    return "\n".join(rows) + "\n"


def _message_tables() -> str:
    parts: list[str] = []
    chapters: tuple[tuple[str, tuple[type[Wire], ...]], ...] = (
        ("The handshake", (messages.Handshake,)),
        ("Commands (answered with Done or Refusal)", COMMANDS),
        ("Questions (answered with Paths or Refusal)", QUESTIONS),
        ("Between two browsers", (*SIGNALS, messages.Description, messages.IceCandidate)),
        ("Answers", (messages.Done, messages.Paths, messages.IceServer, messages.Refusal)),
        ("From the bridge", (*FROM_BRIDGE, messages.Gone)),
        ("Entities", ENTITIES),
    )
    for title, shapes in chapters:
        parts.append(f"### {title}\n")
        for shape in shapes:
            event = getattr(shape, "EVENT", "") if issubclass(shape, Message) else ""
            parts.append(f"**{shape.__name__}**{f' `{event}`' if event else ''}: {_first_line(shape)}\n")
            rows = ["| field | type | meaning |", "|---|---|---|"]
            for name, spec in _fields(shape):
                kind = _js_type(spec).replace("|", "\\|")
                rows.append(f"| `{name}` | {kind} | {spec.get('description', '')} |")
            parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


def _queue_tables() -> dict[str, str]:
    """What docs/queue.md says of the rules."""
    delays = Delays(*RoutingSettings().delays(""))
    tiers = ["| tier | who | opens after |", "|---|---|---|"]
    for tier in tiers_for("own", ("other",), delays):
        seats = " and ".join(_seat(seat) for seat in tier.seats)
        after = f"`routing.{tier.name}_after_s` ({tier.after_s} s)" if tier.after_s else "0 s"
        tiers.append(f"| `{tier.name}` | {seats} | {after} |")
    return {
        "tiers": "\n".join(tiers) + "\n",
        "call states": _transitions("call", CALL_TRANSITIONS),
        "offer states": _transitions("offer", OFFER_TRANSITIONS),
        "presence": _transitions("presence", PRESENCE_TRANSITIONS),
        "deadlines": _deadlines(DEADLINES),
        "leases": _deadlines(LEASES),
    }


def _seat(seat: Seat) -> str:
    languages = {("own",): "the language asked for", ("other",): "another language the visitor knows", (): ""}
    words: dict[tuple[Level, ...], str] = {(Level.NATIVE,): " as their own", (Level.FLUENT,): " well"}
    how = words.get(seat.levels, "")
    spoken = languages[seat.languages]
    who = "an advisor" if seat.role is Role.ADVISOR else "an interpreter"
    return f"{who} who speaks {spoken}{how}" if spoken else who


def _transitions(of: str, table: Mapping[Any, frozenset[Any]]) -> str:
    rows = [f"| {of} | may become |", "|---|---|"]
    rows += [f"| `{was}` | {', '.join(f'`{now}`' for now in sorted(table[was])) or '–'} |" for was in table]
    return "\n".join(rows) + "\n"


def _deadlines(table: Sequence[Deadline]) -> str:
    rows = ["| deadline | what waits | whose it is | how long | then |", "|---|---|---|---|---|"]
    for one in table:
        limit = f"`{one.limit}`" if "." in one.limit else one.limit
        rows.append(f"| `{one.kind}:` | {one.waits} | {one.owner} | {limit} | {one.then} |")
    return "\n".join(rows) + "\n"


def _code_table() -> str:
    return "".join(f"`{code}`\n" if n == 0 else f"· `{code}`\n" for n, code in enumerate(ErrorCode))


def _filled(document: str, tables: dict[str, str]) -> str:
    for name, table in tables.items():
        start, end = f"<!-- generated: {name} -->\n", f"<!-- end: {name} -->"
        before, _, rest = document.partition(start)
        _, _, after = rest.partition(end)
        document = f"{before}{start}{table}{end}{after}"
    return document


def main() -> int:
    """Write every generated file; with ``--check`` only say which are stale (status 1)."""
    stale = [
        path
        for path, text in generated_files(assets.ROOT).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv:
        for path in stale:
            sys.stdout.write(f"stale: {path.relative_to(assets.ROOT)}; run `make generate`\n")
        return 1 if stale else 0
    for path, text in generated_files(assets.ROOT).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
