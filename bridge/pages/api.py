"""JSON routes, and the page of a municipality's contact, which shows the same: own kiosks, own figures, nothing else.

/api/openapi.json describes them.
"""

import dataclasses
import functools
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import BaseModel, Field

from bridge import __version__
from bridge.accounts.model import KioskAccount
from bridge.accounts.store import Accounts
from bridge.clock import Clock
from bridge.contacts.store import ContactStore
from bridge.desk.projection import Projection
from bridge.domain.figures import Month, by_month
from bridge.domain.rights import Act
from bridge.domain.staff import Level, Role
from bridge.media.line_check.results import KeptResult, LineCheckResult
from bridge.pages.entrance import Enrolled, EnrolmentWish
from bridge.pages.guard import Asker, Guard
from bridge.pages.line_check import Kept, LineCheckAnswer, LineCheckOffer, LineCheckPlan
from bridge.pages.render import Renderer, inline_json
from bridge.service import Municipality, Service
from bridge.settings import ContactsSettings

_MONTHS = 13
_AUDIT_ROWS = 200


class ApiKiosk(BaseModel):
    """A kiosk."""

    id: str
    name: str
    municipality: str = Field(description="Three-digit code.")
    place: str
    hours: str
    active: bool
    enrolled: bool = Field(description="A screen has the kiosk's device token.")
    connected: bool = Field(description="Its page is connected now.")


class ApiMonth(BaseModel):
    """Figures of a finished month; null is a count too small to tell, or none to tell it of."""

    month: str = Field(description="YYYY-MM.")
    queued: int | None
    answered: int | None
    median_wait_ms: int | None


class ApiMember(BaseModel):
    """A member of the staff."""

    id: str
    name: str
    role: Role
    languages: dict[str, Level]
    provider: str
    municipality: str | None
    active: bool
    has_second_factor: bool


class ApiEntry(BaseModel):
    """A row of the audit."""

    number: int
    at_ms: int
    actor: str
    deed: str
    about: str
    detail: str


class ApiHealth(BaseModel):
    """Whether this worker serves."""

    status: Literal["ok", "waiting for the desk"]
    version: str


class ApiTexts(BaseModel):
    """The texts of the pages in one language; English where its own are not complete."""

    code: str
    locale: str
    direction: Literal["ltr", "rtl"]
    messages: dict[str, str | list[str]]


class Problem(BaseModel):
    """Why something was refused."""

    code: str
    wait_s: int | None = Field(default=None, description="When it may be tried again, in seconds.")


class ApiPages:
    """The routes."""

    def __init__(
        self,
        guard: Guard,
        render: Renderer,
        accounts: Accounts,
        contacts: ContactStore,
        projection: Projection,
        service: Service,
        settings: ContactsSettings,
        clock: Clock,
    ) -> None:
        self._render = render
        self._accounts = accounts
        self._contacts = contacts
        self._projection = projection
        self._service = service
        self._settings = settings
        self._clock = clock
        guard.add("GET", "/municipality", Act.SEE_FIGURES, self._page)
        guard.add("GET", "/api/kiosks", Act.SEE_KIOSKS, self._api_kiosks)
        guard.add("GET", "/api/figures", Act.SEE_FIGURES, self._api_figures)
        guard.add("GET", "/api/staff", Act.SEE_STAFF, self._api_staff)
        guard.add("GET", "/api/audit", Act.SEE_AUDIT, self._api_audit)
        guard.open("GET", "/api/openapi.json", Act.API_DESCRIPTION, self._description)

    async def _page(self, request: web.Request, asker: Asker) -> web.Response:
        return self._render.page(
            request,
            "municipality.html",
            me=asker.who,
            municipality=self._service.municipalities.get(
                asker.who.municipality, Municipality(code=asker.who.municipality, name=asker.who.municipality)
            ),
            kiosks=await self._kiosks(asker),
            months=await self._months(asker),
            small=self._settings.small_cell,
        )

    async def _api_kiosks(self, request: web.Request, asker: Asker) -> web.Response:
        return _json([kiosk.model_dump() for kiosk in await self._kiosks(asker)])

    async def _api_figures(self, request: web.Request, asker: Asker) -> web.Response:
        return _json([dataclasses.asdict(month) for month in await self._months(asker)])

    async def _api_staff(self, request: web.Request, asker: Asker) -> web.Response:
        staff, _ = await self._accounts.everybody()
        return _json(
            [ApiMember.model_validate(member, from_attributes=True).model_dump(mode="json") for member in staff]
        )

    async def _api_audit(self, request: web.Request, asker: Asker) -> web.Response:
        limit = number_in(request, "limit", 1, _AUDIT_ROWS) or 50
        before = number_in(request, "before", 1, 2**53)
        found = await self._accounts.audit(limit, before)
        return _json([dataclasses.asdict(entry) for entry in found])

    async def _description(self, request: web.Request) -> web.Response:
        return _json(openapi())

    async def _kiosks(self, asker: Asker) -> list[ApiKiosk]:
        _, kiosks = await self._accounts.everybody()
        only = asker.municipality
        return [self._kiosk(kiosk) for kiosk in kiosks if only is None or kiosk.municipality == only]

    def _kiosk(self, kiosk: KioskAccount) -> ApiKiosk:
        return ApiKiosk(
            id=kiosk.id,
            name=kiosk.name,
            municipality=kiosk.municipality,
            place=kiosk.place,
            hours=kiosk.hours,
            active=kiosk.active,
            enrolled=kiosk.device_since is not None,
            connected=bool(self._projection.kiosks.get(kiosk.id, {}).get("connected")),
        )

    async def _months(self, asker: Asker) -> list[Month]:
        today = datetime.fromtimestamp(self._clock.now_ms() / 1000, ZoneInfo(self._settings.time_zone)).date()
        months = today.year * 12 + today.month - 1 - (_MONTHS - 1)
        since = today.replace(year=months // 12, month=months % 12 + 1, day=1)
        # Finished months only: whoever looks at a running one again and again would see each call come.
        contacts = await self._contacts.served(asker.who.municipality, since, today.replace(day=1))
        return by_month(contacts, self._settings.small_cell)


def number_in(request: web.Request, name: str, least: int, most: int) -> int | None:
    """A number of the query. Raises HTTPBadRequest."""
    values = request.query.getall(name, [])
    if not values:
        return None
    text = values[0]
    if len(values) > 1 or len(text) > 16 or not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
        raise web.HTTPBadRequest
    return int(text)


def _json(value: Any) -> web.Response:
    return web.json_response(value, dumps=inline_json)


@functools.cache
def openapi() -> dict[str, Any]:
    """The JSON routes, described by OpenAPI 3.1."""
    models: tuple[type[BaseModel], ...]
    models = (ApiKiosk, ApiMonth, ApiMember, ApiEntry, ApiHealth, ApiTexts, Problem, EnrolmentWish, Enrolled)
    models += (LineCheckPlan, LineCheckOffer, LineCheckAnswer, LineCheckResult, Kept, KeptResult)
    schemas: dict[str, Any] = {}
    for model in models:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {})
        schemas[model.__name__] = schema

    def content(schema: dict[str, Any]) -> dict[str, Any]:
        return {"application/json": {"schema": schema}}

    def ref(model: type[BaseModel]) -> dict[str, Any]:
        return {"$ref": f"#/components/schemas/{model.__name__}"}

    def answer(words: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
        return {"description": words, **({"content": content(schema)} if schema else {})}

    busy = {
        "429": answer("Too many requests; Retry-After says when to come again.", ref(Problem)),
        "503": answer("Not now; nothing was done.", ref(Problem)),
    }
    signed_in = {
        "401": answer("Nobody is signed in.", ref(Problem)),
        "403": answer("Not for this role.", ref(Problem)),
        **busy,
    }

    def a_list(words: str, model: type[BaseModel], *parameters: dict[str, Any]) -> dict[str, Any]:
        answers = {"200": answer(words, {"type": "array", "items": ref(model)}), **signed_in}
        if parameters:
            answers["400"] = answer("A parameter is not a number in its range.", ref(Problem))
        return {"get": {"summary": words, "parameters": list(parameters), "responses": answers, "security": _COOKIE}}

    def number(name: str, words: str, most: int) -> dict[str, Any]:
        schema = {"type": "integer", "minimum": 1, "maximum": most}
        return {"name": name, "in": "query", "description": words, "schema": schema}

    return {
        "openapi": "3.1.0",
        "info": {"title": "Gloria", "version": __version__, "description": "JSON routes of a Gloria bridge."},
        "paths": {
            "/healthz": {
                "get": {
                    "summary": "Whether this worker serves.",
                    "responses": {
                        "200": answer("It does.", ref(ApiHealth)),
                        "503": answer("It does not.", ref(ApiHealth)),
                    },
                }
            },
            "/i18n/{code}.json": {
                "get": {
                    "summary": "The texts of the pages in one language.",
                    "parameters": [
                        {
                            "name": "code",
                            "in": "path",
                            "required": True,
                            "schema": {"type": "string", "pattern": "^[a-z]{2,3}$"},
                        }
                    ],
                    "responses": {
                        "200": answer("The texts.", ref(ApiTexts)),
                        "404": answer("No such language.", ref(Problem)),
                        **busy,
                    },
                }
            },
            "/api/openapi.json": {
                "get": {
                    "summary": "This description.",
                    "responses": {"200": answer("It.", {"type": "object"}), **busy},
                }
            },
            "/api/kiosk/enrol": {
                "post": {
                    "summary": "Trade an enrolment code for a device token, which comes as a cookie.",
                    "requestBody": {"required": True, "content": content(ref(EnrolmentWish))},
                    "responses": {
                        "200": answer("The kiosk is enrolled.", ref(Enrolled)),
                        "400": answer("Not such an object.", ref(Problem)),
                        "403": answer(
                            "The code is unknown, used or too old; or a page of elsewhere asked.", ref(Problem)
                        ),
                        "413": answer("Too long.", ref(Problem)),
                        "415": answer("Not JSON.", ref(Problem)),
                        "429": answer("Too many tries.", ref(Problem)),
                        "503": answer("Not now; nothing was done.", ref(Problem)),
                    },
                }
            },
            "/api/line-check": {
                "get": {
                    "summary": "How this browser may check its line to Gloria.",
                    "responses": {"200": answer("Its paths, with fresh credentials.", ref(LineCheckPlan)), **busy},
                }
            },
            "/api/line-check/{path}": {
                "post": {
                    "summary": "Call Gloria's own end over one path.",
                    "parameters": [
                        {
                            "name": "path",
                            "in": "path",
                            "required": True,
                            "schema": {"type": "string", "enum": ["direct", "relay", "turn"]},
                        }
                    ],
                    "requestBody": {"required": True, "content": content(ref(LineCheckOffer))},
                    "responses": {
                        "200": answer("Our end answers, and ends by itself.", ref(LineCheckAnswer)),
                        "400": answer("Not such an offer; what was expected stands in it.", ref(Problem)),
                        "403": answer("Not a path of this browser; or a page of elsewhere asked.", ref(Problem)),
                        "404": answer("There is no relay.", ref(Problem)),
                        "413": answer("Too long.", ref(Problem)),
                        "415": answer("Not JSON.", ref(Problem)),
                        **busy,
                    },
                }
            },
            "/api/line-check/result": {
                "post": {
                    "summary": "Keep what a line check found, for whoever is signed in here.",
                    "requestBody": {"required": True, "content": content(ref(LineCheckResult))},
                    "responses": {
                        "200": answer("It was read.", ref(Kept)),
                        "400": answer("Not such an object.", ref(Problem)),
                        "403": answer("A page of elsewhere asked.", ref(Problem)),
                        "413": answer("Too long.", ref(Problem)),
                        "415": answer("Not JSON.", ref(Problem)),
                        **busy,
                    },
                },
            },
            "/api/line-checks": a_list("The latest line check of each kiosk and member of the staff.", KeptResult),
            "/api/kiosks": a_list("The kiosks: of a municipality's contact their own.", ApiKiosk),
            "/api/figures": a_list("Figures of one's own municipality, by month.", ApiMonth),
            "/api/staff": a_list("The staff.", ApiMember),
            "/api/audit": a_list(
                "The audit, newest first.",
                ApiEntry,
                number("limit", "How many rows at most; 50 without.", _AUDIT_ROWS),
                number("before", "Only rows with lower numbers.", 2**53),
            ),
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {"cookie": {"type": "apiKey", "in": "cookie", "name": "gloria-<id>"}},
        },
    }


_COOKIE: list[dict[str, list[str]]] = [{"cookie": []}]
