"""`gloria admin`, `gloria staff`, `gloria kiosk`, `gloria audit`: accounts from the server's own command line.

They write to the database, whether the service runs or not, and tell the desk when it does. Secrets (a password to
begin with, an enrolment code) are printed once, and taken from a prompt or standard input, never from the command
line.
"""

import argparse
import asyncio
import dataclasses
import getpass
import json
import secrets
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from redis.exceptions import RedisError

from bridge import assets
from bridge.accounts.audit import COMMAND
from bridge.accounts.codes import shown
from bridge.accounts.keyring import Keyring
from bridge.accounts.model import DraftError, KioskAccount, KioskDraft, StaffAccount, StaffDraft
from bridge.accounts.office import Office
from bridge.accounts.passwords import Passwords, WeakPassword, check_strength
from bridge.accounts.roster import Roster
from bridge.accounts.store import Accounts, LastAdministrator, NoSuchAccount, Taken
from bridge.clock import SystemClock
from bridge.commands import kiosk_screen
from bridge.commands.words import CommandError, print_table
from bridge.database import schema
from bridge.desk.connections import DeskServer, close
from bridge.desk.desk import Desk
from bridge.desk.embedded import EmbeddedServer
from bridge.desk.keys import Keys
from bridge.domain.rights import STAFF_ROLES
from bridge.domain.staff import SERVING_ROLES, Gender, Role
from bridge.service import Service, load_service
from bridge.settings import Settings, SettingsError


@dataclasses.dataclass(frozen=True)
class Tools:
    """What a command works with."""

    office: Office
    accounts: Accounts
    service: Service
    settings: Settings
    desk_runs: bool


Work = Callable[[argparse.Namespace, Tools], Coroutine[Any, Any, None]]


def add_parsers(commands: Any, common: argparse.ArgumentParser) -> None:
    """Give the `gloria` command these subcommands."""
    admin = commands.add_parser("admin", help="the first administrator").add_subparsers(required=True, metavar="what")
    _sub(admin, common, "create", _create_admin, "make an administrator; asks for a password").add_argument(
        "--name", help="the name others see (default: the id)"
    )

    staff = commands.add_parser("staff", help="advisors, interpreters, supervisors, administrators, municipalities")
    staff = staff.add_subparsers(required=True, metavar="what")
    _add_staff_fields(_sub(staff, common, "add", _add_staff, "add somebody; prints a password to begin with"), True)
    _add_staff_fields(_sub(staff, common, "change", _change_staff, "change what is given, leave the rest"), False)
    _sub(staff, common, "password", _reset_password, "print a new password to begin with; signs them out")
    _sub(staff, common, "second-factor", _reset_second_factor, "their authenticator is lost: they set a new one")
    _sub(staff, common, "sign-out", _sign_out, "sign them out everywhere")
    _sub(staff, common, "disable", _disable, "shut them out")
    _sub(staff, common, "enable", _enable, "let them in again")
    _listing(staff, common, "list", _list_staff, "who there is")

    kiosk = commands.add_parser("kiosk", help="kiosks and their enrolment").add_subparsers(
        required=True, metavar="what"
    )
    _add_kiosk_fields(_sub(kiosk, common, "add", _add_kiosk, "add a kiosk; prints its enrolment code"), True)
    _add_kiosk_fields(_sub(kiosk, common, "change", _change_kiosk, "change what is given, leave the rest"), False)
    _sub(kiosk, common, "code", _give_code, "print a new enrolment code, good for a day, once")
    _sub(kiosk, common, "revoke", _revoke, "let its screen in no longer, until it is enrolled again")
    _sub(kiosk, common, "disable", _disable, "shut it out")
    _sub(kiosk, common, "enable", _enable, "let it in again")
    _listing(kiosk, common, "list", _list_kiosks, "which there are")

    kiosk_screen.add_parser(kiosk)

    audit = commands.add_parser("audit", parents=[common], help="who did what to whom and when, newest first")
    audit.add_argument("--about", help="only what was done to this kiosk, member of the staff, call or language")
    audit.add_argument("--by", help="only what they did")
    audit.add_argument("--limit", type=int, default=50, help="how many at most (default 50)")
    audit.add_argument("--json", action="store_true", help="for programs")
    audit.set_defaults(run=run, work=_audit)


def run(chosen: argparse.Namespace, settings: Settings) -> int:
    """Carry out one of them. Raises CommandError, SettingsError, StoreUnavailable, KeyFileError."""
    if settings.demo:
        raise SettingsError("demo: the demo desk's accounts are in config/demo.toml; expected a desk of your own")
    try:
        asyncio.run(_run(chosen, settings))
    except DraftError as error:
        raise CommandError(str(error)) from None
    except Taken as error:
        raise CommandError(
            f"{error} belongs to a kiosk or a member of the staff already; expected another id"
        ) from None
    except NoSuchAccount as error:
        raise CommandError(
            f"there is no {error}; `gloria staff list` and `gloria kiosk list` say who there is"
        ) from None
    except LastAdministrator as error:
        raise CommandError(f"{error} is the last administrator; make another first") from None
    except schema.SchemaError as error:
        raise CommandError(str(error)) from None
    return 0


async def _run(chosen: argparse.Namespace, settings: Settings) -> None:
    async with _tools(settings, chosen.work in {_reset_second_factor, _list_staff, _list_kiosks, _audit}) as tools:
        await chosen.work(chosen, tools)


@asynccontextmanager
async def _tools(settings: Settings, needs_no_key: bool) -> AsyncIterator[Tools]:
    clock = SystemClock()
    settings.data.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    await schema.upgrade(settings.database_url)
    async with AsyncExitStack() as stack:
        accounts = Accounts.open(settings.database_url, clock)
        stack.push_async_callback(accounts.close)
        url = settings.desk.redis_url or EmbeddedServer(settings.data.folder, assets.ROOT).url
        client = DeskServer(url).for_scripts()
        stack.push_async_callback(close, client)
        try:
            runs = bool(await client.exists(Keys(settings.desk.name)["meta"]))
        except (RedisError, OSError):
            runs = False
        roster = Roster(accounts, Desk(client, Keys(settings.desk.name), clock, settings.timing)) if runs else None
        # Without its key nobody's second factor can be read, but each can be taken away.
        sealed = None if needs_no_key else await accounts.a_sealed_secret()
        keyring = Keyring(secrets.token_bytes(32)) if needs_no_key else Keyring.of(settings.key_file, sealed)
        office = Office(accounts, roster, Passwords(), keyring, clock)
        yield Tools(office, accounts, load_service(assets.CONFIG), settings, runs)


# ---------------------------------------------------------------- staff


async def _create_admin(chosen: argparse.Namespace, tools: Tools) -> None:
    values = {"id": chosen.id, "name": chosen.name or chosen.id, "role": Role.ADMINISTRATOR}
    draft = StaffDraft.read(values, tools.service)
    if await tools.accounts.find(draft.id) is not None:
        raise Taken(draft.id)
    password = _new_password()
    try:
        check_strength(password, [draft.id, draft.name])
    except WeakPassword as weak:
        words = {
            "too_short": "expected 12 characters or more",
            "too_long": "expected 128 characters or fewer",
            "too_easy": "it would be guessed too soon; expected something longer, such as four or five random words",
        }
        raise CommandError(f"password: {words[weak.code]}") from None
    await tools.office.add_first_administrator(draft, password)
    _say(f"{draft.id} is an administrator. The authenticator is set at the first sign-in.")


async def _add_staff(chosen: argparse.Namespace, tools: Tools) -> None:
    values = {"id": chosen.id, "name": chosen.name, "role": chosen.role, "languages": _languages(chosen.language)}
    values |= {"provider": chosen.provider or "", "municipality": chosen.municipality, "gender": chosen.gender or None}
    draft = StaffDraft.read(values, tools.service)
    account, password = await tools.office.add_staff(draft, COMMAND)
    _say(f"{account.id} ({account.role}) can sign in with this password, once, and then chooses another:", password)


async def _change_staff(chosen: argparse.Namespace, tools: Tools) -> None:
    was = await tools.accounts.find(chosen.id)
    if not isinstance(was, StaffAccount):
        raise NoSuchAccount(chosen.id)
    role = chosen.role or str(was.role)
    kept = was.municipality if role == was.role else None
    known = was.gender if role in SERVING_ROLES else None
    values = {
        "id": was.id,
        "name": was.name if chosen.name is None else chosen.name,
        "role": role,
        "languages": _languages(chosen.language) if chosen.language else was.languages,
        "provider": was.provider if chosen.provider is None else chosen.provider,
        "municipality": kept if chosen.municipality is None else chosen.municipality,
        "gender": known if chosen.gender is None else chosen.gender or None,
    }
    await tools.office.change_staff(StaffDraft.read(values, tools.service), COMMAND)
    _say(f"{was.id} is changed.")


async def _reset_password(chosen: argparse.Namespace, tools: Tools) -> None:
    password = await tools.office.reset_password(chosen.id, COMMAND)
    _say(f"{chosen.id} is signed out, and can sign in with this password, once:", password)


async def _reset_second_factor(chosen: argparse.Namespace, tools: Tools) -> None:
    await tools.office.reset_second_factor(chosen.id, COMMAND)
    _say(f"{chosen.id} is signed out, and signs in without an authenticator until a new one is set.")


async def _sign_out(chosen: argparse.Namespace, tools: Tools) -> None:
    await tools.office.end_sign_ins(chosen.id, COMMAND)
    _say(f"{chosen.id} is signed out everywhere.")


async def _disable(chosen: argparse.Namespace, tools: Tools) -> None:
    await tools.office.set_active(chosen.id, False, COMMAND)
    _say(f"{chosen.id} is shut out.")


async def _enable(chosen: argparse.Namespace, tools: Tools) -> None:
    await tools.office.set_active(chosen.id, True, COMMAND)
    _say(f"{chosen.id} can come in again.")


async def _list_staff(chosen: argparse.Namespace, tools: Tools) -> None:
    staff, _ = await tools.accounts.everybody()
    if chosen.json:
        _print_json([dataclasses.asdict(member) for member in staff])
        return
    rows = [
        (
            member.id,
            member.name,
            str(member.role),
            " ".join(f"{code}={level}" for code, level in member.languages.items()) or "-",
            member.provider or member.municipality or "-",
            "yes" if member.has_second_factor else "no",
            _state_of(member),
        )
        for member in staff
    ]
    print_table(("id", "name", "role", "languages", "provider", "authenticator", "state"), rows)


def _state_of(member: StaffAccount) -> str:
    if not member.active:
        return "disabled"
    return "has not signed in yet" if member.must_change else "active"


# ---------------------------------------------------------------- kiosks


async def _add_kiosk(chosen: argparse.Namespace, tools: Tools) -> None:
    values = {"id": chosen.id, "name": chosen.name, "municipality": chosen.municipality}
    values |= {name: getattr(chosen, name) or "" for name in ("place", "hours", "contact", "path_policy")}
    account, code = await tools.office.add_kiosk(KioskDraft.read(values, tools.service), COMMAND)
    _say(f"{account.name} is enrolled with this code, within a day, typed at /kiosk on its own screen:", shown(code))


async def _change_kiosk(chosen: argparse.Namespace, tools: Tools) -> None:
    was = await tools.accounts.find(chosen.id)
    if not isinstance(was, KioskAccount):
        raise NoSuchAccount(chosen.id)
    names = ("name", "municipality", "place", "hours", "contact", "path_policy")
    values = {name: getattr(was, name) if getattr(chosen, name) is None else getattr(chosen, name) for name in names}
    await tools.office.change_kiosk(KioskDraft.read({"id": was.id, **values}, tools.service), COMMAND)
    _say(f"{was.id} is changed.")


async def _give_code(chosen: argparse.Namespace, tools: Tools) -> None:
    code = await tools.office.give_code(chosen.id, COMMAND)
    _say(f"{chosen.id} is enrolled with this code, within a day, typed at /kiosk on its own screen:", shown(code))


async def _revoke(chosen: argparse.Namespace, tools: Tools) -> None:
    await tools.office.revoke_device(chosen.id, COMMAND)
    _say(f"{chosen.id}'s screen is let in no longer; `gloria kiosk code {chosen.id}` prints a new code.")


async def _list_kiosks(chosen: argparse.Namespace, tools: Tools) -> None:
    _, kiosks = await tools.accounts.everybody()
    if chosen.json:
        _print_json([dataclasses.asdict(kiosk) for kiosk in kiosks])
        return
    rows = [
        (
            kiosk.id,
            kiosk.name,
            kiosk.municipality,
            kiosk.place or "-",
            kiosk.hours or "-",
            kiosk.contact or "-",
            "disabled" if not kiosk.active else "enrolled" if kiosk.device_since else "not enrolled yet",
        )
        for kiosk in kiosks
    ]
    print_table(("id", "name", "municipality", "place", "hours", "contact", "state"), rows)


# ---------------------------------------------------------------- audit


async def _audit(chosen: argparse.Namespace, tools: Tools) -> None:
    if chosen.limit < 1:
        raise CommandError("--limit: expected 1 or more")
    found = await tools.accounts.audit(chosen.limit, None, chosen.about, chosen.by)
    if chosen.json:
        _print_json([dataclasses.asdict(entry) for entry in found])
        return
    zone = ZoneInfo(tools.settings.contacts.time_zone)
    rows = [
        (
            str(entry.number),
            f"{datetime.fromtimestamp(entry.at_ms / 1000, zone):%Y-%m-%d %H:%M:%S}",
            entry.actor,
            entry.deed.replace("_", " "),
            entry.about or "-",
            entry.detail or "-",
        )
        for entry in found
    ]
    print_table(("number", "when", "who", "did", "to", "what"), rows)


# ---------------------------------------------------------------- parts


def _sub(to: Any, common: argparse.ArgumentParser, name: str, work: Work, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = to.add_parser(name, parents=[common], help=words, description=words)
    parser.add_argument("id", help="what they sign in with, what a kiosk is known by: small letters, digits, hyphens")
    parser.set_defaults(run=run, work=work)
    return parser


def _listing(to: Any, common: argparse.ArgumentParser, name: str, work: Work, words: str) -> None:
    parser = to.add_parser(name, parents=[common], help=words)
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=run, work=work)


def _add_staff_fields(parser: argparse.ArgumentParser, new: bool) -> None:
    parser.add_argument("--name", required=new, help="the name visitors and colleagues see; a first name will do")
    parser.add_argument("--role", required=new, choices=sorted(STAFF_ROLES))
    parser.add_argument("--language", action="append", metavar="CODE=LEVEL", help="ar=native, fi=fluent; several times")
    parser.add_argument("--provider", help="who employs them, where that is not the service itself")
    parser.add_argument("--municipality", help="three-digit code, for the role municipality")
    parser.add_argument(
        "--gender",
        choices=["", *map(str, Gender)],
        help="only when they want it known, to visitors who wish to be served by a woman or a man; empty: nothing said",
    )


def _add_kiosk_fields(parser: argparse.ArgumentParser, new: bool) -> None:
    parser.add_argument("--name", required=new, help="what staff call it: Saarijärvi library")
    parser.add_argument("--municipality", required=new, help="three-digit code")
    parser.add_argument("--place", help="where it stands: beside the newspapers")
    parser.add_argument("--hours", help="when the place is open: mon-fri 10-18, sat 10-14")
    parser.add_argument("--contact", help="who looks after it there, and how to reach them")
    parser.add_argument(
        "--path",
        dest="path_policy",
        choices=["", "direct", "hidden", "turn"],
        help="what the advisor's browser may learn of its address: direct, hidden (relay or TURN only) or turn; empty "
        "takes media.kiosk_path",
    )


def _languages(given: list[str] | None) -> dict[str, str]:
    languages: dict[str, str] = {}
    for part in given or ():
        code, _, level = part.partition("=")
        languages[code.strip()] = level.strip() or "fluent"
    return languages


def _new_password() -> str:
    """From a prompt, twice; or the first line of standard input, where that is not a terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("New password: ")
    if getpass.getpass("Once more: ") != password:
        raise CommandError("password: the two are not the same")
    return password


def _say(words: str, secret: str = "") -> None:
    sys.stdout.write(f"{words}\n" + (f"\n    {secret}\n\n" if secret else ""))


def _print_json(rows: list[dict[str, Any]]) -> None:
    sys.stdout.write(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
