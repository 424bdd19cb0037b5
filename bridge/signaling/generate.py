"""Writes what follows from the declarations: web/static/shared/wire.gen.js, the tables of docs/protocol.md and
docs/settings.md. `make generate` runs it; a test fails when a file is stale.
"""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any

from bridge import assets
from bridge.domain.call import CallState, EndReason
from bridge.domain.contact import ContactOutcome, Onward
from bridge.domain.media import NoRoute, Route, Trouble
from bridge.domain.offer import OfferState
from bridge.domain.rights import RIGHTS, Act
from bridge.domain.staff import AwayReason, Level, Presence, Role
from bridge.settings import settings_table
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
    EndReason,
    OfferState,
    Presence,
    AwayReason,
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
    *ENTITIES,
    messages.Gone,
    *FROM_BRIDGE,
)


def generated_files(root: Path) -> dict[Path, str]:
    """What each generated file under ``root`` should hold."""
    protocol = root / "docs" / "protocol.md"
    settings = root / "docs" / "settings.md"
    tables = {"rights": _rights_table(), "messages": _message_tables(), "codes": _code_table()}
    return {
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
