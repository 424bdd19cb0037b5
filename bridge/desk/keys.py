"""Every key of a desk in Redis, on one page. All share the hash tag ``{<desk>}``.

| key | type | holds |
|---|---|---|
| ``gloria:{desk}:meta`` | hash | ``schema`` version of these keys · ``epoch`` of the stream · ``now_ms`` latest time seen · ``swept_at_ms`` · ``hold_until_ms`` (nothing is swept before) |
| ``gloria:{desk}:calls`` | hash | call id → call (JSON, without the numbers that are 0 and the lists that are empty); live calls only |
| ``gloria:{desk}:offers`` | hash | offer id → offer (JSON); ringing offers only |
| ``gloria:{desk}:staff`` | hash | staff id → staff member (JSON) |
| ``gloria:{desk}:kiosks`` | hash | kiosk id → kiosk (JSON) |
| ``gloria:{desk}:wrapping`` | hash | call id → whose wrap-up is open, with the record so far (JSON) |
| ``gloria:{desk}:waiting`` | zset | call id by its place (``joined_at_ms``, less for those in front): who is waiting, first in line first |
| ``gloria:{desk}:available`` | zset | staff id by ``idle_since_ms``: who is available, longest idle first |
| ``gloria:{desk}:deadlines`` | zset | ``offer:<id>``, ``wait:``, ``named:``, ``ask:``, ``talk:``, ``wrap:<call id>``, ``serving:``, ``away:``, ``last:``, ``shift:<staff id>``, ``language:<code>``, ``notice:<id>``, ``path:<id>`` (of a line check) by the time they are due |
| ``gloria:{desk}:queues`` | hash | queue id → the tiers of its calls, each with ``;`` behind it: name, after how many milliseconds it opens, and in which indexes (``<role>:<language>:<level>``) somebody for each of its seats is found; ``calls:<queue id>`` → how many calls belong to it |
| ``gloria:{desk}:live`` | zset | queue id by the place of its first waiting call |
| ``gloria:{desk}:named`` | zset | call id by its place: who waits for one person by name |
| ``gloria:{desk}:asks`` | zset | call id by time: conversations that ask for one more person |
| ``gloria:{desk}:languages`` | hash | code → a language closed to new visitors, and until when (JSON) |
| ``gloria:{desk}:notices`` | hash | ``all`` or a language's code → the supervisor's message to those who wait (JSON) |
| ``gloria:{desk}:leases`` | zset | ``kiosk:<id>``, ``staff:<id>`` by the time their connection counts as lost |
| ``gloria:{desk}:paths`` | hash | path id (of a call: ``<call id>.<link>``; of a line check: its own) → the ICE credentials of both sides and the relays chosen (JSON) |
| ``gloria:{desk}:relays`` | hash | name of a relay → its addresses, load and when it was last heard of (JSON) |
| ``gloria:{desk}:facts`` | stream | one entry a fact, field ``fact`` (JSON): ``name``, ``at_ms`` and the entities it left, as they are after it |
| ``gloria:{desk}:aside`` | stream | facts that a group could not write, with the group and the reason; an alarm, kept until somebody looks |
| ``gloria:{desk}:done:<actor>:<key>`` | string | the answer to a command, for a repeated idempotency key; expires |
| ``gloria:{desk}:signs`` | hash | id of a kiosk or staff member → epoch of their sign-ins; those given under a lower one are void |
| ``gloria:{desk}:sign_in:<hash>`` | hash | a sign-in, by SHA-256 of its token: role, seat, when given, last used and void; expires |
| ``gloria:{desk}:pending:<hash>`` | hash | a sign-in that still lacks its second factor or new password, by SHA-256 of its token; expires |
| ``gloria:{desk}:tries:<hash>`` | hash | how often a sign-in or code was tried, by a keyed hash of account or address; expires |
| ``gloria:{desk}:line_checks`` | hash | id of a kiosk or staff member → the last result of its line check (JSON) |
| ``gloria:{desk}:line_check:claim:<id>`` | string | which line-check process answers an offer; expires |

Indexes, kept by the scripts with what they index:

| key | type | holds |
|---|---|---|
| ``gloria:{desk}:queue:<queue id>`` | zset | call id by its place: who waits in this queue |
| ``gloria:{desk}:for:<role>:<language>`` | zset | as ``live``, of the queues that an advisor who speaks it may serve, or that may need an interpreter for it |
| ``gloria:{desk}:free:<role>:<language>:<level>`` | zset | staff id by ``idle_since_ms``: who is available and speaks it so well |
| ``gloria:{desk}:spare``, ``…:spare:<role>:<language>:<level>`` | zset | staff id by number of chats: who has room for a further chat |
| ``gloria:{desk}:duty:<role>``, ``…:<language>:<level>``, ``…:<language>:<level>:<gender>``, ``duty:<role>::<gender>`` | set | staff id: who is on duty |

Channels (PUBLISH; kept nowhere): ``…signals`` between Socket.IO servers, ``…line_check:offers`` and
``…line_check:answer:<id>`` between a page's worker and a line check.
Consumer groups of the facts: ``contacts`` (the contact writer) and ``audit`` (the audit writer). Bridge workers read the
stream without a group.
"""

from dataclasses import dataclass

SCHEMA = 2
CONTACTS_GROUP = "contacts"
AUDIT_GROUP = "audit"
#: Each of them gets every fact; none is trimmed away before all of them have acknowledged it.
CONSUMER_GROUPS = (CONTACTS_GROUP, AUDIT_GROUP)


@dataclass(frozen=True)
class Keys:
    """The keys of the desk named ``desk``."""

    desk: str

    @property
    def prefix(self) -> str:
        return f"gloria:{{{self.desk}}}:"

    def __getitem__(self, name: str) -> str:
        return self.prefix + name
