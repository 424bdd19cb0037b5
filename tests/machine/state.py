"""Everything that a desk has in Redis, read by one script at one moment."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from redis import Redis

from bridge.desk.keys import Keys

Raw = dict[str, Any]

#: What a call has that does not say otherwise (bridge/desk/scripts/_lib.lua).
_NUMBERS = ("priority", "transfers", "passes", "linked", "wait_ms", "offer_ms", "talk_ms", "interpreter_wait_ms")
_LISTS = ("also", "knows", "links", "people", "took_part", "offers", "declined")

_ENTITIES = ("calls", "offers", "staff", "kiosks", "wrapping", "languages", "notices", "paths")

# KEYS none · ARGV 1 prefix · 2 id of the last fact known. Reads only. Values that are JSON already go in as they are.
_READ = """
local prefix = ARGV[1]
local parts = {}
local function quoted(text) return '"' .. text .. '"' end
for _, key in ipairs(redis.call('KEYS', prefix .. '*')) do
  local name = key:sub(#prefix + 1)
  local kind = redis.call('TYPE', key)['ok']
  local inside = {}
  if name:sub(1, 5) == 'done:' or kind == 'stream' then
    inside = nil
  elseif kind == 'hash' then
    local all = redis.call('HGETALL', key)
    for n = 1, #all, 2 do
      local value = all[n + 1]
      local first = value:sub(1, 1)
      inside[#inside + 1] = quoted(all[n]) .. ':' .. ((first == '{' or first == '[') and value or quoted(value))
    end
  elseif kind == 'zset' then
    local all = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
    for n = 1, #all, 2 do
      inside[#inside + 1] = quoted(all[n]) .. ':' .. all[n + 1]
    end
  elseif kind == 'set' then
    for _, member in ipairs(redis.call('SMEMBERS', key)) do
      inside[#inside + 1] = quoted(member) .. ':1'
    end
  else
    inside = nil
  end
  if inside then
    parts[#parts + 1] = quoted(name) .. ':{' .. table.concat(inside, ',') .. '}'
  end
end
local facts = {}
for _, entry in ipairs(redis.call('XRANGE', prefix .. 'facts', '(' .. ARGV[2], '+')) do
  facts[#facts + 1] = '["' .. entry[1] .. '",' .. entry[2][2] .. ']'
end
return '{"keys":{' .. table.concat(parts, ',') .. '},"facts":[' .. table.concat(facts, ',') .. ']}'
"""


def _whole(calls: Iterable[Raw] | None) -> list[Raw]:
    nothing = {**dict.fromkeys(_NUMBERS, 0), **{name: [] for name in _LISTS}}
    return [{**nothing, **call} for call in calls or ()]


@dataclass(frozen=True)
class Tier:
    """A tier as the desk knows it. ``seats``: role, language and level of those each takes (none: any advisor)."""

    name: str
    after_ms: int
    seats: tuple[frozenset[tuple[str, ...]], ...]


def tiers_of(queue: str) -> list[Tier]:
    """What a queue's description says: ``<name> <after_ms> <role>:<language>:<level>,…+…;`` and so on."""
    tiers = []
    for text in queue.split(";")[:-1]:
        name, after_ms, seats = text.split(" ")
        kinds = ([kind.split(":") for kind in seat.split(",")] for seat in seats.split("+"))
        of_seats = tuple(frozenset(tuple(kind) for kind in kinds_of if len(kind) > 1) for kinds_of in kinds)
        tiers.append(Tier(name, int(after_ms), of_seats))
    return tiers


@dataclass
class State:
    """The keys of a desk (``bridge/desk/keys.py``) at one moment, and the facts since the moment before."""

    now_ms: int
    calls: dict[str, Raw]
    offers: dict[str, Raw]
    staff: dict[str, Raw]
    kiosks: dict[str, Raw]
    wrapping: dict[str, Raw]
    languages: dict[str, Raw]
    notices: dict[str, Raw]
    paths: dict[str, Raw]
    queues: dict[str, str]
    counted: dict[str, int]
    """Of each queue, how many calls are said to belong to it."""
    meta: dict[str, str]
    zsets: dict[str, dict[str, float]]
    """Every other key, by its name below the desk's prefix: members and their scores (1 in a set)."""
    facts: list[tuple[str, Raw]] = field(default_factory=list)

    def index(self, name: str) -> dict[str, float]:
        """Members and scores of an index; empty when there is no such key."""
        return self.zsets.get(name, {})

    def kept(self) -> tuple[object, ...]:
        """All that a command repeated must leave as it is."""
        entities = (self.calls, self.offers, self.staff, self.kiosks, self.wrapping, self.languages, self.notices)
        return (*entities, self.paths, self.queues, self.counted, self.zsets)


class Reader:
    """Reads one desk again and again."""

    def __init__(self, redis: "Redis", keys: Keys) -> None:
        self._prefix = keys.prefix
        self._script = redis.register_script(_READ)
        self.last_fact = "0-0"

    def read(self) -> State:
        """The desk now, and the facts since it was last read."""
        answer = json.loads(self._script(args=[self._prefix, self.last_fact]))
        facts = [(entry[0], {**entry[1], "calls": _whole(entry[1].get("calls"))}) for entry in answer["facts"]]
        if facts:
            self.last_fact = facts[-1][0]
        keys: dict[str, Any] = answer["keys"]
        meta = keys.pop("meta", {})
        keys.pop("signs", None)
        all_of_queues = keys.pop("queues", {})
        queues = {name: value for name, value in all_of_queues.items() if not name.startswith("calls:")}
        counted = {name[6:]: int(value) for name, value in all_of_queues.items() if name.startswith("calls:")}
        entities = {name: keys.pop(name, {}) for name in _ENTITIES}
        entities["calls"] = {call["id"]: call for call in _whole(entities["calls"].values())}
        return State(
            now_ms=int(meta.get("now_ms", 0)),
            queues=queues,
            counted=counted,
            meta=meta,
            zsets=keys,
            facts=facts,
            **entities,
        )
