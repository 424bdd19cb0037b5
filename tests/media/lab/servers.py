"""What runs in public: the bridge, the relays and coturn, each in its own namespace, from one file of settings."""

import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bridge.commands.turn_config import TurnOptions, turnserver_conf
from bridge.settings import load_settings
from tests.actors.service import RunningService
from tests.media.lab.namespace import Namespace
from tests.media.lab.network import BRIDGE_NAME, BRIDGE_PORT, RELAY_PORT, SERVERS, TURN_NAME, TURN_PORT, Network

#: Where the pages are, for browsers with either kind of address.
URL = f"http://{BRIDGE_NAME}:{BRIDGE_PORT}"
KIOSK = "saarijarvi"
ADVISOR = "amina"
RELAYS = (1, 2)

_SETTINGS = f"""[server]
host = "::"
port = {BRIDGE_PORT}

[media]
turn_urls = ["turn:{TURN_NAME}:{TURN_PORT}?transport=udp", "turn:{TURN_NAME}:{TURN_PORT}?transport=tcp"]
turn_secret = "{{secret}}"
relay_port = {RELAY_PORT}
"""
_STARTS_WITHIN_S = 15.0
_LOOK_S = 0.02
_STUN_BINDING_REQUEST = bytes.fromhex("000100002112a442")


class Servers:
    """The public servers, running. ``close`` ends them."""

    def __init__(self, network: Network, folder: Path) -> None:
        """Nothing runs yet; logs, settings and data go to ``folder`` (a short path: there is a unix socket in it)."""
        self.folder = folder
        self._network = network
        self._file = folder / "gloria.toml"
        self._file.write_text(_SETTINGS.format(secret=secrets.token_urlsafe(24)))
        self._data = folder / "data"
        self._bridge = RunningService(self._data, "--config", str(self._file), demo=False)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, relays: tuple[int, ...] = RELAYS) -> None:
        """Start all of them; they answer when this returns."""
        self._start_turn()
        self.start_bridge()
        for number in relays:
            self.start_relay(number)

    def start_bridge(self, environment: Mapping[str, str] | None = None) -> None:
        """Start the bridge with these settings besides the file's."""
        with self._network.servers["bridge"].entered(), _environment(environment or {}):
            self._bridge.start()
        self._bridge.url = URL

    def stop_bridge(self) -> None:
        """Ctrl-C."""
        self._bridge.stop()

    def start_relay(self, number: int) -> None:
        """Start this relay, by the name it always has."""
        name = f"relay{number}"
        address = SERVERS[name]
        environment = {
            "GLORIA_DESK_REDIS_URL": f"unix://{self._data.resolve()}/desk/desk.sock",
            "GLORIA_MEDIA_RELAY_LISTEN": f"{address.ipv4},{address.ipv6}",
            "GLORIA_MEDIA_RELAY_NAME": name,
        }
        command = [sys.executable, "-m", "bridge.cli", "relay", "--config", str(self._file), "--data", str(self._data)]
        self._spawn(name, command, environment)
        self._wait(name, lambda: _answers_stun(self._network.servers["bridge"], address.ipv4, RELAY_PORT))

    def kill_relay(self, number: int) -> None:
        """SIGKILL: it says goodbye to nobody."""
        self._kill(f"relay{number}")

    def relay_runs(self, number: int) -> bool:
        """Whether this relay's process is there."""
        process = self._running.get(f"relay{number}")
        return process is not None and process.poll() is None

    def gloria(self, *arguments: str) -> str:
        """What this subcommand prints, on the lab's settings and data."""
        command = [sys.executable, "-m", "bridge.cli", *arguments]
        command += ["--config", str(self._file), "--data", str(self._data)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        assert done.returncode == 0, f"gloria {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def adds_kiosk(self) -> str:
        """Make the lab's kiosk; its enrolment code."""
        return _secret_in(self.gloria("kiosk", "add", KIOSK, "--name", "Saarijärvi library", "--municipality", "729"))

    def adds_advisor(self) -> str:
        """Make the lab's advisor; the password to begin with."""
        languages = ("--language", "ar=native", "--language", "en=fluent")
        return _secret_in(self.gloria("staff", "add", ADVISOR, "--name", "Amina", "--role", "advisor", *languages))

    def sets_path_policy(self, policy: str) -> None:
        """What others may learn of the kiosk's address: direct, hidden or turn."""
        self.gloria("kiosk", "change", KIOSK, "--path", policy)

    def logs(self) -> str:
        """What they said, for a test that failed."""
        files = sorted(self.folder.glob("*.log"))
        return "\n".join(f"== {file.name}\n{file.read_text(errors='replace')[-4000:]}" for file in files)

    def close(self) -> None:
        """End all of them."""
        self._bridge.stop()
        for name in list(self._running):
            self._kill(name)

    def _start_turn(self) -> None:
        settings = load_settings(self._file, {}, {})
        addresses = (SERVERS["turn"].ipv4, SERVERS["turn"].ipv6)
        options = TurnOptions(listen=addresses, relay=addresses, userdb=str(self.folder / "turndb"))
        conf = self.folder / "turnserver.conf"
        conf.write_text(turnserver_conf(settings.media, options))
        place = self._network.servers["turn"]
        self._spawn("turn", ["turnserver", "-c", str(conf), "--pidfile", str(self.folder / "turn.pid")], {})
        self._wait("turn", lambda: _takes_tcp(place, SERVERS["turn"].ipv4, TURN_PORT))

    def _spawn(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        place = self._network.servers[name]
        self._running[name] = place.spawn(command, self.folder / f"{name}.log", environment)

    def _kill(self, name: str) -> None:
        process = self._running.pop(name, None)
        if process is not None:
            process.kill()
            process.wait(10)

    def _wait(self, name: str, answers: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _STARTS_WITHIN_S
        while not answers():
            process = self._running[name]
            assert process.poll() is None, f"{name} ended:\n{self.logs()}"
            assert time.monotonic() < deadline, f"{name} does not answer:\n{self.logs()}"
            time.sleep(_LOOK_S)


def _secret_in(printed: str) -> str:
    found = re.search(r"^    (\S.*)$", printed, re.MULTILINE)
    assert found, printed
    return found[1]


def _takes_tcp(place: Namespace, address: str, port: int) -> bool:
    with place.entered():
        try:
            socket.create_connection((address, port), 1).close()
        except OSError:
            return False
    return True


def _answers_stun(place: Namespace, address: str, port: int) -> bool:
    with place.entered():
        asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with asking:
        asking.settimeout(0.1)
        try:
            asking.connect((address, port))
            asking.send(_STUN_BINDING_REQUEST + secrets.token_bytes(12))
            return asking.recv(1500)[:2] == b"\x01\x01"
        except OSError:
            return False


@contextmanager
def _environment(given: Mapping[str, str]) -> Iterator[None]:
    """These variables for what is started meanwhile."""
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
