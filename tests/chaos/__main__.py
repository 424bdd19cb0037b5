"""`make chaos`: kill everything, lose nothing; a table of recovery times, and build/chaos.md."""

import argparse
import asyncio
import secrets
import sys
from pathlib import Path

from tests.chaos.report import summary
from tests.chaos.run import Outcome, plan_for, run

OUT = Path("build/chaos.md")


def main() -> int:
    """Run for as long as wanted; status 1 when anything was lost, came twice, or did not come back."""
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("--minutes", type=float, default=10, help="how long in all (default 10)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="what everybody tries")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    chosen = parser.parse_args()
    databases = ["sqlite", "postgresql"] if chosen.database == "both" else [chosen.database]
    seconds = chosen.minutes * 60 / len(databases)
    outcome = Outcome(chosen.seed)
    sys.stdout.write(f"chaos for {chosen.minutes:g} minutes, seed {chosen.seed}\n")
    try:
        asyncio.run(run([plan_for(name, seconds, seconds / 2) for name in databases], outcome))
    except (AssertionError, ExceptionGroup) as error:
        sys.stdout.write(f"\n{outcome.story()}\n\n{error}\n")
        for inner in getattr(error, "exceptions", ()):
            sys.stdout.write(f"{inner}\n")
        return 1
    lines = [f"{name}: {summary(ledger)}" for name, ledger in zip(databases, outcome.ledgers, strict=True)]
    text = "\n".join([outcome.times.markdown(), "", *lines])
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(f"`make chaos`, {chosen.minutes:g} minutes, seed {chosen.seed}.\n\n{text}\n", encoding="utf-8")
    sys.stdout.write(f"\n{text}\n")
    if outcome.faults:
        sys.stdout.write(f"\n{outcome.story()}\n")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
