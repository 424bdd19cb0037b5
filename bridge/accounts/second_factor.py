"""The second factor: time-based one-time passwords (RFC 6238), six digits, 30 seconds, one step of slack."""

import hmac

import pyotp
import segno

STEP_S = 30
_SLACK = 1


def new_secret() -> str:
    """A secret to share with somebody's authenticator, 160 bits in base32."""
    return pyotp.random_base32()


def address_of(secret: str, account: str) -> str:
    """The otpauth:// address an authenticator reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name="Gloria")


def picture_of(address: str) -> str:
    """The address as a QR code, an SVG element without inline style."""
    return segno.make(address, error="m").svg_inline(scale=5, border=2, dark="#000", light="#fff", omitsize=False)


def step_of(secret: str, digits: str, now_ms: int) -> int | None:
    """The time step that these digits belong to, one's own or a neighbour of now; None when none fits."""
    given = "".join(digits.split())
    if not (given.isascii() and given.isdigit() and len(given) == 6):
        return None
    totp = pyotp.TOTP(secret)
    now = now_ms // 1000 // STEP_S
    for step in range(now - _SLACK, now + _SLACK + 1):
        if hmac.compare_digest(totp.at(step * STEP_S), given):
            return step
    return None
