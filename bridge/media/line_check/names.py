"""What the line check calls its channels and keys in Redis; all within the desk's prefix (bridge/desk/keys.py)."""

from bridge.desk.keys import Keys

#: A check that was claimed is not claimed again for this long; its offer lives for seconds.
CLAIM_KEPT_S = 60


def offers(keys: Keys) -> str:
    """Channel of the pages' offers (JSON: check, path, sdp)."""
    return keys["line_check:offers"]


def answers(keys: Keys, check: str) -> str:
    """Channel of the one reply to a check (JSON: sdp | busy | refused | no_relay | failed)."""
    return keys[f"line_check:answer:{check}"]


def claim(keys: Keys, check: str) -> str:
    """Key of who answers a check; expires."""
    return keys[f"line_check:claim:{check}"]


def results(keys: Keys) -> str:
    """Hash: id of a kiosk or staff member → their latest result (JSON)."""
    return keys["line_checks"]
