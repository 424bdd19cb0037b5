"""In front of every route: who is asking, whether they may, and whether the form came from one of our own pages.

A route is added with the act that it is (bridge/domain/rights.py); its handler runs only for somebody whom the table of
rights allows that act, and is told who they are and whose things they may do it to.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bridge.accounts.door import Door, Entered
from bridge.accounts.sign_in import PENDING_FOR_S, SignedIn, SignIns, cookie_name, pending_cookie
from bridge.domain.rights import Act, Whose, whose
from bridge.domain.staff import SERVING_ROLES, Role
from bridge.settings import ServerSettings

_FORM_LIMIT_BYTES = 10_000

#: Where somebody goes who would have to sign in first.
SIGN_IN_PATH = "/sign-in"


@dataclass(frozen=True)
class Asker:
    """Who asks, and to whose things they may do what they ask."""

    who: SignedIn
    whose: Whose

    @property
    def municipality(self) -> str | None:
        """The only municipality whose things they may see; None for all."""
        return self.who.municipality if self.whose is Whose.OWN_MUNICIPALITY else None


@dataclass(frozen=True)
class Route:
    """A route and the act it is, for the test that tries them all."""

    method: str
    path: str
    act: Act


OpenHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]
GuardedHandler = Callable[[web.Request, Asker], Awaitable[web.StreamResponse]]


class Guard:
    """Adds routes, and lets through whom it may."""

    def __init__(self, app: web.Application, server: ServerSettings, door: Door, sign_ins: SignIns) -> None:
        self.routes: list[Route] = []
        self._app = app
        self._server = server
        self._door = door
        self._sign_ins = sign_ins

    def open(self, method: str, path: str, act: Act, handler: OpenHandler, json: bool = False) -> None:
        """A route for anybody. Forms are taken from our own pages only; JSON (``json``) also from programs."""
        assert whose(None, act) is not None, f"{act} is not for anybody"

        async def let_in(request: web.Request) -> web.StreamResponse:
            self._from_own_page(request, json)
            return await handler(request)

        self._add(method, path, act, let_in)

    def add(self, method: str, path: str, act: Act, handler: GuardedHandler) -> None:
        """A route for those whom the table allows this act."""

        async def let_in(request: web.Request) -> web.StreamResponse:
            self._from_own_page(request)
            return await handler(request, await self.asker(request, act))

        self._add(method, path, act, let_in)

    def asking_inside(self, method: str, path: str, act: Act, handler: OpenHandler) -> None:
        """A route that asks ``asker`` by itself, having something to say to those who may not."""
        self._add(method, path, act, handler)

    async def asker(self, request: web.Request, act: Act) -> Asker:
        """Who of those signed in here may do this. Raises HTTPUnauthorized, HTTPForbidden, HTTPSeeOther."""
        seat = request.match_info.get("seat") if act in _PAGES_OF_A_SEAT else None
        if seat is not None:
            one = await self._door.who(request.cookies, seat, request.secure)
            signed_in = [one] if one else []
        else:
            signed_in = await self._sign_ins.everyone(request.cookies, request.secure)
            wanted = request.query.get("seat")
            if wanted is not None:
                # Several people may be signed in here; a page says as whom it is asked for.
                signed_in = [who for who in signed_in if who.seat == wanted]
        for who in signed_in:
            right = whose(who.role, act)
            if right is not None:
                await self._sign_ins.read(request.cookies, who.seat, request.secure)
                return Asker(who, right)
        if signed_in:
            raise web.HTTPForbidden
        if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
            raise web.HTTPSeeOther(SIGN_IN_PATH)
        raise web.HTTPUnauthorized(headers={"WWW-Authenticate": 'Cookie realm="Gloria"'})

    # ------------------------------------------------------------------ cookies

    def let_in(self, request: web.Request, answer: web.StreamResponse, entered: Entered) -> None:
        """Give the browser the token of whoever has just come in, and forget the pending one."""
        self.keep(request, answer, entered.account.id, entered.token, self._sign_ins.lifetime_s(entered.account.role))
        answer.del_cookie(
            pending_cookie(request.secure), path="/", httponly=True, samesite="Strict", secure=request.secure
        )

    def keep(self, request: web.Request, answer: web.StreamResponse, seat: str, token: str, lifetime_s: int) -> None:
        """Put a seat's token into its cookie."""
        answer.set_cookie(
            cookie_name(seat, request.secure),
            token,
            max_age=lifetime_s,
            path="/",
            httponly=True,
            samesite="Strict",
            secure=request.secure,
        )

    def keep_pending(self, request: web.Request, answer: web.StreamResponse, token: str) -> None:
        """Put the token of a pending sign-in into its cookie."""
        answer.set_cookie(
            pending_cookie(request.secure),
            token,
            max_age=PENDING_FOR_S,
            path="/",
            httponly=True,
            samesite="Strict",
            secure=request.secure,
        )

    def forget(self, request: web.Request, answer: web.StreamResponse, seat: str) -> None:
        """Take a seat's cookie away."""
        answer.del_cookie(
            cookie_name(seat, request.secure), path="/", httponly=True, samesite="Strict", secure=request.secure
        )

    # ------------------------------------------------------------------ parts

    def _add(self, method: str, path: str, act: Act, handler: OpenHandler) -> None:
        self.routes.append(Route(method, path, act))
        self._app.router.add_route(method, path, handler)

    def _from_own_page(self, request: web.Request, json: bool = False) -> None:
        """Forms are taken from our own pages only. Raises HTTPForbidden.

        What takes JSON may be asked without an origin: browsers always send one, programs have none.
        """
        if request.method in {"GET", "HEAD"}:
            return
        origin = request.headers.get("Origin")
        if json and origin is None and request.content_type == "application/json":
            return
        if not self._server.accepts_origin(origin, request.scheme, request.host):
            raise web.HTTPForbidden


_PAGES_OF_A_SEAT = frozenset({Act.KIOSK_PAGE, Act.CONSOLE_PAGE, Act.BOARD_PAGE})


async def read_form(request: web.Request) -> dict[str, str]:
    """The fields of a form, the last of each name. Raises HTTPRequestEntityTooLarge, HTTPBadRequest."""
    return {name: values[-1] for name, values in (await read_form_lists(request)).items()}


async def read_form_lists(request: web.Request) -> dict[str, list[str]]:
    """The fields of a form, all of each name. Raises HTTPRequestEntityTooLarge, HTTPBadRequest."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    if (request.charset or "utf-8").lower() not in {"utf-8", "utf8"}:
        raise web.HTTPUnsupportedMediaType
    # Read as a whole first: a body may come in pieces that announce no length.
    size = len(await request.read())
    if size > _FORM_LIMIT_BYTES:
        raise web.HTTPRequestEntityTooLarge(_FORM_LIMIT_BYTES, size)
    try:
        given = await request.post()
    except (ValueError, LookupError):
        raise web.HTTPBadRequest from None
    fields: dict[str, list[str]] = {}
    for name, value in given.items():
        if not isinstance(value, str) or "\0" in value:
            raise web.HTTPBadRequest
        fields.setdefault(name, []).append(value)
    return fields


def page_of(role: Role, seat: str) -> str:
    """The page on which somebody works."""
    if role is Role.KIOSK:
        return f"/kiosk/{seat}"
    if role in SERVING_ROLES:
        return f"/console/{seat}"
    return {Role.SUPERVISOR: f"/supervisor/{seat}", Role.ADMINISTRATOR: "/admin", Role.MUNICIPALITY: "/municipality"}[
        role
    ]
