"""TLS of our own: a certificate and its key from files, followed while the service runs."""

import logging
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bridge.clock import Clock

log = logging.getLogger(__name__)

_SHORT = timedelta(days=14)
_REMIND_EVERY_MS = 86_400_000

#: A file as it lies there; None for a file that cannot be seen. A rename and a switched link change the inode.
Seen = tuple[tuple[int, int, int] | None, ...]


class CertificateError(Exception):
    """A certificate or key cannot be used. The text names the file and what was expected; it is shown as it is."""


def read_pair(certificate: Path, key: Path, now_ms: int) -> x509.Certificate:
    """The server's own certificate, the first in its file, once it is known to be valid now and to fit the key.

    Raises CertificateError; its text does not depend on the time, so that the same trouble can be said once.
    """
    certificate_pem = _read(certificate, "a certificate in PEM form")
    key_pem = _read(key, "a private key in PEM form")
    try:
        leaf = x509.load_pem_x509_certificates(certificate_pem)[0]
        certified = leaf.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise CertificateError(
            f"{certificate}: not a certificate; expected PEM (-----BEGIN CERTIFICATE-----), the server's own first, "
            "then those in between it and its authority"
        ) from None
    try:
        public = load_pem_private_key(key_pem, password=None).public_key()
    except TypeError:
        raise CertificateError(
            f"{key}: the key is encrypted; expected one without a passphrase, readable by the service alone"
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise CertificateError(f"{key}: not a private key; expected PEM (-----BEGIN PRIVATE KEY-----)") from None
    if certified != public:
        raise CertificateError(f"{key}: does not belong to {certificate}; expected the key of its first certificate")
    now = _date(now_ms)
    if now >= leaf.not_valid_after_utc:
        raise CertificateError(f"{certificate}: expired on {_day(leaf.not_valid_after_utc)}; expected a valid one")
    if now < leaf.not_valid_before_utc:
        raise CertificateError(
            f"{certificate}: not valid before {_day(leaf.not_valid_before_utc)}; expected a valid one, and a machine "
            "whose clock is right"
        )
    return leaf


class ServerTls:
    """The TLS of a server. Every new connection gets the newest good certificate; those that are open live on.

    ``context`` stays the same object for good. It holds no certificate itself: each connection that opens is handed on
    to a context made from the newest pair, whole. (Loaded into one and the same context, an RSA certificate would stay
    beside the ECDSA one that follows it, and a pair that changes under our hands would leave it with half of one.)
    """

    def __init__(self, certificate: Path, key: Path, clock: Clock) -> None:
        """Raises CertificateError if the files cannot be used now."""
        self._certificate = certificate
        self._key = key
        self._clock = clock
        self._seen = self._look()
        self._leaf, self._with_pair = self._load()
        self._complaint = ""
        self._reminded_at_ms: int | None = None
        self._context = _new_context()
        self._context.sni_callback = self._hand_on

    @property
    def context(self) -> ssl.SSLContext:
        """For a server: TLS 1.2 or later, HTTP/1.1."""
        return self._context

    @property
    def not_after(self) -> datetime:
        """When the certificate in use expires (UTC)."""
        return self._leaf.not_valid_after_utc

    async def follow_for_ever(self, every_s: float) -> None:
        """Look every ``every_s`` seconds whether the files have changed, and use the new pair.

        A pair that cannot be used is an error in the log and nothing else: the old one stays in use, and the new one
        is tried again at each look (access may be granted without a change to the file). Less than 14 days before
        the certificate in use expires there is a warning, once a day.
        """
        while True:
            self._remind()
            await self._clock.sleep(every_s)
            # Looked at before it is read: what changes while it is read is seen the next time.
            seen = self._look()
            if seen != self._seen or self._complaint:
                self._use(seen)

    def _use(self, seen: Seen) -> None:
        try:
            self._leaf, self._with_pair = self._load()
        except CertificateError as error:
            if seen != self._seen or str(error) != self._complaint:
                log.error("TLS: %s; the certificate valid until %s stays in use", error, _day(self.not_after))
            self._complaint = str(error)
        else:
            self._complaint = ""
            self._reminded_at_ms = None
            log.info("TLS: new certificate in use, valid until %s", _day(self.not_after))
        self._seen = seen

    def _load(self) -> tuple[x509.Certificate, ssl.SSLContext]:
        leaf = read_pair(self._certificate, self._key, self._clock.now_ms())
        context = _new_context()
        try:
            # Never asks for a passphrase at a terminal.
            context.load_cert_chain(self._certificate, self._key, password="")
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or type(error).__name__
            raise CertificateError(
                f"{self._certificate}: refused by TLS ({reason}); expected a certificate with a key of RSA 2048 bits "
                "or more, or ECDSA"
            ) from None
        return leaf, context

    def _hand_on(self, connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        connection.context = self._with_pair

    def _look(self) -> Seen:
        return tuple(_stamp(path) for path in (self._certificate, self._key))

    def _remind(self) -> None:
        now_ms = self._clock.now_ms()
        left = self.not_after - _date(now_ms)
        if left >= _SHORT or (self._reminded_at_ms is not None and now_ms - self._reminded_at_ms < _REMIND_EVERY_MS):
            return
        self._reminded_at_ms = now_ms
        if left > timedelta(0):
            log.warning("TLS: %s expires on %s, in %d days", self._certificate, _day(self.not_after), left.days)
        else:
            log.error("TLS: %s has expired on %s; browsers refuse it", self._certificate, _day(self.not_after))


def _new_context() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _read(path: Path, expected: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise CertificateError(f"{path}: no such file; expected {expected}") from None
    except OSError as error:
        raise CertificateError(f"{path}: cannot be read: {error.strerror}; expected {expected}") from None


def _date(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def _day(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")
