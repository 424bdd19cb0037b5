"""Figures for outside: small counts are hidden, also from those who subtract."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.figures import Month, Served, by_month

MAY = date(2026, 5, 4)


def contacts(answered: int, unanswered: int) -> list[Served]:
    return [Served(MAY, 1000 * n, True) for n in range(answered)] + [Served(MAY, 0, False)] * unanswered


def test_months_come_newest_first_with_the_median_wait() -> None:
    earlier = [Served(date(2026, 4, 30), 60_000, True)] * 7
    assert by_month([*earlier, *contacts(9, 0)], 5) == [
        Month("2026-05", 9, 9, 4000),
        Month("2026-04", 7, 7, 60_000),
    ]


def test_a_small_month_is_hidden_altogether() -> None:
    assert by_month(contacts(2, 2), 5) == [Month("2026-05", None, None, None)]


def test_what_a_subtraction_would_give_away_is_hidden_too() -> None:
    assert by_month(contacts(9, 1), 5) == [Month("2026-05", 10, None, None)]
    assert by_month(contacts(1, 9), 5) == [Month("2026-05", 10, None, None)]
    assert by_month(contacts(0, 9), 5) == [Month("2026-05", 9, 0, None)]


@given(st.integers(0, 30), st.integers(0, 30), st.integers(2, 10))
def test_nobody_learns_a_small_count(answered: int, unanswered: int, small: int) -> None:
    for month in by_month(contacts(answered, unanswered), small):
        told = {month.queued, month.answered}
        if month.queued is not None and month.answered is not None:
            told.add(month.queued - month.answered)
        assert not told & set(range(1, small))
