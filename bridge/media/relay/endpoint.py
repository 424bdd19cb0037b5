"""The relay's sockets: one for each local address, all with the same port, read and written without waiting.

They are read with ``add_reader`` and not by a DatagramProtocol: a batch is bounded, and a datagram that the kernel does
not take at once is dropped and counted, where uvloop would queue it without a bound. It costs the same; the figures are
in docs/decisions/0008-transparent-relay.md.
"""

import asyncio
import errno
import logging
import socket
from collections.abc import Callable, Sequence
from typing import Any

from bridge.media.relay.addresses import is_wildcard, listening_addresses
from bridge.media.relay.switchboard import DATAGRAM_AT_MOST, Switchboard

log = logging.getLogger(__name__)

#: What the kernel keeps while this process does something else; it grants at most net.core.rmem_max.
BUFFER_BYTES = 4 * 1024 * 1024
#: Datagrams read before the loop gets to do something else.
BATCH = 64


class Endpoint:
    """The sockets of one relay and what passes between them and its switchboard."""

    def __init__(self, switchboard: Switchboard, listen: Sequence[str], port: int, now_ms: Callable[[], int]) -> None:
        """``now_ms`` tells milliseconds that never run backwards. Port 0 takes a free one, at every address the same.

        Nothing is opened yet.
        """
        self._switchboard = switchboard
        self._listen = tuple(listen)
        self._port = port
        self._now_ms = now_ms
        # By the number that the switchboard knows a socket by; a number is never used again.
        self._sockets: dict[int, socket.socket] = {}
        self._hosts: dict[str, int] = {}
        self._next = 0
        # One byte more than is allowed, and some: what is cut off here was too large anyway.
        self._buffer = bytearray(2 * DATAGRAM_AT_MOST)
        self._view = memoryview(self._buffer)

    @property
    def port(self) -> int:
        """The UDP port, once open."""
        return self._port

    @property
    def hosts(self) -> list[str]:
        """The addresses listened on."""
        return list(self._hosts)

    def open(self) -> None:
        """Listen. Raises OSError when the port is taken or an address is not this machine's; then nothing is open."""
        try:
            for host in listening_addresses(self._listen):
                self._open_at_if_there(host)
        except OSError:
            self.close()
            raise

    def follow_addresses(self) -> None:
        """Where a wildcard is listened on: open sockets at addresses that are new and close those that are gone."""
        if not any(is_wildcard(host) for host in self._listen):
            return
        wanted = listening_addresses(self._listen)
        for host in self._hosts.keys() - set(wanted):
            self._close_at(host)
        for host in wanted:
            if host not in self._hosts:
                try:
                    self._open_at_if_there(host)
                except OSError as error:
                    log.warning("relay: a new address cannot be listened on: %s", error.strerror)

    def close(self) -> None:
        """Close every socket. Can be called again."""
        for host in list(self._hosts):
            self._close_at(host)

    def _open_at_if_there(self, host: str) -> None:
        """Open at an address. One that a wildcard stands for can be listed and, just being set up, not yet be there."""
        try:
            self._open_at(host)
        except OSError as error:
            if host in self._listen or error.errno != errno.EADDRNOTAVAIL:
                raise
            log.info("relay: an address is not there yet, trying again later")

    def _open_at(self, host: str) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        opened = socket.socket(family, socket.SOCK_DGRAM)
        try:
            opened.setblocking(False)
            if family == socket.AF_INET6:
                opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)
            opened.bind((host, self._port))
        except OSError:
            opened.close()
            raise
        self._port = opened.getsockname()[1]
        number, self._next = self._next, self._next + 1
        self._sockets[number] = opened
        self._hosts[host] = number
        asyncio.get_running_loop().add_reader(opened.fileno(), self._readable, opened, number)

    def _close_at(self, host: str) -> None:
        closed = self._sockets.pop(self._hosts.pop(host))
        asyncio.get_running_loop().remove_reader(closed.fileno())
        closed.close()

    def _readable(self, reading: socket.socket, local: int) -> None:
        """Pass on what has arrived at one socket, at most a batch."""
        buffer, view, sockets = self._buffer, self._view, self._sockets
        recvfrom_into, media = reading.recvfrom_into, self._switchboard.media
        now_ms = self._now_ms()
        for _ in range(BATCH):
            try:
                size, source = recvfrom_into(buffer)
            except BlockingIOError:
                return
            except OSError:
                # What the kernel tells of an earlier datagram (ICMP): it says nothing of the next one.
                continue
            if not size or buffer[0] < 4:
                self._receive(bytes(view[:size]), source, local, now_ms)
                continue
            destination = media(buffer[0], size, source, now_ms)
            if destination is not None:
                try:
                    sockets[destination.local].sendto(view[:size], destination.address)
                except (OSError, KeyError):
                    self._switchboard.not_sent(size)

    def _receive(self, datagram: bytes, source: Any, local: int, now_ms: int) -> None:
        for send in self._switchboard.receive(datagram, source, local, now_ms):
            try:
                self._sockets[send.destination.local].sendto(send.datagram, send.destination.address)
            except (OSError, KeyError):
                # The kernel's buffer is full, the address is out of reach, or its socket has been closed.
                self._switchboard.not_sent(len(send.datagram), send.purpose)
