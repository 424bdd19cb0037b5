"""The contract of accounts, the same on SQLite and PostgreSQL: changes with their row in the audit, or neither."""

import asyncio
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, inspect, text, update
from sqlalchemy.exc import DBAPIError

from bridge import assets
from bridge.accounts.audit import Deed, DeskDeed
from bridge.accounts.keyring import KeyFileError, Keyring
from bridge.accounts.model import DraftError, KioskDraft, StaffDraft
from bridge.accounts.store import Accounts, LastAdministrator, NoSuchAccount, Taken
from bridge.accounts.tables import audit
from bridge.clock import SteppedClock
from bridge.contacts.store import ContactStore
from bridge.database.engine import engine_for
from bridge.database.schema import downgrade, upgrade
from bridge.domain.contact import Media
from bridge.domain.staff import Gender, Level, Role
from bridge.service import load_service
from tests.contract.test_contact_store import SERVED

pytest_plugins = ["tests.postgres"]

SERVICE = load_service(assets.CONFIG)
AMINA = StaffDraft(id="amina", name="Amina", role=Role.ADVISOR, languages={"ar": Level.NATIVE, "fi": Level.FLUENT})
ROOT = StaffDraft(id="root", name="Root", role=Role.ADMINISTRATOR)
LIBRARY = KioskDraft(
    id="saarijarvi",
    name="Saarijärvi library",
    municipality="729",
    hours="mon-fri 10-18",
    contact="Kirsi, desk 2",
    path_policy="hidden",
)
DAY_MS = 86_400_000
AT_THE_DESK = DeskDeed("1790000000000-0", 1_790_000_000_000, "helena", Deed.CALL_MOVED, "call-1", "ar")


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
async def accounts(empty_database: str, clock: SteppedClock) -> AsyncIterator[Accounts]:
    await upgrade(empty_database)
    opened = Accounts.open(empty_database, clock)
    yield opened
    await opened.close()


async def deeds(accounts: Accounts) -> list[tuple[str, str, str, str]]:
    return [(row.actor, str(row.deed), row.about, row.detail) for row in reversed(await accounts.audit(100))]


async def test_what_is_added_is_read_back_and_noted(accounts: Accounts) -> None:
    member = await accounts.add_staff(AMINA, "root", "hash")
    kiosk = await accounts.add_kiosk(LIBRARY, "command")
    assert await accounts.find("amina") == member
    assert await accounts.find("saarijarvi") == kiosk
    assert (member.role, member.languages, member.must_change, member.has_password) == (
        Role.ADVISOR,
        {"ar": Level.NATIVE, "fi": Level.FLUENT},
        True,
        True,
    )
    assert (kiosk.hours, kiosk.contact, kiosk.device_since) == ("mon-fri 10-18", "Kirsi, desk 2", None)
    assert (kiosk.path_policy, kiosk.registration().profile["path_policy"]) == ("hidden", "hidden")
    assert await accounts.everybody() == ([member], [kiosk])
    assert await deeds(accounts) == [
        ("root", "added", "amina", "advisor"),
        ("command", "added", "saarijarvi", "kiosk"),
    ]


async def test_an_id_belongs_to_one_only(accounts: Accounts) -> None:
    await accounts.add_staff(AMINA, "root")
    with pytest.raises(Taken):
        await accounts.add_staff(AMINA, "root")
    with pytest.raises(Taken):
        await accounts.add_kiosk(KioskDraft(id="amina", name="K", municipality="729"), "root")
    assert len(await deeds(accounts)) == 1


async def test_of_many_who_add_the_same_id_at_once_one_succeeds(accounts: Accounts) -> None:
    done = await asyncio.gather(*(accounts.add_staff(AMINA, "root") for _ in range(6)), return_exceptions=True)
    assert [type(one) for one in done].count(Taken) == 5
    assert len(await deeds(accounts)) == 1


async def test_a_change_names_its_fields_and_only_another_role_ends_sign_ins(accounts: Accounts) -> None:
    first = await accounts.add_staff(AMINA, "root")
    same = await accounts.change_staff(AMINA, "root")
    assert same == first
    spoken = await accounts.change_staff(AMINA.model_copy(update={"languages": {"ar": Level.FLUENT}}), "root")
    assert spoken.revision > first.revision
    assert spoken.sign_in_epoch == first.sign_in_epoch
    promoted = await accounts.change_staff(AMINA.model_copy(update={"role": Role.SUPERVISOR}), "root")
    assert promoted.sign_in_epoch > first.sign_in_epoch
    assert [row[3] for row in await deeds(accounts)] == [
        "advisor",
        "languages",
        "role advisor to supervisor, languages",
    ]


async def test_the_gender_is_what_somebody_wants_known_and_no_more(accounts: Accounts) -> None:
    said = AMINA.model_copy(update={"gender": Gender.WOMAN})
    first = await accounts.add_staff(AMINA, "root")
    assert (first.gender, first.registration().profile["gender"]) == (None, None)
    told = await accounts.change_staff(said, "root")
    assert (told.gender, told.registration().profile["gender"]) == (Gender.WOMAN, "woman")
    assert told.revision > first.revision
    assert await accounts.change_staff(said, "root") == told
    assert (await accounts.change_staff(AMINA, "root")).gender is None
    # The audit says that it changed, not what it was.
    assert [row[3] for row in await deeds(accounts)] == ["advisor", "gender", "gender"]


async def test_somebody_can_always_administer(accounts: Accounts) -> None:
    await accounts.add_first_administrator(ROOT, "hash")
    with pytest.raises(LastAdministrator):
        await accounts.set_active("root", False, "root")
    with pytest.raises(LastAdministrator):
        await accounts.change_staff(ROOT.model_copy(update={"role": Role.SUPERVISOR}), "root")
    await accounts.add_staff(ROOT.model_copy(update={"id": "second"}), "root")
    both = await asyncio.gather(
        accounts.set_active("root", False, "second"),
        accounts.set_active("second", False, "root"),
        return_exceptions=True,
    )
    assert [type(one) for one in both].count(LastAdministrator) == 1


async def test_revisions_grow_also_when_the_clock_goes_back(accounts: Accounts, clock: SteppedClock) -> None:
    member = await accounts.add_staff(AMINA, "root")
    epochs = [member.sign_in_epoch]
    for step_s in (0, -3600, 0, 7200):
        clock.advance(step_s)
        await accounts.end_sign_ins("amina", "root")
        found = await accounts.find("amina")
        assert found is not None
        epochs.append(found.sign_in_epoch)
    assert epochs == sorted(set(epochs))


async def test_a_code_enrols_once_within_its_day(accounts: Accounts, clock: SteppedClock) -> None:
    await accounts.add_kiosk(LIBRARY, "root")
    until_ms = clock.now_ms() + DAY_MS
    await accounts.give_code("saarijarvi", "code-1", until_ms, "root")
    await accounts.give_code("saarijarvi", "code-2", until_ms, "root")
    assert await accounts.enrol("code-1", "device-1") is None
    both = await asyncio.gather(accounts.enrol("code-2", "device-2"), accounts.enrol("code-2", "device-3"))
    assert sum(one is not None for one in both) == 1
    await accounts.give_code("saarijarvi", "code-3", until_ms, "root")
    clock.advance(DAY_MS / 1000)
    assert await accounts.enrol("code-3", "device-4") is None


async def test_a_newer_screen_takes_the_place_of_the_older_and_can_be_revoked(accounts: Accounts) -> None:
    await accounts.add_kiosk(LIBRARY, "root")
    for code, device in (("one", "device-1"), ("two", "device-2")):
        await accounts.give_code("saarijarvi", code, 2**50, "root")
        assert await accounts.enrol(code, device) is not None
    assert await accounts.kiosk_of_device("device-1") is None
    found = await accounts.kiosk_of_device("device-2")
    assert found is not None
    assert found.id == "saarijarvi"
    await accounts.set_active("saarijarvi", False, "root")
    assert await accounts.kiosk_of_device("device-2") is None
    await accounts.set_active("saarijarvi", True, "root")
    await accounts.revoke_device("saarijarvi", "root")
    assert await accounts.kiosk_of_device("device-2") is None


async def test_a_second_factors_step_is_used_once(accounts: Accounts) -> None:
    await accounts.add_staff(AMINA, "root")
    await accounts.set_second_factor("amina", "sealed", 10, "amina")
    assert not await accounts.use_step("amina", 10)
    used = await asyncio.gather(*(accounts.use_step("amina", 11) for _ in range(4)))
    assert used.count(True) == 1
    assert not await accounts.use_step("amina", 9)


async def test_who_is_not_there_cannot_be_changed(accounts: Accounts) -> None:
    await accounts.add_kiosk(LIBRARY, "root")
    for work in (
        accounts.change_staff(AMINA, "root"),
        accounts.set_active("nobody", False, "root"),
        accounts.end_sign_ins("nobody", "root"),
        accounts.set_password("saarijarvi", "hash", "root", must_change=True),
        accounts.give_code("amina", "code", 1, "root"),
        accounts.revoke_device("amina", "root"),
    ):
        with pytest.raises(NoSuchAccount):
            await work
    assert len(await deeds(accounts)) == 1


async def test_the_audit_cannot_be_changed(accounts: Accounts, empty_database: str) -> None:
    await accounts.add_staff(AMINA, "root")
    engine = engine_for(empty_database)
    try:
        for statement in (update(audit).values(actor="somebody"), delete(audit)):
            with pytest.raises(DBAPIError, match="append-only"):
                async with engine.begin() as connection:
                    await connection.execute(statement)
    finally:
        await engine.dispose()
    assert await deeds(accounts) == [("root", "added", "amina", "advisor")]


async def test_the_audit_is_read_in_pages_and_by_whom_it_is_about(accounts: Accounts) -> None:
    await accounts.add_staff(AMINA, "root")
    await accounts.add_kiosk(LIBRARY, "command")
    for _ in range(5):
        await accounts.note(Deed.SIGNED_IN, "amina", "amina")
    newest = await accounts.audit(3)
    assert [entry.number for entry in await accounts.audit(10, before=newest[-1].number)] == [
        newest[-1].number - n for n in (1, 2, 3, 4)
    ]
    assert {entry.about for entry in await accounts.audit(100, about="saarijarvi")} == {"saarijarvi"}
    assert {entry.actor for entry in await accounts.audit(100, actor="amina")} == {"amina"}


async def test_every_step_of_the_schema_goes_down_and_up_with_data(empty_database: str) -> None:
    """What one revision does not know is lost on the way down; what it knows stays."""
    await upgrade(empty_database)
    clock = SteppedClock()
    store, accounts = ContactStore.open(empty_database), Accounts.open(empty_database, clock)
    try:
        await store.write([SERVED])
        await accounts.add_staff(AMINA.model_copy(update={"gender": Gender.WOMAN}), "root", "hash")
        await accounts.add_kiosk(LIBRARY, "root")
        await accounts.note_desk_deeds([AT_THE_DESK])
        noted = await accounts.audit(10)
        await downgrade(empty_database, "0003")
        with pytest.raises(DBAPIError, match="append-only"):
            await execute(empty_database, "DELETE FROM audit")
        await upgrade(empty_database)
        alone = replace(SERVED, interpreter=None, interpreter_wait_ms=0, transfers=0, people=())
        assert await store.latest(10) == [alone]
        assert [member.gender for member in (await accounts.everybody())[0]] == [None]
        assert await accounts.audit(10) == noted
        await downgrade(empty_database, "0002")
        assert await store.count() == 1
        await upgrade(empty_database)
        without_media = replace(alone, media=Media())
        assert await store.latest(10) == [without_media]
        _, kiosks = await accounts.everybody()
        assert [(one.id, one.path_policy) for one in kiosks] == [("saarijarvi", "")]
        await downgrade(empty_database, "0001")
        assert await store.count() == 1
        assert "account" not in await tables_of(empty_database)
        await upgrade(empty_database)
        assert await store.latest(10) == [without_media]
        assert await accounts.everybody() == ([], [])
        await accounts.add_staff(AMINA, "root", "hash")
        with pytest.raises(DBAPIError, match="append-only"):
            await execute(empty_database, "DELETE FROM audit")
        await downgrade(empty_database, "base")
        await upgrade(empty_database)
        assert await store.count() == 0
    finally:
        await store.close()
        await accounts.close()


async def tables_of(url: str) -> set[str]:
    engine = engine_for(url)
    try:
        async with engine.connect() as connection:
            return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
    finally:
        await engine.dispose()


async def execute(url: str, statement: str) -> None:
    engine = engine_for(url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()


async def test_what_is_added_on_the_demo_desk_is_shut_outside_it(empty_database: str, clock: SteppedClock) -> None:
    await upgrade(empty_database)
    demo, real = Accounts.open(empty_database, clock, demo=True), Accounts.open(empty_database, clock)
    try:
        await demo.add_staff(ROOT, "aino", "hash")
        await demo.add_kiosk(LIBRARY, "aino")
        await real.add_staff(AMINA, "root", "hash")
        await real.close_demo()
        staff, kiosks = await real.everybody()
        assert [member.id for member in staff if member.active] == ["amina"]
        assert not [kiosk.id for kiosk in kiosks if kiosk.active]
    finally:
        await demo.close()
        await real.close()


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"id": "A B"}, "id", "small letters"),
        ({"name": ""}, "name", "at least 1"),
        ({"name": "x\u202ey"}, "name", "printable"),
        ({"role": "kiosk"}, "role", "of the staff"),
        ({"role": "boss"}, "role", "advisor, interpreter"),
        ({"languages": {}}, "languages", "at least one"),
        ({"languages": {"xx": "native"}}, "languages", "xx not in languages.toml"),
        ({"languages": {"ar": "well"}}, "languages.ar", "native"),
        ({"gender": "other"}, "gender", "expected woman or man, or nothing"),
        ({"role": "supervisor", "gender": "man"}, "gender", "only for advisors and interpreters"),
        ({"municipality": "729"}, "municipality", "only for the role municipality"),
        ({"role": "municipality", "municipality": "999"}, "municipality", "three-digit"),
        ({"boss": True}, "boss", "not permitted"),
    ],
)
def test_a_draft_that_cannot_be_taken_names_the_field(values: dict[str, object], field: str, words: str) -> None:
    draft = {"id": "a", "name": "A", "role": "advisor", "languages": {"ar": "native"}, **values}
    with pytest.raises(DraftError) as refused:
        StaffDraft.read(draft, SERVICE)
    assert refused.value.field == field
    assert words in refused.value.reason


def test_a_kiosks_hours_are_read(tmp_path: Path) -> None:
    with pytest.raises(DraftError, match="hours: cannot read 'always'"):
        KioskDraft.read({"id": "k", "name": "K", "municipality": "729", "hours": "always"}, SERVICE)


def test_the_key_is_made_once_for_its_owner_only_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "gloria.key"
    sealed = Keyring.at(path).sealed("secret")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert Keyring.at(path).opened(sealed) == "secret"
    assert Keyring.at(path).hashed("code", "x") != Keyring.at(path).hashed("address", "x")
    with pytest.raises(KeyFileError, match="not the key"):
        Keyring.at(tmp_path / "other.key").opened(sealed)
    path.unlink()
    with pytest.raises(KeyFileError, match="put it back"):
        Keyring.of(path, sealed)
    assert not path.exists()
    path.write_text("short")
    with pytest.raises(KeyFileError, match="expected a key of 32 bytes"):
        Keyring.at(path)
