"""Every key of a desk in Redis, on one page. All share the hash tag ``{<desk>}``.

| key | type | holds |
|---|---|---|
| ``gloria:{desk}:meta`` | hash | ``schema`` version of these keys · ``epoch`` of the stream · ``now_ms`` latest time seen · ``swept_at_ms`` · ``hold_until_ms`` (nothing is swept before) |
| ``gloria:{desk}:calls`` | hash | call id → call (JSON); live calls only |
| ``gloria:{desk}:offers`` | hash | offer id → offer (JSON); ringing offers only |
| ``gloria:{desk}:staff`` | hash | staff id → staff member (JSON) |
| ``gloria:{desk}:kiosks`` | hash | kiosk id → kiosk (JSON) |
| ``gloria:{desk}:wrapping`` | hash | staff id → the call being wrapped up with its record (JSON) |
| ``gloria:{desk}:waiting`` | zset | call id by ``joined_at_ms``: who is waiting, oldest first |
| ``gloria:{desk}:available`` | zset | staff id by ``idle_since_ms``: who is available, longest idle first |
| ``gloria:{desk}:deadlines`` | zset | ``offer:<id>``, ``wait:<call id>``, ``wrap:<staff id>``, ``path:<id>`` (of a line check) by the time they are due |
| ``gloria:{desk}:leases`` | zset | ``kiosk:<id>``, ``staff:<id>`` by the time their connection counts as lost |
| ``gloria:{desk}:paths`` | hash | path id (of a call: the call's; of a line check: its own) → the ICE credentials of both sides and the relays chosen (JSON) |
| ``gloria:{desk}:relays`` | hash | name of a relay → its addresses, load and when it was last heard of (JSON) |
| ``gloria:{desk}:facts`` | stream | one entry a fact, field ``fact`` (JSON): ``name``, ``at_ms`` and the entities it left, as they are after it |
| ``gloria:{desk}:aside`` | stream | facts whose record could not be written, with the reason; an alarm, kept until somebody looks |
| ``gloria:{desk}:done:<actor>:<key>`` | string | the answer to a command, for a repeated idempotency key; expires |
| ``gloria:{desk}:signs`` | hash | id of a kiosk or staff member → epoch of their sign-ins; those given under a lower one are void |
| ``gloria:{desk}:sign_in:<hash>`` | hash | a sign-in, by SHA-256 of its token: role, seat, when given, last used and void; expires |
| ``gloria:{desk}:pending:<hash>`` | hash | a sign-in that still lacks its second factor or new password, by SHA-256 of its token; expires |
| ``gloria:{desk}:tries:<hash>`` | hash | how often a sign-in or code was tried, by a keyed hash of account or address; expires |
| ``gloria:{desk}:line_checks`` | hash | id of a kiosk or staff member → the last result of its line check (JSON) |
| ``gloria:{desk}:line_check:claim:<id>`` | string | which line-check process answers an offer; expires |

Channels (PUBLISH; kept nowhere): ``…signals`` between Socket.IO servers, ``…line_check:offers`` and
``…line_check:answer:<id>`` between a page's worker and a line check.
Consumer group of the facts: ``contacts`` (the contact writer). Bridge workers read the stream without a group.
"""

from dataclasses import dataclass

SCHEMA = 1
CONTACTS_GROUP = "contacts"


@dataclass(frozen=True)
class Keys:
    """The keys of the desk named ``desk``."""

    desk: str

    @property
    def prefix(self) -> str:
        return f"gloria:{{{self.desk}}}:"

    def __getitem__(self, name: str) -> str:
        return self.prefix + name
