"""A certificate for a first try on a local network: an authority of this machine's own, trusted by hand, once.

Browsers give no camera without https. Where there is no certificate yet, this machine makes one. Not for a service
that is open to others: whoever gets the authority's key can pose as any site to whoever trusts it.
"""

import os
import re
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bridge.edge.addresses import plain_address
from bridge.edge.certificates import CertificateError, read_pair

#: Together 397 days. Browsers refuse more than 398 of a public authority, Safari more than 825 of anybody's. The
#: authority itself has no such limit; trustme's lasts from 2000 to 3000.
_VALID_SINCE = timedelta(days=1)
_VALID_FOR = timedelta(days=396)
_RENEWED_BEFORE = timedelta(days=30)

_HOST_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
#: Addresses for documentation; asking for the way there sends nothing.
_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


@dataclass(frozen=True)
class LanCertificate:
    """Where the server's certificate and key are, and the certificate of the authority that browsers are to trust."""

    certificate: Path
    key: Path
    authority: Path


def make_for_lan(folder: Path, names: Sequence[str], now_ms: int) -> LanCertificate:
    """A certificate for these host names and addresses, kept in ``folder`` (mode 700, keys 600).

    The one that lies there is taken if it covers the names and is valid for 30 days more. Otherwise it is made anew
    by the same authority, so that browsers that trust it go on doing so. Raises CertificateError: a name that is none,
    a folder that cannot be written, an authority that is damaged (it is never replaced: all trust would be lost).
    """
    wanted = [_checked(name) for name in names]
    if not wanted:
        raise CertificateError(f"{folder}: no names given; expected host names or addresses of this machine")
    made = LanCertificate(folder / "server.crt", folder / "server.key", folder / "gloria-authority.crt")
    authority_key = folder / "gloria-authority.key"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        if not made.authority.exists() and not authority_key.exists():
            # Two machines' authorities must not look alike in a browser's list.
            unit = f"authority of {wanted[0]}"[:48] + f" {secrets.token_hex(4)}"
            new = trustme.CA(path_length=0, organization_name="Gloria", organization_unit_name=unit)
            _write(authority_key, new.private_key_pem.bytes(), 0o600)
            _write(made.authority, new.cert_pem.bytes(), 0o644)
        authority = _read_authority(made.authority, authority_key)
        if not _still_good(made, wanted, authority, now_ms):
            now = datetime.fromtimestamp(now_ms / 1000, UTC)
            leaf = trustme.CA.from_pem(made.authority.read_bytes(), authority_key.read_bytes()).issue_cert(
                *wanted,
                organization_name="Gloria",
                organization_unit_name="for a local network",
                not_before=now - _VALID_SINCE,
                not_after=now + _VALID_FOR,
            )
            _write(made.key, leaf.private_key_pem.bytes(), 0o600)
            _write(made.certificate, b"".join(pem.bytes() for pem in leaf.cert_chain_pems), 0o644)
        for key in (made.key, authority_key):
            key.chmod(0o600)
    except OSError as error:
        where = error.filename or folder
        raise CertificateError(f"{where}: {error.strerror}; expected a folder that the service may write") from error
    return made


def names_of_this_machine() -> list[str]:
    """The host name, also with .local, the loopback names, and the addresses others may reach this machine by.

    Asks the system's resolver (which may take seconds where it does not answer); sends nothing else.
    """
    host = socket.gethostname().lower()
    short = host.partition(".")[0]
    found: list[str] = [host, short, f"{short}.local", "localhost", "127.0.0.1", "::1"]
    texts: list[str] = []
    try:
        texts += [str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        pass
    for family, elsewhere in _ELSEWHERE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as way:
                way.connect((elsewhere, 9))
                texts.append(way.getsockname()[0])
        except OSError:
            pass
    for text in texts:
        address = plain_address(text)
        # Link-local addresses need a zone, which no browser takes.
        if address is not None and not (address.is_loopback or address.is_link_local or address.is_unspecified):
            found.append(str(address))
    return [name for name in dict.fromkeys(found) if plain_address(name) is not None or _HOST_NAME.fullmatch(name)]


def _checked(name: str) -> str:
    address = plain_address(name)
    if address is not None:
        return str(address)
    name = name.strip().lower().rstrip(".")
    # Four numbers are an address that is wrong, and no host name.
    if not _HOST_NAME.fullmatch(name) or name.replace(".", "").isdigit() or len(name) > 253:
        raise CertificateError(f"{name!r}: expected a host name (a-z, 0-9, - and .) or an IP address")
    return name


def _read_authority(certificate: Path, key: Path) -> x509.Certificate:
    hint = (
        f"put it back from a copy, or remove {certificate.parent} and have the new authority trusted on every machine"
    )
    try:
        authority = x509.load_pem_x509_certificate(certificate.read_bytes())
        fits = load_pem_private_key(key.read_bytes(), password=None).public_key() == authority.public_key()
    except FileNotFoundError as error:
        raise CertificateError(f"{error.filename}: missing; {hint}") from None
    except (ValueError, TypeError):
        raise CertificateError(f"{certificate} or {key}: damaged; {hint}") from None
    if not fits:
        raise CertificateError(f"{key}: does not belong to {certificate}; {hint}")
    return authority


def _still_good(made: LanCertificate, wanted: Sequence[str], authority: x509.Certificate, now_ms: int) -> bool:
    try:
        for at_ms in (now_ms, now_ms + int(_RENEWED_BEFORE.total_seconds() * 1000)):
            leaf = read_pair(made.certificate, made.key, at_ms)
        leaf.verify_directly_issued_by(authority)
        named = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (CertificateError, InvalidSignature, x509.ExtensionNotFound, ValueError, TypeError):
        return False
    covered = {str(name.value) for name in named}
    return covered.issuperset(wanted)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, and never readable by more than ``mode`` says."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
