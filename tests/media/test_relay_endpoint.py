"""The relay with real sockets: small ends written out, aioice's and aiortc's ends, and the process around it."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterable

import pytest
from aioice import Candidate, Connection, stun
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from bridge.clock import SteppedClock
from bridge.media.relay import endpoint as endpoint_module
from bridge.media.relay import process
from bridge.media.relay.addresses import own_addresses
from bridge.media.relay.process import Relay, RelayError, run_relay, status_line
from bridge.media.relay.registrations import PathTable, RelayAddress, RelayStatus
from bridge.media.relay.switchboard import Credentials, Dropped, Path
from bridge.settings import MediaSettings
from tests.media.relay_ends import DTLS, FIRST, MEDIA, PATH, SECOND, a_check, a_plain_request, an_answer

PATIENCE_S = 5.0
HOME = "127.0.0.1"


class End:
    """A browser's socket in the event loop. What arrives waits in a queue."""

    def __init__(self, host: str = HOME) -> None:
        self.socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind((host, 0))

    def sends(self, datagram: bytes, relay: tuple[str, int]) -> None:
        self.socket.sendto(datagram, relay)

    async def gets(self) -> bytes:
        async with asyncio.timeout(PATIENCE_S):
            datagram, self.heard_from = await asyncio.get_running_loop().sock_recvfrom(self.socket, 4096)
        return datagram

    def has_nothing(self) -> bool:
        try:
            self.socket.recv(4096, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        return False

    def close(self) -> None:
        self.socket.close()


@pytest.fixture
async def ends() -> AsyncIterator[Callable[..., End]]:
    opened: list[End] = []

    def an_end(host: str = HOME) -> End:
        opened.append(End(host))
        return opened[-1]

    yield an_end
    for end in opened:
        end.close()


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("0.0.0.0", 0))
        return int(probe.getsockname()[1])


def relay_at(*listen: str, port: int | None = None, **settings: object) -> Relay:
    loop = asyncio.get_running_loop()
    given = MediaSettings.model_validate(
        {"relay_listen": listen, "relay_port": port or free_port(), "relay_stun_port": 0, **settings}
    )
    return Relay(given, lambda: int(loop.time() * 1000))


@pytest.fixture
async def relay() -> AsyncIterator[Relay]:
    opened = relay_at(HOME)
    opened.open()
    assert opened.put(PATH)
    yield opened
    opened.close()


def address_of(relay: Relay, host: str = HOME) -> tuple[str, int]:
    return host, relay.addresses()[0].port


async def join(
    first: End, first_relay: tuple[str, int], second: End, second_relay: tuple[str, int],
    names: tuple[Credentials, Credentials] = (FIRST, SECOND),
) -> None:  # fmt: skip
    """Each end checks, answers, and gets the answer to its own check."""
    own, other = names
    early = a_check(own, other)
    first.sends(early, first_relay)
    await until_heard(first, first_relay)
    check = a_check(other, own)
    second.sends(check, second_relay)
    assert await second.gets() == early
    assert await first.gets() == check
    second.sends(an_answer(early, other), second_relay)
    assert await first.gets() == an_answer(early, other)
    first.sends(an_answer(check, own), first_relay)
    assert await second.gets() == an_answer(check, own)
    check = a_check(own, other, use_candidate=True)
    first.sends(check, first_relay)
    assert await second.gets() == check
    second.sends(an_answer(check, other), second_relay)
    assert await first.gets() == an_answer(check, other)


async def until_heard(end: End, relay: tuple[str, int]) -> None:
    """One socket's datagrams are read in order: when this one is answered, those before have been read."""
    end.sends(a_plain_request(), relay)
    assert stun.parse_message(await end.gets()).message_class == stun.Class.RESPONSE


async def test_two_ends_exchange_media_through_it(relay: Relay, ends: Callable[..., End]) -> None:
    first, second, at = ends(), ends(), address_of(relay)
    await join(first, at, second, at)
    for sender, receiver in ((first, second), (second, first)):
        for n in range(20):
            sender.sends(MEDIA + bytes([n]), at)
        assert [await receiver.gets() for _ in range(20)] == [MEDIA + bytes([n]) for n in range(20)]
        assert receiver.heard_from == at
    figures = relay.figures()
    assert figures.paths_joined == 1
    assert figures.forwarded == 40 + 5
    relay.remove(PATH.id)
    first.sends(MEDIA, at)
    await until_heard(first, at)
    assert second.has_nothing()
    assert relay.figures().dropped[Dropped.UNKNOWN_SOURCE] == 1


async def test_a_side_with_ipv4_and_a_side_with_ipv6_meet(ends: Callable[..., End]) -> None:
    relay = relay_at(HOME, "::1")
    relay.open()
    try:
        assert relay.put(PATH)
        port = relay.addresses()[0].port
        first, second = ends(HOME), ends("::1")
        await join(first, (HOME, port), second, ("::1", port))
        first.sends(MEDIA, (HOME, port))
        assert await second.gets() == MEDIA
        assert second.heard_from[:2] == ("::1", port)
        second.sends(MEDIA, ("::1", port))
        assert await first.gets() == MEDIA
        assert relay.addresses() == (RelayAddress(HOME, port, 4), RelayAddress("::1", port, 6))
    finally:
        relay.close()


async def test_what_it_sends_leaves_with_the_address_that_was_asked(ends: Callable[..., End]) -> None:
    relay = relay_at(HOME, "127.0.0.2")
    relay.open()
    try:
        assert relay.put(PATH)
        port = relay.addresses()[0].port
        first, second = ends(), ends()
        await join(first, (HOME, port), second, ("127.0.0.2", port))
        first.sends(MEDIA, (HOME, port))
        assert await second.gets() == MEDIA
        assert second.heard_from == ("127.0.0.2", port)
    finally:
        relay.close()


async def test_a_wildcard_listens_at_every_address_and_follows_them(
    ends: Callable[..., End], monkeypatch: pytest.MonkeyPatch
) -> None:
    relay = relay_at("0.0.0.0")
    here = [HOME, "127.0.0.2"]
    monkeypatch.setattr(endpoint_module, "listening_addresses", lambda listen: here)
    relay.open()
    try:
        assert relay.put(PATH)
        port = relay.addresses()[0].port
        first, second, third = ends(), ends(), ends()
        await join(first, (HOME, port), second, ("127.0.0.2", port))
        here[:] = [HOME, "127.0.0.3"]
        relay.follow_addresses()
        await until_heard(third, ("127.0.0.3", port))
        # The second side's listening address is gone: what is meant for it cannot leave.
        first.sends(MEDIA, (HOME, port))
        await until_heard(first, (HOME, port))
        assert second.has_nothing()
        assert relay.figures().dropped[Dropped.NOT_SENT] == 1
    finally:
        relay.close()


async def test_an_address_that_cannot_be_listened_on_yet_is_tried_again(
    ends: Callable[..., End], monkeypatch: pytest.MonkeyPatch
) -> None:
    relay = relay_at("0.0.0.0")
    here = [HOME, "203.0.113.77"]
    monkeypatch.setattr(endpoint_module, "listening_addresses", lambda listen: here)
    relay.open()
    try:
        relay.follow_addresses()
        here[1] = "127.0.0.2"
        relay.follow_addresses()
        await until_heard(ends(), ("127.0.0.2", relay.addresses()[0].port))
    finally:
        relay.close()


async def test_a_port_that_is_taken_is_told_with_the_settings_name() -> None:
    first = relay_at(HOME)
    first.open()
    try:
        second = relay_at(HOME, port=first.addresses()[0].port)
        with pytest.raises(RelayError, match=r"media\.relay_port: cannot listen on 127\.0\.0\.1 .* Address already"):
            second.open()
    finally:
        first.close()
        first.close()


async def test_an_address_that_is_not_this_machines_is_told_too() -> None:
    with pytest.raises(RelayError, match=r"media\.relay_listen.*203\.0\.113\.77"):
        relay_at(HOME, "203.0.113.77").open()


async def test_an_end_that_is_gone_does_not_disturb_the_others(relay: Relay, ends: Callable[..., End]) -> None:
    other = Path("path-2", ((Credentials("aaaa", "a" * 22),), (Credentials("bbbb", "b" * 22),)))
    assert relay.put(other)
    first, second, at = ends(), ends(), address_of(relay)
    await join(first, at, second, at)
    second.close()
    for _ in range(20):
        first.sends(MEDIA, at)
    await until_heard(first, at)
    third, fourth = ends(), ends()
    await join(third, at, fourth, at, (other.sides[0][0], other.sides[1][0]))
    third.sends(MEDIA, at)
    assert await fourth.gets() == MEDIA


async def test_replacing_all_paths_keeps_a_call_that_stays(relay: Relay, ends: Callable[..., End]) -> None:
    first, second, at = ends(), ends(), address_of(relay)
    await join(first, at, second, at)
    assert relay.replace_all([PATH]) == 0
    first.sends(MEDIA, at)
    assert await second.gets() == MEDIA


async def connect_ends(relay: Relay, first: Connection, second: Connection) -> None:
    """Give each the other's credentials and, as its only candidate, the relay."""
    await asyncio.gather(first.gather_candidates(), second.gather_candidates())
    sides = [(Credentials(one.local_username, one.local_password),) for one in (first, second)]
    assert relay.put(Path("ice", (sides[0], sides[1])))
    [address, *_] = relay.addresses()
    for one, other in ((first, second), (second, first)):
        one.remote_username, one.remote_password = other.local_username, other.local_password
        await one.add_remote_candidate(Candidate("9", 1, "udp", 1, address.host, address.port, "host"))
        await one.add_remote_candidate(None)
    async with asyncio.timeout(PATIENCE_S * 2):
        await asyncio.gather(first.connect(), second.connect())


@pytest.mark.parametrize("roles", [(True, False), (True, True), (False, False)], ids=["usual", "both", "neither"])
async def test_ends_of_aioice_that_know_only_the_relay_connect_whatever_their_roles(roles: tuple[bool, bool]) -> None:
    relay = relay_at(own_addresses()[0])
    relay.open()
    first, second = (Connection(ice_controlling=role, use_ipv6=False) for role in roles)
    try:
        await connect_ends(relay, first, second)
        for sender, receiver in ((first, second), (second, first)):
            await sender.send(MEDIA)
            async with asyncio.timeout(PATIENCE_S):
                assert await receiver.recv() == MEDIA
        assert relay.figures().paths_joined == 1
    finally:
        await asyncio.gather(first.close(), second.close())
        relay.close()


async def test_connections_of_aiortc_that_know_only_the_relay_open_a_data_channel() -> None:
    relay = relay_at(own_addresses()[0])
    relay.open()
    [address] = relay.addresses()
    first, second = (RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(2))
    said: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    try:
        channel = first.createDataChannel("chat")
        channel.on("open", lambda: channel.send("hyvää päivää"))
        second.on("datachannel", lambda opened: opened.on("message", said.set_result))
        await first.setLocalDescription(await first.createOffer())
        await second.setRemoteDescription(through(first.localDescription, address))
        await second.setLocalDescription(await second.createAnswer())
        sides = [(credentials_of(one.localDescription.sdp),) for one in (first, second)]
        assert relay.put(Path("call", (sides[0], sides[1])))
        await first.setRemoteDescription(through(second.localDescription, address))
        async with asyncio.timeout(PATIENCE_S * 2):
            assert await said == "hyvää päivää"
    finally:
        await asyncio.gather(first.close(), second.close())
        relay.close()


def credentials_of(sdp: str) -> Credentials:
    lines = dict(line.split(":", 1) for line in sdp.splitlines() if line.startswith("a=ice-"))
    return Credentials(lines["a=ice-ufrag"], lines["a=ice-pwd"])


def through(description: RTCSessionDescription, relay: RelayAddress) -> RTCSessionDescription:
    """The same description, with the relay in place of every candidate."""
    lines = [line for line in description.sdp.splitlines() if not line.startswith("a=candidate:")]
    after = next(n for n, line in enumerate(lines) if line.startswith("a=ice-pwd"))
    lines.insert(after, f"a=candidate:9 1 udp 1 {relay.host} {relay.port} typ host")
    return RTCSessionDescription("".join(f"{line}\r\n" for line in lines), description.type)


class Registered:
    """Registrations that a test speaks for."""

    def __init__(self, paths: Iterable[Path] = (PATH,), fails: Exception | None = None) -> None:
        self.paths = list(paths)
        self.fails = fails
        self.ends = False
        self.following = asyncio.Event()
        self.announced: asyncio.Queue[RelayStatus] = asyncio.Queue()
        self.left: list[str] = []

    async def follow(self, table: PathTable) -> None:
        self.table = table
        assert table.replace_all(self.paths) == 0
        self.following.set()
        if not self.ends:
            await asyncio.Event().wait()

    async def seen(self, status: RelayStatus) -> None:
        self.announced.put_nowait(status)
        if self.fails is not None:
            raise self.fails

    async def leave(self, name: str) -> None:
        self.left.append(name)
        if self.fails is not None:
            raise self.fails


def settings_at(host: str = HOME, **more: object) -> MediaSettings:
    return MediaSettings.model_validate(
        {"relay_listen": (host,), "relay_port": free_port(), "relay_stun_port": 0, **more}
    )


async def test_the_process_follows_its_registrations_announces_itself_and_leaves(ends: Callable[..., End]) -> None:
    registered, clock, stop = Registered(), SteppedClock(), asyncio.Event()
    settings = settings_at(relay_name="relay-1", relay_paths=7)
    ready: list[RelayStatus] = []
    running = asyncio.create_task(run_relay(settings, registered, clock, stop=stop, on_ready=ready.append))
    async with asyncio.timeout(PATIENCE_S):
        await registered.following.wait()
        at = (HOME, settings.relay_port)
        first, second = ends(), ends()
        await join(first, at, second, at)
        status = RelayStatus("relay-1", (RelayAddress(HOME, settings.relay_port, 4),), 1, 7)
        assert await registered.announced.get() == status
        registered.table.remove(PATH.id)
        clock.advance(process.SEEN_EVERY_S)
        assert (await registered.announced.get()).paths == 0
        stop.set()
        assert await running == 0
    assert registered.left == ["relay-1"]
    assert ready == [RelayStatus("relay-1", status.addresses, 0, 7)]


async def test_stun_is_answered_on_a_port_of_its_own_that_carries_nothing(ends: Callable[..., End]) -> None:
    """A browser takes nothing else from the address of a STUN server, so the two are told apart by their ports."""
    registered, stop, stun_port = Registered(), asyncio.Event(), free_port()
    settings = settings_at(relay_stun_port=stun_port)
    running = asyncio.create_task(run_relay(settings, registered, SteppedClock(), stop=stop))
    async with asyncio.timeout(PATIENCE_S):
        assert (await registered.announced.get()).stun_port == stun_port
        asker, other = ends(), ends()
        for datagram in (a_check(FIRST, SECOND), MEDIA, DTLS):
            asker.sends(datagram, (HOME, stun_port))
            other.sends(datagram, (HOME, stun_port))
        asker.sends(a_plain_request(), (HOME, stun_port))
        answer = stun.parse_message(await asker.gets())
        assert answer.attributes["XOR-MAPPED-ADDRESS"] == asker.socket.getsockname()
        assert other.has_nothing()
        stop.set()
        assert await running == 0


async def test_a_port_for_stun_that_is_taken_is_named(ends: Callable[..., End]) -> None:
    taken = ends().socket.getsockname()[1]
    relay = relay_at(HOME, relay_stun_port=taken)
    with pytest.raises(RelayError, match=r"media\.relay_stun_port: cannot listen"):
        relay.open()


async def test_the_process_goes_on_while_nobody_hears_it_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    registered, clock, stop = Registered(fails=ConnectionRefusedError()), SteppedClock(), asyncio.Event()
    running = asyncio.create_task(run_relay(settings_at(), registered, clock, stop=stop))
    async with asyncio.timeout(PATIENCE_S):
        for _ in range(3):
            await registered.announced.get()
            await clock.settled(PATIENCE_S)
            clock.advance(process.SEEN_EVERY_S)
        stop.set()
        assert await running == 0
    said = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert said == [
        "relay: nobody hears that it is there: ConnectionRefusedError",
        "relay: nobody hears that it stops: ConnectionRefusedError",
    ]


async def test_the_process_ends_with_status_1_when_its_registrations_end(caplog: pytest.LogCaptureFixture) -> None:
    registered = Registered()
    registered.ends = True
    settings = settings_at()
    async with asyncio.timeout(PATIENCE_S):
        assert await run_relay(settings, registered, SteppedClock(), stop=asyncio.Event()) == 1
    assert "relay registrations failed" in caplog.text
    again = relay_at(HOME, port=settings.relay_port)
    again.open()
    again.close()


async def test_the_process_stops_on_sigterm() -> None:
    registered = Registered()
    running = asyncio.create_task(run_relay(settings_at(), registered, SteppedClock()))
    async with asyncio.timeout(PATIENCE_S):
        await registered.following.wait()
        os.kill(os.getpid(), signal.SIGTERM)
        assert await running == 0
    assert len(registered.left) == 1


async def test_the_figures_are_logged_at_info_only_when_something_passed(
    caplog: pytest.LogCaptureFixture, ends: Callable[..., End]
) -> None:
    caplog.set_level(logging.DEBUG, logger="bridge.media.relay")
    registered, clock, stop = Registered(), SteppedClock(), asyncio.Event()
    settings = settings_at()
    running = asyncio.create_task(run_relay(settings, registered, clock, stop=stop))
    async with asyncio.timeout(PATIENCE_S):
        await registered.announced.get()
        at = (HOME, settings.relay_port)
        await clock.settled(PATIENCE_S)
        clock.advance(process.STATUS_EVERY_S)
        await clock.settled(PATIENCE_S)
        first, second = ends(), ends()
        await join(first, at, second, at)
        first.sends(MEDIA, at)
        await second.gets()
        second.sends(b"\x01", at)
        await until_heard(second, at)
        clock.advance(process.STATUS_EVERY_S)
        await clock.settled(PATIENCE_S)
        stop.set()
        await running
    lines = [(one.levelno, one.getMessage()) for one in caplog.records if "forwarded=" in one.getMessage()]
    assert [level for level, _ in lines] == [logging.DEBUG, logging.INFO]
    assert lines[1][1].startswith("relay: paths=1 joined=1 forwarded=6 ")
    assert lines[1][1].endswith("dropped: malformed=1 nobody_heard=1")
    for secret in (HOME, FIRST.ufrag, SECOND.ufrag, PATH.id):
        assert secret not in lines[1][1]


async def test_a_quiet_minute_has_a_quiet_line(relay: Relay) -> None:
    figures = relay.figures()
    assert status_line(figures, figures) == (
        "relay: paths=1 joined=0 forwarded=0 bytes=0 answers=0 repeated=0 dropped: none"
    )
