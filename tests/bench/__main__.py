"""`make bench`: each measurement beside its baseline in one run; a table, and build/bench.json."""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from tests.bench import (
    accept_to_picture,
    idle_memory,
    join_to_ring,
    queue_match_growth,
    queue_match_rate,
    relay_cpu,
)
from tests.bench.measurement import Measurement

BENCHES = {
    "call.accept_to_picture": accept_to_picture.measure,
    "server.idle_memory": idle_memory.measure,
    "queue.match_rate": queue_match_rate.measure,
    "queue.match_growth": queue_match_growth.measure,
    "queue.join_to_ring": join_to_ring.measure,
    "media.relay_cpu": relay_cpu.measure,
}
OUT = Path("build/bench.json")


def main() -> int:
    """Run the chosen ones; status 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--only", choices=sorted(BENCHES), help="one of the measurements")
    chosen = parser.parse_args().only
    results: dict[str, Measurement] = {}
    for name, measure in BENCHES.items():
        if chosen in {None, name}:
            sys.stdout.write(f"{name} …\n")
            sys.stdout.flush()
            results[name] = asyncio.run(measure())
    OUT.parent.mkdir(exist_ok=True)
    known = json.loads(OUT.read_text()) if OUT.exists() and chosen else {}
    OUT.write_text(json.dumps({**known, **{name: one.as_json() for name, one in results.items()}}, indent=2) + "\n")
    sys.stdout.write(f"\n{'measurement':<26}{'ours':>10}{'baseline':>10}  {'unit':<12}{'ratio':>7}{'goal':>7}  holds\n")
    for name, one in results.items():
        figures = f"{one.ours:>10.2f}{one.baseline:>10.2f}  {one.unit:<12}{one.ratio:>7.2f}{one.goal:>7.2f}"
        sys.stdout.write(f"{name:<26}{figures}  {'yes' if one.holds else 'NO'}\n")
    return 0 if all(one.holds for one in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
