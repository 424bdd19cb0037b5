"""What a line check found, as data: the latest of each kiosk and member of the staff, for the supervisor.

No address, no name, nothing that was said or seen: figures and verdicts.
"""

import logging
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from redis.asyncio import Redis

from bridge.clock import Clock
from bridge.desk.keys import Keys
from bridge.domain.staff import Role
from bridge.media.line_check import names

log = logging.getLogger(__name__)

Milliseconds = Annotated[float, Field(ge=0, le=600_000)]
Verdict = Literal["good", "limits", "bad"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class LineFigures(_Part):
    """What one end received while it was measured."""

    round_trip_ms: Milliseconds | None
    loss: float = Field(
        ge=0, le=1, description="Share of the packets that did not arrive; the worse of sound's and picture's."
    )
    jitter_ms: Milliseconds
    kbps: float = Field(ge=0, le=10_000_000)
    frames_per_s: float = Field(ge=0, le=1000, description="Pictures that could be decoded.")


class CheckedPath(_Part):
    """One path."""

    path: Literal["direct", "relay", "turn"]
    verdict: Verdict
    outcome: Literal["connected", "no_connection", "busy", "not_there", "failed"]
    setup_ms: Milliseconds | None = Field(description="From our answer to the connection.")
    down: LineFigures | None = Field(description="What the device received.")
    up: LineFigures | None = Field(description="What Gloria received; null when its report did not come.")


class CheckedSound(_Part):
    """Whether the microphone hears the loudspeaker."""

    verdict: Literal["heard", "not_heard", "silent", "no_microphone", "not_checked"]
    delay_ms: Milliseconds | None = None
    level_db: float | None = Field(default=None, ge=-200, le=20, description="Of the test sound, in dBFS.")
    echo_left: bool | None = Field(default=None, description="Still there after the browser's echo cancellation.")
    clipping: bool | None = None


class CheckedPicture(_Part):
    """What the camera shows."""

    verdict: Literal["fine", "black", "dark", "covered", "frozen", "no_camera", "not_checked"]


class LineCheckResult(_Part):
    """What a page found."""

    verdict: Verdict
    paths: list[CheckedPath] = Field(max_length=3)
    sound: CheckedSound
    picture: CheckedPicture


class KeptResult(LineCheckResult):
    """The latest result of a kiosk or a member of the staff."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    seat: str = Field(description="Id of the kiosk or staff member.")
    role: Role
    at_ms: int = Field(description="When it came in.")


class LineCheckResults:
    """Keeps the latest result of each seat: one field of one hash, set in one command."""

    def __init__(self, redis: "Redis", keys: Keys, clock: Clock) -> None:
        self._redis = redis
        self._key = names.results(keys)
        self._clock = clock

    async def keep(self, seat: str, role: Role, result: LineCheckResult) -> KeptResult:
        """Keep a result in place of the one before. Raises RedisError."""
        kept = KeptResult(
            seat=seat,
            role=role,
            at_ms=self._clock.now_ms(),
            verdict=result.verdict,
            paths=result.paths,
            sound=result.sound,
            picture=result.picture,
        )
        await self._redis.hset(self._key, seat, kept.model_dump_json())
        return kept

    async def all(self) -> list[KeptResult]:
        """Everybody's latest, newest first. Raises RedisError."""
        found = [_read(text) for text in (await self._redis.hgetall(self._key)).values()]
        return sorted((one for one in found if one is not None), key=lambda one: one.at_ms, reverse=True)

    async def of(self, seat: str) -> KeptResult | None:
        """The latest of a seat. Raises RedisError."""
        text = await self._redis.hget(self._key, seat)
        return _read(text) if text is not None else None


def _read(text: str | bytes) -> KeptResult | None:
    try:
        return KeptResult.model_validate_json(text)
    except ValidationError:
        # Of another version: the next check replaces it.
        log.warning("line check: a kept result that cannot be read")
        return None
