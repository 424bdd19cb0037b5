"""The administrator's pages: staff, kiosks, the audit. Forms, and a page that says what came of it."""

from typing import Any

from aiohttp import web

from bridge.accounts.codes import shown
from bridge.accounts.model import DraftError, KioskAccount, KioskDraft, StaffAccount, StaffDraft
from bridge.accounts.office import Office
from bridge.accounts.store import Accounts, LastAdministrator, Taken
from bridge.clock import Clock
from bridge.desk.projection import Projection
from bridge.domain.rights import STAFF_ROLES, Act
from bridge.domain.staff import Gender, Level
from bridge.media.line_check.results import LineCheckResults
from bridge.pages.api import number_in
from bridge.pages.guard import Asker, Guard, read_form
from bridge.pages.render import Renderer
from bridge.service import Service

_ID = "{id:[a-z0-9-]{1,40}}"
_ROWS = 50

_KIOSK_FIELDS = ("name", "municipality", "place", "hours", "contact", "path_policy")


class OfficePages:
    """The routes of the administrator."""

    def __init__(
        self,
        guard: Guard,
        render: Renderer,
        office: Office,
        accounts: Accounts,
        projection: Projection,
        service: Service,
        line_checks: LineCheckResults,
        clock: Clock,
    ) -> None:
        self._line_checks = line_checks
        self._clock = clock
        self._projection = projection
        self._render = render
        self._office = office
        self._accounts = accounts
        self._service = service
        guard.add("GET", "/admin", Act.SEE_STAFF, self._to_staff)
        guard.add("GET", "/admin/staff", Act.SEE_STAFF, self._staff)
        guard.add("GET", "/admin/new/staff", Act.CHANGE_STAFF, self._new_staff)
        guard.add("POST", "/admin/new/staff", Act.CHANGE_STAFF, self._add_staff)
        guard.add("GET", f"/admin/staff/{_ID}", Act.CHANGE_STAFF, self._one_member)
        guard.add("POST", f"/admin/staff/{_ID}", Act.CHANGE_STAFF, self._change_staff)
        guard.add("POST", f"/admin/staff/{_ID}/{{deed:[a-z-]{{1,20}}}}", Act.CHANGE_STAFF, self._do_to_staff)
        guard.add("GET", "/admin/kiosks", Act.CHANGE_KIOSKS, self._kiosks)
        guard.add("GET", "/admin/new/kiosk", Act.CHANGE_KIOSKS, self._new_kiosk)
        guard.add("POST", "/admin/new/kiosk", Act.CHANGE_KIOSKS, self._add_kiosk)
        guard.add("GET", f"/admin/kiosks/{_ID}", Act.CHANGE_KIOSKS, self._one_kiosk)
        guard.add("POST", f"/admin/kiosks/{_ID}", Act.CHANGE_KIOSKS, self._change_kiosk)
        guard.add("POST", f"/admin/kiosks/{_ID}/{{deed:[a-z-]{{1,20}}}}", Act.CHANGE_KIOSKS, self._do_to_kiosk)
        guard.add("GET", "/admin/audit", Act.SEE_AUDIT, self._audit)

    # ------------------------------------------------------------------ staff

    async def _to_staff(self, request: web.Request, asker: Asker) -> web.Response:
        raise web.HTTPSeeOther("/admin/staff")

    async def _staff(self, request: web.Request, asker: Asker) -> web.Response:
        staff, _ = await self._accounts.everybody()
        return self._page(request, asker, "office_staff.html", staff=staff)

    async def _new_staff(self, request: web.Request, asker: Asker) -> web.Response:
        return self._member_page(request, asker, None, {})

    async def _add_staff(self, request: web.Request, asker: Asker) -> web.Response:
        form = await read_form(request)
        try:
            draft = StaffDraft.read(_staff_values(form, form.get("id", "")), self._service)
            account, password = await self._office.add_staff(draft, asker.who.seat)
        except DraftError as error:
            return self._member_page(request, asker, None, form, 400, error)
        except Taken:
            return self._member_page(request, asker, None, form, 409, DraftError("id", "taken"))
        return self._member_page(request, asker, account, {}, done="added", secret=password)

    async def _one_member(self, request: web.Request, asker: Asker) -> web.Response:
        return self._member_page(request, asker, await self._member(request), {})

    async def _change_staff(self, request: web.Request, asker: Asker) -> web.Response:
        form = await read_form(request)
        account = await self._member(request)
        try:
            draft = StaffDraft.read(_staff_values(form, account.id), self._service)
            changed = await self._office.change_staff(draft, asker.who.seat)
        except DraftError as error:
            return self._member_page(request, asker, account, form, 400, error)
        except LastAdministrator:
            return self._member_page(request, asker, account, form, 409, DraftError("role", "last"))
        return self._member_page(request, asker, changed, {}, done="changed")

    async def _do_to_staff(self, request: web.Request, asker: Asker) -> web.Response:
        await read_form(request)
        account, by, secret = await self._member(request), asker.who.seat, ""
        deed = request.match_info["deed"]
        if account.id == by and deed in {"password", "second-factor"}:
            # One's own are changed by whoever knows them, not by whoever finds the page open.
            raise web.HTTPSeeOther(f"/account?seat={by}")
        try:
            match deed:
                case "password":
                    secret = await self._office.reset_password(account.id, by)
                case "second-factor":
                    await self._office.reset_second_factor(account.id, by)
                case "sign-out":
                    await self._office.end_sign_ins(account.id, by)
                case "disable" | "enable":
                    await self._office.set_active(account.id, deed == "enable", by)
                case _:
                    raise web.HTTPNotFound
        except LastAdministrator:
            return self._member_page(request, asker, account, {}, 409, DraftError("role", "last"))
        return self._member_page(request, asker, await self._member(request), {}, done=deed, secret=secret)

    # ------------------------------------------------------------------ kiosks

    async def _kiosks(self, request: web.Request, asker: Asker) -> web.Response:
        _, kiosks = await self._accounts.everybody()
        return self._page(request, asker, "office_kiosks.html", kiosks=kiosks, connected=self._connected())

    async def _new_kiosk(self, request: web.Request, asker: Asker) -> web.Response:
        return await self._kiosk_page(request, asker, None, {})

    async def _add_kiosk(self, request: web.Request, asker: Asker) -> web.Response:
        form = await read_form(request)
        try:
            draft = KioskDraft.read(_kiosk_values(form, form.get("id", "")), self._service)
            account, code = await self._office.add_kiosk(draft, asker.who.seat)
        except DraftError as error:
            return await self._kiosk_page(request, asker, None, form, 400, error)
        except Taken:
            return await self._kiosk_page(request, asker, None, form, 409, DraftError("id", "taken"))
        return await self._kiosk_page(request, asker, account, {}, done="added", secret=shown(code))

    async def _one_kiosk(self, request: web.Request, asker: Asker) -> web.Response:
        return await self._kiosk_page(request, asker, await self._kiosk(request), {})

    async def _change_kiosk(self, request: web.Request, asker: Asker) -> web.Response:
        form = await read_form(request)
        account = await self._kiosk(request)
        try:
            draft = KioskDraft.read(_kiosk_values(form, account.id), self._service)
        except DraftError as error:
            return await self._kiosk_page(request, asker, account, form, 400, error)
        changed = await self._office.change_kiosk(draft, asker.who.seat)
        return await self._kiosk_page(request, asker, changed, {}, done="changed")

    async def _do_to_kiosk(self, request: web.Request, asker: Asker) -> web.Response:
        await read_form(request)
        account, by, secret = await self._kiosk(request), asker.who.seat, ""
        deed = request.match_info["deed"]
        match deed:
            case "code":
                secret = shown(await self._office.give_code(account.id, by))
            case "revoke":
                await self._office.revoke_device(account.id, by)
            case "disable" | "enable":
                await self._office.set_active(account.id, deed == "enable", by)
            case _:
                raise web.HTTPNotFound
        return await self._kiosk_page(request, asker, await self._kiosk(request), {}, done=deed, secret=secret)

    # ------------------------------------------------------------------ audit

    async def _audit(self, request: web.Request, asker: Asker) -> web.Response:
        before = number_in(request, "before", 1, 2**53)
        about = request.query.get("about", "")[:64]
        found = await self._accounts.audit(_ROWS + 1, before, about.replace("\0", "") or None)
        more = found[_ROWS - 1].number if len(found) > _ROWS else None
        return self._page(request, asker, "office_audit.html", entries=found[:_ROWS], more=more, about=about)

    # ------------------------------------------------------------------ parts

    def _connected(self) -> set[str]:
        return {kiosk["id"] for kiosk in self._projection.kiosks.values() if kiosk["connected"]}

    async def _member(self, request: web.Request) -> StaffAccount:
        found = await self._accounts.find(request.match_info["id"])
        if not isinstance(found, StaffAccount):
            raise web.HTTPNotFound
        return found

    async def _kiosk(self, request: web.Request) -> KioskAccount:
        found = await self._accounts.find(request.match_info["id"])
        if not isinstance(found, KioskAccount):
            raise web.HTTPNotFound
        return found

    def _member_page(
        self,
        request: web.Request,
        asker: Asker,
        account: StaffAccount | None,
        form: dict[str, str],
        status: int = 200,
        error: DraftError | None = None,
        done: str = "",
        secret: str = "",
    ) -> web.Response:
        kept = _staff_fields(account) if account else {}
        return self._page(
            request,
            asker,
            "office_member.html",
            status,
            account=account,
            fields={**kept, **form} if form else kept,
            roles=[str(role) for role in sorted(STAFF_ROLES)],
            levels=[str(level) for level in Level],
            genders=[str(gender) for gender in Gender],
            error=error,
            done=done,
            secret=secret,
        )

    async def _kiosk_page(
        self,
        request: web.Request,
        asker: Asker,
        account: KioskAccount | None,
        form: dict[str, str],
        status: int = 200,
        error: DraftError | None = None,
        done: str = "",
        secret: str = "",
    ) -> web.Response:
        names = ("id", *_KIOSK_FIELDS)
        kept = {name: getattr(account, name) for name in names} if account else {}
        return self._page(
            request,
            asker,
            "office_kiosk.html",
            status,
            account=account,
            fields={**kept, **form} if form else kept,
            address=f"{request.scheme}://{request.host}/kiosk",
            checked=await self._line_checks.of(account.id) if account else None,
            error=error,
            done=done,
            secret=secret,
        )

    def _page(
        self, request: web.Request, asker: Asker, template: str, status: int = 200, **context: Any
    ) -> web.Response:
        return self._render.page(
            request,
            template,
            status,
            me=asker.who,
            now_ms=self._clock.now_ms(),
            languages=self._service.languages,
            municipalities=self._service.municipalities,
            **context,
        )


def _staff_values(form: dict[str, str], seat: str) -> dict[str, Any]:
    languages = {
        name.removeprefix("language-"): level for name, level in form.items() if name.startswith("language-") and level
    }
    values: dict[str, Any] = {"id": seat, "languages": languages}
    values |= {name: form.get(name, "") for name in ("name", "role", "provider")}
    return {**values, **{name: form.get(name) or None for name in ("municipality", "gender")}}


def _kiosk_values(form: dict[str, str], seat: str) -> dict[str, Any]:
    return {"id": seat, **{name: form.get(name, "") for name in _KIOSK_FIELDS}}


def _staff_fields(account: StaffAccount) -> dict[str, str]:
    """An account as the fields of its form."""
    return {
        "id": account.id,
        "name": account.name,
        "role": str(account.role),
        "provider": account.provider,
        "municipality": account.municipality or "",
        "gender": str(account.gender or ""),
        **{f"language-{code}": str(level) for code, level in account.languages.items()},
    }
