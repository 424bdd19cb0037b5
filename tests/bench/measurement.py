"""What a measurement comes to."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Measurement:
    """Ours beside a baseline measured in the same run; ``goal`` is the largest ratio that will do."""

    ours: float
    baseline: float
    unit: str
    goal: float
    how: str

    @property
    def ratio(self) -> float:
        """Ours divided by the baseline."""
        return self.ours / self.baseline

    @property
    def holds(self) -> bool:
        """Whether the goal is met."""
        return self.ratio <= self.goal

    def as_json(self) -> dict[str, Any]:
        """For build/bench.json."""
        return {
            "ours": round(self.ours, 4),
            "baseline": round(self.baseline, 4),
            "ratio": round(self.ratio, 4),
            "unit": self.unit,
            "goal": self.goal,
            "holds": self.holds,
            "how": self.how,
        }
