"""The relay's switchboard: whom it hears, to whom it passes what, and everything it refuses."""

import dataclasses
import random
from collections.abc import Callable, Iterator

import pytest
from aioice import stun
from hypothesis import given
from hypothesis import strategies as st

from bridge.media.relay.switchboard import (
    ADDRESSES_A_SIDE,
    CREDENTIALS_A_SIDE,
    DATAGRAM_AT_MOST,
    TRANSACTIONS_A_PATH,
    Address,
    Credentials,
    Destination,
    Dropped,
    Figures,
    Limits,
    Path,
    Purpose,
    Send,
    Side,
    Switchboard,
)
from tests.media.relay_ends import DTLS, FIRST, MEDIA, PATH, SECOND, a_check, a_plain_request, an_answer

LIMITS = Limits(paths=10, path_kbps=10_000, total_kbps=100_000)
WIFI: Address = ("198.51.100.7", 40001)
CABLE: Address = ("198.51.100.8", 40002)
DESK: Address = ("203.0.113.9", 50001)
DESK_MOVED: Address = ("203.0.113.9", 50777)
STRANGER: Address = ("192.0.2.66", 6666)
DESK_V6: Address = ("2001:db8::9", 50001, 0, 0)
V4, V6 = 0, 1


class Relay:
    """A switchboard with a clock of its own; what is sent is kept by whom it went to."""

    def __init__(self, limits: Limits = LIMITS, *paths: Path) -> None:
        self.now_ms = 1_000_000
        self.board = Switchboard(limits, self.now_ms)
        for path in paths or (PATH,):
            assert self.board.put(path, self.now_ms)

    def gets(self, datagram: bytes, source: Address, local: int = V4) -> list[Send]:
        return self.board.receive(datagram, source, local, self.now_ms)

    def passes_on(self, datagram: bytes, source: Address, local: int = V4) -> list[Address]:
        """To whom this very datagram is forwarded."""
        sends = self.gets(datagram, source, local)
        return [one.destination.address for one in sends if one.purpose is Purpose.FORWARD and one.datagram == datagram]

    def waits(self, seconds: float) -> None:
        self.now_ms += round(seconds * 1000)

    @property
    def figures(self) -> Figures:
        return self.board.figures(self.now_ms)

    def dropped(self) -> dict[Dropped, int]:
        return {why: count for why, count in self.figures.dropped.items() if count}

    def proves(self, at: Address, own: Credentials, other: Credentials, other_at: Address, local: int = V4) -> None:
        """The other side checks ``at``, which answers."""
        check = a_check(other, own)
        assert at in self.passes_on(check, other_at)
        assert self.passes_on(an_answer(check, own), at, local) == [other_at]

    def joins(self, first: Address = WIFI, second: Address = DESK, locals_: tuple[int, int] = (V4, V4)) -> None:
        """Both sides check each other and answer, as at the start of a call."""
        self.gets(a_check(FIRST, SECOND), first, locals_[0])
        check = a_check(SECOND, FIRST)
        assert self.passes_on(check, second, locals_[1]) == [first]
        assert self.passes_on(an_answer(check, FIRST), first, locals_[0]) == [second]
        check = a_check(FIRST, SECOND, use_candidate=True)
        assert self.passes_on(check, first, locals_[0]) == [second]
        assert self.passes_on(an_answer(check, SECOND), second, locals_[1]) == [first]


@pytest.fixture
def relay() -> Iterator[Relay]:
    """A relay with one path. Whatever a test does with it: each datagram received is counted once."""
    received = 0
    relay = Relay()
    real = relay.board.receive

    def counting(datagram: bytes, source: Address, local: int, now_ms: int) -> list[Send]:
        nonlocal received
        received += 1
        return real(datagram, source, local, now_ms)

    relay.board.receive = counting  # type: ignore[method-assign]
    yield relay
    assert relay.figures.received == received


def test_two_ends_that_check_each_other_exchange_media_unopened(relay: Relay) -> None:
    relay.joins()
    for datagram in (MEDIA, DTLS, b"\xbf" + bytes(1199), b"\x14"):
        assert relay.gets(datagram, WIFI) == [Send(datagram, Destination(DESK, V4))]
        assert relay.gets(datagram, DESK) == [Send(datagram, Destination(WIFI, V4))]
    assert relay.figures.paths_joined == relay.figures.paths == 1


def test_a_check_that_nobody_is_there_for_is_dropped_and_its_address_is_heard(relay: Relay) -> None:
    assert relay.gets(a_check(FIRST, SECOND), WIFI) == []
    assert relay.dropped() == {Dropped.NOBODY_HEARD: 1}
    assert relay.passes_on(a_check(SECOND, FIRST), DESK) == [WIFI]


def test_a_check_that_came_before_the_other_side_is_sent_once_more_when_that_is_heard(relay: Relay) -> None:
    early = a_check(FIRST, SECOND)
    assert relay.gets(early, WIFI) == []
    check = a_check(SECOND, FIRST)
    assert relay.gets(check, DESK) == [
        Send(early, Destination(DESK, V4), Purpose.REPEAT),
        Send(check, Destination(WIFI, V4)),
    ]
    # The answer proves the address, and whoever asked gets it.
    assert relay.passes_on(an_answer(early, SECOND), DESK) == [WIFI]
    assert relay.passes_on(MEDIA, WIFI) == [DESK]


def test_an_unknown_name_is_dropped_without_an_answer(relay: Relay) -> None:
    relay.joins()
    stranger = Credentials("else", "x" * 22)
    assert relay.gets(a_check(FIRST, stranger), WIFI) == []
    assert relay.gets(a_check(stranger, SECOND), WIFI) == []
    assert relay.dropped()[Dropped.UNKNOWN_NAME] == 2


def test_a_check_with_the_wrong_integrity_is_dropped_and_teaches_nothing(relay: Relay) -> None:
    relay.joins()
    assert relay.gets(a_check(FIRST, SECOND, pwd=FIRST.pwd), STRANGER) == []
    genuine = a_check(FIRST, SECOND)
    changed = genuine[:-1] + bytes([genuine[-1] ^ 1])
    assert relay.gets(changed, STRANGER) == []
    assert relay.dropped()[Dropped.WRONG_INTEGRITY] == 2
    assert relay.gets(MEDIA, STRANGER) == []
    assert relay.dropped()[Dropped.UNKNOWN_SOURCE] == 1


def test_a_check_without_integrity_or_without_fingerprint_is_dropped(relay: Relay) -> None:
    assert relay.gets(a_plain_request(USERNAME="seco:firs"), WIFI) == []
    assert relay.dropped() == {Dropped.UNSIGNED: 1}
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": "seco:firs"})
    request.attributes["MESSAGE-INTEGRITY"] = stun.message_integrity(bytes(request), SECOND.pwd.encode())
    assert stun.parse_message(bytes(request)).check_message_integrity(SECOND.pwd.encode())
    assert relay.gets(bytes(request), WIFI) == []
    assert relay.dropped()[Dropped.WRONG_INTEGRITY] == 1


def test_media_from_an_address_not_learned_is_dropped(relay: Relay) -> None:
    relay.joins()
    assert relay.gets(MEDIA, STRANGER) == []
    assert relay.gets(DTLS, (WIFI[0], WIFI[1] + 1)) == []
    assert relay.dropped()[Dropped.UNKNOWN_SOURCE] == 2


def test_media_goes_to_no_address_that_has_not_answered(relay: Relay) -> None:
    relay.gets(a_check(FIRST, SECOND), WIFI)
    relay.gets(a_check(SECOND, FIRST), DESK)
    assert relay.gets(MEDIA, WIFI) == []
    assert relay.gets(MEDIA, DESK) == []
    assert relay.dropped()[Dropped.NOT_ANSWERED] == 2


def test_an_address_only_named_in_an_answer_is_never_sent_anything(relay: Relay) -> None:
    # XOR-MAPPED-ADDRESS of every answer here names 192.0.2.99; candidates are not the relay's to know.
    relay.joins()
    named = {one.destination.address for _ in range(50) for one in relay.gets(MEDIA, WIFI)}
    assert named == {DESK}


@pytest.mark.parametrize("use_candidate", [False, True])
def test_a_recorded_check_repeated_from_elsewhere_gets_no_media_there(relay: Relay, use_candidate: bool) -> None:
    relay.joins()
    recorded = a_check(FIRST, SECOND, use_candidate=use_candidate)
    relay.gets(recorded, WIFI)
    for _ in range(20):
        relay.gets(recorded, STRANGER)
        relay.waits(0.2)
        assert relay.passes_on(MEDIA, DESK) == [WIFI]
    # Neither when the true end is silent for long, nor when the other end's checks go on.
    for _ in range(50):
        relay.waits(1)
        relay.gets(recorded, STRANGER)
        relay.gets(a_check(SECOND, FIRST), DESK)
        assert STRANGER not in relay.passes_on(MEDIA, DESK)


def test_a_recorded_check_does_not_take_the_other_sides_checks_away(relay: Relay) -> None:
    relay.joins()
    recorded = a_check(FIRST, SECOND, use_candidate=True)
    relay.gets(recorded, WIFI)
    relay.gets(recorded, STRANGER)
    check = a_check(SECOND, FIRST)
    assert relay.passes_on(check, DESK) == [WIFI]
    assert relay.passes_on(an_answer(check, FIRST), WIFI) == [DESK]


def test_a_recorded_answer_proves_nothing(relay: Relay) -> None:
    relay.gets(a_check(FIRST, SECOND), WIFI)
    check = a_check(SECOND, FIRST)
    relay.gets(check, DESK)
    answer = an_answer(check, FIRST)
    assert relay.gets(answer, STRANGER) == []
    assert relay.gets(answer, DESK) == []
    assert relay.dropped()[Dropped.UNKNOWN_TRANSACTION] == 2
    assert relay.passes_on(answer, WIFI) == [DESK]
    assert relay.gets(answer, WIFI) == []
    assert relay.dropped()[Dropped.UNKNOWN_TRANSACTION] == 3


def test_an_answer_with_the_wrong_integrity_is_dropped_and_the_right_one_still_counts(relay: Relay) -> None:
    relay.gets(a_check(FIRST, SECOND), WIFI)
    check = a_check(SECOND, FIRST)
    relay.gets(check, DESK)
    assert relay.gets(an_answer(check, FIRST, pwd=SECOND.pwd), WIFI) == []
    assert relay.dropped()[Dropped.WRONG_INTEGRITY] == 1
    assert relay.gets(MEDIA, DESK) == []
    assert relay.passes_on(an_answer(check, FIRST), WIFI) == [DESK]
    assert relay.passes_on(MEDIA, DESK) == [WIFI]


def test_an_answer_that_comes_too_late_is_dropped(relay: Relay) -> None:
    relay.gets(a_check(FIRST, SECOND), WIFI)
    check = a_check(SECOND, FIRST)
    relay.gets(check, DESK)
    relay.waits(10.001)
    assert relay.gets(an_answer(check, FIRST), WIFI) == []
    assert relay.dropped()[Dropped.UNKNOWN_TRANSACTION] == 1


def test_a_role_conflict_passes_and_other_errors_do_not(relay: Relay) -> None:
    relay.gets(a_check(FIRST, SECOND), WIFI)
    check = a_check(SECOND, FIRST)
    relay.gets(check, DESK)
    assert relay.gets(an_answer(check, FIRST, error=400), WIFI) == []
    assert relay.gets(an_answer(check, FIRST, error=487, pwd=SECOND.pwd), WIFI) == []
    assert relay.passes_on(an_answer(check, FIRST, error=487), WIFI) == [DESK]
    assert relay.dropped() | {Dropped.OTHER_ERROR: 1, Dropped.WRONG_INTEGRITY: 1} == relay.dropped()
    # An error is no success: the address has still to answer one.
    assert relay.gets(MEDIA, DESK) == []


def test_the_answer_finds_the_address_that_asked_though_the_current_one_is_another(relay: Relay) -> None:
    relay.joins()
    relay.gets(MEDIA, WIFI)
    check = a_check(FIRST, SECOND)
    assert relay.passes_on(check, CABLE) == [DESK]
    assert relay.passes_on(an_answer(check, SECOND), DESK) == [CABLE]
    assert relay.passes_on(MEDIA, DESK) == [WIFI]


def test_a_removed_path_is_forgotten_at_once(relay: Relay) -> None:
    relay.joins()
    check = a_check(SECOND, FIRST)
    relay.gets(check, DESK)
    relay.board.remove(PATH.id)
    relay.board.remove(PATH.id)
    assert relay.gets(MEDIA, WIFI) == relay.gets(MEDIA, DESK) == []
    assert relay.gets(an_answer(check, FIRST), WIFI) == []
    assert relay.gets(a_check(FIRST, SECOND), WIFI) == []
    assert relay.dropped() | {
        Dropped.UNKNOWN_SOURCE: 2, Dropped.UNKNOWN_TRANSACTION: 1, Dropped.UNKNOWN_NAME: 1
    } == relay.dropped()  # fmt: skip
    assert len(relay.board) == relay.figures.paths == 0


def test_a_path_put_again_after_its_removal_has_to_learn_its_addresses_again(relay: Relay) -> None:
    relay.joins()
    relay.board.remove(PATH.id)
    assert relay.board.put(PATH, relay.now_ms)
    assert relay.gets(MEDIA, WIFI) == []
    relay.joins()
    assert relay.passes_on(MEDIA, WIFI) == [DESK]


def test_a_restart_of_ice_goes_on_at_the_same_addresses_with_old_names_and_new(relay: Relay) -> None:
    relay.joins()
    new_first, new_second = Credentials("nwfi", "n" * 22), Credentials("nwse", "m" * 22)
    assert relay.gets(a_check(new_first, SECOND), WIFI) == []
    # The offer first: new names of one side meet old names of the other.
    assert relay.board.put(Path(PATH.id, ((FIRST, new_first), (SECOND,))), relay.now_ms)
    assert relay.passes_on(MEDIA, WIFI) == [DESK]
    assert relay.passes_on(a_check(new_first, SECOND), WIFI) == [DESK]
    assert relay.board.put(Path(PATH.id, ((FIRST, new_first), (SECOND, new_second))), relay.now_ms)
    for own, other in ((FIRST, SECOND), (new_first, new_second), (FIRST, new_second)):
        check = a_check(own, other)
        assert relay.passes_on(check, WIFI) == [DESK]
        assert relay.passes_on(an_answer(check, other), DESK) == [WIFI]
    # In the end the old ones are withdrawn.
    assert relay.board.put(Path(PATH.id, ((new_first,), (new_second,))), relay.now_ms)
    assert relay.gets(a_check(FIRST, SECOND), WIFI) == []
    assert relay.passes_on(a_check(new_first, new_second), WIFI) == [DESK]
    assert relay.passes_on(MEDIA, DESK) == [WIFI]


def test_a_side_that_keeps_none_of_its_credentials_is_somebody_else(relay: Relay) -> None:
    relay.joins()
    check = a_check(FIRST, SECOND)
    assert relay.passes_on(check, WIFI) == [DESK]
    other = Credentials("othr", "o" * 22)
    assert relay.board.put(Path(PATH.id, ((other,), (SECOND,))), relay.now_ms)
    # Neither the answer nor the check itself goes anywhere any more.
    assert relay.gets(an_answer(check, SECOND), DESK) == []
    assert relay.gets(a_check(SECOND, other), DESK_MOVED) == []
    assert relay.gets(MEDIA, WIFI) == []
    assert relay.gets(MEDIA, DESK) == []
    assert relay.passes_on(a_check(other, SECOND), CABLE) == [DESK]


def test_of_more_credentials_than_a_side_may_have_the_newest_count() -> None:
    many = tuple(Credentials(f"uf{n:02}", f"{n:022}") for n in range(CREDENTIALS_A_SIDE + 1))
    relay = Relay(LIMITS, Path("path-1", (many, (SECOND,))))
    for own in many:
        relay.gets(a_check(own, SECOND), WIFI)
    assert relay.dropped() == {Dropped.UNKNOWN_NAME: 1, Dropped.NOBODY_HEARD: CREDENTIALS_A_SIDE}


def test_a_moved_side_is_found_after_one_round_trip(relay: Relay) -> None:
    relay.joins()
    relay.gets(MEDIA, WIFI), relay.gets(MEDIA, DESK)
    # The same socket behind another mapping: media first, unknown; then the next check.
    assert relay.gets(MEDIA, DESK_MOVED) == []
    check = a_check(SECOND, FIRST, use_candidate=True)
    sends = relay.gets(check, DESK_MOVED)
    [repeated] = [one for one in sends if one.purpose is Purpose.REPEAT]
    assert repeated.destination == Destination(DESK_MOVED, V4)
    assert relay.passes_on(MEDIA, WIFI) == [DESK]  # still where it has answered
    relay.gets(an_answer(repeated.datagram, SECOND), DESK_MOVED)
    assert relay.passes_on(MEDIA, WIFI) == [DESK_MOVED]
    assert relay.passes_on(a_check(FIRST, SECOND), WIFI) == [DESK_MOVED]


def test_a_moved_side_that_missed_the_check_sent_once_more_gets_the_next_one(relay: Relay) -> None:
    relay.joins()
    relay.gets(a_check(SECOND, FIRST, use_candidate=True), DESK_MOVED)
    check = a_check(FIRST, SECOND)
    assert relay.gets(check, WIFI) == [
        Send(check, Destination(DESK_MOVED, V4), Purpose.REPEAT),
        Send(check, Destination(DESK, V4)),
    ]
    assert relay.passes_on(an_answer(check, SECOND), DESK_MOVED) == [WIFI]
    assert relay.passes_on(MEDIA, WIFI) == [DESK_MOVED]


def test_a_side_that_moves_and_does_not_nominate_takes_over_when_its_old_address_is_silent(relay: Relay) -> None:
    relay.joins()
    joined_ms = relay.now_ms
    for _ in range(7):
        relay.waits(0.5)
        for one in relay.gets(a_check(SECOND, FIRST), DESK_MOVED):
            if one.purpose is Purpose.REPEAT:
                relay.gets(an_answer(one.datagram, SECOND), DESK_MOVED)
        silent_s = (relay.now_ms - joined_ms) / 1000
        assert relay.passes_on(MEDIA, WIFI) == [DESK if silent_s <= 3 else DESK_MOVED]


def test_with_two_addresses_a_side_media_goes_where_the_side_sends_from(relay: Relay) -> None:
    relay.joins()
    check = a_check(FIRST, SECOND)
    repeated = [one for one in relay.gets(check, CABLE) if one.purpose is Purpose.REPEAT]
    assert [one.destination.address for one in repeated] == [CABLE]
    relay.gets(an_answer(repeated[0].datagram, FIRST), CABLE)
    assert relay.passes_on(MEDIA, DESK) == [WIFI]  # a check alone chooses nothing while the other is not silent
    for at in (CABLE, WIFI, CABLE):
        relay.gets(MEDIA, at)
        assert relay.passes_on(MEDIA, DESK) == [at]
    relay.gets(a_check(FIRST, SECOND, use_candidate=True), WIFI)
    assert relay.passes_on(MEDIA, DESK) == [WIFI]


def test_an_address_that_has_answered_stays_chosen_while_another_only_checks(relay: Relay) -> None:
    relay.joins()
    for _ in range(40):
        relay.waits(0.5)
        relay.gets(a_check(FIRST, SECOND), CABLE)
        relay.gets(MEDIA, WIFI)
        assert relay.passes_on(MEDIA, DESK) == [WIFI]


def test_a_side_with_ipv4_and_a_side_with_ipv6_are_bridged(relay: Relay) -> None:
    relay.joins(WIFI, DESK_V6, (V4, V6))
    assert relay.gets(MEDIA, WIFI) == [Send(MEDIA, Destination(DESK_V6, V6))]
    assert relay.gets(MEDIA, DESK_V6, V6) == [Send(MEDIA, Destination(WIFI, V4))]


def test_a_side_that_comes_to_another_listening_address_is_answered_from_there(relay: Relay) -> None:
    relay.joins()
    relay.gets(a_check(FIRST, SECOND), WIFI, 7)
    assert relay.gets(MEDIA, DESK) == [Send(MEDIA, Destination(WIFI, 7))]


def test_an_address_that_answers_no_more_gets_no_media_after_30_seconds(relay: Relay) -> None:
    relay.joins()
    for _ in range(60):
        relay.waits(0.5)
        assert relay.passes_on(MEDIA, WIFI) == [DESK]
        relay.gets(MEDIA, DESK)
    relay.waits(1.1)
    relay.gets(MEDIA, DESK)
    assert relay.gets(MEDIA, WIFI) == []
    assert relay.figures.paths_joined == 0


def test_answers_keep_an_address_for_as_long_as_they_come(relay: Relay) -> None:
    relay.joins()
    for _ in range(10):
        relay.waits(25)
        check = a_check(FIRST, SECOND)
        assert relay.passes_on(check, WIFI) == [DESK]
        assert relay.passes_on(an_answer(check, SECOND), DESK) == [WIFI]
        assert relay.passes_on(MEDIA, WIFI) == [DESK]


def test_an_address_without_a_check_for_a_minute_is_forgotten_though_it_sends_media(relay: Relay) -> None:
    relay.joins()
    for _ in range(58):
        relay.waits(1)
        relay.gets(MEDIA, WIFI)
    assert Dropped.UNKNOWN_SOURCE not in relay.dropped()
    relay.waits(3.1)
    relay.gets(MEDIA, WIFI)
    assert relay.dropped()[Dropped.UNKNOWN_SOURCE] == 1


def test_a_side_is_at_no_more_addresses_than_said_and_the_one_in_use_stays(relay: Relay) -> None:
    relay.joins()
    for n in range(4 * ADDRESSES_A_SIDE):
        relay.waits(0.01)
        relay.gets(a_check(FIRST, SECOND), ("198.51.100.50", 1000 + n))
    relay.gets(MEDIA, WIFI)
    assert relay.passes_on(MEDIA, DESK) == [WIFI]
    heard = [n for n in range(4 * ADDRESSES_A_SIDE) if relay.gets(MEDIA, ("198.51.100.50", 1000 + n))]
    assert heard == list(range(4 * ADDRESSES_A_SIDE - ADDRESSES_A_SIDE + 1, 4 * ADDRESSES_A_SIDE))


def test_no_more_checks_wait_for_an_answer_than_said(relay: Relay) -> None:
    relay.joins()
    checks = [a_check(FIRST, SECOND) for _ in range(TRANSACTIONS_A_PATH + 1)]
    for check in checks:
        assert relay.passes_on(check, WIFI) == [DESK]
    assert relay.gets(an_answer(checks[0], SECOND), DESK) == []
    for check in checks[1:]:
        assert relay.passes_on(an_answer(check, SECOND), DESK) == [WIFI]


def test_a_check_sent_again_is_forwarded_again_and_answered_once(relay: Relay) -> None:
    relay.joins()
    check = a_check(FIRST, SECOND)
    assert relay.passes_on(check, WIFI) == relay.passes_on(check, WIFI) == [DESK]
    assert relay.passes_on(an_answer(check, SECOND), DESK) == [WIFI]
    assert relay.gets(an_answer(check, SECOND), DESK) == []


@given(checks=st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 400)), min_size=1, max_size=60))
def test_an_address_that_never_answers_is_sent_at_most_three_bytes_for_each_of_its_own(
    checks: list[tuple[bool, bool, int]],
) -> None:
    relay = Relay()
    relay.joins()
    recorded = a_check(FIRST, SECOND, use_candidate=True)
    came, went = 0, 0
    for replayed, use_candidate, filling in checks:
        # The other side may be in it: its checks are as long as it likes, and it answers everything.
        check = recorded if replayed else a_check(SECOND, FIRST, use_candidate=use_candidate, software="x" * filling)
        came += len(check) if replayed else 0
        sends = relay.gets(check, STRANGER if replayed else DESK)
        if replayed:
            sends += relay.gets(an_answer(check, SECOND), DESK)
        sends += relay.gets(MEDIA, DESK)
        went += sum(len(one.datagram) for one in sends if one.destination.address == STRANGER)
        assert went <= 3 * came
        relay.waits(0.3)


@given(
    datagram=st.one_of(
        st.binary(max_size=300),
        st.builds(lambda first, rest: bytes([first]) + rest, st.integers(0, 255), st.binary(max_size=100)),
        st.builds(
            lambda kind, rest: kind.to_bytes(2, "big") + len(rest).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + rest,
            st.sampled_from([0x0001, 0x0003, 0x0011, 0x0101, 0x0111, 0x0017]),
            st.binary(min_size=12, max_size=120),
        ),
        st.sampled_from([a_check(FIRST, SECOND, pwd="wrong" * 5), a_plain_request(), MEDIA, DTLS]),
    ),
    source=st.sampled_from([STRANGER, DESK_V6]),
)
def test_whatever_a_stranger_sends_comes_back_to_no_one_else_and_hardly_larger(
    datagram: bytes, source: Address
) -> None:
    relay = Relay()
    relay.joins()
    sends = relay.gets(datagram, source)
    assert len(sends) <= 1
    for one in sends:
        assert one.destination.address == source
        assert len(one.datagram) <= len(datagram) + 24


@pytest.mark.parametrize(("source", "size"), [(STRANGER, 32), (DESK_V6, 44)])
def test_a_plain_request_is_told_where_it_came_from_and_nothing_else(relay: Relay, source: Address, size: int) -> None:
    request = a_plain_request()
    [send] = relay.gets(request, source, 5)
    assert send.destination == Destination(source, 5)
    answer = stun.parse_message(send.datagram)
    assert answer.message_class == stun.Class.RESPONSE
    assert answer.transaction_id == stun.parse_message(request).transaction_id
    assert answer.attributes == {"XOR-MAPPED-ADDRESS": source[:2]}
    assert len(send.datagram) == size <= len(request) + 24
    assert relay.figures.binding_answers == 1


def test_a_plain_request_with_a_fingerprint_and_a_program_name_is_answered_too(relay: Relay) -> None:
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes={"SOFTWARE": "browser"})
    request.add_fingerprint()
    assert len(relay.gets(bytes(request), STRANGER)) == 1


def test_a_request_that_asks_for_more_than_an_address_is_not_answered(relay: Relay) -> None:
    assert relay.gets(a_plain_request(CHANGE_REQUEST=6), STRANGER) == []
    assert relay.dropped() == {Dropped.NOT_UNDERSTOOD: 1}


def test_one_network_gets_no_more_answers_than_its_allowance_and_others_get_theirs() -> None:
    relay = Relay(dataclasses.replace(LIMITS, answers_burst=3, answers_per_s=1))
    same: list[Address] = [("192.0.2.1", 1), ("192.0.2.2", 2), ("192.0.2.250", 3), ("192.0.2.3", 4)]
    assert [len(relay.gets(a_plain_request(), source)) for source in same] == [1, 1, 1, 0]
    assert len(relay.gets(a_plain_request(), ("192.0.3.1", 1))) == 1
    v6: list[Address] = [(f"2001:db8:0:{n:x}::1", 1, 0, 0) for n in (1, 2, 0xFF, 3)]
    assert [len(relay.gets(a_plain_request(), source)) for source in v6] == [1, 1, 1, 0]
    assert len(relay.gets(a_plain_request(), ("2001:db8:0:100::1", 1, 0, 0))) == 1
    assert relay.dropped() == {Dropped.ANSWER_LIMIT: 2}
    relay.waits(1)
    assert len(relay.gets(a_plain_request(), same[0])) == 1


def test_all_networks_together_get_no_more_answers_than_theirs() -> None:
    relay = Relay(dataclasses.replace(LIMITS, all_answers_burst=5, all_answers_per_s=1))
    answered = [len(relay.gets(a_plain_request(), (f"192.0.{n}.1", 9))) for n in range(8)]
    assert answered == [1, 1, 1, 1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    "method", [method for method in stun.Method if method is not stun.Method.BINDING], ids=lambda method: method.name
)
def test_requests_of_turn_and_other_methods_are_dropped(relay: Relay, method: stun.Method) -> None:
    request = stun.Message(method, stun.Class.REQUEST, attributes={"REQUESTED-TRANSPORT": 17 << 24})
    assert relay.gets(bytes(request), STRANGER) == []
    assert relay.dropped() == {Dropped.OTHER_METHOD: 1}


def test_indications_and_channel_data_are_dropped(relay: Relay) -> None:
    relay.joins()
    assert relay.gets(bytes(stun.Message(stun.Method.BINDING, stun.Class.INDICATION)), WIFI) == []
    assert relay.gets(b"\x40\x00\x00\x04abcd", WIFI) == []
    assert relay.gets(b"\xc8" + bytes(20), WIFI) == []
    assert relay.gets(b"", WIFI) == []
    assert relay.dropped() | {Dropped.OTHER_METHOD: 1, Dropped.NOT_OURS: 3} == relay.dropped()


def test_datagrams_larger_than_2048_bytes_are_dropped(relay: Relay) -> None:
    relay.joins()
    assert relay.passes_on(b"\x80" + bytes(DATAGRAM_AT_MOST - 1), WIFI) == [DESK]
    assert relay.gets(b"\x80" + bytes(DATAGRAM_AT_MOST), WIFI) == []
    assert relay.gets(a_check(FIRST, SECOND, software="x" * DATAGRAM_AT_MOST), WIFI) == []
    assert relay.dropped()[Dropped.TOO_LARGE] == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda check: check[:19],
        lambda check: check[:-4],
        lambda check: check + b"\x00\x00\x00\x00",
        lambda check: check[:2] + b"\xff\xff" + check[4:],
        lambda check: check[:4] + b"\x00\x00\x00\x00" + check[8:],
        lambda check: check[:22] + b"\xff\xff" + check[24:],
        lambda check: check[:2] + b"\x01\x90" + check[4:20] + b"\x80\x99\x00\x00" * 100,
        lambda check: check + b"\x00",
    ],
)
def test_malformed_checks_are_dropped_before_anything_is_computed(
    relay: Relay, spoil: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    relay.joins()
    check = a_check(FIRST, SECOND)
    computed = counted(monkeypatch)
    assert relay.gets(spoil(check), STRANGER) == []
    assert relay.dropped() == {Dropped.MALFORMED: 1} | {Dropped.NOBODY_HEARD: 1}
    assert computed == []


def counted(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What integrity is computed of, from now on."""
    computed: list[bytes] = []
    real = stun.message_integrity

    def counting(data: bytes, key: bytes) -> bytes:
        computed.append(data)
        return real(data, key)

    monkeypatch.setattr(stun, "message_integrity", counting)
    return computed


def test_integrity_is_computed_only_for_names_that_are_known(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    known, unknown = a_check(FIRST, SECOND), a_check(FIRST, Credentials("else", "x" * 22))
    answer_to_nothing = bytes(stun.Message(stun.Method.BINDING, stun.Class.RESPONSE))
    computed = counted(monkeypatch)
    relay.gets(unknown, STRANGER)
    relay.gets(answer_to_nothing, STRANGER)
    assert computed == []
    relay.gets(known, WIFI)
    assert len(computed) == 1


def test_values_that_do_not_fit_their_attributes_do_not_make_it_stumble(relay: Relay) -> None:
    for name, value in ((0x0024, b"\x01"), (0x0009, b"\x00\x00\x04\x57\xff\xfe"), (0x0020, b"\x00\x09" + bytes(6))):
        padded = value + bytes(-len(value) % 4)
        body = b"\x00\x06\x00\x09seco:firs\x00\x00\x00" + name.to_bytes(2, "big") + len(value).to_bytes(2, "big")
        body += padded + b"\x00\x08\x00\x14" + bytes(20)
        assert (
            relay.gets(b"\x00\x01" + len(body).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + bytes(12) + body, WIFI) == []
        )
    assert relay.dropped() == {Dropped.WRONG_INTEGRITY: 3}


def test_more_paths_than_allowed_are_refused_and_those_there_can_still_change() -> None:
    relay = Relay(dataclasses.replace(LIMITS, paths=2))
    second = Path("path-2", ((Credentials("aaaa", "a" * 22),), (Credentials("bbbb", "b" * 22),)))
    third = Path("path-3", ((Credentials("cccc", "c" * 22),), (Credentials("dddd", "d" * 22),)))
    assert relay.board.put(second, relay.now_ms)
    assert not relay.board.put(third, relay.now_ms)
    assert relay.board.put(second, relay.now_ms)
    relay.gets(a_check(third.sides[0][0], third.sides[1][0]), WIFI)
    assert relay.dropped() == {Dropped.UNKNOWN_NAME: 1}
    relay.board.remove("path-2")
    assert relay.board.put(third, relay.now_ms)
    assert len(relay.board) == 2


def test_replace_all_keeps_what_was_learned_of_paths_that_stay(relay: Relay) -> None:
    relay.joins()
    other = Path("path-2", ((Credentials("aaaa", "a" * 22),), (Credentials("bbbb", "b" * 22),)))
    assert relay.board.replace_all([PATH, other], relay.now_ms) == 0
    assert relay.passes_on(MEDIA, WIFI) == [DESK]
    assert relay.board.replace_all([other], relay.now_ms) == 0
    assert relay.gets(MEDIA, WIFI) == []
    many = [dataclasses.replace(other, id=f"many-{n}") for n in range(LIMITS.paths + 3)]
    # Four of the same names are the most that are told apart.
    assert relay.board.replace_all(many, relay.now_ms) == len(many) - 4


def test_two_paths_with_the_same_names_are_told_apart_by_their_keys() -> None:
    twin = Path("path-2", ((Credentials(FIRST.ufrag, "t" * 22),), (Credentials(SECOND.ufrag, "w" * 22),)))
    relay = Relay(LIMITS, PATH, twin)
    relay.joins()
    assert relay.gets(a_check(twin.sides[0][0], twin.sides[1][0]), CABLE) == []
    assert relay.dropped()[Dropped.NOBODY_HEARD] == 2
    relay.board.remove("path-2")
    assert relay.passes_on(a_check(FIRST, SECOND), WIFI) == [DESK]


def test_checks_of_another_path_do_not_take_over_an_address_that_has_answered() -> None:
    foe = Path("path-2", ((Credentials("foea", "a" * 22),), (Credentials("foeb", "b" * 22),)))
    relay = Relay(LIMITS, PATH, foe)
    relay.joins()
    # Whoever has a path of his own and can write any source on a datagram claims the visitor's address for it.
    check = a_check(foe.sides[1][0], foe.sides[0][0])
    relay.gets(check, STRANGER)
    relay.gets(a_check(foe.sides[0][0], foe.sides[1][0], use_candidate=True), WIFI)
    assert relay.passes_on(MEDIA, WIFI) == [DESK]
    assert relay.passes_on(MEDIA, DESK) == [WIFI]
    relay.board.remove(foe.id)
    assert relay.passes_on(MEDIA, WIFI) == [DESK]


def test_an_address_claimed_beforehand_belongs_to_whoever_answers_there() -> None:
    foe = Path("path-2", ((Credentials("foea", "a" * 22),), (Credentials("foeb", "b" * 22),)))
    relay = Relay(LIMITS, PATH, foe)
    relay.gets(a_check(foe.sides[0][0], foe.sides[1][0], use_candidate=True), WIFI)
    relay.joins()
    relay.gets(a_check(foe.sides[0][0], foe.sides[1][0], use_candidate=True), WIFI)
    assert relay.passes_on(MEDIA, WIFI) == [DESK]


def test_a_new_call_from_the_same_socket_has_its_media_once_it_has_answered_there() -> None:
    own, other = Credentials("newa", "a" * 22), Credentials("newb", "b" * 22)
    relay = Relay(LIMITS, PATH, Path("path-2", ((own,), (other,))))
    relay.joins()
    # The old path is still registered; the page has made another connection, and its port is the same.
    relay.gets(a_check(own, other), WIFI)
    check = a_check(other, own)
    assert relay.passes_on(check, CABLE) == [WIFI]
    assert relay.passes_on(MEDIA, WIFI) == [DESK]
    assert relay.passes_on(an_answer(check, own), WIFI) == [CABLE]
    check = a_check(own, other)
    assert relay.passes_on(check, WIFI) == [CABLE]
    assert relay.passes_on(an_answer(check, other), CABLE) == [WIFI]
    assert relay.passes_on(MEDIA, WIFI) == [CABLE]


def test_one_path_gets_its_kilobits_and_no_more_and_others_get_theirs() -> None:
    other = Path("path-2", ((Credentials("aaaa", "a" * 22),), (Credentials("bbbb", "b" * 22),)))
    relay = Relay(Limits(paths=2, path_kbps=800, total_kbps=100_000), PATH, other)
    relay.joins()
    media = b"\x80" + bytes(999)
    relay.waits(5)
    passed = sum(bool(relay.gets(media, WIFI)) for _ in range(200))
    assert passed == 90  # a second's worth is 100; the last tenth is for checks
    assert relay.dropped()[Dropped.PATH_LIMIT] == 110
    check = a_check(FIRST, SECOND)
    assert relay.passes_on(check, WIFI) == [DESK]
    assert relay.passes_on(an_answer(check, SECOND), DESK) == [WIFI]
    # Both ways together: half a second later there is half as much for both.
    relay.waits(0.5)
    assert 45 <= sum(bool(relay.gets(media, (WIFI, DESK)[n % 2])) for n in range(200)) <= 50
    first, second = other.sides[0][0], other.sides[1][0]
    relay.gets(a_check(first, second), CABLE)
    assert relay.passes_on(a_check(second, first), STRANGER) == [CABLE]


def test_all_paths_together_get_the_relays_kilobits_and_no_more() -> None:
    relay = Relay(Limits(paths=2, path_kbps=100_000, total_kbps=800))
    relay.joins()
    relay.waits(5)
    media = b"\x80" + bytes(999)
    assert sum(bool(relay.gets(media, WIFI)) for _ in range(200)) == 90
    assert relay.dropped()[Dropped.TOTAL_LIMIT] == 110


@given(steps=st.lists(st.tuples(st.integers(0, 400), st.integers(1, 2048)), min_size=1, max_size=150))
def test_within_any_time_no_more_passes_than_a_second_and_the_rate(steps: list[tuple[int, int]]) -> None:
    relay = Relay(Limits(paths=1, path_kbps=400, total_kbps=100_000))
    relay.joins()
    started, bits, since_answer = relay.now_ms, 0, 0
    for wait_ms, size in steps:
        relay.now_ms += wait_ms
        since_answer += wait_ms
        if since_answer > 20_000:
            relay.joins()
            since_answer = 0
        bits += 8 * sum(len(one.datagram) for one in relay.gets(b"\x80" + bytes(size - 1), WIFI))
        assert bits <= 400 * (relay.now_ms - started) + 400_000


def test_a_datagram_the_socket_would_not_take_is_counted_as_dropped(relay: Relay) -> None:
    relay.joins()
    before = relay.figures
    relay.gets(MEDIA, WIFI)
    relay.board.not_sent(len(MEDIA))
    relay.gets(a_plain_request(), STRANGER)
    relay.board.not_sent(32, Purpose.ANSWER)
    after = relay.figures
    assert (after.forwarded, after.forwarded_bytes) == (before.forwarded, before.forwarded_bytes)
    assert after.binding_answers == 0
    assert after.dropped[Dropped.NOT_SENT] == 2


def test_the_figures_count_datagrams_and_bytes(relay: Relay) -> None:
    relay.joins()
    before = relay.figures
    for _ in range(5):
        relay.gets(MEDIA, WIFI)
    assert relay.figures.forwarded - before.forwarded == 5
    assert relay.figures.forwarded_bytes - before.forwarded_bytes == 5 * len(MEDIA)


@pytest.mark.parametrize(
    ("ufrag", "pwd"),
    [("abc", "p" * 22), ("a" * 257, "p" * 22), ("ab:d", "p" * 22), ("abcd", "p" * 21), ("abcd", "p" * 257),
     ("abcd", "p" * 21 + "\ud800"), ("", ""), ("abcd\n", "p" * 22)],
)  # fmt: skip
def test_credentials_that_no_description_may_have_are_refused(ufrag: str, pwd: str) -> None:
    with pytest.raises(ValueError, match="expected an ice-ufrag"):
        Credentials(ufrag, pwd)


def test_nothing_that_is_printed_gives_credentials_or_addresses_away(relay: Relay) -> None:
    relay.joins()
    printed = repr([PATH, FIRST, relay.gets(MEDIA, WIFI)[0].destination, relay.figures])
    for secret in (FIRST.ufrag, FIRST.pwd, SECOND.pwd, str(DESK[0])):
        assert secret not in printed


def test_the_sides_are_each_others_other() -> None:
    assert [side.other for side in Side] == [Side.SECOND, Side.FIRST]


@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_in_whatever_order_nothing_piles_up_and_media_stays_between_the_two(seed: int) -> None:
    chance = random.Random(seed)
    relay = Relay()
    places = {FIRST: [WIFI, CABLE], SECOND: [DESK, DESK_MOVED, DESK_V6]}
    others = {FIRST: SECOND, SECOND: FIRST}
    waiting: list[tuple[bytes, Address, Credentials]] = []
    for _ in range(3000):
        own = chance.choice([FIRST, SECOND])
        at = chance.choice(places[own])
        act = chance.random()
        if act < 0.3:
            datagram = a_check(own, others[own], use_candidate=chance.random() < 0.3)
        elif act < 0.5 and waiting:
            datagram, at, own = waiting.pop(chance.randrange(len(waiting)))
            datagram = an_answer(datagram, own)
        else:
            datagram = MEDIA
        for one in relay.gets(datagram, at):
            to = next(side for side, known in places.items() if one.destination.address in known)
            assert one.purpose is Purpose.REPEAT or to is not own
            if datagram is not MEDIA and stun.parse_message(one.datagram).message_class == stun.Class.REQUEST:
                waiting.append((one.datagram, one.destination.address, to))
        relay.waits(chance.choice([0, 0.02, 0.5, 4]))
    relay.waits(100)
    relay.gets(MEDIA, STRANGER)
    assert relay.figures.paths_joined == 0
    board = relay.board
    assert not board._places
    assert not board._transactions
    board.remove(PATH.id)
    assert not board._names


ON_TURN: Address = ("203.0.113.99", 51000)


def test_a_side_that_comes_by_itself_is_not_heard_from_its_turn_server(relay: Relay) -> None:
    relay.board.turn_hosts = frozenset({ON_TURN[0]})
    relay.joins()
    assert relay.passes_on(a_check(FIRST, SECOND, use_candidate=True), ON_TURN) == []
    assert relay.dropped() == {Dropped.NOBODY_HEARD: 1, Dropped.ROUNDABOUT: 1}
    assert relay.passes_on(MEDIA, DESK) == [WIFI]


def test_the_way_round_is_forgotten_once_the_side_comes_by_itself(relay: Relay) -> None:
    relay.board.turn_hosts = frozenset({ON_TURN[0]})
    relay.joins(ON_TURN, DESK)
    assert relay.passes_on(MEDIA, DESK) == [ON_TURN]
    relay.waits(1)
    relay.gets(a_check(SECOND, FIRST), DESK)
    sends = relay.gets(a_check(FIRST, SECOND, use_candidate=True), WIFI)
    assert relay.passes_on(MEDIA, ON_TURN) == [DESK], "until it has answered nothing changes"
    [repeated] = [one.datagram for one in sends if one.destination.address == WIFI]
    relay.gets(an_answer(repeated, FIRST), WIFI)
    assert relay.passes_on(MEDIA, ON_TURN) == []
    assert relay.passes_on(MEDIA, DESK) == [WIFI]


def test_a_recorded_check_does_not_cut_off_a_side_that_comes_over_turn(relay: Relay) -> None:
    """Neither does a side that gets out by itself and hears nothing there."""
    relay.board.turn_hosts = frozenset({ON_TURN[0]})
    relay.joins(ON_TURN, DESK)
    recorded = a_check(FIRST, SECOND, use_candidate=True)
    for _ in range(4):
        relay.gets(recorded, STRANGER)
        relay.waits(2)
        assert relay.passes_on(MEDIA, ON_TURN) == [DESK]
        assert relay.passes_on(MEDIA, DESK) == [ON_TURN]
        relay.proves(ON_TURN, FIRST, SECOND, DESK)
        assert relay.passes_on(a_check(FIRST, SECOND), ON_TURN) == [DESK]


def test_a_side_that_can_come_no_other_way_is_heard_from_its_turn_server(relay: Relay) -> None:
    relay.board.turn_hosts = frozenset({ON_TURN[0]})
    relay.joins(ON_TURN, DESK)
    assert relay.passes_on(MEDIA, ON_TURN) == [DESK]


def test_when_its_own_way_has_fallen_silent_a_side_is_heard_from_its_turn_server(relay: Relay) -> None:
    relay.board.turn_hosts = frozenset({ON_TURN[0]})
    relay.joins()
    relay.waits(8.5)
    relay.gets(a_check(SECOND, FIRST), DESK)
    assert relay.passes_on(a_check(FIRST, SECOND, use_candidate=True), ON_TURN) == [DESK]
    check = a_check(SECOND, FIRST)
    assert ON_TURN in [one.destination.address for one in relay.gets(check, DESK)]
    relay.gets(an_answer(check, FIRST), ON_TURN)
    assert relay.passes_on(MEDIA, DESK) == [ON_TURN]
