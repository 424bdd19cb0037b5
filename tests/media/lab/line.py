"""A line with delay and loss: two tun devices in two namespaces, and this small program between them.

The kernel here has no netem. The devices are opened by whoever starts the program, each from inside its namespace, and
vanish with it, so that the unshaped line beside them is used again.
"""

import argparse
import fcntl
import os
import random
import select
import struct
import subprocess
import sys
import time
from collections import deque

from bridge.desk.embedded import end_with_parent
from tests.media.lab.namespace import Namespace

_TUNSETIFF = 0x400454CA
_IFF_TUN_NO_PI = 0x0001 | 0x1000
_PACKET_BYTES = 65_536
#: A router's buffer: what does not fit is lost, as it would be.
_QUEUE_PACKETS = 2_000


class SlowLine:
    """A shaped line between two namespaces, next to the one they have."""

    def __init__(self, ends: tuple[tuple[Namespace, str], tuple[Namespace, str]], delay_ms: float, loss: float) -> None:
        """Start it. ``delay_ms`` one way; ``loss`` of each packet, 0 to 1; an end is a place and a device's name."""
        opened = [_open_device(namespace, name) for namespace, name in ends]
        parent = os.getpid()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.media.lab.line", *map(str, opened), str(delay_ms), str(loss)],
            pass_fds=opened,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: end_with_parent(parent),
        )
        for descriptor in opened:
            os.close(descriptor)

    def stop(self) -> None:
        """End it; its devices are gone when this returns."""
        self._process.kill()
        self._process.wait()


def _open_device(namespace: Namespace, name: str) -> int:
    with namespace.entered():
        descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(descriptor, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TUN_NO_PI))
    return descriptor


def carry(left: int, right: int, delay_s: float, loss: float) -> None:
    """Carry packets between two devices for ever: each comes out ``delay_s`` later, or not at all."""
    other = {left: right, right: left}
    # The delay is the same for all, so who came first leaves first.
    under_way: deque[tuple[float, int, bytes]] = deque()
    waiting = select.poll()
    for device in other:
        waiting.register(device, select.POLLIN)
    while True:
        until_next_ms = max(0.0, under_way[0][0] - time.monotonic()) * 1000 if under_way else None
        for device, _ in waiting.poll(until_next_ms):
            for packet in _read(device):
                if random.random() >= loss and len(under_way) < _QUEUE_PACKETS:
                    under_way.append((time.monotonic() + delay_s, other[device], packet))
        now = time.monotonic()
        while under_way and under_way[0][0] <= now:
            _, device, packet = under_way.popleft()
            try:
                os.write(device, packet)
            except OSError:
                pass  # the device is down, or its queue is full: lost


def _read(device: int) -> list[bytes]:
    packets: list[bytes] = []
    try:
        while len(packets) < 64:
            packets.append(os.read(device, _PACKET_BYTES))
    except OSError:
        pass  # nothing more for now
    return packets


def main() -> None:
    """The program: two devices by their descriptors, the delay in milliseconds, the loss."""
    parser = argparse.ArgumentParser(prog="line")
    parser.add_argument("left", type=int)
    parser.add_argument("right", type=int)
    parser.add_argument("delay_ms", type=float)
    parser.add_argument("loss", type=float)
    chosen = parser.parse_args()
    carry(chosen.left, chosen.right, chosen.delay_ms / 1000, chosen.loss)


if __name__ == "__main__":
    main()
