"""What our end shows and plays: a moving pattern and a soft tone, each a second long, again and again.

Both are encoded once, before the call: a second of picture costs about 0.1 s of a core, and then only sending it does.
"""

import asyncio
import fractions
import math
import random
import struct
import time
from typing import Any

from aiortc.codecs.opus import OpusEncoder
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, CodecContext, VideoFrame
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext

WIDTH, HEIGHT, FRAMES_PER_S = 640, 480, 15
_BITS_PER_S = 600_000
_SAMPLES_PER_S, _PACKETS_PER_S = 48_000, 50
#: Two notes a major third apart, each for half a second; whole cycles, so that the loop has no click.
_NOTES_HZ = (440, 550)
_LOUDNESS = 0.06


def pattern() -> list[bytes]:
    """A second of the picture in VP8: slanting waves that wander; the first frame is a key frame."""
    codec = CodecContext.create("libvpx", "w")
    assert isinstance(codec, VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    codec.bit_rate = _BITS_PER_S
    codec.time_base = fractions.Fraction(1, FRAMES_PER_S)
    codec.gop_size = FRAMES_PER_S
    codec.qmin, codec.qmax = 20, 60
    rate = str(_BITS_PER_S)
    codec.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "minrate": rate, "maxrate": rate}
    codec.options |= {"bufsize": str(_BITS_PER_S // 2)}
    encoded = []
    for number in range(FRAMES_PER_S):
        frame = _frame(number)
        frame.pts = number
        encoded += [bytes(packet) for packet in codec.encode(frame)]
    encoded += [bytes(packet) for packet in codec.encode(None)]
    return encoded


def _frame(number: int) -> VideoFrame:
    # Grain that changes with every frame: a picture too easy to encode would ask nothing of the line.
    frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
    grain = random.Random(number)
    wave = bytes(int(128 + 70 * math.sin(8 * math.pi * x / WIDTH)) + grain.randrange(-9, 10) for x in range(WIDTH)) * 2
    shifts = [(number * WIDTH // FRAMES_PER_S + y // 2) % WIDTH for y in range(HEIGHT)]
    _fill(frame, 0, [wave[shift : shift + WIDTH] for shift in shifts])
    _fill(frame, 1, [bytes([150 - y // 8]) * (WIDTH // 2) for y in range(HEIGHT // 2)])
    _fill(frame, 2, [bytes([110 + y // 12]) * (WIDTH // 2) for y in range(HEIGHT // 2)])
    return frame


def _fill(frame: VideoFrame, plane: int, rows: list[bytes]) -> None:
    target = frame.planes[plane]
    target.update(b"".join(row.ljust(target.line_size, b"\0") for row in rows))


def tone() -> list[bytes]:
    """A second of the tone in Opus, in packets of 20 ms."""
    encoder = OpusEncoder()
    size = _SAMPLES_PER_S // _PACKETS_PER_S
    encoded: list[bytes] = []
    for number in range(_PACKETS_PER_S):
        frame = AudioFrame(format="s16", layout="stereo", samples=size)
        samples = []
        for at in range(number * size, (number + 1) * size):
            note = _NOTES_HZ[0] if at < _SAMPLES_PER_S // 2 else _NOTES_HZ[1]
            value = int(32767 * _LOUDNESS * math.sin(2 * math.pi * note * at / _SAMPLES_PER_S))
            samples += [value, value]
        frame.planes[0].update(struct.pack(f"<{len(samples)}h", *samples))
        frame.sample_rate = _SAMPLES_PER_S
        frame.pts = number * size
        frame.time_base = fractions.Fraction(1, _SAMPLES_PER_S)
        payloads, _ = encoder.encode(frame)
        encoded += payloads
    return encoded


class Loop(MediaStreamTrack):
    """Encoded packets of a second, in time, again and again."""

    def __init__(self, kind: str, packets: list[bytes]) -> None:
        """``kind``: audio or video."""
        super().__init__()
        self.kind = kind
        self._packets = packets
        self._period = fractions.Fraction(1, len(packets))
        self._sent = 0
        self._began_at = 0.0

    async def recv(self) -> "Packet[Any]":
        """The next packet, when its time has come."""
        if self.readyState != "live":
            raise MediaStreamError
        if not self._sent:
            self._began_at = time.monotonic()
        await asyncio.sleep(max(0.0, self._began_at + self._sent * float(self._period) - time.monotonic()))
        packet: Packet[Any] = Packet(self._packets[self._sent % len(self._packets)])
        packet.pts = self._sent
        packet.time_base = self._period
        self._sent += 1
        return packet
