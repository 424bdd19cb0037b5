"""A hundred thousand datagrams that nobody should send, and a relay that carries on."""

import asyncio
import gc
import os
import random
import socket
import struct
from pathlib import Path

from aioice import stun

from bridge.media.relay.endpoint import Endpoint
from bridge.media.relay.switchboard import Address, Limits, Purpose, Switchboard
from tests.media.relay_ends import DTLS, FIRST, MEDIA, PATH, SECOND, a_check, a_plain_request, an_answer

FED = 90_000
FED_BEFORE_MEASURED = 20_000
THROUGH_THE_SOCKET = 10_000
FIRST_AT: Address = ("198.51.100.7", 40001)
SECOND_AT: Address = ("2001:db8::9", 50001, 0, 0)
LIMITS = Limits(paths=4, path_kbps=1_000_000, total_kbps=1_000_000)
#: 70,000 datagrams that left 30 bytes each would show.
MEMORY_SLACK = 2 * 1024 * 1024
STRANGERS = 5_000
TYPES = [0x0001, 0x0101, 0x0111, 0x0011, 0x0003, 0x0103, 0x0016, 0x0017, 0x0009]
# Names of attributes that a parser knows, and some that none does.
ATTRIBUTES = [*stun.ATTRIBUTES_BY_TYPE, 0x001C, 0x002A, 0x7FFF, 0xC070, 0xFFFF]


class Fuzz:
    """A source of datagrams: the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        check = a_check(FIRST, SECOND, use_candidate=True)
        self.genuine = [check, a_check(SECOND, FIRST), an_answer(check, SECOND), an_answer(check, SECOND, error=487)]
        self.genuine += [a_plain_request(), a_plain_request(USERNAME="seco:firs"), MEDIA, DTLS]
        self.kinds = [
            self.noise, self.mutated, self.truncated, self.wrong_length, self.huge_attribute, self.random_attributes,
            self.known_name, self.plain, self.signed_nonsense,
        ]  # fmt: skip

    def datagram(self) -> bytes:
        return self.chance.choice(self.kinds)()

    def noise(self) -> bytes:
        return self.chance.randbytes(self.chance.choice([0, 1, 3, 19, 20, 21, 64, 300, 1200, 2048, 2049, 4000]))

    def mutated(self) -> bytes:
        spoiled = bytearray(self.chance.choice(self.genuine))
        for _ in range(self.chance.randint(1, 4)):
            spoiled[self.chance.randrange(len(spoiled))] = self.chance.randrange(256)
        return bytes(spoiled)

    def truncated(self) -> bytes:
        whole = self.chance.choice(self.genuine)
        return whole[: self.chance.randrange(len(whole))]

    def wrong_length(self) -> bytes:
        whole = self.chance.choice(self.genuine[:6])
        return whole[:2] + struct.pack("!H", self.chance.choice([0, 1, 3, 4, 1000, 65532, 65535])) + whole[4:]

    def huge_attribute(self) -> bytes:
        name, value = self.chance.choice(ATTRIBUTES), self.chance.randbytes(self.chance.randint(500, 2100))
        return self.message(self.chance.choice(TYPES), [(name, value)])

    def random_attributes(self) -> bytes:
        found = [
            (self.chance.choice(ATTRIBUTES), self.chance.randbytes(self.chance.randint(0, 24)))
            for _ in range(self.chance.randint(0, 45))
        ]
        return self.message(self.chance.choice(TYPES), found)

    def known_name(self) -> bytes:
        found = [(0x0006, b"seco:firs"), (self.chance.choice(ATTRIBUTES), self.chance.randbytes(8))]
        return self.message(0x0001, [*found, (0x0008, self.chance.randbytes(20)), (0x8028, self.chance.randbytes(4))])

    def plain(self) -> bytes:
        return self.message(0x0001, [(0x8000 + self.chance.randrange(0x22), self.chance.randbytes(4))])

    def signed_nonsense(self) -> bytes:
        """Rightly signed, as somebody who takes part could send it: but with values that fit no attribute."""
        names = [name for name in ATTRIBUTES if name not in {0x0006, 0x0008, 0x8028}]
        found = [(self.chance.choice(names), self.chance.randbytes(self.chance.randint(0, 16))) for _ in range(3)]
        body = self.message(0x0001, [(0x0006, b"seco:firs"), *found])
        length = len(body) - 20 + 24
        body = body[:2] + struct.pack("!H", length) + body[4:]
        signed = body + struct.pack("!HH", 8, 20) + stun.message_integrity(body, SECOND.pwd.encode())
        signed = signed[:2] + struct.pack("!H", length + 8) + signed[4:]
        return signed + struct.pack("!HHI", 0x8028, 4, stun.message_fingerprint(signed))

    def message(self, kind: int, attributes: list[tuple[int, bytes]]) -> bytes:
        body = b"".join(
            struct.pack("!HH", name, len(value)) + value + bytes(-len(value) % 4) for name, value in attributes
        )
        return struct.pack("!HHI", kind, len(body) & 0xFFFF, stun.COOKIE) + self.chance.randbytes(12) + body

    def stranger(self) -> Address:
        host = self.chance.randrange(1 << 16)
        if self.chance.random() < 0.3:
            return (f"2001:db8:{host:x}::1", self.chance.randint(1, 65535), 0, 0)
        return (f"10.0.{host >> 8}.{host & 255}", self.chance.randint(1, 65535))


def resident_bytes() -> int:
    """Memory of this process, when what is not used any more has been given back."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def join(board: Switchboard, now_ms: int) -> None:
    """Two genuine ends check and answer each other, as they do every few seconds; then media passes both ways."""
    for own, at, other, other_at in ((FIRST, FIRST_AT, SECOND, SECOND_AT), (SECOND, SECOND_AT, FIRST, FIRST_AT)) * 2:
        check = a_check(own, other)
        for send in board.receive(check, at, 0, now_ms):
            if send.destination.address == other_at and send.datagram == check:
                board.receive(an_answer(check, other), other_at, 0, now_ms)
    assert [send.destination.address for send in board.receive(MEDIA, FIRST_AT, 0, now_ms)] == [SECOND_AT]
    assert [send.destination.address for send in board.receive(MEDIA, SECOND_AT, 0, now_ms)] == [FIRST_AT]


def test_ninety_thousand_datagrams_change_nothing_and_are_all_accounted_for() -> None:
    fuzz, now_ms = Fuzz(1), 1_000_000
    board = Switchboard(LIMITS, now_ms)
    assert board.put(PATH, now_ms)
    join(board, now_ms)
    before = board.figures(now_ms).received
    joined, measured = 0, 0
    # The ledger is made beforehand: it is not to grow while memory is measured.
    strangers = [fuzz.stranger() for _ in range(STRANGERS)]
    came = dict.fromkeys([*strangers, FIRST_AT, SECOND_AT], 0)
    went = dict(came)
    for n in range(FED):
        now_ms += fuzz.chance.choice([0, 0, 1, 2])
        datagram = fuzz.datagram()
        source = fuzz.chance.choice([FIRST_AT, SECOND_AT]) if n % 10 == 0 else fuzz.chance.choice(strangers)
        came[source] += len(datagram)
        for send in board.receive(datagram, source, 0, now_ms):
            to = send.destination.address
            if send.purpose is Purpose.ANSWER:
                assert to == source
                assert len(send.datagram) <= len(datagram) + 24
            elif to not in {FIRST_AT, SECOND_AT}:
                # Whoever had the right key is sent checks of the other side: three bytes for one, and no media.
                assert send.datagram[0] == 0
                went[to] += len(send.datagram)
                assert went[to] <= 3 * came[to]
        if n % 3_000 == 0:
            join(board, now_ms)
            joined += 1
        if n == FED_BEFORE_MEASURED:
            measured = resident_bytes()
    grown = resident_bytes() - measured
    assert grown < MEMORY_SLACK, f"{grown} bytes more than after {FED_BEFORE_MEASURED}"
    join(board, now_ms)
    figures = board.figures(now_ms)
    # Each join is four checks with their answers, and two of media.
    assert figures.received == before + FED + 10 * (joined + 1)
    assert figures.paths_joined == 1
    nothing = [why.value for why, count in figures.dropped.items() if not count]
    assert set(nothing) <= {
        "unanswered_limit", "path_limit", "total_limit", "not_sent", "nobody_heard", "not_answered", "other_error",
        "answer_limit", "roundabout",
    }, f"kinds of refusal the fuzz never met: {nothing}"  # fmt: skip


async def test_ten_thousand_datagrams_through_the_socket_leave_the_relay_running() -> None:
    loop = asyncio.get_running_loop()

    def now_ms() -> int:
        return int(loop.time() * 1000)

    board = Switchboard(LIMITS, now_ms())
    assert board.put(PATH, now_ms())
    endpoint = Endpoint(board, ["127.0.0.1"], 0, now_ms)
    endpoint.open()
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(4)]
    # The bystander is in a network of its own: the stranger uses up the answers that his may have.
    for one, host in zip(sockets, ("127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.1.1"), strict=True):
        one.setblocking(False)
        one.bind((host, 0))
    first, second, stranger, bystander = sockets
    relay = ("127.0.0.1", endpoint.port)
    try:
        async with asyncio.timeout(30):
            await _exchange(first, second, relay)
            before = board.figures(now_ms()).received
            fuzz = Fuzz(2)
            for n in range(THROUGH_THE_SOCKET):
                stranger.sendto(fuzz.datagram(), relay)
                if n % 32 == 0:
                    # The relay reads what has come; none is lost to a full buffer.
                    await asyncio.sleep(0)
                    await asyncio.sleep(0)
            # Read in order: once this is answered, everything before it has been read.
            await loop.sock_sendto(bystander, a_plain_request(), relay)
            assert stun.parse_message(await loop.sock_recv(bystander, 4096)).message_class == stun.Class.RESPONSE
            assert board.figures(now_ms()).received == before + THROUGH_THE_SOCKET + 1
            await _exchange(first, second, relay)
        assert _waiting(bystander) == []
        assert _waiting(stranger)
    finally:
        endpoint.close()
        for one in sockets:
            one.close()


async def _exchange(first: socket.socket, second: socket.socket, relay: tuple[str, int]) -> None:
    loop = asyncio.get_running_loop()
    mark = MEDIA + random.randbytes(8)
    ends = {first: FIRST, second: SECOND}
    for sender, receiver in ((first, second), (second, first)) * 2:
        await loop.sock_sendto(sender, a_check(ends[sender], ends[receiver]), relay)
        await asyncio.sleep(0.01)
        for one, own in ends.items():
            for datagram in _waiting(one):
                if datagram[0] == 0 and stun.parse_message(datagram).message_class == stun.Class.REQUEST:
                    await loop.sock_sendto(one, an_answer(datagram, own), relay)
        await asyncio.sleep(0.01)
    for sender, receiver in ((first, second), (second, first)):
        _waiting(receiver)
        await loop.sock_sendto(sender, mark, relay)
        assert await loop.sock_recv(receiver, 4096) == mark


def _waiting(one: socket.socket) -> list[bytes]:
    found: list[bytes] = []
    while True:
        try:
            found.append(one.recv(4096))
        except BlockingIOError:
            return found
