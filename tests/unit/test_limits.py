"""Allowances: what the bucket promises whatever the times, and who counts as one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.edge.addresses import plain_address
from bridge.edge.limits import Allowance, network_of

START_MS = 1_790_000_000_000
STEPS_MS = st.lists(st.integers(0, 5000), min_size=1, max_size=200)


@given(burst=st.integers(1, 50), per_s=st.floats(0.01, 100), steps_ms=STEPS_MS)
def test_never_more_than_the_burst_and_the_rate_within_any_time(burst: int, per_s: float, steps_ms: list[int]) -> None:
    allowance = Allowance(burst, per_s)
    now_ms = START_MS
    allowed_at: list[int] = []
    for step_ms in steps_ms:
        now_ms += step_ms
        if allowance.take("a", now_ms) == 0:
            allowed_at.append(now_ms)
    for first in range(len(allowed_at)):
        for last in range(first, len(allowed_at)):
            seconds = (allowed_at[last] - allowed_at[first]) / 1000
            assert last - first + 1 <= burst + per_s * seconds + 0.001


@given(burst=st.integers(1, 20), per_s=st.floats(0.01, 100), cost=st.floats(0.1, 20), steps_ms=STEPS_MS)
def test_who_waits_as_long_as_told_is_allowed_and_not_a_millisecond_sooner(
    burst: int, per_s: float, cost: float, steps_ms: list[int]
) -> None:
    cost = min(cost, burst)
    allowance = Allowance(burst, per_s)
    now_ms = START_MS
    for step_ms in steps_ms:
        now_ms += step_ms
        wait_s = allowance.take("a", now_ms, cost)
        assert 0 <= wait_s <= burst / per_s + 0.001
        if wait_s > 0.002:
            assert allowance.take("a", now_ms + math.floor(wait_s * 1000) - 1, cost) > 0
            now_ms += math.ceil(wait_s * 1000)
            assert allowance.take("a", now_ms, cost) == 0


@given(asked=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3000)), max_size=300), keys=st.integers(1, 8))
def test_no_more_keys_are_remembered_than_said(asked: list[tuple[int, int]], keys: int) -> None:
    allowance = Allowance(2, 1, keys)
    now_ms = START_MS
    for key, step_ms in asked:
        now_ms += step_ms
        allowance.take(str(key), now_ms)
        assert len(allowance) <= keys


@given(asked=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2000)), max_size=100))
def test_keys_do_not_touch_each_other(asked: list[tuple[str, int]]) -> None:
    together, alone = Allowance(3, 0.7), {key: Allowance(3, 0.7) for key in "abc"}
    now_ms = START_MS
    for key, step_ms in asked:
        now_ms += step_ms
        assert together.take(key, now_ms) == alone[key].take(key, now_ms)


def test_full_buckets_are_forgotten_and_the_least_recent_goes_when_there_are_too_many() -> None:
    allowance = Allowance(1, 1, keys=2)
    assert [allowance.take(key, START_MS) for key in "abc"] == [0, 0, 0]
    assert len(allowance) == 2
    assert allowance.take("c", START_MS) == 1
    assert allowance.take("a", START_MS) == 0  # forgotten, so a full bucket again
    assert allowance.take("z", START_MS + 1000) == 0
    assert len(allowance) == 1


def test_a_clock_set_back_neither_refills_nor_blocks() -> None:
    allowance = Allowance(2, 1)
    assert [allowance.take("a", START_MS) for _ in range(3)] == [0, 0, 1]
    assert allowance.take("a", START_MS - 3_600_000) == 1
    assert allowance.take("a", START_MS - 3_600_000 + 1000) == 0


@pytest.mark.parametrize(("burst", "per_s", "keys"), [(0, 1, 1), (1, 0, 1), (1, -1, 1), (1, 1, 0)])
def test_an_allowance_that_allows_nothing_is_refused(burst: float, per_s: float, keys: int) -> None:
    with pytest.raises(ValueError, match="expected burst"):
        Allowance(burst, per_s, keys)


@pytest.mark.parametrize("cost", [0, -1, 3])
def test_a_cost_that_no_bucket_can_hold_is_refused(cost: float) -> None:
    with pytest.raises(ValueError, match="expected a cost"):
        Allowance(2, 1).take("a", START_MS, cost)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", "unknown"),
        (None, "unknown"),
        ("/run/gloria.sock", "unknown"),
        ("192.0.2.256", "unknown"),
    ],
)
def test_an_ipv4_address_counts_as_itself_and_an_ipv6_household_as_one(address: str | None, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" 192.0.2.7 ", "192.0.2.7"),
        ("192.0.2.7:50123", "192.0.2.7"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[fe80::1%eth0]:80", "fe80::1"),
        ("[::ffff:192.0.2.7]:80", "192.0.2.7"),
    ],
)
def test_ports_brackets_and_zones_are_taken_off(text: str, address: str) -> None:
    assert str(plain_address(text)) == address


@pytest.mark.parametrize(
    "text",
    ["", "unknown", "_hidden", "192.0.2.7:", "192.0.2.7:http", "192.0.2.7:123456", "[192.0.2.7]", "[2001:db8::1",
     "[2001:db8::1]x", "2001:db8::1]", "192.0.2.7 192.0.2.8", "192.0.2.010", "١٩٢.0.2.7", "192.0.2.7:٤", "\x00"],
)  # fmt: skip
def test_what_is_no_address_is_none(text: str) -> None:
    assert plain_address(text) is None


@given(st.text(max_size=60))
def test_no_text_whatever_makes_it_stumble(text: str) -> None:
    assert plain_address(text) is None or network_of(text) != "unknown"
