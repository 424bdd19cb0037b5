"""Wire messages: declared once, unknown names and fields refused with a stable code, generated files fresh."""

import re

import pytest

from bridge import assets
from bridge.desk.desk import Refused
from bridge.domain.rights import RIGHTS, Act
from bridge.domain.staff import Role
from bridge.signaling.commands import HANDLERS
from bridge.signaling.generate import generated_files
from bridge.signaling.messages import COMMANDS, FROM_BRIDGE, QUESTIONS, SIGNALS, SUPERVISION, ErrorCode, Join
from bridge.signaling.server import parse

KEY = "0123456789abcdef"


def test_a_message_as_declared_is_taken() -> None:
    assert parse("call.join", ({"key": KEY, "language": "ar"},)) == Join(key=KEY, language="ar")


@pytest.mark.parametrize(
    ("event", "arguments", "code", "names"),
    [
        ("call.steal", ({},), ErrorCode.UNKNOWN_MESSAGE, ""),
        ("desk.snapshot", ({},), ErrorCode.UNKNOWN_MESSAGE, ""),
        ("call.join", (), ErrorCode.BAD_MESSAGE, "one object"),
        ("call.join", ({}, {}), ErrorCode.BAD_MESSAGE, "one object"),
        ("call.join", ("ar",), ErrorCode.BAD_MESSAGE, ""),
        ("call.join", ({"key": KEY},), ErrorCode.BAD_MESSAGE, "language"),
        ("call.join", ({"key": KEY, "language": "ar", "name": "x"},), ErrorCode.BAD_MESSAGE, "name"),
        ("call.join", ({"key": "short", "language": "ar"},), ErrorCode.BAD_MESSAGE, "key"),
        ("call.join", ({"key": KEY, "language": 7},), ErrorCode.BAD_MESSAGE, "language"),
        (
            "media.renew",
            ({"key": KEY, "call": "c", "link": 1, "generation": "1"},),
            ErrorCode.BAD_MESSAGE,
            "generation",
        ),
        ("media.renew", ({"key": KEY, "call": "../etc", "link": 1, "generation": 1},), ErrorCode.BAD_MESSAGE, "call"),
        (
            "media.describe",
            ({"call": "c", "link": 1, "generation": 1, "description": {"type": "pranswer", "sdp": ""}},),
            ErrorCode.BAD_MESSAGE,
            "type",
        ),
        (
            "media.describe",
            ({"call": "c", "link": 1, "generation": 1, "description": {"type": "offer", "sdp": "x" * 64_001}},),
            ErrorCode.BAD_MESSAGE,
            "sdp",
        ),
        ("staff.presence", ({"key": KEY, "presence": "in_call"},), ErrorCode.BAD_MESSAGE, "presence"),
    ],
)
def test_anything_else_is_refused_naming_what_was_wrong(
    event: str, arguments: tuple[object, ...], code: ErrorCode, names: str
) -> None:
    with pytest.raises(Refused) as refused:
        parse(event, arguments)
    assert refused.value.code == code
    assert names in refused.value.detail


def test_a_refusal_never_repeats_what_was_sent() -> None:
    with pytest.raises(Refused) as refused:
        parse("call.join", ({"key": KEY, "language": "my name is Maija"},))
    assert "Maija" not in refused.value.detail


def test_every_message_has_a_handler_and_somebody_who_may_send_it() -> None:
    assert set(HANDLERS) == {*COMMANDS, *QUESTIONS, *SIGNALS}
    assert {Act(message.EVENT) for message in HANDLERS} <= {act for _, act in RIGHTS}


def test_the_supervisors_hand_is_the_supervisors_alone() -> None:
    hand = {Act(message.EVENT) for message in SUPERVISION}
    assert {role for role, act in RIGHTS if act in hand} == {Role.SUPERVISOR}
    sent = {Act(message.EVENT) for message in HANDLERS}
    assert {act for role, act in RIGHTS if role is Role.SUPERVISOR and act in sent} == hand


def test_generated_files_are_fresh() -> None:
    for path, text in generated_files(assets.ROOT).items():
        assert path.read_text(encoding="utf-8") == text, f"{path} is stale: run `make generate`"


def test_no_event_name_is_typed_by_hand_in_javascript() -> None:
    events = {message.EVENT for message in (*COMMANDS, *SIGNALS, *FROM_BRIDGE)}
    for folder in (
        assets.STATIC / "shared",
        assets.STATIC / "console",
        assets.STATIC / "supervisor",
        assets.KIOSK_PAGE,
    ):
        for path in folder.rglob("*.js"):
            if path.name == "wire.gen.js":
                continue
            typed = events & set(re.findall(r'"([a-z_.]+)"', path.read_text(encoding="utf-8")))
            assert not typed, f"{path}: {typed}"
