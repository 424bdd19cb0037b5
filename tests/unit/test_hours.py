"""Opening hours as people write them."""

import pytest

from bridge.domain.hours import read_hours


def test_days_and_times_are_read() -> None:
    assert read_hours("Sat 10.30-14, mon – tue  9-17:45") == ((0, 540, 1065), (1, 540, 1065), (5, 630, 840))
    assert read_hours("mon 9-12, mon 13-24") == ((0, 540, 720), (0, 780, 1440))
    assert read_hours("") == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ma-pe 10-18", "cannot read 'ma-pe 10-18'"),
        ("mon", "cannot read"),
        ("mon 18-10", "ends before"),
        ("fri-mon 10-18", "ends before"),
        ("mon 10-25", "25:00 is no time"),
        ("mon 10.75-12", "10:75 is no time"),
        ("mon 9-12, mon 11-13", "overlap"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_hours(text)
