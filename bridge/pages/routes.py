"""The HTTP routes: live pages, texts, static files, the first page, the demo desk's one-click sign-in, /healthz."""

import logging
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler
from redis.exceptions import RedisError

from bridge import __version__, assets
from bridge.accounts.door import Door
from bridge.accounts.keyring import KeyFileError
from bridge.accounts.model import Account, StaffAccount
from bridge.accounts.passwords import TooBusy
from bridge.accounts.sign_in import SignedIn, SignIns
from bridge.accounts.store import Accounts, NoSuchAccount, StoreUnavailable
from bridge.desk.desk import DeskUnavailable
from bridge.domain.rights import Act
from bridge.domain.staff import SERVING_ROLES, Role
from bridge.pages.guard import SIGN_IN_PATH, Guard, OpenHandler, page_of, read_form
from bridge.pages.headers import add_headers, secure_headers
from bridge.pages.render import Renderer, inline_json
from bridge.pages.texts import Texts
from bridge.service import Service
from bridge.settings import Settings
from bridge.signaling.announcer import Announcer

log = logging.getLogger(__name__)

IMPORT_MAP = {
    "imports": {
        "preact": "/static/vendor/preact.js",
        "preact/hooks": "/static/vendor/preact-hooks.js",
        "htm": "/static/vendor/htm.js",
        "htm/preact": "/static/vendor/htm-preact.js",
        "@preact/signals-core": "/static/vendor/signals-core.js",
        "@preact/signals": "/static/vendor/signals.js",
        "simple-keyboard": "/static/vendor/simple-keyboard.js",
        "shared/": "/static/shared/",
    }
}


@dataclass(frozen=True)
class LivePage:
    """A page that lives on a socket: where its files are, what opening it is called."""

    path: str
    act: Act
    script: str
    styles: tuple[str, ...]


LIVE_PAGES: dict[str, LivePage] = {
    "kiosk": LivePage(
        "/kiosk/{seat}",
        Act.KIOSK_PAGE,
        "/static/kiosk/main.js",
        ("/static/kiosk/kiosk.css", "/static/kiosk/call.css", "/static/kiosk/sizes.css"),
    ),
    "console": LivePage(
        "/console/{seat}",
        Act.CONSOLE_PAGE,
        "/static/console/main.js",
        (
            "/static/shared/devices.css",
            "/static/console/console.css",
            "/static/console/desk.css",
            "/static/console/talks.css",
        ),
    ),
    "supervisor": LivePage(
        "/supervisor/{seat}",
        Act.BOARD_PAGE,
        "/static/supervisor/main.js",
        ("/static/supervisor/supervisor.css",),
    ),
}

_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")
_CODES = {
    400: "bad_message",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "wrong_method",
    413: "too_long",
    415: "wrong_type",
    429: "too_many",
}

#: Trouble that passes: whatever was asked may be asked again.
_OUTAGES = (TooBusy, StoreUnavailable, DeskUnavailable, RedisError, ConnectionError, TimeoutError)


class Pages:
    """The routes with what they need."""

    def __init__(
        self,
        guard: Guard,
        render: Renderer,
        settings: Settings,
        service: Service,
        door: Door,
        sign_ins: SignIns,
        accounts: Accounts,
        texts: Texts,
        announcer: Announcer,
    ) -> None:
        self._guard = guard
        self._render = render
        self._settings = settings
        self._service = service
        self._door = door
        self._sign_ins = sign_ins
        self._accounts = accounts
        self._texts = texts
        self._announcer = announcer
        # In the page itself: an icon that is needed first during an outage must not be fetched then.
        self._icons = (assets.STATIC / "vendor" / "icons.svg").read_text(encoding="utf-8")
        guard.open("GET", "/", Act.FIRST_PAGE, self._first_page)
        guard.open("GET", "/healthz", Act.HEALTH, self._health)
        guard.open("GET", "/i18n/{code:[a-z]{2,3}}.json", Act.TEXTS, self._texts_of)
        for name, page in LIVE_PAGES.items():
            guard.asking_inside("GET", page.path, page.act, self._live(name, page))
        if settings.demo:
            guard.open("POST", "/demo/sign-in", Act.DEMO_SIGN_IN, self._demo_sign_in)

    async def _health(self, request: web.Request) -> web.Response:
        serving = self._announcer.following.is_set()
        return web.json_response(
            {"status": "ok" if serving else "waiting for the desk", "version": __version__},
            status=200 if serving else 503,
        )

    async def _texts_of(self, request: web.Request) -> web.Response:
        catalogue = self._texts.catalogue(request.match_info["code"])
        if catalogue is None:
            raise web.HTTPNotFound
        return web.json_response(catalogue.wire(), dumps=inline_json)

    async def _first_page(self, request: web.Request) -> web.Response:
        if not self._settings.demo:
            signed_in = await self._sign_ins.everyone(request.cookies, request.secure)
            own = [{"name": who.name, "role": str(who.role), "path": page_of(who.role, who.seat)} for who in signed_in]
            return self._render.page(request, "first.html", own=own)
        staff, kiosks = await self._accounts.everybody()
        groups: list[tuple[str, list[Account]]] = [
            ("kiosk", [*kiosks]),
            ("console", [member for member in staff if member.role in SERVING_ROLES]),
            ("supervisor", [member for member in staff if member.role is Role.SUPERVISOR]),
            ("admin", [member for member in staff if member.role in {Role.ADMINISTRATOR, Role.MUNICIPALITY}]),
        ]
        seats = {name: [self._described(seat) for seat in group if seat.demo and seat.active] for name, group in groups}
        return self._render.page(request, "demo.html", seats=seats)

    def _live(self, name: str, page: LivePage) -> OpenHandler:
        async def show(request: web.Request) -> web.Response:
            try:
                asker = await self._guard.asker(request, page.act)
            except web.HTTPForbidden:
                raise web.HTTPNotFound from None
            except (web.HTTPSeeOther, web.HTTPUnauthorized):
                return await self._not_signed_in(request, page)
            who = asker.who
            answer = self._render.page(
                request,
                "live.html",
                page=name,
                title=who.name,
                script=page.script,
                styles=page.styles,
                icons=self._icons,
                import_map=inline_json(IMPORT_MAP),
                boot=inline_json(self._boot(request, who)),
            )
            if who.role is Role.KIOSK:
                # Browsers keep no cookie for longer than 400 days: from every load it lasts anew.
                token = self._sign_ins.token(request.cookies, who.seat, request.secure)
                self._guard.keep(request, answer, who.seat, token, self._sign_ins.lifetime_s(who.role))
            return answer

        return show

    async def _not_signed_in(self, request: web.Request, page: LivePage) -> web.Response:
        if not self._settings.demo:
            raise web.HTTPSeeOther("/kiosk" if page.act is Act.KIOSK_PAGE else SIGN_IN_PATH)
        seat = await self._accounts.find(request.match_info["seat"][:64])
        if seat is None or not seat.demo or not seat.active or page_of(seat.role, seat.id) != request.path:
            raise web.HTTPNotFound
        return self._render.page(request, "demo_sign_in.html", seat=self._described(seat))

    async def _demo_sign_in(self, request: web.Request) -> web.Response:
        if not _is_local(request):
            raise web.HTTPForbidden
        form = await read_form(request)
        entered = await self._door.demo_sign_in(form.get("seat", "")[:64])
        if entered is None:
            raise web.HTTPNotFound
        answer = web.HTTPSeeOther(page_of(entered.account.role, entered.account.id))
        self._guard.let_in(request, answer, entered)
        raise answer

    def _described(self, seat: Account) -> dict[str, Any]:
        municipality = self._service.municipalities.get(seat.municipality or "")
        spoken = seat.languages if isinstance(seat, StaffAccount) else {}
        return {
            "id": seat.id,
            "name": seat.name,
            "role": str(seat.role),
            "languages": [self._service.languages[code] for code in spoken if code in self._service.languages],
            "municipality": municipality.name if municipality else "",
            "place": "" if isinstance(seat, StaffAccount) else seat.place,
        }

    def _boot(self, request: web.Request, who: SignedIn) -> dict[str, Any]:
        """What a live page begins with (web/static/shared/page.js, Boot)."""
        is_kiosk = who.role is Role.KIOSK
        return {
            "role": str(who.role),
            "seat": who.seat,
            "name": who.name,
            "language": "fi" if is_kiosk else self._texts.preferred(request.headers.get("Accept-Language", "")),
            "demo": self._settings.demo,
            "languages": [
                {
                    "code": language.code,
                    "endonym": language.endonym,
                    "finnish": language.finnish,
                    "english": language.english,
                    "direction": language.direction,
                    "locale": language.locale,
                    "complete": language.catalogue == "complete",
                }
                for language in self._service.languages.values()
            ],
            "topics": [
                {"code": topic.code, "name": {"fi": topic.fi, "en": topic.en, "ar": topic.ar}}
                for topic in self._service.topics.values()
            ],
            "municipalities": {entry.code: entry.name for entry in self._service.municipalities.values()},
        }


def clear_errors(render: Renderer) -> Any:
    """A middleware: errors as a page in the reader's language, for whoever asked for a page; outages as 503."""

    @web.middleware
    async def clear(request: web.Request, handler: Handler) -> web.StreamResponse:
        wants_page = "text/html" in request.headers.get("Accept", "")
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            if wants_page:
                return _said(render, request, error.status, error.headers.get("Retry-After"))
            kept = {name: error.headers[name] for name in _KEPT_HEADERS if name in error.headers}
            return web.json_response({"code": _CODES.get(error.status, "refused")}, status=error.status, headers=kept)
        except NoSuchAccount:
            status, retry = 404, None
        except (*_OUTAGES, KeyFileError) as error:
            log.warning("%s: %s", _route(request), error if isinstance(error, KeyFileError) else type(error).__name__)
            status, retry = 503, "5"
        except Exception:
            log.exception("request failed: %s", _route(request))
            status, retry = 500, None
        if wants_page:
            return _said(render, request, status, retry)
        headers = {"Retry-After": retry} if retry else None
        return web.json_response({"code": "unavailable" if retry else "failed"}, status=status, headers=headers)

    return clear


def _said(render: Renderer, request: web.Request, status: int, retry_after: str | None) -> web.Response:
    answer = render.page(request, "error.html", status=status, code=status)
    if retry_after:
        answer.headers["Retry-After"] = retry_after
    return answer


def _route(request: web.Request) -> str:
    """The route's pattern: a path may hold what somebody typed."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "no route"


def add_middlewares(app: web.Application, render: Renderer, *inner: Any) -> None:
    """Headers outermost, so that errors get them too; then clear errors; then ``inner``, in this order."""
    app.middlewares.extend((secure_headers, clear_errors(render), *inner))
    app.on_response_prepare.append(add_headers)


def add_static(app: web.Application) -> None:
    """The files of the pages."""
    app.router.add_static("/static/kiosk", assets.KIOSK_PAGE)
    app.router.add_static("/static", assets.STATIC)


def _is_local(request: web.Request) -> bool:
    """Whether the request comes from this machine and names it, so that no page elsewhere can have sent it here."""
    host = urlsplit(f"//{request.host}").hostname or ""
    try:
        near = ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
    return near and host in {"127.0.0.1", "localhost", "::1"}
