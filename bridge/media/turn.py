"""Credentials for the TURN servers, where UDP is blocked.

A browser gets a name and a password that are good for a few hours. The name holds the time at which they end, the
password is made from the name with a secret that only Gloria and the TURN servers know, so neither keeps a list
(the REST API for TURN, draft-uberti-behave-turn-rest-00; coturn: use-auth-secret).
"""

import base64
import hmac
import logging
import secrets
from pathlib import Path
from typing import TypedDict

from bridge.settings import MediaSettings, SettingsError

log = logging.getLogger(__name__)

#: A longer file is not a secret but something else.
_SECRET_FILE_BYTES = 4096
#: As long as a line check takes, with patience.
STRANGERS_LIFETIME_S = 300


class IceServer(TypedDict):
    """One member of ``iceServers`` in a browser, and until when it may be used (Unix time, milliseconds)."""

    urls: list[str]
    username: str
    credential: str
    good_until_ms: int


def turn_credentials(secret: str, lifetime_s: int, now_s: int, id: str) -> tuple[str, str]:
    """Name and password that a TURN server with this ``secret`` accepts for ``lifetime_s`` seconds from ``now_s``.

    ``id`` tells one holder from another; a server counts its allocations by it. It must say nothing about a person:
    servers write it to their log. An allocation made in time is not ended when the time is over.
    """
    username = f"{now_s + lifetime_s}:{id}"
    digest = hmac.digest(secret.encode(), username.encode(), "sha1")
    return username, base64.b64encode(digest).decode("ascii")


class TurnServers:
    """The TURN servers of ``media.turn_urls``, and what browsers need to use them."""

    def __init__(self, media: MediaSettings) -> None:
        """Read the secret. Raises SettingsError where ``media.turn_secret_file`` holds none."""
        self._urls = list(media.turn_urls)
        self._lifetime_s = media.turn_lifetime_s
        self._file = Path(media.turn_secret_file) if self._urls and media.turn_secret_file else None
        self._seen = _signature(self._file) if self._file else None
        self._secret = read_secret_file(self._file) if self._file else media.turn_secret

    def ice_server(self, now_ms: int, stranger: str | None = None) -> IceServer | None:
        """The servers with a fresh name and password, good from ``now_ms``; None where no servers are set.

        ``stranger``: who asks without having a place here, by network. All of one network are one user to the TURN
        servers, whose quota then holds for them together, and what they get is soon over. A changed secret file counts
        from the next call on. While it cannot be read, the last secret is used.
        """
        if not self._urls:
            return None
        self._look_again()
        now_s = now_ms // 1000
        lifetime_s, holder = self._lifetime_s, secrets.token_hex(8)
        if stranger is not None:
            lifetime_s = min(lifetime_s, STRANGERS_LIFETIME_S)
            # The servers write it to their log: it must not say which network that is.
            holder = hmac.digest(self._secret.encode(), f"network {stranger}".encode(), "sha256").hex()[:16]
        username, credential = turn_credentials(self._secret, lifetime_s, now_s, holder)
        return {
            "urls": list(self._urls),
            "username": username,
            "credential": credential,
            "good_until_ms": (now_s + lifetime_s) * 1000,
        }

    def _look_again(self) -> None:
        if self._file is None:
            return
        now = _signature(self._file)
        if now == self._seen:
            return
        self._seen = now
        try:
            self._secret = read_secret_file(self._file)
        except SettingsError as error:
            log.warning("%s; the secret read before is used on", error)


def host_of(url: str) -> str:
    """The host in an address of ``media.turn_urls``."""
    rest = url.partition(":")[2].partition("?")[0]
    return rest[1:].partition("]")[0] if rest.startswith("[") else rest.partition(":")[0]


def turn_secret(media: MediaSettings) -> str:
    """The secret shared with the TURN servers. Raises SettingsError where none is set or its file holds none."""
    if media.turn_secret_file:
        return read_secret_file(Path(media.turn_secret_file))
    if not media.turn_secret:
        raise SettingsError("media.turn_secret: expected a secret here, or a file of it in media.turn_secret_file")
    return media.turn_secret


def read_secret_file(file: Path, name: str = "media.turn_secret_file") -> str:
    """The one line of this file, without the space around it.

    Raises SettingsError, which names the setting or option ``name`` and the file, never what is in it.
    """
    expected = "expected a readable file with the secret on one line"
    try:
        with file.open("rb") as opened:
            found = opened.read(_SECRET_FILE_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"{name}: {file}: {error.strerror}; {expected}") from None
    try:
        lines = found.decode("ascii").split("\n") if len(found) <= _SECRET_FILE_BYTES else []
    except UnicodeDecodeError:
        raise SettingsError(f"{name}: {file}: not plain ASCII; {expected}") from None
    said = [line.strip() for line in lines if line.strip()]
    if len(said) != 1:
        problem = "empty" if len(found) <= _SECRET_FILE_BYTES and not said else "more than one line"
        raise SettingsError(f"{name}: {file}: {problem}; {expected}")
    return said[0]


def _signature(file: Path) -> tuple[int, int, int] | None:
    """What changes when the file does; None while it is not there."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
