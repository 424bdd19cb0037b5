"""No personal data at rest or in logs: what people write is nowhere but in the two pages."""

import pytest

from tests.actors.service import RunningService
from tests.browser.people import Stage
from tests.scenarios.test_privacy import everything_in_redis

pytestmark = pytest.mark.asyncio(loop_scope="session")

# A name, a number, a sentence, in two scripts.
MARKERS = ("Maija Meikäläinen-Korhonen", "0401234567890", "marker sentence about a letter", "علامة خاصة جدا")


async def test_nothing_that_was_written_is_kept_anywhere(stage: Stage, service: RunningService) -> None:
    visitor = await stage.visitor()
    await visitor.asks_for("ar")
    amina = await stage.advisor("amina")
    await amina.accepts()
    for marker in MARKERS:
        await visitor.writes(marker)
        await amina.reads(marker, "visitor")
        await amina.writes(marker)
        await visitor.reads(marker, "advisor")
    await visitor.page.reload()
    await visitor.reads(MARKERS[0], "visitor")
    await visitor.ends()
    await amina.wraps_up("other")

    places = {str(path): path.read_bytes() for path in service.data.rglob("*") if path.is_file()}
    places["the log"] = service.log.read_bytes()
    places["the live keys"] = await everything_in_redis(service)
    assert any(name.endswith(".sqlite") for name in places)
    assert any("appendonly" in name for name in places)
    # What is there to be found is found: the search looks in the right places.
    assert b"saarijarvi" in places["the live keys"]
    for name, content in places.items():
        for marker in MARKERS:
            assert marker.encode() not in content, f"{marker!r} lies in {name}"
        # Session descriptions and candidates hold addresses; they are passed on and kept nowhere.
        for trace in (b"a=fingerprint", b"candidate:", b"a=ice-pwd"):
            assert trace not in content, f"{trace!r} lies in {name}"
