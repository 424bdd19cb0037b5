"""`gloria kiosk open`: start this machine's browser as the kiosk, and enrol it with a code on the way.

The code is read from a prompt or standard input and reaches the browser by way of a file that only its user can read: a
command line is seen by everybody on the machine.
"""

import argparse
import getpass
import html
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bridge.accounts.codes import as_typed, shown
from bridge.commands.words import CommandError

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_FILE_IS_NEEDED_FOR_S = 60.0


def add_parser(kiosk: Any) -> None:
    """Give `gloria kiosk` this subcommand."""
    words = "open this machine's browser as the kiosk; asks for an enrolment code, none when it is enrolled already"
    parser = kiosk.add_parser("open", help=words, description=words)
    parser.add_argument("server", help="address of the service: https://gloria.example.fi")
    parser.add_argument("--browser", help=f"path of the browser (default: {', '.join(BROWSERS)})")
    parser.add_argument("--profile", type=Path, help="folder for the browser's profile, which holds the device token")
    parser.set_defaults(run=run, needs_settings=False)


def run(chosen: argparse.Namespace) -> int:
    """Start the browser and wait for its end; its exit status. Raises CommandError."""
    address = urlsplit(chosen.server)
    if address.scheme not in {"http", "https"} or not address.hostname or address.path.rstrip("/"):
        raise CommandError(f"server: {chosen.server} is no address of a service; expected https://host")
    browser = _browser(chosen.browser)
    profile = chosen.profile or Path.home() / ".local" / "share" / "gloria-kiosk"
    profile.mkdir(parents=True, exist_ok=True, mode=0o700)
    page = f"{address.scheme}://{address.netloc}/kiosk"
    typed = _code()
    code = as_typed(typed) if typed else ""
    if code is None:
        raise CommandError("code: expected eight letters and digits, such as K7QM-2XWD, or nothing")
    arguments = [browser, f"--user-data-dir={profile}", "--kiosk", "--no-first-run", "--disable-session-crashed-bubble"]
    if not code:
        return subprocess.call([*arguments, page])
    with tempfile.TemporaryDirectory(prefix="gloria-") as folder:
        way = Path(folder) / "enrol.html"
        target = html.escape(f"{page}#{shown(code)}")
        with os.fdopen(os.open(way, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={target}">')
        started = subprocess.Popen([*arguments, way.as_uri()])
        try:
            return started.wait(_FILE_IS_NEEDED_FOR_S)
        except subprocess.TimeoutExpired:
            way.unlink()
            return started.wait()


def _browser(given: str | None) -> str:
    for name in (given,) if given else BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    raise CommandError(f"browser: none of {given or ', '.join(BROWSERS)} found; install chromium or name one")


def _code() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Enrolment code (nothing when this screen is enrolled already): ").strip()
    return sys.stdin.readline().strip()
