"""Everything at the desk that can wait, with its owner, its deadline and what happens then.

A deadline is an entry of the sorted set ``deadlines`` named ``<kind>:<id>``; connections have theirs in ``leases``. Any
worker may sweep, at any time; scripts/sweep.lua carries out what is due, and a test holds this table against it. (A
call or an ask whose time is over while somebody is rung for it is left until the ring is over: nobody is cut off while
somebody reaches for the button.)
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Deadline:
    """``kind``: first word of the entry. ``waits``: what waits, and whose it is. ``limit``: the setting that says how
    long. ``then``: what becomes of it."""

    kind: str
    waits: str
    owner: str
    limit: str
    then: str


DEADLINES = (
    Deadline("wait", "a call that waits", "visitor", "timing.wait_limit_s", "ends: nobody came"),
    Deadline("offer", "an offer that rings", "who is rung", "timing.ring_timeout_s", "timed out: they are away"),
    Deadline("named", "a call that waits for somebody by name", "they", "routing.named_wait_s", "all are tried"),
    Deadline("talk", "a conversation", "who serves", "timing.call_limit_s", "ends as failed"),
    Deadline("ask", "an ask for one more person", "who serves", "routing.ask_limit_s", "nobody came; it goes on"),
    Deadline("wrap", "a wrap-up", "its advisor", "timing.wrap_up_limit_s", "closed as it is"),
    Deadline("serving", "a visit or phone call at the desk", "its advisor", "timing.serving_limit_s", "wrap-up begins"),
    Deadline("away", "somebody who is away", "themselves", "timing.away_limit_s", "off duty"),
    Deadline("last", "somebody whose shift ends soon", "themselves", "timing.last_call_s", "nothing new is offered"),
    Deadline("shift", "somebody whose shift ends", "themselves", "their own word", "off duty once they are free"),
    Deadline("language", "a closed language", "supervisor", "timing.closure_limit_s", "open again"),
    Deadline("notice", "a message to those who wait", "supervisor", "timing.notice_limit_s", "no longer shown"),
    Deadline("path", "the path of a line check", "the check", "three minutes", "the relays forget it"),
)

LEASES = (
    Deadline(
        "kiosk", "a kiosk whose line is lost", "visitor", "timing.visitor_grace_s", "its call ends as left or abandoned"
    ),
    Deadline(
        "staff",
        "a console whose line is lost",
        "themselves",
        "timing.staff_grace_s",
        "off duty; a visitor they served alone is first in line",
    ),
)
