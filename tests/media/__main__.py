"""`make media`: every network and every failure in mid-call; build/media.json, and the tables of docs/media.md."""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from playwright.async_api import Error

from tests.media.accept_soak import soaked
from tests.media.lab.failures import FAILURES, Recovery, survived
from tests.media.lab.lab import Lab
from tests.media.lab.line_check import LINE_CHECKS, Checked, checked
from tests.media.lab.namespace import why_not
from tests.media.topologies import TOPOLOGIES, Outcome, tried

OUT = Path("build/media.json")
PAGE = Path("docs/media.md")
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
_SOAK_CALLS, _SOAK_SEED = 20, 11


@dataclass
class Report:
    """What was measured, and what did not work."""

    topologies: list[Outcome] = field(default_factory=list)
    failures: list[Recovery] = field(default_factory=list)
    line_checks: list[Checked] = field(default_factory=list)
    soak: str = ""
    faults: list[str] = field(default_factory=list)

    def markdown(self) -> str:
        """The tables."""
        lines = ["| kiosk – advisor | way | ringing to connected | accept to picture |", "|---|---|---|---|"]
        lines += [
            f"| {one.topology} | {one.way} | {one.prepared_s:.2f} s | {one.accept_to_picture_s:.2f} s |"
            for one in self.topologies
        ]
        lines += ["", "| what happens in mid-call | way before | way after | picture back after |", "|---|---|---|---|"]
        lines += [f"| {one.failure} | {one.before} | {one.after} | {one.back_after_s:.1f} s |" for one in self.failures]
        lines += ["", "| what the line check found | straight | relay | TURN | its verdict |", "|---|---|---|---|---|"]
        lines += [
            f"| {one.name.partition(': ')[2]} | {one.paths['direct']} | {one.paths['relay']} | {one.paths['turn']} "
            f"| {one.verdict}{': ' if one.advice else ''}{', '.join(one.advice)} |"
            for one in self.line_checks
        ]
        if self.soak:
            lines += ["", f"Direct path blocked at a random moment while it rings: {self.soak}."]
        return "\n".join(lines)


def main() -> int:
    """Status 1 when something did not work; then docs/media.md stays as it is."""
    parser = argparse.ArgumentParser(prog="make media")
    parser.add_argument("--only", default="", help="only networks and failures whose name holds this; writes no page")
    chosen = parser.parse_args()
    if reason := why_not():
        sys.stdout.write(f"skipped: {reason}\n")
        return 0
    report = asyncio.run(_run(chosen.only))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(asdict(report), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(f"\n{report.markdown()}\n")
    for fault in report.faults:
        sys.stdout.write(f"\n{fault}\n")
    if not report.faults and not chosen.only:
        _write_page(report.markdown())
    return 1 if report.faults else 0


async def _run(only: str) -> Report:
    report = Report()
    async with Lab.opened() as lab:
        for topology in _named(TOPOLOGIES, only):
            _keep(report.topologies, await _noting(report, lab, topology.name, partial(tried, lab, topology)))
        for failure in _named(FAILURES, only):
            _keep(report.failures, await _noting(report, lab, failure.name, partial(survived, lab, failure)))
        for check in _named(LINE_CHECKS, only):
            _keep(report.line_checks, await _noting(report, lab, check.name, partial(checked, lab, check)))
        if not only:
            soak = await _noting(report, lab, "soak", partial(soaked, lab, _SOAK_CALLS, _SOAK_SEED))
            if soak is not None:
                report.soak = str(soak)
                report.faults += soak.without_picture
    return report


async def _noting(report: Report, lab: Lab, name: str, work: Callable[[], Any]) -> Any:
    """The outcome; None, and a fault noted, when it did not work. The next one finds an empty desk all the same."""
    try:
        outcome = await work()
    except (AssertionError, Error) as error:
        report.faults.append(f"{name}: {error}")
        lab.pages.faults.clear()
        outcome = None
    sys.stdout.write(f"{'not ok' if outcome is None else 'ok'}: {name}\n")
    sys.stdout.flush()
    return outcome


def _keep(kept: list[Any], outcome: Any) -> None:
    if outcome is not None:
        kept.append(outcome)


def _named(all_of_them: Sequence[Any], only: str) -> list[Any]:
    return [one for one in all_of_them if only.lower() in one.name.lower()]


def _write_page(tables: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
