"""What docs/queue.md says of the code: its drawings, its tables (those that are not generated), its settings."""

import re
from functools import reduce

from bridge import assets
from bridge.desk.deadlines import DEADLINES, LEASES
from bridge.domain import call, offer
from bridge.settings import Settings
from bridge.signaling.messages import SUPERVISION, FactName
from tests.machine.fairness import Exemption

TEXT = (assets.ROOT / "docs" / "queue.md").read_text(encoding="utf-8")
SCRIPTS = assets.ROOT / "bridge" / "desk" / "scripts"


def rows_under(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading."""
    section = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table[1:]]


def test_the_reasons_to_be_served_first_are_those_the_machine_knows() -> None:
    told = {reason.strip("`"): when for reason, when in rows_under("Who may be served first")}
    assert told == {reason.name: str(reason) for reason in Exemption}


def test_every_deadline_is_carried_out_and_set_somewhere() -> None:
    swept = set(re.findall(r"function carry_out\.(\w+)", (SCRIPTS / "sweep.lua").read_text(encoding="utf-8")))
    assert swept == {one.kind for one in DEADLINES}
    lua = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS.glob("*.lua"))
    begun = set(re.findall(r"'(\w+):' \.\.", lua))
    assert {one.kind for one in (*DEADLINES, *LEASES)} <= begun | {"kiosk"}


def test_every_setting_it_names_exists() -> None:
    defaults = Settings().model_dump()
    named = set(re.findall(r"`((?:routing|timing)\.\w+)`", TEXT))
    assert len(named) > 15
    for name in named:
        reduce(lambda place, part: place[part], name.split("."), defaults)


def test_its_drawings_are_those_of_the_modules() -> None:
    for module in (call, offer):
        doc = module.__doc__ or ""
        drawing = [line.strip() for line in doc.splitlines() if any(sign in line for sign in "▶▼▲│┌└")]
        assert drawing
        assert [line for line in drawing if line not in [own.strip() for own in TEXT.splitlines()]] == []


def test_every_deed_of_the_supervisor_is_a_fact_it_names() -> None:
    told = {fact for row in rows_under("The supervisor's hand") for fact in re.findall(r"`([\w.]+\.\w+)`", row[1])}
    assert told <= set(FactName)
    assert len(rows_under("The supervisor's hand")) == len(SUPERVISION)


def test_every_rule_has_its_scenarios() -> None:
    """Each chapter that says a rule names none that is not tried: the scenario files say which chapter they are of."""
    scenarios = "\n".join(path.read_text(encoding="utf-8") for path in (assets.ROOT / "tests/scenarios").glob("*.py"))
    for chapter in ("Tiers", "Pairs", "Conversations", "Chats", "Presence", "The supervisor's hand"):
        assert f'"{chapter}"' in scenarios, chapter
