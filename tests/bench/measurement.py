"""What a measurement comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Measurement:
    """Ours beside a baseline measured in the same run.

    ``goal``: the largest ratio that will do, or the smallest where more is better. ``seen``: what else the run showed.
    """

    ours: float
    baseline: float
    unit: str
    goal: float
    how: str
    more_is_better: bool = False
    seen: str = ""

    @property
    def ratio(self) -> float:
        """Ours divided by the baseline."""
        return self.ours / self.baseline

    @property
    def holds(self) -> bool:
        """Whether the goal is met."""
        return self.ratio >= self.goal if self.more_is_better else self.ratio <= self.goal

    def as_json(self) -> dict[str, Any]:
        """For build/bench.json."""
        return {
            "ours": round(self.ours, 4),
            "baseline": round(self.baseline, 4),
            "ratio": round(self.ratio, 4),
            "unit": self.unit,
            "goal": self.goal,
            "holds": self.holds,
            "more_is_better": self.more_is_better,
            "how": self.how,
            "seen": self.seen,
        }


def middle(rounds: Sequence[Measurement]) -> Measurement:
    """Of several rounds, each of both, the one with the median ratio: a machine's speed changes by the minute."""
    return sorted(rounds, key=lambda one: one.ratio)[len(rounds) // 2]


def ratios(rounds: Sequence[Measurement]) -> str:
    """The ratios of the rounds, for ``seen``."""
    return ", ".join(f"{one.ratio:.2f}" for one in rounds)
