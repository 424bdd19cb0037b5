"""The bridge's side of a line check: an offer goes out by PUBLISH, the one answer comes back the same way."""

import asyncio
import json

from bridge.desk.connections import DeskServer, close
from bridge.desk.keys import Keys
from bridge.media.line_check import names
from bridge.media.line_check.limits import ANSWER_WITHIN_S
from bridge.media.line_check.offers import BadOffer
from bridge.media.line_check.paths import Path

_LOOK_EVERY_S = 0.1
#: As many wait for an answer in one worker at once as its client has connections; then it is busy.
_AT_ONCE = 4


class NotThere(Exception):
    """No line check is running."""


class Busy(Exception):
    """Every line check is at work; in a moment one will be free."""


class NoRelay(Exception):
    """There is no relay that the check could go over."""


class NoAnswer(Exception):
    """A line check took the offer and did not answer, or failed."""


class LineChecks:
    """Asks whichever line check is free."""

    def __init__(self, redis_url: str, keys: Keys, patience_s: float = ANSWER_WITHIN_S) -> None:
        self._redis = DeskServer(redis_url).for_blocking_reads()
        self._says = DeskServer(redis_url).for_scripts()
        self._keys = keys
        self._patience_s = patience_s
        self._asking = 0

    async def close(self) -> None:
        """Close the connections."""
        await close(self._redis)
        await close(self._says)

    async def are_there(self) -> bool:
        """Whether any line check listens. Raises RedisError."""
        channel = names.offers(self._keys)
        return dict(await self._says.pubsub_numsub(channel)).get(channel, 0) > 0

    async def ask(self, check: str, path: Path, sdp: str) -> str:
        """Our end's answer to a page's offer. ``check`` is new for every offer.

        Raises NotThere, Busy, NoRelay, NoAnswer, BadOffer; RedisError and OSError when the desk's server is away.
        """
        if self._asking >= _AT_ONCE:
            raise Busy
        self._asking += 1
        try:
            return await self._ask(check, path, sdp)
        finally:
            self._asking -= 1

    async def _ask(self, check: str, path: Path, sdp: str) -> str:
        async with self._redis.pubsub(ignore_subscribe_messages=True) as subscribed:
            await subscribed.subscribe(names.answers(self._keys, check))
            # The subscription stands when the server says so, not when it was asked for.
            await subscribed.get_message(timeout=self._patience_s)
            message = json.dumps({"check": check, "path": path, "sdp": sdp})
            asked = await self._says.publish(names.offers(self._keys), message)
            if not asked:
                raise NotThere
            until = asyncio.get_running_loop().time() + self._patience_s
            # Not a time-out around it: redis-py may lose the cancellation that such a one is.
            while asyncio.get_running_loop().time() < until:
                heard = await subscribed.get_message(timeout=_LOOK_EVERY_S)
                if heard is None:
                    continue
                said = json.loads(heard["data"])
                if "sdp" in said:
                    return str(said["sdp"])
                if "refused" in said:
                    raise BadOffer(str(said["refused"]))
                if "no_relay" in said:
                    raise NoRelay
                if "busy" not in said:
                    raise NoAnswer
                asked -= 1
                if not asked:
                    raise Busy
            raise NoAnswer
