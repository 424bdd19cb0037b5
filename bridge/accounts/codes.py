"""Enrolment codes of kiosks: short enough to type on a screen, good for a day, once."""

import secrets

#: No letters that are taken for each other or for digits.
ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
LENGTH = 8
GOOD_FOR_S = 86_400


def new_code() -> str:
    """A code of 39 bits: ten thousand addresses that guess for a year at the allowed rate find it with under 1 %."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """As it is printed: K7QM-2XWD."""
    return f"{code[:4]}-{code[4:]}"


def as_typed(text: str) -> str | None:
    """The code somebody typed, whatever the case and the gaps; None when it cannot be one."""
    code = "".join(c for c in text.upper() if c not in "- ")
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None
