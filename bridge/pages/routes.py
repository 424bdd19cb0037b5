"""The HTTP routes: pages, texts, static files, the demo desk's one-click sign-in, /healthz."""

import json
import logging
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import jinja2
from aiohttp import web
from aiohttp.typedefs import Handler

from bridge import __version__, assets
from bridge.accounts.directory import Directory, Kiosk, Seat, StaffMember
from bridge.accounts.sign_in import SignedIn, SignIns, cookie_name
from bridge.domain.staff import Role
from bridge.pages.headers import NONCE, add_headers, secure_headers
from bridge.pages.texts import Texts
from bridge.service import Service
from bridge.settings import Settings
from bridge.signaling.announcer import Announcer

log = logging.getLogger(__name__)

_FORM_LIMIT_BYTES = 10_000

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
    """A page that lives on a socket: where its files are, who may open it."""

    path: str
    roles: frozenset[Role]
    script: str
    styles: tuple[str, ...]


LIVE_PAGES: dict[str, LivePage] = {
    "kiosk": LivePage(
        "/kiosk/{seat}",
        frozenset({Role.KIOSK}),
        "/static/kiosk/main.js",
        ("/static/kiosk/kiosk.css", "/static/kiosk/call.css", "/static/kiosk/sizes.css"),
    ),
    "console": LivePage(
        "/console/{seat}",
        frozenset({Role.ADVISOR, Role.INTERPRETER}),
        "/static/console/main.js",
        ("/static/console/console.css",),
    ),
    "supervisor": LivePage(
        "/supervisor/{seat}",
        frozenset({Role.SUPERVISOR}),
        "/static/supervisor/main.js",
        ("/static/supervisor/supervisor.css",),
    ),
}


class Pages:
    """The routes with what they need."""

    def __init__(
        self,
        settings: Settings,
        service: Service,
        directory: Directory,
        sign_ins: SignIns,
        texts: Texts,
        announcer: Announcer,
    ) -> None:
        self._settings = settings
        self._service = service
        self._directory = directory
        self._sign_ins = sign_ins
        self._texts = texts
        self._announcer = announcer
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(assets.TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            enable_async=False,
        )
        # In the page itself: an icon that is needed first during an outage must not be fetched then.
        self._icons = (assets.STATIC / "vendor" / "icons.svg").read_text(encoding="utf-8")

    def add_to(self, app: web.Application) -> None:
        """Add routes and headers to the application."""
        app.middlewares.append(secure_headers)
        app.middlewares.append(self._clear_errors)
        app.on_response_prepare.append(add_headers)
        app.router.add_get("/", self._index)
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/i18n/{code:[a-z]{2,3}}.json", self._texts_of)
        for name, page in LIVE_PAGES.items():
            app.router.add_get(page.path, self._live(name, page))
        app.router.add_post("/sign-out", self._sign_out)
        if self._settings.demo:
            app.router.add_post("/demo/sign-in", self._demo_sign_in)
        app.router.add_static("/static/kiosk", assets.KIOSK_PAGE)
        app.router.add_static("/static", assets.STATIC)

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
        return web.json_response(catalogue.wire(), dumps=_json)

    async def _index(self, request: web.Request) -> web.Response:
        groups: list[tuple[str, list[Seat]]] = [
            ("kiosk", list(self._directory.kiosks.values())),
            ("console", [s for s in self._directory.staff.values() if s.role is not Role.SUPERVISOR]),
            ("supervisor", [s for s in self._directory.staff.values() if s.role is Role.SUPERVISOR]),
        ]
        seats = {name: [self._described(name, seat) for seat in group] for name, group in groups if group}
        return self._render(request, "index.html", seats=seats, demo=self._settings.demo)

    def _live(self, name: str, page: LivePage) -> Handler:
        async def show(request: web.Request) -> web.Response:
            seat = self._directory.seat(request.match_info["seat"])
            if seat is None or seat.role not in page.roles:
                raise web.HTTPNotFound
            who = await self._sign_ins.read(request.cookies, seat.id)
            if who is None or who.role != seat.role:
                return self._render(
                    request,
                    "sign_in.html",
                    status=200 if self._settings.demo else 403,
                    page=name,
                    seat=self._described(name, seat),
                    demo=self._settings.demo,
                )
            return self._render(
                request,
                "live.html",
                page=name,
                title=seat.name,
                script=page.script,
                styles=page.styles,
                icons=self._icons,
                import_map=_json(IMPORT_MAP),
                boot=_json(self._boot(request, seat)),
            )

        return show

    async def _demo_sign_in(self, request: web.Request) -> web.Response:
        if not _is_local(request):
            raise web.HTTPForbidden
        self._from_own_page(request)
        form = await _form(request)
        seat = self._directory.seat(str(form.get("seat", "")))
        if seat is None:
            raise web.HTTPNotFound
        accounts = self._settings.accounts
        is_kiosk = isinstance(seat, Kiosk)
        lifetime_s = accounts.kiosk_session_days * 86400 if is_kiosk else accounts.session_hours * 3600
        token = await self._sign_ins.give(SignedIn(seat.role, seat.id), lifetime_s)
        answer = web.HTTPSeeOther(_page_of(seat))
        answer.set_cookie(
            cookie_name(seat.id),
            token,
            max_age=lifetime_s,
            httponly=True,
            samesite="Strict",
            secure=request.headers.get("Origin", "").startswith("https:"),
        )
        raise answer

    async def _sign_out(self, request: web.Request) -> web.Response:
        self._from_own_page(request)
        form = await _form(request)
        seat = str(form.get("seat", ""))
        await self._sign_ins.take_back(request.cookies, seat)
        answer = web.HTTPSeeOther("/")
        if self._directory.seat(seat):
            answer.del_cookie(cookie_name(seat), httponly=True, samesite="Strict")
        raise answer

    def _from_own_page(self, request: web.Request) -> None:
        """Forms are taken from our own pages only. Raises HTTPForbidden."""
        origin = request.headers.get("Origin")
        if not self._settings.server.accepts_origin(origin, request.scheme, request.host):
            raise web.HTTPForbidden

    @web.middleware
    async def _clear_errors(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Errors as a page in the reader's language, for whoever asked for a page."""
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status < 400 or "text/html" not in request.headers.get("Accept", ""):
                raise
            return self._render(request, "error.html", status=error.status, code=error.status)
        except Exception:
            log.exception("request failed: %s", request.match_info.route.name or request.path.split("/")[1])
            return self._render(request, "error.html", status=500, code=500)

    def _described(self, page: str, seat: Seat) -> dict[str, Any]:
        if isinstance(seat, StaffMember):
            spoken = [self._service.languages[code] for code in seat.languages]
            return {
                "id": seat.id,
                "name": seat.name,
                "role": str(seat.role),
                "path": _page_of(seat),
                "languages": spoken,
                "municipality": "",
                "place": "",
            }
        return {
            "id": seat.id,
            "name": seat.name,
            "role": "kiosk",
            "path": _page_of(seat),
            "languages": [],
            "municipality": self._service.municipalities[seat.municipality].name,
            "place": seat.place,
        }

    def _boot(self, request: web.Request, seat: Seat) -> dict[str, Any]:
        """What a live page begins with (web/static/shared/page.js, Boot)."""
        is_kiosk = isinstance(seat, Kiosk)
        return {
            "role": str(seat.role),
            "seat": seat.id,
            "name": seat.name,
            "language": "fi" if is_kiosk else self._texts.preferred(request.headers.get("Accept-Language", "")),
            "demo": self._settings.demo,
            "ice_servers": [dict(server) for server in self._settings.media.ice_servers],
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

    def _render(self, request: web.Request, template: str, status: int = 200, **context: Any) -> web.Response:
        code = self._texts.preferred(request.headers.get("Accept-Language", ""))
        catalogue = self._texts.catalogue(code)
        assert catalogue is not None
        text = self._templates.get_template(template).render(
            nonce=request.get(NONCE, ""),
            language=catalogue.language,
            _=catalogue.gettext(),
            version=__version__,
            **context,
        )
        return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def _page_of(seat: Seat) -> str:
    if isinstance(seat, Kiosk):
        return f"/kiosk/{seat.id}"
    return f"/supervisor/{seat.id}" if seat.role is Role.SUPERVISOR else f"/console/{seat.id}"


def _is_local(request: web.Request) -> bool:
    """Whether the request comes from this machine and names it, so that no page elsewhere can have sent it here."""
    host = urlsplit(f"//{request.host}").hostname or ""
    try:
        near = ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
    return near and host in {"127.0.0.1", "localhost", "::1"}


async def _form(request: web.Request) -> Any:
    if (request.content_length or 0) > _FORM_LIMIT_BYTES:
        raise web.HTTPRequestEntityTooLarge(_FORM_LIMIT_BYTES, request.content_length or 0)
    return await request.post()


def _json(value: Any) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
