"""A desk with much to do: kiosks, staff and waiting calls, mixed as the service's are.

The mix is invented: a few large languages and many small ones; four visitors in ten know another language that may be
spoken here; one in seven would rather talk to a woman (or a man); one in twenty writes. Everybody is drawn with a seed:
every run meets the same people.
"""

import random

from redis.asyncio import Redis

from bridge.clock import SteppedClock
from bridge.desk.desk import Desk, Page, Registration, new_id
from bridge.desk.keys import Keys
from bridge.domain.call import CallChannel
from bridge.domain.routing import Wishes
from bridge.domain.staff import Gender
from bridge.settings import TimingSettings

#: Shares of the visitors' languages, and of the staff's own.
LANGUAGES = {
    "ar": 20,
    "ru": 18,
    "fa": 11,
    "so": 10,
    "uk": 9,
    "en": 8,
    "ckb": 6,
    "prs": 5,
    "th": 4,
    "et": 4,
    "vi": 3,
    "ti": 2,
}
#: What somebody whose own the first is often knows besides.
ALSO = {"uk": ("ru", "en"), "ckb": ("ar", "fa"), "prs": ("fa", "en"), "et": ("ru", "fi"), "so": ("ar", "en")}
INTERPRETED = ("ti", "vi", "so")
#: Time over which the waiting have come.
CAME_OVER_S = 400
_LEASES_AT_ONCE = 200


class BusyDesk:
    """A desk of its own on a server. Its clock stands still unless it is advanced."""

    def __init__(self, redis: "Redis", kiosks: int, staff: int, seed: int = 5) -> None:
        self.keys = Keys(f"bench-{kiosks}")
        self.clock = SteppedClock()
        # Nobody is lost while the desk is measured.
        timing = TimingSettings(visitor_grace_s=600, staff_grace_s=600)
        self.desk = Desk(redis, self.keys, self.clock, timing)
        self.kiosks = [f"kiosk-{n:05}" for n in range(kiosks)]
        self.staff = [f"staff-{n:03}" for n in range(staff)]
        self._chance = random.Random(seed)
        self._visitors = {name: self._visitor() for name in self.kiosks}

    async def opens(self) -> None:
        """Everybody is registered and connected, and a visitor waits at every kiosk."""
        await self.desk.prepare()
        seats = [
            Registration(name, "kiosk", {"name": f"Library {name}", "municipality": "729"}, 1, 1)
            for name in self.kiosks
        ]
        seats += [Registration(name, "staff", self._profile(n), 1, 1) for n, name in enumerate(self.staff)]
        for start in range(0, len(seats), _LEASES_AT_ONCE):
            await self.desk.register(seats[start : start + _LEASES_AT_ONCE])
        for page in self._pages():
            await self.desk.connect(page, claim=True)
        for name in self.kiosks:
            await self.joins(name)
            self.clock.advance(CAME_OVER_S / len(self.kiosks))
        # The script for matching is known to the server from here on.
        await self.desk.match()

    async def joins(self, kiosk: str) -> None:
        """Somebody waits at this kiosk; whoever comes there after them speaks and wishes the same."""
        language, wishes = self._visitors[kiosk]
        await self.desk.join(kiosk, language, new_id(), wishes)

    async def is_free(self, staff: str) -> None:
        """Somebody of the staff becomes available."""
        await self.desk.set_presence(staff, "available", new_id())

    async def goes(self, staff: str) -> None:
        """Somebody of the staff goes off duty."""
        await self.desk.set_presence(staff, "offline", new_id())

    async def are_there(self) -> None:
        """Everybody is heard of."""
        pages = self._pages()
        for start in range(0, len(pages), _LEASES_AT_ONCE):
            await self.desk.renew_leases(pages[start : start + _LEASES_AT_ONCE])

    def _pages(self) -> list[Page]:
        kiosks = [Page("kiosk", name, f"page-{name}", f"line-{name}") for name in self.kiosks]
        return kiosks + [Page("staff", name, f"page-{name}", f"line-{name}") for name in self.staff]

    def _visitor(self) -> tuple[str, Wishes]:
        chance = self._chance
        language = chance.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
        others = ALSO.get(language, ("en", "fi"))
        also = tuple(chance.sample(others, chance.choice((1, 1, 2)))) if chance.random() < 0.4 else ()
        wish = chance.choice((Gender.WOMAN, Gender.WOMAN, Gender.MAN)) if chance.random() < 0.14 else None
        channel = CallChannel.CHAT if chance.random() < 0.05 else CallChannel.VIDEO
        return language, Wishes(also, wish, channel)

    def _profile(self, n: int) -> dict[str, object]:
        chance = self._chance
        interprets = n % 6 == 5
        own = chance.choice(INTERPRETED) if interprets else chance.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
        languages = {own: "native", "fi": "fluent"}
        if chance.random() < 0.6:
            languages.setdefault("en", "fluent")
        if chance.random() < 0.4:
            languages.setdefault(ALSO.get(own, ("en",))[0], "fluent")
        return {
            "name": f"Advisor {n}",
            "role": "interpreter" if interprets else "advisor",
            "languages": languages,
            "gender": chance.choice(("woman", "woman", "man")),
        }
