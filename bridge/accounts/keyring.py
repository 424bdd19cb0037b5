"""The installation's key, in a file outside the data folder: whoever takes the folder or a backup does not have it.

It encrypts the secrets of second factors and makes keyed hashes of what has too few possibilities for a plain one:
enrolment codes, and the addresses and names by which tries are counted.
"""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_LENGTH = 32


class KeyFileError(Exception):
    """The key file cannot be used; the text says which and what was expected."""


class Keyring:
    """What is derived from the installation's key."""

    def __init__(self, key: bytes) -> None:
        self._hashing = _derived(key, b"gloria keyed hashes")
        self._box = Fernet(base64.urlsafe_b64encode(_derived(key, b"gloria second factors")))

    @classmethod
    def of(cls, path: Path, sealed: str | None) -> "Keyring":
        """The key in this file, which opens what was ``sealed`` before; only where nothing was, a missing one is made.

        Raises KeyFileError.
        """
        if sealed is not None and not path.exists():
            raise KeyFileError(
                f"{path}: no such file, but second factors were encrypted by its key; "
                "put it back, or set accounts.key_file"
            )
        keyring = cls.at(path)
        if sealed is not None:
            keyring.opened(sealed)
        return keyring

    @classmethod
    def at(cls, path: Path) -> "Keyring":
        """The key in this file, which is made when it is missing. Raises KeyFileError."""
        try:
            _make(path)
            key = base64.b64decode(path.read_bytes().strip(), validate=True)
        except ValueError:
            raise KeyFileError(f"{path}: expected a key of {_LENGTH} bytes in base64") from None
        except OSError as error:
            raise KeyFileError(f"{path}: {error.strerror}; expected a file that only Gloria can read") from None
        if len(key) != _LENGTH:
            raise KeyFileError(f"{path}: expected a key of {_LENGTH} bytes in base64")
        return cls(key)

    def hashed(self, kind: str, text: str) -> str:
        """A keyed hash, 256 bits in hex, different for each ``kind`` of thing."""
        return hmac.new(self._hashing, f"{kind}\0{text}".encode(), hashlib.sha256).hexdigest()

    def sealed(self, text: str) -> str:
        """Encrypted and authenticated."""
        return self._box.encrypt(text.encode()).decode()

    def opened(self, sealed: str) -> str:
        """What was sealed. Raises KeyFileError when another key sealed it."""
        try:
            return self._box.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise KeyFileError("accounts.key_file: not the key by which the second factors were encrypted") from None


def _make(path: Path) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written whole before it has its name: two processes that start at once agree on whichever came first.
    own = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(base64.b64encode(os.urandom(_LENGTH)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(own, path)
    except FileExistsError:
        pass
    finally:
        own.unlink()


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_LENGTH, salt=None, info=purpose).derive(key)
