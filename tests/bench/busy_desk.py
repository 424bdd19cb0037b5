"""A desk with much to do: kiosks, staff and waiting calls, mixed as the service's are.

The mix is invented, its proportions are those of the sister projects' reports: a few large languages and many small
ones; four visitors in ten know another language of the desk's; one in seven would rather talk to a woman (or a man);
one in twenty writes. Everybody is drawn with a seed: every run sees the same people.
"""

import random
from collections.abc import Sequence

from redis.asyncio import Redis

from bridge.clock import SteppedClock
from bridge.desk.desk import Desk, Page, Registration, new_id
from bridge.desk.keys import Keys
from bridge.domain.call import CallChannel
from bridge.domain.routing import Wishes
from bridge.domain.staff import Gender
from bridge.settings import TimingSettings

#: Shares of the visitors' languages, and of the advisors' own.
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
#: What somebody who speaks the first often knows besides.
ALSO = {"uk": ("ru", "en"), "ckb": ("ar", "fa"), "prs": ("fa", "en"), "et": ("ru", "fi"), "so": ("ar", "en")}
_INTERPRETED = ("ti", "vi", "so")


class BusyDesk:
    """A desk of its own on a server, with a clock that stands still until it is advanced."""

    def __init__(self, redis: "Redis", kiosks: int, staff: int, seed: int = 5) -> None:
        self.keys = Keys(f"bench-{kiosks}")
        self.clock = SteppedClock()
        # Nobody is lost, times out or goes away while the desk is measured.
        timing = TimingSettings(visitor_grace_s=600, staff_grace_s=600)
        self.desk = Desk(redis, self.keys, self.clock, timing)
        self.kiosks = [f"kiosk-{n:05}" for n in range(kiosks)]
        self.staff = [f"staff-{n:03}" for n in range(staff)]
        self._chance = random.Random(seed)

    async def opens(self) -> None:
        """Everybody is registered and connected."""
        await self.desk.prepare()
        seats = [
            Registration(name, "kiosk", {"name": f"Library {name}", "municipality": "729"}, 1, 1)
            for name in self.kiosks
        ]
        seats += [Registration(name, "staff", self._profile(n), 1, 1) for n, name in enumerate(self.staff)]
        for start in range(0, len(seats), 200):
            await self.desk.register(seats[start : start + 200])
        for name in self.kiosks:
            await self.desk.connect(Page("kiosk", name, f"page-{name}", f"line-{name}"), claim=True)
        for name in self.staff:
            await self.desk.connect(Page("staff", name, f"page-{name}", f"line-{name}"), claim=True)

    async def joins(self, kiosk: str) -> str:
        """A visitor drawn from the mix waits at this kiosk; the call's id."""
        language, wishes = self.visitor()
        return await self.desk.join(kiosk, language, new_id(), wishes)

    def visitor(self) -> tuple[str, Wishes]:
        """Language and wishes of the next visitor."""
        chance = self._chance
        language = chance.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
        others = ALSO.get(language, ("en", "fi"))
        also: Sequence[str] = chance.sample(others, chance.choice((1, 1, 2))) if chance.random() < 0.4 else ()
        wish = chance.choice((Gender.WOMAN, Gender.WOMAN, Gender.MAN)) if chance.random() < 0.14 else None
        channel = CallChannel.CHAT if chance.random() < 0.05 else CallChannel.VIDEO
        return language, Wishes(tuple(also), wish, channel)

    async def is_free(self, staff: str) -> None:
        """Somebody of the staff becomes available."""
        await self.desk.set_presence(staff, "available", new_id())

    async def goes(self, staff: str) -> None:
        """Somebody of the staff goes off duty."""
        await self.desk.set_presence(staff, "offline", new_id())

    def _profile(self, n: int) -> dict[str, object]:
        chance = self._chance
        own = chance.choices(list(LANGUAGES), list(LANGUAGES.values()))[0]
        interprets = n % 6 == 5
        if interprets:
            own = chance.choice(_INTERPRETED)
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
