"""A sign-in that is taken back or expires ends the page's connection, but no conversation."""

import pytest
from socketio.exceptions import ConnectionError as SocketRefused

from bridge.accounts.sign_in import SignIns, cookie_name
from bridge.desk.connections import DeskServer, close
from bridge.desk.keys import Keys
from tests.actors import DeskUnderTest
from tests.actors.people import Actor


async def signs_out(desk: DeskUnderTest, actor: Actor) -> None:
    client = DeskServer(desk.redis_url).for_scripts()
    await SignIns(client, Keys(desk.settings.desk.name)).take_back({cookie_name(actor.seat): actor.token}, actor.seat)
    await close(client)


async def test_signing_out_anywhere_closes_the_page_and_keeps_it_out(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    helena = await desk.supervisor()
    await signs_out(desk, amina)
    await desk.passes(desk.settings.timing.lease_interval_s + 1)
    await amina.loses_the_line()
    await helena.hears(lambda: not helena.model[("board_staff", "amina")]["connected"], "amina disconnected")
    await helena.hears(lambda: helena.model[("board_staff", "amina")]["presence"] == "offline", "amina off duty")
    await amina.loses_the_network()
    with pytest.raises(SocketRefused):
        await amina.connects()
    assert amina.refused_with == "not_signed_in"


async def test_whoever_is_in_a_call_finishes_it(desk: DeskUnderTest) -> None:
    amina = await desk.advisor("amina")
    visitor = await desk.kiosk()
    call = await visitor.asks_for("ar")
    await amina.accepts()
    await signs_out(desk, amina)
    await desk.passes(desk.settings.timing.lease_interval_s * 3)
    await amina.ends()
    await visitor.sees_the_end(call, "completed")
    await desk.passes(desk.settings.timing.lease_interval_s + 1)
    await amina.loses_the_line()
