"""Opening hours of a place, as a person writes them: ``mon-fri 10-18, sat 10.30-14``; empty if not known."""

import itertools
import re

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_PART = re.compile(
    rf"^({'|'.join(DAYS)})(?:-({'|'.join(DAYS)}))? (\d{{1,2}})(?:[.:](\d\d))?-(\d{{1,2}})(?:[.:](\d\d))?$",
)

#: Day of the week (0 is Monday), opens and closes in minutes after midnight.
Opening = tuple[int, int, int]


def read_hours(text: str) -> tuple[Opening, ...]:
    """The openings of a week, in its order. Raises ValueError naming the part that cannot be read."""
    openings: list[Opening] = []
    for raw in text.lower().replace("–", "-").split(","):
        part = re.sub(r"\s*-\s*", "-", " ".join(raw.split()))
        if not part:
            continue
        found = _PART.match(part)
        if not found:
            raise ValueError(f"hours: cannot read {part[:40]!r}; expected for example: mon-fri 10-18, sat 10.30-14")
        first, last = DAYS.index(found[1]), DAYS.index(found[2] or found[1])
        opens, closes = _minute(found[3], found[4]), _minute(found[5], found[6])
        if last < first or closes <= opens:
            raise ValueError(f"hours: {part[:40]!r} ends before it begins")
        openings += [(day, opens, closes) for day in range(first, last + 1)]
    openings.sort()
    for (day, _, closes), (next_day, opens, _) in itertools.pairwise(openings):
        if day == next_day and opens < closes:
            raise ValueError(f"hours: two openings on {DAYS[day]} overlap")
    return tuple(openings)


def _minute(hours: str, minutes: str | None) -> int:
    minute = int(hours) * 60 + int(minutes or 0)
    if int(minutes or 0) > 59 or minute > 24 * 60:
        raise ValueError(f"hours: {hours}:{minutes or '00'} is no time of day")
    return minute
