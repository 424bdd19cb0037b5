"""The HTTP routes: who gets which page, who may sign in, which headers go with it."""

import re
from typing import Any

import aiohttp
import pytest
from socketio.exceptions import ConnectionError as SocketRefused

from bridge import assets
from bridge.accounts.audit import Deed
from tests.actors import DeskUnderTest, KioskActor, SupervisorActor

HTML = {"Accept": "text/html"}


def origin(desk: DeskUnderTest) -> dict[str, str]:
    return {"Origin": desk.url, **HTML}


async def test_health_is_said_as_soon_as_it_serves(desk: DeskUnderTest) -> None:
    async with aiohttp.ClientSession() as browser, browser.get(f"{desk.url}/healthz") as answer:
        assert answer.status == 200
        assert (await answer.json())["status"] == "ok"


async def test_one_click_signs_in_and_only_to_the_seat_clicked(desk: DeskUnderTest) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as browser:
        async with browser.get(f"{desk.url}/console/amina", headers=HTML) as answer:
            page = await answer.text()
            assert 'data-action="sign-in"' in page
            assert 'id="boot"' not in page
        async with browser.post(f"{desk.url}/demo/sign-in", data={"seat": "amina"}, headers=origin(desk)) as answer:
            assert answer.status == 200
            assert answer.url.path == "/console/amina"
            page = await answer.text()
            assert 'id="boot"' in page
        [cookie] = list(jar)
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        async with browser.get(f"{desk.url}/console/yusuf", headers=HTML) as answer:
            assert 'data-action="sign-in"' in await answer.text()
        async with browser.post(f"{desk.url}/sign-out", data={"seat": "amina"}, headers=origin(desk)) as answer:
            assert answer.url.path == "/"
        async with browser.get(f"{desk.url}/console/amina", headers=HTML) as answer:
            assert 'data-action="sign-in"' in await answer.text()


@pytest.mark.parametrize("other", ["http://evil.example", "null", ""])
async def test_a_form_from_elsewhere_signs_nobody_in(desk: DeskUnderTest, other: str) -> None:
    headers = {"Origin": other} if other else {}
    async with (
        aiohttp.ClientSession() as browser,
        browser.post(f"{desk.url}/demo/sign-in", data={"seat": "amina"}, headers=headers) as answer,
    ):
        assert answer.status == 403
        assert not answer.cookies


async def test_another_host_name_signs_nobody_in(desk: DeskUnderTest) -> None:
    """A page elsewhere whose name was made to point at this machine (DNS rebinding)."""
    headers = {"Host": "evil.example", "Origin": "http://evil.example"}
    async with (
        aiohttp.ClientSession() as browser,
        browser.post(f"{desk.url}/demo/sign-in", data={"seat": "amina"}, headers=headers) as answer,
    ):
        assert answer.status == 403


@pytest.mark.parametrize("path", ["/kiosk/nowhere", "/kiosk/amina", "/console/helena", "/supervisor/amina", "/nothing"])
async def test_what_is_not_there_is_said_in_the_readers_language(desk: DeskUnderTest, path: str) -> None:
    async with aiohttp.ClientSession() as browser:
        async with browser.get(f"{desk.url}{path}", headers={**HTML, "Accept-Language": "fi"}) as answer:
            assert answer.status == 404
            page = await answer.text()
        assert '<html lang="fi" dir="ltr">' in page
        async with browser.get(f"{desk.url}{path}", headers={**HTML, "Accept-Language": "ar"}) as answer:
            assert '<html lang="ar" dir="rtl">' in await answer.text()


async def test_every_page_has_a_strict_policy_and_a_nonce_of_its_own(desk: DeskUnderTest) -> None:
    nonces = set()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        await (await browser.post(f"{desk.url}/demo/sign-in", data={"seat": "amina"}, headers=origin(desk))).release()
        for path in ("/", "/console/amina", "/console/amina", "/nothing"):
            async with browser.get(f"{desk.url}{path}", headers=HTML) as answer:
                policy = answer.headers["Content-Security-Policy"]
                page = await answer.text()
                assert "unsafe" not in policy
                assert "default-src 'none'" in policy
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert "camera=(self)" in answer.headers["Permissions-Policy"]
                nonce = re.search(r"'nonce-([^']+)'", policy)
                assert nonce
                nonces.add(nonce[1])
                assert not re.search(r"<script(?![^>]*(src=|nonce=|application/json))", page)
                assert " style=" not in page
    assert len(nonces) == 4


def test_every_deed_has_words_on_the_audits_page() -> None:
    words = set(re.findall(r'"([a-z_]+)": _\(', (assets.TEMPLATES / "office_audit.html").read_text(encoding="utf-8")))
    assert words - {"command", "nobody", "gloria"} == {str(deed) for deed in Deed}


async def test_texts_come_by_language_and_unknown_ones_are_refused(desk: DeskUnderTest) -> None:
    async with aiohttp.ClientSession() as browser:
        async with browser.get(f"{desk.url}/i18n/ar.json") as answer:
            catalogue = await answer.json()
            assert (catalogue["code"], catalogue["direction"]) == ("ar", "rtl")
            assert catalogue["messages"]["Continue"] != "Continue"
        async with browser.get(f"{desk.url}/i18n/th.json") as answer:
            assert (await answer.json())["code"] == "en"
        async with browser.get(f"{desk.url}/i18n/xx.json") as answer:
            assert answer.status == 404


async def test_static_files_stay_in_their_folder(desk: DeskUnderTest) -> None:
    async with aiohttp.ClientSession() as browser:
        for path in ("/static/../package.json", "/static/%2e%2e/package.json", "/static/kiosk/..%2f..%2fREADME.md"):
            async with browser.get(desk.url + path) as answer:
                assert answer.status in {403, 404}, path


async def test_a_socket_needs_a_sign_in_for_its_role_and_seat(desk: DeskUnderTest) -> None:
    kiosk = await desk.actor(KioskActor, "saarijarvi")
    token = kiosk.token
    for actor in (
        KioskActor(desk.url, "saarijarvi", "no-such-token"),
        KioskActor(desk.url, "viitasaari", token),
        SupervisorActor(desk.url, "saarijarvi", token),
        SupervisorActor(desk.url, "helena", token),
    ):
        with pytest.raises(SocketRefused):
            await actor.connects()
        assert actor.refused_with == "not_signed_in"
    wrong_handshakes: list[dict[str, Any]] = [{"version": "1"}, {"name": "Maija"}, {"page": "x"}]
    for wrong in wrong_handshakes:
        with pytest.raises(SocketRefused):
            await kiosk.connects(**wrong)
        assert kiosk.refused_with == "bad_message"


async def test_a_socket_from_another_origin_is_refused(desk: DeskUnderTest) -> None:
    async with aiohttp.ClientSession() as browser:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await browser.ws_connect(
                f"{desk.url}/socket.io/?EIO=4&transport=websocket", headers={"Origin": "http://evil.example"}
            )
        # Polling is not offered at all.
        async with browser.get(f"{desk.url}/socket.io/?EIO=4&transport=polling") as answer:
            assert answer.status == 400


async def test_too_many_messages_are_refused_and_allowed_again_later(desk: DeskUnderTest) -> None:
    visitor = await desk.kiosk()
    codes = {(await visitor.says_raw("nonsense", {}))["code"] for _ in range(250)}
    assert codes == {"unknown_message", "too_many"}
    await desk.passes(2)
    assert (await visitor.says_raw("nonsense", {}))["code"] == "unknown_message"
