"""How to make browsers trust the authority of a local network, in words for whoever looks after the machines."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from bridge.edge.lan import LanCertificate


def fingerprint(certificate: Path) -> str:
    """The SHA-256 fingerprint as browsers show it: pairs of hexadecimal digits with colons between them.

    Raises OSError and ValueError where there is no certificate.
    """
    return x509.load_pem_x509_certificate(certificate.read_bytes()).fingerprint(SHA256()).hex(":").upper()


def how_to_trust(lan: LanCertificate) -> str:
    """What to do on each machine, once; plain text."""
    authority = lan.authority.resolve()
    name = authority.name
    return f"""\
Browsers give a page the camera and the microphone only over https, with a certificate they trust. This machine has
made one for itself. No browser knows the authority that signed it yet: show it to each machine, once. The server's
certificate may change later (other addresses, a new year); the authority stays.

The authority's certificate:  {authority}
Its SHA-256 fingerprint:      {fingerprint(authority)}

Take a copy to each machine (a USB stick, scp). Before you trust it, compare the fingerprint there:
    openssl x509 -in {name} -noout -fingerprint -sha256

Debian, Chromium (each user; the kiosk's user too):
    sudo apt install libnss3-tools
    db="$HOME/.pki/nssdb"; [ -d "$db" ] || db="$HOME/.local/share/pki/nssdb"; mkdir -p "$db"
    certutil -d "sql:$db" -L >/dev/null 2>&1 || certutil -d "sql:$db" -N --empty-password
    certutil -d "sql:$db" -A -t "C,," -n "Gloria on this network" -i {name}
  (Chromium before 146 knows only the first folder: begin with mkdir -p "$HOME/.pki/nssdb".)
  Then close every window of Chromium and start it again.

Debian, programs other than browsers (curl, the kiosk's agent):
    sudo cp {name} /usr/local/share/ca-certificates/ && sudo update-ca-certificates

Firefox (each profile):
    Settings, Privacy & Security, Certificates: View Certificates; Authorities; Import: {name};
    tick "Trust this CA to identify websites".

Windows (Edge, Chrome, and Firefox from 120 on), at a prompt opened as administrator:
    certutil -addstore -f Root {name}

This is for trying Gloria out. Never hand on the .key files that lie beside it: whoever has the authority's key can pose
as any website to the machines that trust it. When you get a certificate from your organisation or a public authority,
remove this one from the machines again.
"""
