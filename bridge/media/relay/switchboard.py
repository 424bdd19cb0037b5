"""Who may send what to whom: the rules of the relay, without a socket and without a clock.

A *path* joins two sides, each known by the ufrag and pwd of its descriptions. From each side's own ICE checks the
switchboard learns the addresses it is at:

    unknown ── verified check from there ──> heard ── valid answer to a check sent there ──> answered
       ^                                       │ 60 s without either                          │ 30 s without one
       └───────────────────────────────────────┴────────────────────── heard <────────────────┘

Media is taken from heard addresses and sent to answered ones only: a check that somebody recorded and repeats from
elsewhere turns nothing onto that address. Until it has answered, an address is sent at most three bytes for each
byte of verified checks from it (the bound that QUIC has, RFC 9000 section 8.1).

A side may be heard at several addresses (Wi-Fi and cable; a changed network). Its *current* one is where it last
chose to be: the last that sent media or a check with USE-CANDIDATE; when that one has been silent for 3 s, the last
that was heard. Media goes to the current address once that has answered, until then to the one before. An address
that has not answered yet is sent the other side's latest check once more, so that a moved side is found after one
round trip and not at the other side's next check, seconds later.

A side may be able to reach the relay by itself and over a TURN server. Browsers see no difference in the priority of
the two, and settle on the way round (their local preference favours TURN), so while a side is reached by itself it
is not heard from a TURN server.

Nothing is opened: datagrams leave as they came. Times are milliseconds of a clock that never runs backwards.
"""

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address

from bridge.edge.limits import Allowance
from bridge.media.relay.checks import Kind, NotABinding, binding_answer, glance, verified

#: As the socket gives it: host and port, and for IPv6 flow and scope.
Address = tuple[str, int] | tuple[str, int, int, int]

SILENT_AFTER_MS = 3_000
#: RFC 7675: consent to send lasts 30 s. A browser checks a path it keeps in reserve every 25 s.
ANSWERED_FOR_MS = 30_000
HEARD_FOR_MS = 60_000
TRANSACTION_MS = 10_000
CREDENTIALS_A_SIDE = 4
ADDRESSES_A_SIDE = 8
TRANSACTIONS_A_PATH = 64
DATAGRAM_AT_MOST = 2048
#: Bytes to an address that has not answered, for each byte of verified checks from it.
UNANSWERED_FACTOR = 3
#: Paths that may have the same two ufrags: each costs one more check of integrity.
_SAME_USERNAME = 4
#: A side that has been heard by itself so lately is not heard from a TURN server. Browsers check every 2.5 s.
BY_ITSELF_MS = 8_000
_TIDY_EVERY_MS = 1_000
#: Checks may use the last tenth of what media leaves: too much media must not end the call by its silence.
_RESERVED_FOR_CHECKS = 10
_NEVER_MS = -(10**15)
_UFRAG = re.compile(r"[A-Za-z0-9+/]{4,256}")
_PWD = re.compile(r"[A-Za-z0-9+/]{22,256}")


class Side(enum.IntEnum):
    """The two sides of a path."""

    FIRST = 0
    SECOND = 1

    @property
    def other(self) -> "Side":
        return Side.SECOND if self is Side.FIRST else Side.FIRST


@dataclass(frozen=True, slots=True)
class Credentials:
    """ice-ufrag and ice-pwd of one description. Raises ValueError for what RFC 8839 (section 5.4) does not allow."""

    ufrag: str = field(repr=False)
    pwd: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _UFRAG.fullmatch(self.ufrag) or not _PWD.fullmatch(self.pwd):
            raise ValueError("expected an ice-ufrag of 4 to 256 and an ice-pwd of 22 to 256 letters, digits, + and /")


@dataclass(frozen=True, slots=True)
class Path:
    """What the bridge knows of a connection between two browsers.

    ``sides`` has each side's credentials, the newest last; of more than four the newest four count. A side that has
    not said anything yet is empty. After a restart of ICE the old ones are given too, for as long as they may be used.
    """

    id: str
    sides: tuple[tuple[Credentials, ...], tuple[Credentials, ...]]

    def of(self, side: Side) -> tuple[Credentials, ...]:
        """The credentials of one side."""
        return self.sides[side][-CREDENTIALS_A_SIDE:]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds. A kilobit is 1000 bits of payload; each bucket holds one second's worth."""

    paths: int
    path_kbps: int
    total_kbps: int
    #: Answers to plain Binding requests of one network (IPv4 /24, IPv6 /56): at once, and a second.
    answers_burst: int = 200
    answers_per_s: int = 50
    #: And of all networks together.
    all_answers_burst: int = 4000
    all_answers_per_s: int = 2000


class Dropped(enum.StrEnum):
    """Why a datagram went nowhere."""

    TOO_LARGE = "too_large"
    NOT_OURS = "not_ours"  # neither STUN nor DTLS nor RTP by its first byte
    MALFORMED = "malformed"
    OTHER_METHOD = "other_method"  # STUN, but no Binding request, answer or error: TURN, indications
    UNSIGNED = "unsigned"  # a check without MESSAGE-INTEGRITY
    NOT_UNDERSTOOD = "not_understood"  # a plain request that asks for more than an address
    UNKNOWN_NAME = "unknown_name"
    WRONG_INTEGRITY = "wrong_integrity"
    UNKNOWN_TRANSACTION = "unknown_transaction"
    OTHER_ERROR = "other_error"  # an error other than role conflict
    UNKNOWN_SOURCE = "unknown_source"
    ROUNDABOUT = "roundabout"  # from a TURN server, while that side is heard by itself
    NOBODY_HEARD = "nobody_heard"  # the other side is at no address yet
    NOT_ANSWERED = "not_answered"  # the other side's address has not shown that it receives
    UNANSWERED_LIMIT = "unanswered_limit"
    PATH_LIMIT = "path_limit"
    TOTAL_LIMIT = "total_limit"
    ANSWER_LIMIT = "answer_limit"
    NOT_SENT = "not_sent"  # the socket would not take it


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts since the start, and the paths there are now.

    Each datagram received is one forwarded, one binding answer or one dropped. ``repeated`` are checks sent once
    more; they were received before.
    """

    forwarded: int
    forwarded_bytes: int
    binding_answers: int
    repeated: int
    dropped: dict[Dropped, int]
    paths: int
    paths_joined: int

    @property
    def received(self) -> int:
        return self.forwarded + self.binding_answers + sum(self.dropped.values())


class Destination:
    """An address and the listening socket that reaches it: the one its own datagrams come to."""

    __slots__ = ("address", "local")

    def __init__(self, address: Address, local: int) -> None:
        self.address = address
        self.local = local

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Destination) and (self.address, self.local) == (other.address, other.local)

    def __hash__(self) -> int:
        return hash((self.address, self.local))

    def __repr__(self) -> str:
        # No address: what is printed may end in a log.
        return f"Destination(local={self.local})"


class Purpose(enum.Enum):
    """What a datagram is sent for."""

    FORWARD = "forward"
    ANSWER = "answer"  # to a plain Binding request
    REPEAT = "repeat"  # a check, once more


@dataclass(frozen=True, slots=True)
class Send:
    """One datagram to send."""

    datagram: bytes
    destination: Destination
    purpose: Purpose = Purpose.FORWARD


class _Place:
    """An address at which a side is heard."""

    __slots__ = ("answered_ms", "credit", "destination", "end", "heard_ms", "seen_ms")

    def __init__(self, end: "_End", destination: Destination, now_ms: int) -> None:
        self.end = end
        self.destination = destination
        self.heard_ms = now_ms  # last verified check from there, or answer
        self.seen_ms = now_ms  # the same, or media
        self.answered_ms = _NEVER_MS
        self.credit = 0  # bytes that may go there before it has answered

    def has_answered(self, now_ms: int) -> bool:
        return now_ms - self.answered_ms <= ANSWERED_FOR_MS


class _End:
    """One side of a line."""

    __slots__ = ("current", "last_check", "line", "other", "places", "target")

    def __init__(self, line: "_Line") -> None:
        self.line = line
        self.other: _End = self
        self.places: dict[Address, _Place] = {}
        self.current: _Place | None = None
        self.target: _Place | None = None  # where media goes
        self.last_check: _Check | None = None

    def has_answered(self, now_ms: int) -> bool:
        return self.target is not None and self.target.has_answered(now_ms)


@dataclass(frozen=True, slots=True)
class _Check:
    """A verified check as it came, to be sent once more."""

    datagram: bytes
    transaction: bytes
    key: bytes
    sender: _Place


@dataclass(frozen=True, slots=True)
class _Transaction:
    """A check that was forwarded and waits for its answer."""

    line: "_Line"
    sender: _Place
    target: _Place
    key: bytes
    until_ms: int


_TransactionKey = tuple[Address, bytes]


class _Line:
    """A path with what was learned of it."""

    __slots__ = ("budget_bits", "budget_ms", "first", "path", "second", "transactions")

    def __init__(self, path: Path, budget_bits: int, now_ms: int) -> None:
        self.path = path
        self.first, self.second = _End(self), _End(self)
        self.first.other, self.second.other = self.second, self.first
        self.budget_bits = budget_bits
        self.budget_ms = now_ms
        self.transactions: dict[_TransactionKey, _Transaction] = {}

    def end(self, side: Side) -> _End:
        return self.first if side is Side.FIRST else self.second


@dataclass(frozen=True, slots=True)
class _Name:
    """A USERNAME that may be used: by which side of which path, and the key of its MESSAGE-INTEGRITY."""

    line: _Line
    side: Side
    key: bytes


class Switchboard:
    """The paths of one relay and every rule about them."""

    def __init__(self, limits: Limits, now_ms: int) -> None:
        self._limits = limits
        self._lines: dict[str, _Line] = {}
        self._names: dict[bytes, tuple[_Name, ...]] = {}
        # Whose media an address sends. Each line's own table is the truth; this is the short way to it.
        self._places: dict[Address, _Place] = {}
        self._transactions: dict[_TransactionKey, _Transaction] = {}
        self._path_most_bits = limits.path_kbps * 1000
        self._path_reserve_bits = self._path_most_bits // _RESERVED_FOR_CHECKS
        self._total_most_bits = limits.total_kbps * 1000
        self._total_reserve_bits = self._total_most_bits // _RESERVED_FOR_CHECKS
        self._total_bits = self._total_most_bits
        self._total_ms = now_ms
        self._tidy_at_ms = now_ms + _TIDY_EVERY_MS
        self._answers = Allowance(limits.answers_burst, limits.answers_per_s)
        self._all_answers = Allowance(limits.all_answers_burst, limits.all_answers_per_s, keys=1)
        self._forwarded = 0
        self._forwarded_bytes = 0
        self._binding_answers = 0
        self._repeated = 0
        self._dropped = dict.fromkeys(Dropped, 0)
        #: Addresses of TURN servers, as text.
        self.turn_hosts: frozenset[str] = frozenset()

    def put(self, path: Path, now_ms: int) -> bool:
        """Add a path, or give a known one the credentials it has now. False, and nothing changed: too many paths.

        Addresses learned stay, except those of a side that keeps none of its credentials.
        """
        line = self._lines.get(path.id)
        wanted = _names_of(path)
        if line is None and len(self._lines) >= self._limits.paths:
            return False
        for username, _, _ in wanted:
            others = [name for name in self._names.get(username, ()) if name.line is not line]
            if len(others) >= _SAME_USERNAME:
                return False
        if line is None:
            line = self._lines[path.id] = _Line(path, self._path_most_bits, now_ms)
        else:
            self._forget_names(line)
            for side in Side:
                if not set(line.path.of(side)) & set(path.of(side)):
                    for place in list(line.end(side).places.values()):
                        self._forget_place(place)
            line.path = path
        for username, side, key in wanted:
            self._names[username] = (*self._names.get(username, ()), _Name(line, side, key))
        return True

    def remove(self, path_id: str) -> None:
        """Forget a path and its addresses; what arrives from them after this is unknown. Not there: nothing to do."""
        line = self._lines.pop(path_id, None)
        if line is None:
            return
        self._forget_names(line)
        for end in (line.first, line.second):
            for place in list(end.places.values()):
                self._forget_place(place)
        for key in line.transactions:
            del self._transactions[key]
        line.transactions.clear()

    def replace_all(self, paths: Iterable[Path], now_ms: int) -> int:
        """Have exactly these paths; those that stay keep their addresses. Returns how many were refused."""
        wanted = {path.id: path for path in paths}
        for path_id in self._lines.keys() - wanted.keys():
            self.remove(path_id)
        return sum(not self.put(path, now_ms) for path in wanted.values())

    def __len__(self) -> int:
        """How many paths there are."""
        return len(self._lines)

    def figures(self, now_ms: int) -> Figures:
        """What was counted so far."""
        self._tidy(now_ms)
        joined = sum(
            line.first.has_answered(now_ms) and line.second.has_answered(now_ms) for line in self._lines.values()
        )
        return Figures(
            self._forwarded,
            self._forwarded_bytes,
            self._binding_answers,
            self._repeated,
            dict(self._dropped),
            len(self._lines),
            joined,
        )

    def receive(self, datagram: bytes, source: Address, local: int, now_ms: int) -> list[Send]:
        """What to send because this datagram came from ``source`` to the listening socket ``local``.

        Never raises, whatever the bytes. Nothing to send: the reason is counted.
        """
        if not datagram:
            return self._drop(Dropped.NOT_OURS)
        if datagram[0] > 3:
            destination = self.media(datagram[0], len(datagram), source, now_ms)
            return [] if destination is None else [Send(datagram, destination)]
        if len(datagram) > DATAGRAM_AT_MOST:
            return self._drop(Dropped.TOO_LARGE)
        if now_ms >= self._tidy_at_ms:
            self._tidy(now_ms)
        seen = glance(datagram)
        if seen is NotABinding.MALFORMED:
            return self._drop(Dropped.MALFORMED)
        if isinstance(seen, NotABinding):
            return self._drop(Dropped.OTHER_METHOD)
        if seen.kind is not Kind.REQUEST:
            return self._answer_to_a_check(datagram, seen.transaction, source, now_ms)
        if seen.username is not None and seen.signed:
            return self._check(datagram, seen.transaction, seen.username, Destination(source, local), now_ms)
        if seen.username is not None:
            return self._drop(Dropped.UNSIGNED)
        if seen.signed:
            return self._drop(Dropped.UNKNOWN_NAME)
        if seen.demanding:
            return self._drop(Dropped.NOT_UNDERSTOOD)
        return self._plain_request(seen.transaction, Destination(source, local), now_ms)

    def media(self, first_byte: int, size: int, source: Address, now_ms: int) -> Destination | None:
        """Where a datagram goes that is not STUN (first byte above 3), by its size in bytes and its source alone.

        Every picture and every sound passes here: nothing is allocated on the way.
        """
        if now_ms >= self._tidy_at_ms:
            self._tidy(now_ms)
        place = self._places.get(source)
        if place is None:
            self._dropped[Dropped.UNKNOWN_SOURCE] += 1
            return None
        # RFC 7983: DTLS, or RTP and RTCP.
        if not (127 < first_byte < 192 or 19 < first_byte < 64):
            self._dropped[Dropped.NOT_OURS] += 1
            return None
        if size > DATAGRAM_AT_MOST:
            self._dropped[Dropped.TOO_LARGE] += 1
            return None
        end = place.end
        place.seen_ms = now_ms
        if end.current is not place:
            _choose(place, now_ms)
        target = end.other.target
        if target is None:
            self._dropped[Dropped.NOT_ANSWERED] += 1
            return None
        if not self._within_limits(end.line, size, self._path_reserve_bits, self._total_reserve_bits, now_ms):
            return None
        self._forwarded += 1
        self._forwarded_bytes += size
        return target.destination

    def not_sent(self, size: int, purpose: Purpose = Purpose.FORWARD) -> None:
        """A datagram of this size that was to be sent did not leave: the socket would not take it."""
        if purpose is Purpose.REPEAT:
            self._repeated -= 1
            return
        if purpose is Purpose.ANSWER:
            self._binding_answers -= 1
        else:
            self._forwarded -= 1
            self._forwarded_bytes -= size
        self._dropped[Dropped.NOT_SENT] += 1

    def _drop(self, why: Dropped) -> list[Send]:
        self._dropped[why] += 1
        return []

    def _within_limits(self, line: _Line, size: int, path_keeps: int, total_keeps: int, now_ms: int) -> bool:
        bits = size * 8
        if now_ms > line.budget_ms:
            refilled = line.budget_bits + (now_ms - line.budget_ms) * self._limits.path_kbps
            line.budget_bits = refilled if refilled < self._path_most_bits else self._path_most_bits
            line.budget_ms = now_ms
        if now_ms > self._total_ms:
            refilled = self._total_bits + (now_ms - self._total_ms) * self._limits.total_kbps
            self._total_bits = refilled if refilled < self._total_most_bits else self._total_most_bits
            self._total_ms = now_ms
        if line.budget_bits - bits < path_keeps:
            self._dropped[Dropped.PATH_LIMIT] += 1
            return False
        if self._total_bits - bits < total_keeps:
            self._dropped[Dropped.TOTAL_LIMIT] += 1
            return False
        line.budget_bits -= bits
        self._total_bits -= bits
        return True

    def _check(
        self, datagram: bytes, transaction: bytes, username: bytes, origin: Destination, now_ms: int
    ) -> list[Send]:
        """A Binding request of ICE: learn its address, pass it on."""
        names = self._names.get(username)
        if names is None:
            return self._drop(Dropped.UNKNOWN_NAME)
        for name in names:
            message = verified(datagram, name.key)
            if message is not None:
                break
        else:
            return self._drop(Dropped.WRONG_INTEGRITY)
        end = name.line.end(name.side)
        if origin.address[0] in self.turn_hosts and any(self._by_itself(one, now_ms) for one in end.places.values()):
            return self._drop(Dropped.ROUNDABOUT)
        place = self._heard(end, origin, now_ms)
        place.credit = min(place.credit + UNANSWERED_FACTOR * len(datagram), UNANSWERED_FACTOR * DATAGRAM_AT_MOST)
        current = end.current
        if "USE-CANDIDATE" in message.attributes or current is None or now_ms - current.seen_ms > SILENT_AFTER_MS:
            _choose(place, now_ms)
        check = end.last_check = _Check(datagram, transaction, name.key, place)
        sends: list[Send] = []
        theirs = end.other.last_check
        if theirs is not None:
            sends += self._repeat(theirs, place, now_ms)
        # Where media goes; and to where the side may have moved, so that it can answer from there.
        recipient = end.other.target or end.other.current
        if end.other.current is not None and end.other.current is not recipient:
            sends += self._repeat(check, end.other.current, now_ms)
        if recipient is None:
            self._dropped[Dropped.NOBODY_HEARD] += 1
        elif not self._may_be_sent(recipient, len(datagram), now_ms):
            self._dropped[Dropped.UNANSWERED_LIMIT] += 1
        elif self._within_limits(name.line, len(datagram), 0, 0, now_ms):
            self._remember(check, recipient, now_ms)
            self._forwarded += 1
            self._forwarded_bytes += len(datagram)
            sends.append(Send(datagram, recipient.destination))
        return sends

    def _by_itself(self, place: _Place, now_ms: int) -> bool:
        """Whether a side is at an address that is not a TURN server's, and has shown that it can be reached there: a
        check alone may be a recorded one, or from behind a firewall that lets nothing in."""
        straight = place.destination.address[0] not in self.turn_hosts
        return straight and place.has_answered(now_ms) and now_ms - place.heard_ms <= BY_ITSELF_MS

    def _forget_roundabouts(self, straight: _Place) -> None:
        end = straight.end
        for roundabout in [one for one in end.places.values() if one.destination.address[0] in self.turn_hosts]:
            self._forget_place(roundabout)
        end.current = end.current or straight
        end.target = end.target or straight

    def _repeat(self, check: _Check, to: _Place, now_ms: int) -> list[Send]:
        """Send a check once more to an address that has not answered yet, so that it can."""
        if to.has_answered(now_ms) or (to.destination.address, check.transaction) in self._transactions:
            return []
        if not self._may_be_sent(to, len(check.datagram), now_ms):
            return []
        self._remember(check, to, now_ms)
        self._repeated += 1
        return [Send(check.datagram, to.destination, Purpose.REPEAT)]

    def _answer_to_a_check(self, datagram: bytes, transaction: bytes, source: Address, now_ms: int) -> list[Send]:
        """A Binding response or error: only from where the check went, only to where the check came from."""
        waiting = self._transactions.get((source, transaction))
        if waiting is None:
            return self._drop(Dropped.UNKNOWN_TRANSACTION)
        message = verified(datagram, waiting.key)
        if message is None:
            return self._drop(Dropped.WRONG_INTEGRITY)
        role_conflict = message.error_code == 487
        if message.message_class == Kind.ERROR & 0x0110 and not role_conflict:
            return self._drop(Dropped.OTHER_ERROR)
        # One answer for each check: a recorded answer is worth nothing.
        self._forget_transaction((source, transaction))
        target = waiting.target
        target.heard_ms = target.seen_ms = now_ms
        if not role_conflict:
            target.answered_ms = now_ms
            self._places[source] = target
            if target.end.current is target or target.end.target is None:
                target.end.target = target
            if source[0] not in self.turn_hosts:
                self._forget_roundabouts(target)
        sender = waiting.sender
        if sender.end.places.get(sender.destination.address) is not sender:
            return self._drop(Dropped.NOBODY_HEARD)
        if not self._may_be_sent(sender, len(datagram), now_ms):
            return self._drop(Dropped.UNANSWERED_LIMIT)
        if not self._within_limits(waiting.line, len(datagram), 0, 0, now_ms):
            return []
        self._forwarded += 1
        self._forwarded_bytes += len(datagram)
        return [Send(datagram, sender.destination)]

    def _plain_request(self, transaction: bytes, origin: Destination, now_ms: int) -> list[Send]:
        """The STUN server: tells who asks the address it is seen at."""
        if self._answers.take(_network(origin.address[0]), now_ms) > 0 or self._all_answers.take("all", now_ms) > 0:
            return self._drop(Dropped.ANSWER_LIMIT)
        self._binding_answers += 1
        answer = binding_answer(transaction, (origin.address[0], origin.address[1]))
        return [Send(answer, origin, Purpose.ANSWER)]

    def _heard(self, end: _End, origin: Destination, now_ms: int) -> _Place:
        """The place of a verified check; the one unused for longest makes room for a new one."""
        place = end.places.get(origin.address)
        if place is None:
            if len(end.places) >= ADDRESSES_A_SIDE:
                # One that media goes to is in use, however new the others are.
                unused = (one for one in end.places.values() if one is not end.target)
                self._forget_place(min(unused, key=lambda one: one.seen_ms))
            place = end.places[origin.address] = _Place(end, origin, now_ms)
        elif place.destination.local != origin.local:
            place.destination = origin
        place.heard_ms = place.seen_ms = now_ms
        known = self._places.get(origin.address)
        if known is None or not known.has_answered(now_ms):
            # An address of another path that has answered there keeps sending for that path: whoever can write any
            # source on a datagram could otherwise take somebody's media over with checks of a path of his own.
            self._places[origin.address] = place
        return place

    def _may_be_sent(self, place: _Place, size: int, now_ms: int) -> bool:
        if place.has_answered(now_ms):
            return True
        if place.credit < size:
            return False
        place.credit -= size
        return True

    def _remember(self, check: _Check, target: _Place, now_ms: int) -> None:
        line = target.end.line
        key = (target.destination.address, check.transaction)
        if key in self._transactions:
            self._forget_transaction(key)
        while len(line.transactions) >= TRANSACTIONS_A_PATH:
            self._forget_transaction(next(iter(line.transactions)))
        waiting = _Transaction(line, check.sender, target, check.key, now_ms + TRANSACTION_MS)
        self._transactions[key] = line.transactions[key] = waiting

    def _forget_transaction(self, key: _TransactionKey) -> None:
        del self._transactions.pop(key).line.transactions[key]

    def _forget_names(self, line: _Line) -> None:
        for username, _, _ in _names_of(line.path):
            others = tuple(name for name in self._names.get(username, ()) if name.line is not line)
            if others:
                self._names[username] = others
            else:
                self._names.pop(username, None)

    def _forget_place(self, place: _Place) -> None:
        address, end = place.destination.address, place.end
        del end.places[address]
        if self._places.get(address) is place:
            del self._places[address]
        if end.current is place:
            end.current = None
        if end.target is place:
            end.target = None
        if end.last_check is not None and end.last_check.sender is place:
            end.last_check = None

    def _tidy(self, now_ms: int) -> None:
        """Let go of what has expired; each second, so that no datagram has to look at the time for it."""
        self._tidy_at_ms = now_ms + _TIDY_EVERY_MS
        for line in self._lines.values():
            for end in (line.first, line.second):
                if end.target is not None and not end.target.has_answered(now_ms):
                    end.target = None
                for place in [one for one in end.places.values() if now_ms - one.heard_ms > HEARD_FOR_MS]:
                    self._forget_place(place)
            for key in [key for key, waiting in line.transactions.items() if waiting.until_ms < now_ms]:
                self._forget_transaction(key)


def _choose(place: _Place, now_ms: int) -> None:
    """This is where its side is now. Media follows once it has answered."""
    place.end.current = place
    if place.has_answered(now_ms):
        place.end.target = place


def _names_of(path: Path) -> list[tuple[bytes, Side, bytes]]:
    """Every USERNAME of its checks (RFC 8445 section 7.2.2: the recipient's ufrag first), who sends it, and the key."""
    found: dict[tuple[bytes, Side], bytes] = {}
    for side in Side:
        for own in path.of(side):
            for theirs in path.of(side.other):
                username = f"{theirs.ufrag}:{own.ufrag}".encode()
                found[username, side] = theirs.pwd.encode()
    return [(username, side, key) for (username, side), key in found.items()]


def _network(host: str) -> str:
    """Who counts as one: an IPv4 /24 or an IPv6 /56."""
    address = ip_address(host.partition("%")[0])
    shift = 8 if address.version == 4 else 72
    return f"{address.version}:{int(address) >> shift:x}"
