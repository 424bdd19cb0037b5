"""How a call's picture and sound travel, and how well: the words that pages, desk and records share.

What a side's address may be seen by is its *path policy*; the *route* is the way that was found.
"""

from enum import StrEnum


class PathPolicy(StrEnum):
    """What an endpoint lets the other side learn of its address."""

    DIRECT = "direct"
    """Straight to the other browser where that works; the other side learns the address."""
    HIDDEN = "hidden"
    """Relay or TURN only: the other side learns nothing of the address."""
    TURN = "turn"
    """TURN only, whatever else would work."""


class Route(StrEnum):
    """The way of a call's media."""

    DIRECT = "direct"
    RELAY = "relay"
    TURN_UDP = "turn_udp"
    TURN_TCP = "turn_tcp"
    TURN_TLS = "turn_tls"
    BRIDGE = "bridge"
    """No way for picture and sound: chat through the bridge."""


class Trouble(StrEnum):
    """What made a call's picture or sound worse."""

    NONE = "none"
    LOSS = "loss"
    DELAY = "delay"
    BANDWIDTH = "bandwidth"
    CPU = "cpu"


class NoRoute(StrEnum):
    """Why no way was found."""

    NOTHING_HEARD = "nothing_heard"
    """The other browser's description never came."""
    NO_OWN_PATH = "no_own_path"
    """This browser found no address of its own to offer."""
    NO_TURN = "no_turn"
    """Nothing got through, and no TURN server answered."""
    BLOCKED = "blocked"
    """Both had addresses to offer, TURN included, and nothing got through."""
    NOT_SECURED = "not_secured"
    """A way was found, but the encrypted connection over it did not come about."""


def strictest(*policies: PathPolicy) -> PathPolicy:
    """The policy that gives away least; direct when there is none."""
    order = list(PathPolicy)
    return max(policies, key=order.index, default=PathPolicy.DIRECT)
