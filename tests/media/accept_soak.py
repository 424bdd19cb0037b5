"""Accept under fire: the direct path is blocked at a random moment while it rings, and no call may lack its picture.

`make soak`, or `python -m tests.media.accept_soak --calls 100 --seed 7`.
"""

import argparse
import asyncio
import random
import secrets
import sys
from collections import Counter
from dataclasses import dataclass, field
from statistics import median

from tests.media.lab import call
from tests.media.lab.firewall import Firewall
from tests.media.lab.lab import Lab
from tests.media.lab.namespace import why_not
from tests.media.lab.network import Site

_RINGS_AT_MOST_S = 2.5
_PICTURE_WITHIN_S = 30.0


@dataclass
class Soak:
    """What came of the calls so far; seconds from accept to picture, and the ways they took in the end."""

    seed: int
    times_s: list[float] = field(default_factory=list)
    ways: Counter[str] = field(default_factory=Counter)
    without_picture: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        calls = len(self.times_s) + len(self.without_picture)
        said = f"{calls} calls, seed {self.seed}: {len(self.without_picture)} without picture"
        if self.times_s:
            said += f"; accept to picture {median(self.times_s):.2f} s (median), {max(self.times_s):.2f} s (worst)"
        ways = ", ".join(f"{way} {count}" for way, count in self.ways.most_common())
        return "\n".join([f"{said}; {ways}", *self.without_picture])


async def soaked(lab: Lab, calls: int, seed: int, tell: bool = False) -> Soak:
    """As many calls, one after the other, on one lab and with the same two browsers."""
    soak = Soak(seed)
    chance = random.Random(seed)
    site = Site(Firewall.OPEN)
    await lab.becomes(site, site)
    for number in range(1, calls + 1):
        rings_s = chance.uniform(0.1, _RINGS_AT_MOST_S)
        blocked_after_s = chance.uniform(0, rings_s)
        await call.rings(lab.pages)
        await asyncio.sleep(blocked_after_s)
        await lab.blocks_direct_path()
        await asyncio.sleep(rings_s - blocked_after_s)
        try:
            soak.times_s.append(await call.accepts(lab.pages, _PICTURE_WITHIN_S))
            soak.ways[str((await call.way_of(lab.pages)).route)] += 1
        except AssertionError as error:
            soak.without_picture.append(
                f"call {number}: rang for {rings_s:.2f} s, blocked after {blocked_after_s:.2f} s: {error}"
            )
        await lab.opens_direct_path()
        await call.ends(lab.pages)
        lab.check_pages()
        if tell:
            sys.stdout.write(f"\r{number} of {calls}")
            sys.stdout.flush()
    return soak


def main() -> int:
    """Status 1 when a call had no picture."""
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--calls", type=int, default=100, help="how many (default 100)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="when the path is blocked")
    chosen = parser.parse_args()
    if reason := why_not():
        sys.stdout.write(f"skipped: {reason}\n")
        return 0
    soak = asyncio.run(_run(chosen.calls, chosen.seed))
    sys.stdout.write(f"\n{soak}\n")
    return 1 if soak.without_picture else 0


async def _run(calls: int, seed: int) -> Soak:
    async with Lab.opened() as lab:
        return await soaked(lab, calls, seed, tell=True)


if __name__ == "__main__":
    sys.exit(main())
