"""Coming in: passwords, second factors, enrolment codes; and staying out."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from socketio.exceptions import ConnectionError as SocketRefused
from sqlalchemy import update

from bridge.accounts.sign_in import cookie_name
from bridge.accounts.tables import account
from bridge.database import schema
from bridge.database.engine import engine_for
from bridge.desk.connections import DeskServer, close
from bridge.settings import Settings, load_settings
from tests.actors.desk import DeskUnderTest, desk_under_test
from tests.actors.office import GOOD_PASSWORD, OTHER_PASSWORD, Browser, TestOffice, browser, digits_of, office_of
from tests.actors.people import AdvisorActor, KioskActor


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A desk that is not the demo's."""
    flags = {"data.folder": settings.data.folder, "desk.name": settings.desk.name}
    return load_settings(None, {}, flags)


@pytest.fixture
async def office(settings: Settings, redis_url: str, desk: DeskUnderTest) -> AsyncIterator[TestOffice]:
    async with office_of(settings, redis_url, desk.clock) as tools:
        yield tools


@pytest.fixture
async def own(desk: DeskUnderTest) -> AsyncIterator[Browser]:
    async with browser(desk.url) as opened:
        yield opened


async def deeds(office: TestOffice, about: str) -> list[tuple[str, str, str]]:
    rows = reversed(await office.accounts.audit(200, about=about))
    return [(row.actor, str(row.deed), row.detail) for row in rows]


# ---------------------------------------------------------------- names and passwords


async def test_a_new_colleague_comes_in_chooses_a_password_and_works(
    desk: DeskUnderTest, office: TestOffice, own: Browser
) -> None:
    given = await office.adds("amina")
    assert await own.signs_in("Amina ", given) == "/sign-in/password"
    assert cookie_name("amina") not in own.cookies()
    await own.sends("/sign-in/password", password=GOOD_PASSWORD, again=GOOD_PASSWORD)
    assert own.path == "/console/amina"
    assert 'id="boot"' in own.page
    amina = AdvisorActor(desk.url, "amina", own.cookies()[cookie_name("amina")])
    await amina.arrives()
    await amina.goes_available()
    await amina.loses_the_network()
    assert await deeds(office, "amina") == [
        ("command", "added", "advisor"),
        ("amina", "password_changed", ""),
        ("amina", "signed_in", ""),
    ]


async def test_the_password_that_was_given_opens_nothing_by_itself(office: TestOffice, own: Browser) -> None:
    given = await office.adds("amina")
    await own.signs_in("amina", given)
    await own.opens("/console/amina")
    assert own.path == "/sign-in"
    await own.sends("/sign-in/password", password=given, again=given)
    assert 'data-error="not_new"' in own.page
    for password, error in (("short", "too_short"), ("aaaaaaaaaaaaaa", "too_easy"), ("password12345", "too_easy")):
        await own.sends("/sign-in/password", password=password, again=password)
        assert (own.status, f'data-error="{error}"' in own.page) == (400, True), password
    await own.sends("/sign-in/password", password=GOOD_PASSWORD, again=OTHER_PASSWORD)
    assert 'data-error="differ"' in own.page
    await own.sends("/sign-in/password", password=GOOD_PASSWORD, again=GOOD_PASSWORD)
    assert own.path == "/console/amina"


async def test_what_is_not_right_is_said_without_saying_what(office: TestOffice, own: Browser) -> None:
    await office.adds("amina")
    pages = set()
    for name in ("amina", "nobody", "' OR 1=1 --", "x" * 5000, "", "kiosk"):
        page = await own.sends("/sign-in", name=name, password="wrong password of mine")
        assert own.status == 403
        pages.add(page.replace(f'value="{name}"', ""))
        assert not own.cookies()
    assert all('data-error="wrong"' in page for page in pages)
    assert await deeds(office, "amina") == [("command", "added", "advisor"), ("nobody", "sign_in_refused", "password")]


async def test_who_guesses_is_slowed_down_and_locks_out_nobody_else(
    desk: DeskUnderTest, office: TestOffice, own: Browser
) -> None:
    given = await office.adds("amina")
    for _ in range(6):
        await own.signs_in("amina", "a guess that is wrong")
        assert own.status == 403
    await own.signs_in("amina", given)
    assert own.status == 429, "the right password, too, has to wait now"
    assert 0 < int(own.headers["Retry-After"]) <= 900
    assert 'data-error="throttled"' in own.page
    # A colleague at the same address is not held up by it.
    other = await office.adds("yusuf")
    await own.comes_in("yusuf", other)
    desk.clock.advance(901)
    await own.comes_in("amina", given)


async def test_an_address_that_tries_many_names_is_slowed_down(office: TestOffice, own: Browser) -> None:
    for number in range(60):
        await own.signs_in(f"name-{number}", "a guess that is wrong")
        assert own.status == 403
    await own.signs_in("name-61", "a guess that is wrong")
    assert own.status == 429


async def test_a_new_sign_in_has_a_new_token_and_a_changed_password_ends_the_others(
    desk: DeskUnderTest, office: TestOffice, own: Browser
) -> None:
    await own.comes_in("amina", await office.adds("amina"))
    first = own.cookies()[cookie_name("amina")]
    await own.signs_in("amina", GOOD_PASSWORD)
    second = own.cookies()[cookie_name("amina")]
    assert first != second
    amina = AdvisorActor(desk.url, "amina", first)
    await amina.arrives()
    await own.sends("/account/password", old=GOOD_PASSWORD, password=OTHER_PASSWORD, again=OTHER_PASSWORD)
    assert (own.status, "data-done" in own.page) == (200, True)
    third = own.cookies()[cookie_name("amina")]
    assert third not in {first, second}
    await amina.loses_the_line()
    await amina.loses_the_network()
    assert 'id="boot"' in await own.opens("/console/amina")
    async with browser(desk.url, Cookie=f"{cookie_name('amina')}={second}") as elsewhere:
        await elsewhere.opens("/console/amina")
        assert elsewhere.path == "/sign-in"


async def test_a_password_is_changed_only_by_who_knows_it(office: TestOffice, own: Browser) -> None:
    await own.comes_in("amina", await office.adds("amina"))
    await own.sends("/account/password", old="not the right one", password=OTHER_PASSWORD, again=OTHER_PASSWORD)
    assert (own.status, 'data-error="wrong"' in own.page) == (403, True)
    await own.sends("/account/sign-out-everywhere")
    assert await own.signs_in("amina", GOOD_PASSWORD) == "/console/amina"


# ---------------------------------------------------------------- the second factor


async def comes_in_as_administrator(desk: DeskUnderTest, office: TestOffice, own: Browser) -> str:
    """The secret of the authenticator that was set."""
    given = await office.adds("root", "administrator")
    await own.signs_in("root", given)
    await own.sends("/sign-in/password", password=GOOD_PASSWORD, again=GOOD_PASSWORD)
    assert own.path == "/sign-in/authenticator"
    secret = own.shown_secret()
    await own.sends("/sign-in/authenticator", digits=digits_of(secret, desk.clock.now_ms()))
    assert own.path == "/admin/staff", own.page
    return secret


async def test_an_administrator_needs_an_authenticator(desk: DeskUnderTest, office: TestOffice, own: Browser) -> None:
    secret = await comes_in_as_administrator(desk, office, own)
    await own.sends("/sign-out", seat="root")
    await own.opens("/admin/staff")
    assert own.path == "/sign-in"
    assert await own.signs_in("root", GOOD_PASSWORD) == "/sign-in/code"
    await own.opens("/admin/staff")
    assert own.path == "/sign-in", "the password alone opens nothing"
    used = digits_of(secret, desk.clock.now_ms())
    await own.sends("/sign-in/code", digits=used)
    assert own.status == 403, "digits that were used once are good no longer"
    await own.sends("/sign-in/code", digits="000000")
    assert (own.status, 'data-error="wrong"' in own.page) == (403, True)
    desk.clock.advance(30)
    await own.sends("/sign-in/code", digits=digits_of(secret, desk.clock.now_ms()))
    assert own.path == "/admin/staff"


async def test_digits_are_not_guessed(desk: DeskUnderTest, office: TestOffice, own: Browser) -> None:
    secret = await comes_in_as_administrator(desk, office, own)
    await own.sends("/sign-out", seat="root")
    await own.signs_in("root", GOOD_PASSWORD)
    for _ in range(5):
        await own.sends("/sign-in/code", digits="123456")
        assert own.status == 403
    desk.clock.advance(30)
    await own.sends("/sign-in/code", digits=digits_of(secret, desk.clock.now_ms()))
    assert own.status == 429


async def test_the_rest_of_a_sign_in_is_given_ten_minutes_and_the_account_as_it_was(
    desk: DeskUnderTest, office: TestOffice, own: Browser
) -> None:
    secret = await comes_in_as_administrator(desk, office, own)
    await own.sends("/sign-out", seat="root")
    await own.signs_in("root", GOOD_PASSWORD)
    await office.office.end_sign_ins("root", "command")
    desk.clock.advance(30)
    await own.sends("/sign-in/code", digits=digits_of(secret, desk.clock.now_ms()))
    assert (own.status, 'data-error="over"' in own.page) == (403, True)


async def test_who_finds_an_administrators_page_open_does_not_take_the_account_over(
    desk: DeskUnderTest, office: TestOffice, own: Browser
) -> None:
    await comes_in_as_administrator(desk, office, own)
    for deed in ("password", "second-factor"):
        await own.sends(f"/admin/staff/root/{deed}")
        assert own.path == "/account"
        assert "data-secret" not in own.page
    assert [row[1] for row in await deeds(office, "root")][-1] == "signed_in"


async def test_any_member_may_set_an_authenticator_and_an_administrator_takes_it_away(
    desk: DeskUnderTest, office: TestOffice, own: Browser
) -> None:
    await own.comes_in("amina", await office.adds("amina"))
    await own.sends("/account/authenticator", old="not the right one")
    assert own.status == 403
    await own.sends("/account/authenticator", old=GOOD_PASSWORD)
    assert own.path == "/sign-in/authenticator"
    await own.sends("/sign-in/authenticator", digits="000000")
    assert own.status == 403
    await own.sends("/sign-in/authenticator", digits=digits_of(own.shown_secret(), desk.clock.now_ms()))
    assert own.path == "/console/amina"
    assert await own.signs_in("amina", GOOD_PASSWORD) == "/sign-in/code"
    await office.office.reset_second_factor("amina", "root")
    assert await own.signs_in("amina", GOOD_PASSWORD) == "/console/amina"


async def test_a_second_factors_secret_is_kept_sealed(
    desk: DeskUnderTest, office: TestOffice, own: Browser, redis_url: str
) -> None:
    secret = await comes_in_as_administrator(desk, office, own)
    for path in desk.settings.data.folder.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes()
    client = DeskServer(redis_url).for_scripts()
    try:
        async for name in client.scan_iter(f"gloria:{{{desk.settings.desk.name}}}:pending:*"):
            assert secret not in str(await client.hgetall(name))
    finally:
        await close(client)


async def test_a_database_brought_back_from_a_backup_lets_people_in_again(
    desk: DeskUnderTest, office: TestOffice, own: Browser
) -> None:
    """The desk knows a higher epoch than the accounts have: the accounts go beyond it."""
    await own.comes_in("amina", await office.adds("amina"))
    engine = engine_for(desk.settings.database_url)
    async with engine.begin() as connection:
        await connection.execute(update(account).values(sign_in_epoch=7, revision=7, name="Amina the First"))
    await engine.dispose()
    await desk.passes(desk.settings.accounts.roster_interval_s + 1)
    assert await own.signs_in("amina", GOOD_PASSWORD) == "/console/amina"
    assert 'id="boot"' in own.page
    await desk.passes(desk.settings.accounts.roster_interval_s + 1)
    [amina] = (await desk.snapshot())["staff"]
    assert amina["name"] == "Amina the First"


# ---------------------------------------------------------------- kiosks


async def enrols(desk: DeskUnderTest, code: str, origin: str | None = None) -> tuple[int, dict[str, object], str]:
    """Status, answer and device token."""
    headers = {"Origin": desk.url if origin is None else origin}
    async with (
        aiohttp.ClientSession() as screen,
        screen.post(f"{desk.url}/api/kiosk/enrol", json={"code": code}, headers=headers) as answer,
    ):
        text = await answer.text()
        body = await answer.json() if text.startswith("{") else {}
        cookie = answer.cookies.get(cookie_name(str(body.get("kiosk"))))
        return answer.status, body, cookie.value if cookie else ""


async def test_a_code_typed_on_the_screen_makes_it_the_kiosk(desk: DeskUnderTest, office: TestOffice) -> None:
    code = await office.adds_kiosk()
    status, body, token = await enrols(desk, f" {code[:4].lower()}-{code[4:]} ")
    assert (status, body) == (200, {"kiosk": "saarijarvi", "page": "/kiosk/saarijarvi"})
    kiosk = KioskActor(desk.url, "saarijarvi", token)
    await kiosk.arrives()
    await kiosk.asks_for("ar")
    await kiosk.loses_the_network()
    assert (await enrols(desk, code))[0] == 403, "good once"
    assert [row[:2] for row in await deeds(office, "saarijarvi")] == [
        ("command", "added"),
        ("command", "code_given"),
        ("saarijarvi", "enrolled"),
    ]


async def test_a_code_is_good_for_a_day(desk: DeskUnderTest, office: TestOffice) -> None:
    code = await office.adds_kiosk()
    desk.clock.advance(86_400)
    assert (await enrols(desk, code))[0] == 403


async def test_wrong_codes_are_slowed_down_by_address_and_hold_up_nobody_else(
    settings: Settings, redis_url: str
) -> None:
    values = settings.model_dump()
    values["server"]["trusted_proxies"] = 1
    await schema.upgrade(settings.database_url)
    async with desk_under_test(Settings.model_validate(values), redis_url) as desk:
        async with office_of(settings, redis_url, desk.clock) as office:
            code = await office.adds_kiosk()

        async def tries(typed: str, address: str) -> int:
            headers = {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}
            async with (
                aiohttp.ClientSession(headers=headers) as screen,
                screen.post(f"{desk.url}/api/kiosk/enrol", json={"code": typed}) as answer,
            ):
                return answer.status

        assert [await tries("AAAA-AAAA", "203.0.113.7") for _ in range(11)] == [403] * 10 + [429]
        assert await tries(code, "203.0.113.7") == 429
        # An IPv6 household counts as one, however many addresses it has.
        assert [await tries("AAAA-AAAA", f"2001:db8:1:2::{n:x}") for n in range(1, 12)] == [403] * 10 + [429]
        assert await tries(code, "203.0.113.8") == 200


async def test_a_kiosk_that_was_revoked_is_out_at_once(desk: DeskUnderTest, office: TestOffice) -> None:
    _, _, token = await enrols(desk, await office.adds_kiosk())
    kiosk = KioskActor(desk.url, "saarijarvi", token)
    await kiosk.arrives()
    await office.office.revoke_device("saarijarvi", "root")
    await kiosk.loses_the_line()
    await kiosk.loses_the_network()
    with pytest.raises(SocketRefused):
        await kiosk.connects()


async def test_a_desk_that_was_emptied_knows_its_kiosks_again(
    desk: DeskUnderTest, office: TestOffice, redis_url: str
) -> None:
    """The device token is in the database, too: nobody has to travel to the libraries."""
    _, _, token = await enrols(desk, await office.adds_kiosk())
    client = DeskServer(redis_url).for_scripts()
    try:
        async for name in client.scan_iter(f"gloria:{{{desk.settings.desk.name}}}:sign_in:*"):
            await client.delete(name)
    finally:
        await close(client)
    kiosk = KioskActor(desk.url, "saarijarvi", token)
    await kiosk.arrives()
    await kiosk.loses_the_network()


# ---------------------------------------------------------------- doors that are not there


async def test_one_click_opens_nothing_outside_the_demo_desk(desk: DeskUnderTest, office: TestOffice) -> None:
    await office.adds("amina")
    async with browser(desk.url) as own:
        await own.sends("/demo/sign-in", seat="amina")
        assert own.status in {404, 405}
        assert not own.cookies()


async def test_a_sign_in_of_the_demo_desk_is_void_outside_it(settings: Settings, redis_url: str) -> None:
    await schema.upgrade(settings.database_url)
    demo = settings.model_copy(update={"demo": True})
    async with desk_under_test(demo, redis_url) as desk:
        token = await desk.token("helena")
        kiosk = await desk.token("saarijarvi")
    async with desk_under_test(settings, redis_url) as desk:
        for seat, path, held in (("helena", "/supervisor/helena", token), ("saarijarvi", "/kiosk/saarijarvi", kiosk)):
            async with browser(desk.url, Cookie=f"{cookie_name(seat)}={held}") as own:
                assert 'id="boot"' not in await own.opens(path)
        async with office_of(settings, redis_url, desk.clock) as office:
            staff, kiosks = await office.accounts.everybody()
            assert not [member.id for member in staff if member.active]
            assert not [kiosk.id for kiosk in kiosks if kiosk.active]


def test_the_demo_desk_listens_on_loopback_only() -> None:
    for host in ("0.0.0.0", "192.0.2.1", "::"):
        with pytest.raises(Exception, match="loopback only"):
            load_settings(None, {}, {"demo": True, "server.host": host})
