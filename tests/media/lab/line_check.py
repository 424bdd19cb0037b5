"""The line check, run on the kiosk's browser in networks of different kinds: it must find what the lab has built."""

from dataclasses import dataclass

from tests.media.lab.firewall import Firewall
from tests.media.lab.lab import Lab
from tests.media.lab.network import Site

_DONE_WITHIN_MS = 120_000
_OF_SOUND = {"not_heard", "clipping", "silent", "echo"}


@dataclass(frozen=True)
class LineCheck:
    """A network, and what the check must say: how each path is ("good", "bad"), and what has to be done."""

    name: str
    kiosk: Site
    expected: dict[str, str]
    advice: str | None


LINE_CHECKS = (
    LineCheck("line check: open", Site(Firewall.OPEN), {"direct": "good", "relay": "good", "turn": "good"}, None),
    LineCheck(
        "line check: UDP to the relays only",
        Site(Firewall.UDP_TO_RELAY_ONLY),
        {"direct": "bad", "relay": "good", "turn": "good"},
        None,
    ),
    LineCheck(
        "line check: no UDP", Site(Firewall.NO_UDP), {"direct": "bad", "relay": "bad", "turn": "good"}, "only_turn"
    ),
)


@dataclass(frozen=True)
class Checked:
    """What it said: the verdict, each path, what to do."""

    name: str
    verdict: str
    paths: dict[str, str]
    advice: list[str]


async def checked(lab: Lab, check: LineCheck) -> Checked:
    """The kiosk's browser checks its line. Raises AssertionError when it says something else than is so."""
    await lab.becomes(check.kiosk, Site(Firewall.OPEN))
    page = lab.pages.visitor.page
    await page.goto(f"{lab.pages.visitor.url}/linecheck?seat={lab.pages.visitor.seat}")
    await page.locator("[data-action=check]").click()
    done = page.locator("main[data-stage=done]")
    await done.wait_for(timeout=_DONE_WITHIN_MS)
    verdict = await done.get_attribute("data-verdict") or ""
    parts: dict[str, str] = await page.evaluate(
        """Object.fromEntries([...document.querySelectorAll('[data-part]')]
          .map(({ dataset }) => [dataset.part, dataset.verdict]))"""
    )
    advice: list[str] = await page.evaluate(
        "[...document.querySelectorAll('[data-advice]')].map((one) => one.dataset.advice)"
    )
    paths = {name: parts.get(name, "absent") for name in check.expected}
    assert paths == check.expected, f"{check.name}: found {paths}, {advice}"
    assert check.advice is None or check.advice in advice, f"{check.name}: {check.advice} is not in {advice}"
    # Chromium plays a beep into the microphone that is no chirp: what is said of the sound is not the network's.
    return Checked(check.name, verdict, paths, [one for one in advice if one not in _OF_SOUND])
