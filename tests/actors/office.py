"""An office under test: accounts of a desk as administrators change them, and people who sign in by form."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pyotp

from bridge import assets
from bridge.accounts.keyring import Keyring
from bridge.accounts.model import KioskDraft, StaffDraft
from bridge.accounts.office import Office
from bridge.accounts.passwords import Passwords
from bridge.accounts.roster import Roster
from bridge.accounts.store import Accounts
from bridge.clock import Clock
from bridge.desk.connections import DeskServer, close
from bridge.desk.desk import Desk
from bridge.desk.keys import Keys
from bridge.service import Service, load_service
from bridge.settings import Settings

GOOD_PASSWORD = "reindeer umbrella kettle 47"  # noqa: S105 - for tests
OTHER_PASSWORD = "lakeside trombone yellow 12"  # noqa: S105 - for tests


@dataclass
class TestOffice:
    """The office's tools, and short ways to make accounts."""

    __test__ = False

    office: Office
    accounts: Accounts
    service: Service

    async def adds(self, seat: str, role: str = "advisor", **values: Any) -> str:
        """A member of the staff; the password to begin with."""
        languages = {"ar": "native"} if role in {"advisor", "interpreter"} else {}
        draft = {"id": seat, "name": seat.title(), "role": role, "languages": languages, **values}
        _, password = await self.office.add_staff(StaffDraft.read(draft, self.service), "command")
        return password

    async def adds_kiosk(self, seat: str = "saarijarvi", municipality: str = "729") -> str:
        """A kiosk; its enrolment code."""
        draft = KioskDraft.read({"id": seat, "name": seat.title(), "municipality": municipality}, self.service)
        _, code = await self.office.add_kiosk(draft, "command")
        return code


@asynccontextmanager
async def office_of(settings: Settings, redis_url: str, clock: Clock) -> AsyncIterator[TestOffice]:
    """The office of a desk whose tables exist."""
    async with AsyncExitStack() as stack:
        accounts = Accounts.open(settings.database_url, clock)
        stack.push_async_callback(accounts.close)
        client = DeskServer(redis_url).for_scripts()
        stack.push_async_callback(close, client)
        desk = Desk(client, Keys(settings.desk.name), clock, settings.timing)
        office = Office(accounts, Roster(accounts, desk), Passwords(), Keyring.at(settings.key_file), clock)
        yield TestOffice(office, accounts, load_service(assets.CONFIG))


@dataclass
class Browser:
    """A browser with its cookies, that sends forms as our pages do."""

    url: str
    session: aiohttp.ClientSession
    status: int = 0
    page: str = ""
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def opens(self, path: str, **headers: str) -> str:
        """Open a page, following where it leads; its text."""
        async with self.session.get(self.url + path, headers={"Accept": "text/html", **headers}) as answer:
            return await self._note(answer)

    async def sends(self, path: str, **fields: str) -> str:
        """Send a form, following where it leads; the text of the page that comes."""
        headers = {"Accept": "text/html", "Origin": self.url}
        async with self.session.post(self.url + path, data=fields, headers=headers) as answer:
            return await self._note(answer)

    async def signs_in(self, name: str, password: str) -> str:
        """Name and password; the path this leads to."""
        await self.sends("/sign-in", name=name, password=password)
        return self.path

    async def comes_in(self, name: str, password: str, new: str = GOOD_PASSWORD) -> None:
        """Sign in for the first time, with a password that has to be changed."""
        assert await self.signs_in(name, password) == "/sign-in/password", self.page
        await self.sends("/sign-in/password", password=new, again=new)
        assert self.status == 200, self.page

    def cookies(self) -> dict[str, str]:
        """The cookies by name."""
        return {cookie.key: cookie.value for cookie in self.session.cookie_jar}

    def shown_secret(self) -> str:
        """The secret of the authenticator that the page shows."""
        found = re.search(r"data-secret[^>]*>([A-Z2-7 ]+)<", self.page)
        assert found, self.page
        return found[1].replace(" ", "")

    async def _note(self, answer: aiohttp.ClientResponse) -> str:
        self.status, self.path, self.page = answer.status, answer.url.path, await answer.text()
        self.headers = dict(answer.headers)
        return self.page


@asynccontextmanager
async def browser(url: str, **headers: str) -> AsyncIterator[Browser]:
    """A browser with nothing in it yet."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers=headers) as session:
        yield Browser(url, session)


def digits_of(secret: str, now_ms: int) -> str:
    """What an authenticator shows."""
    return pyotp.TOTP(secret).at(now_ms // 1000)
