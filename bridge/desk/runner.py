"""Running the desk's scripts in its server."""

import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bridge.clock import Clock
from bridge.desk.keys import Keys

log = logging.getLogger(__name__)

_SCRIPTS = Path(__file__).parent / "scripts"


class Refused(Exception):
    """The desk refused a command; nothing changed. ``code`` is one of the wire's error codes."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class DeskUnavailable(Exception):
    """The desk's server cannot be reached or did not answer; whether the command was carried out is not known."""


class Runner:
    """The scripts of one desk, with what all of them are given: keys, the time, the policy."""

    def __init__(self, redis: "Redis", keys: Keys, clock: Clock, policy: Mapping[str, int]) -> None:
        self._redis = redis
        self._keys = keys
        self._clock = clock
        # The scripts look for `"name": number` in it.
        self._policy = json.dumps(policy)
        self._scripts: dict[str, AsyncScript] = {
            path.stem: redis.register_script(_text(path))
            for path in sorted(_SCRIPTS.glob("*.lua"))
            if not path.name.startswith("_")
        }

    async def run(self, name: str, arguments: Mapping[str, Any], key: str | None = None) -> dict[str, Any]:
        """A script's answer; the first one again where it was run with this key. Raises DeskUnavailable, Refused."""
        return _read(await self._asked(name, arguments, key))

    async def run_and_match(
        self, name: str, arguments: Mapping[str, Any], key: str, match: Mapping[str, Any]
    ) -> tuple[dict[str, Any], int]:
        """A script's answer, and how many offers were made behind it in the same moment. Raises as ``run`` does."""
        answer, made = await self._asked(name, arguments, key, json.dumps(match))
        if made < 0:
            # The script's own part was carried out; the server's log says what is wrong with the match.
            log.error("%s: the match behind it failed", name)
        return _read(answer), int(made)

    async def entity(self, kind: str, id_: str) -> dict[str, Any] | None:
        """One entity as it is now (bridge/desk/keys.py), or None. Raises DeskUnavailable."""
        with _telling_outages(f"reading {kind}"):
            text = await self._redis.hget(self._keys[kind], id_)
        return json.loads(text) if text else None

    async def _asked(self, name: str, arguments: Mapping[str, Any], key: str | None, *more: str) -> Any:
        keys = [self._keys["meta"], *([self._keys[f"done:{key}"]] if key else ())]
        now_ms = self._clock.desk_ms() or ""
        with _telling_outages(name):
            return await self._scripts[name](keys=keys, args=[now_ms, json.dumps(arguments), self._policy, *more])


@contextmanager
def _telling_outages(name: str) -> Iterator[None]:
    """Raises DeskUnavailable for whatever the server or the way to it has."""
    try:
        yield
    except (RedisConnectionError, RedisTimeoutError, OSError) as error:
        raise DeskUnavailable(f"{name}: {type(error).__name__}") from error
    except RedisError as error:
        # A disk that is full, replicas that are missing, a server that is loading: none of it is for ever.
        log.error("%s: %s", name, error)
        raise DeskUnavailable(f"{name}: {str(error).split(' ', 1)[0]}") from error


def _text(path: Path) -> str:
    """A script with what every script begins and ends with."""
    parts = [_SCRIPTS / "_lib.lua", _SCRIPTS / "_match.lua", path]
    library, match, transition = (part.read_text(encoding="utf-8") for part in parts)
    return with_what_is_used(library, f"{match}\nlocal function transition()\n{transition}\nend\n{_END}")


def with_what_is_used(library: str, script: str) -> str:
    """A script behind a library whose functions are left out where nothing names them.

    The server makes every function of a script anew each time that it runs, and keeps all scripts in its memory. Empty
    lines stand for what is left out: the line of an error in the library is that of its file.
    """
    functions = {found["name"]: found[0] for found in _FUNCTION.finditer(library)}
    used, named = set[str](), _names(_FUNCTION.sub("", library) + script)
    while more := (named & functions.keys()) - used:
        used |= more
        named = set[str]().union(*(_names(functions[name]) for name in more))

    def kept(found: re.Match[str]) -> str:
        return found[0] if found["name"] in used else "\n" * found[0].count("\n")

    return f"{_FUNCTION.sub(kept, library)}\n{script}"


def _names(lua: str) -> set[str]:
    return set(re.findall(r"[a-z_]+", _COMMENT.sub("", lua)))


#: A function of the library, from its first line to the end that stands as far to the left.
_FUNCTION = re.compile(r"^local function (?P<name>[a-z_]+)\(.*?^end$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)


#: ARGV 4, where it is given: what ``match`` is asked for, behind a transition that was not refused.
_END = """
local answer = transition()
if not ARGV[4] then
  return answer
end
if answer:find('"ok":false', 1, true) then
  return { answer, 0 }
end
local matched, made = pcall(match, cjson.decode(ARGV[4]))
if not matched then
  redis.log(redis.LOG_WARNING, 'match: ' .. tostring(type(made) == 'table' and made.err or made))
  made = -1
end
return { answer, made }
"""


def _read(text: Any) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(text)
    if not answer["ok"]:
        raise Refused(answer["code"], answer["detail"])
    return answer
