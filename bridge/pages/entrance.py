"""Signing in, step by step; one's own account; signing out; a kiosk's enrolment."""

import json
import logging
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bridge.accounts.audit import Deed
from bridge.accounts.codes import ALPHABET, LENGTH
from bridge.accounts.door import Asked, Door, Entered, NotRight, PendingOver, SignInAgain, Step, Throttled
from bridge.accounts.passwords import LONGEST, SHORTEST, WeakPassword
from bridge.accounts.second_factor import address_of, picture_of
from bridge.accounts.sign_in import SignIns, pending_cookie
from bridge.accounts.store import Accounts
from bridge.domain.rights import Act
from bridge.domain.staff import Role
from bridge.edge.limits import network_of
from bridge.pages.guard import SIGN_IN_PATH, Asker, Guard, page_of, read_form
from bridge.pages.render import Renderer

log = logging.getLogger(__name__)

_STEP_PATHS = {
    Step.SECOND_FACTOR: "/sign-in/code",
    Step.NEW_PASSWORD: "/sign-in/password",
    Step.SET_SECOND_FACTOR: "/sign-in/authenticator",
}


class EnrolmentWish(BaseModel):
    """What a kiosk's screen, or a program on it, sends to enrol."""

    model_config = ConfigDict(extra="forbid", strict=True)

    code: str = Field(min_length=1, max_length=32, description="The enrolment code, as typed.")


class Enrolled(BaseModel):
    """A kiosk is enrolled; the device token is in the answer's cookie."""

    kiosk: str = Field(description="Id of the kiosk.")
    page: str = Field(description="Path of its page.")


class Entrance:
    """The routes by which people and kiosks come in."""

    def __init__(self, guard: Guard, render: Renderer, door: Door, sign_ins: SignIns, accounts: Accounts) -> None:
        self._guard = guard
        self._render = render
        self._door = door
        self._sign_ins = sign_ins
        self._accounts = accounts
        guard.open("GET", SIGN_IN_PATH, Act.SIGN_IN, self._show_sign_in)
        guard.open("POST", SIGN_IN_PATH, Act.SIGN_IN, self._sign_in)
        guard.open("GET", "/sign-in/code", Act.SIGN_IN, self._show_step)
        guard.open("POST", "/sign-in/code", Act.SIGN_IN, self._take_code)
        guard.open("GET", "/sign-in/password", Act.SIGN_IN, self._show_step)
        guard.open("POST", "/sign-in/password", Act.SIGN_IN, self._take_password)
        guard.open("GET", "/sign-in/authenticator", Act.SIGN_IN, self._show_step)
        guard.open("POST", "/sign-in/authenticator", Act.SIGN_IN, self._take_authenticator)
        guard.open("POST", "/sign-out", Act.SIGN_OUT, self._sign_out)
        guard.add("GET", "/account", Act.ACCOUNT, self._show_account)
        guard.add("POST", "/account/password", Act.ACCOUNT, self._change_password)
        guard.add("POST", "/account/authenticator", Act.ACCOUNT, self._renew_authenticator)
        guard.add("POST", "/account/sign-out-everywhere", Act.ACCOUNT, self._sign_out_everywhere)
        guard.open("GET", "/kiosk", Act.ENROL, self._show_enrolment)
        guard.open("POST", "/api/kiosk/enrol", Act.ENROL, self._enrol, json=True)

    # ------------------------------------------------------------------ signing in

    async def _show_sign_in(self, request: web.Request) -> web.Response:
        return self._sign_in_page(request)

    async def _sign_in(self, request: web.Request) -> web.Response:
        form = await read_form(request)
        name = form.get("name", "")
        try:
            came = await self._door.sign_in(name, form.get("password", ""), network_of(request.remote))
        except NotRight:
            return self._sign_in_page(request, 403, error="wrong", name=name)
        except Throttled as refused:
            return self._throttled(request, "sign_in.html", refused, name=name)
        return self._go_on(request, came)

    async def _show_step(self, request: web.Request) -> web.Response:
        try:
            return await self._step_page(request)
        except PendingOver:
            return self._sign_in_page(request, 403, error="over")

    async def _take_code(self, request: web.Request) -> web.Response:
        form, token = await read_form(request), self._pending(request)
        try:
            came = await self._door.show_second_factor(token, form.get("digits", ""), network_of(request.remote))
        except NotRight:
            return await self._step_page(request, 403, "wrong")
        except Throttled as refused:
            return self._throttled(request, "sign_in.html", refused)
        except PendingOver:
            return self._sign_in_page(request, 403, error="over")
        return self._go_on(request, came)

    async def _take_password(self, request: web.Request) -> web.Response:
        form, token = await read_form(request), self._pending(request)
        try:
            if form.get("password", "") != form.get("again", ""):
                return await self._step_page(request, 400, "differ")
            came = await self._door.set_first_password(token, form.get("password", ""))
        except WeakPassword as weak:
            return await self._step_page(request, 400, weak.code)
        except PendingOver:
            return self._sign_in_page(request, 403, error="over")
        return self._go_on(request, came)

    async def _take_authenticator(self, request: web.Request) -> web.Response:
        form, token = await read_form(request), self._pending(request)
        try:
            came = await self._door.set_second_factor(token, form.get("digits", ""), network_of(request.remote))
        except NotRight:
            return await self._step_page(request, 403, "wrong")
        except Throttled as refused:
            return self._throttled(request, "sign_in.html", refused)
        except PendingOver:
            return self._sign_in_page(request, 403, error="over")
        return self._go_on(request, came)

    async def _sign_out(self, request: web.Request) -> web.Response:
        form = await read_form(request)
        seat = form.get("seat", "")[:64]
        who = await self._sign_ins.read(request.cookies, seat, request.secure)
        answer = web.HTTPSeeOther("/")
        if who is not None and who.role is Role.KIOSK:
            # Its device token would let it in again: a kiosk is revoked by whoever looks after it.
            raise web.HTTPForbidden
        if who is not None:
            await self._sign_ins.take_back(self._sign_ins.token(request.cookies, seat, request.secure), seat)
            await self._accounts.note(Deed.SIGNED_OUT, seat, seat)
            self._guard.forget(request, answer, seat)
        raise answer

    # ------------------------------------------------------------------ one's own account

    async def _show_account(self, request: web.Request, asker: Asker) -> web.Response:
        return await self._account_page(request, asker)

    async def _change_password(self, request: web.Request, asker: Asker) -> web.Response:
        form = await read_form(request)
        try:
            if form.get("password", "") != form.get("again", ""):
                return await self._account_page(request, asker, 400, "differ")
            entered = await self._door.change_password(
                asker.who.seat, form.get("old", ""), form.get("password", ""), network_of(request.remote)
            )
        except WeakPassword as weak:
            return await self._account_page(request, asker, 400, weak.code)
        except NotRight:
            return await self._account_page(request, asker, 403, "wrong")
        except Throttled as refused:
            return await self._account_page(request, asker, 429, "throttled", wait_s=refused.wait_s)
        except SignInAgain:
            return self._sign_in_page(request, error="again", name=asker.who.seat)
        answer = await self._account_page(request, asker, done="password")
        self._guard.let_in(request, answer, entered)
        return answer

    async def _renew_authenticator(self, request: web.Request, asker: Asker) -> web.Response:
        form = await read_form(request)
        try:
            asked = await self._door.renew_second_factor(
                asker.who.seat, form.get("old", ""), network_of(request.remote)
            )
        except NotRight:
            return await self._account_page(request, asker, 403, "wrong")
        except Throttled as refused:
            return await self._account_page(request, asker, 429, "throttled", wait_s=refused.wait_s)
        return self._go_on(request, asked)

    async def _sign_out_everywhere(self, request: web.Request, asker: Asker) -> web.Response:
        await self._door.sign_out_everywhere(asker.who.seat)
        answer = web.HTTPSeeOther(SIGN_IN_PATH)
        self._guard.forget(request, answer, asker.who.seat)
        raise answer

    # ------------------------------------------------------------------ a kiosk

    async def _show_enrolment(self, request: web.Request) -> web.Response:
        for who in await self._sign_ins.everyone(request.cookies, request.secure):
            if who.role is Role.KIOSK:
                raise web.HTTPSeeOther(page_of(who.role, who.seat))
        return self._render.page(request, "enrol.html", alphabet=ALPHABET, length=LENGTH)

    async def _enrol(self, request: web.Request) -> web.Response:
        try:
            if request.content_type != "application/json":
                raise web.HTTPUnsupportedMediaType
            wish = EnrolmentWish.model_validate_json(await request.read())
            entered = await self._door.enrol(wish.code, network_of(request.remote))
        except ValidationError:
            return _problem(400, "bad_message")
        except NotRight:
            return _problem(403, "wrong_code")
        except Throttled as refused:
            return _problem(429, "too_many", {"Retry-After": str(refused.wait_s)}, wait_s=refused.wait_s)
        kiosk = entered.account
        answer = web.json_response(Enrolled(kiosk=kiosk.id, page=page_of(kiosk.role, kiosk.id)).model_dump())
        self._guard.let_in(request, answer, entered)
        return answer

    # ------------------------------------------------------------------ parts

    def _pending(self, request: web.Request) -> str:
        return request.cookies.get(pending_cookie(request.secure), "")

    def _go_on(self, request: web.Request, came: Entered | Asked) -> web.Response:
        if isinstance(came, Asked):
            answer = web.HTTPSeeOther(_STEP_PATHS[came.step])
            self._guard.keep_pending(request, answer, came.token)
        else:
            answer = web.HTTPSeeOther(page_of(came.account.role, came.account.id))
            self._guard.let_in(request, answer, came)
        raise answer

    def _sign_in_page(self, request: web.Request, status: int = 200, **context: Any) -> web.Response:
        context = {"error": "", "name": "", "wait_s": 0, **context}
        return self._render.page(request, "sign_in.html", status, **context)

    def _throttled(self, request: web.Request, template: str, refused: Throttled, name: str = "") -> web.Response:
        answer = self._render.page(request, template, 429, error="throttled", name=name, wait_s=refused.wait_s)
        answer.headers["Retry-After"] = str(refused.wait_s)
        return answer

    async def _step_page(self, request: web.Request, status: int = 200, error: str = "") -> web.Response:
        """The page of the step that is next. Raises PendingOver."""
        token = self._pending(request)
        step, account = await self._door.step(token)
        secret = await self._door.second_factor_to_set(token) if step is Step.SET_SECOND_FACTOR else ""
        return self._render.page(
            request,
            "sign_in_step.html",
            status,
            step=str(step),
            action=_STEP_PATHS[step],
            error=error,
            name=account.name,
            secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            picture=picture_of(address_of(secret, account.id)) if secret else "",
            shortest=SHORTEST,
            longest=LONGEST,
        )

    async def _account_page(
        self, request: web.Request, asker: Asker, status: int = 200, error: str = "", done: str = "", wait_s: int = 0
    ) -> web.Response:
        account = await self._accounts.find(asker.who.seat)
        if account is None:
            raise web.HTTPNotFound
        return self._render.page(
            request,
            "account.html",
            status,
            account=account,
            page=page_of(asker.who.role, asker.who.seat),
            error=error,
            done=done,
            wait_s=wait_s,
            shortest=SHORTEST,
            longest=LONGEST,
        )


def _problem(status: int, code: str, headers: dict[str, str] | None = None, **more: Any) -> web.Response:
    return web.Response(
        text=json.dumps({"code": code, **more}), status=status, content_type="application/json", headers=headers
    )
