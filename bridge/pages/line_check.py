"""The line check's page and its JSON routes. Anybody may check; of those signed in here the result is kept."""

import asyncio
import json
import math
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bridge import assets
from bridge.accounts.sign_in import SignedIn, SignIns
from bridge.clock import Clock
from bridge.desk.desk import new_id
from bridge.domain.media import PathPolicy
from bridge.domain.rights import Act
from bridge.edge.limits import Allowance, network_of
from bridge.media.line_check.asking import Busy, LineChecks, NoAnswer, NoRelay, NotThere
from bridge.media.line_check.offers import LONGEST, BadOffer, only_candidates, read_offer
from bridge.media.line_check.paths import PATHS, Path
from bridge.media.line_check.results import LineCheckResult, LineCheckResults
from bridge.media.paths import Servers
from bridge.media.turn import host_of
from bridge.pages.guard import Asker, Guard, page_of
from bridge.pages.render import Renderer, inline_json
from bridge.pages.routes import IMPORT_MAP
from bridge.service import Service
from bridge.settings import MediaSettings

#: An offer may come with every character escaped.
_OFFER_LIMIT_BYTES = 2 * LONGEST
_RESULT_LIMIT_BYTES = 10_000

#: Offers of one address: a whole library may share one. Then of everybody together, in one worker.
_OFFERS_OF_ONE = (15, 0.2)
_OFFERS_OF_ALL = (60, 2.0)
_ALL = "all"

#: What a browser may try, by its policy; those that would show its address to another browser are left out.
_ALLOWED: dict[PathPolicy, tuple[Path, ...]] = {
    PathPolicy.DIRECT: PATHS,
    PathPolicy.HIDDEN: ("relay", "turn"),
    PathPolicy.TURN: ("turn",),
}


class PlannedPath(BaseModel):
    """A path that this browser may try."""

    path: Path
    there: bool = Field(description="Whether this installation has what it needs.")
    ice_servers: list[dict[str, Any]] = Field(description="RTCIceServer dictionaries.")
    addresses: list[str] = Field(description="Where its servers listen, for whoever looks after a firewall.")


class LineCheckPlan(BaseModel):
    """What a page is to do."""

    running: bool = Field(description="Whether a line check runs that could answer.")
    measure_s: int = Field(description="How long each path is measured, in seconds.")
    paths: list[PlannedPath]
    keeps: bool = Field(description="Whether the result of this browser is kept.")
    back: str = Field(description="Path of the page of whoever is signed in here; of anybody else the first page.")


class LineCheckOffer(BaseModel):
    """A page calls."""

    model_config = ConfigDict(extra="forbid", strict=True)

    sdp: str = Field(
        min_length=1,
        max_length=LONGEST,
        description="The complete offer: sound, picture, one data channel at most, in one bundle, with VP8 and Opus.",
    )


class LineCheckAnswer(BaseModel):
    """Our end answers. It sends its figures over the data channel once it has measured."""

    check: str
    sdp: str


class Kept(BaseModel):
    """What became of a result."""

    kept: bool = Field(description="False where nobody is signed in: then it is for the page alone.")


class LineCheckPages:
    """The routes. ``servers_for`` gives STUN, TURN and relays for an id; ``policy_of`` the policy of who asks."""

    def __init__(
        self,
        guard: Guard,
        render: Renderer,
        sign_ins: SignIns,
        checks: LineChecks,
        results: LineCheckResults,
        service: Service,
        settings: MediaSettings,
        servers_for: Callable[[str, str | None], Awaitable[Servers]],
        policy_of: Callable[[web.Request, SignedIn | None], PathPolicy],
        clock: Clock,
    ) -> None:
        self._render = render
        self._sign_ins = sign_ins
        self._checks = checks
        self._results = results
        self._service = service
        self._settings = settings
        self._servers_for = servers_for
        self._policy_of = policy_of
        self._clock = clock
        self._of_one = Allowance(*_OFFERS_OF_ONE)
        self._of_all = Allowance(*_OFFERS_OF_ALL)
        self._icons = (assets.STATIC / "vendor" / "icons.svg").read_text(encoding="utf-8")
        guard.open("GET", "/linecheck", Act.LINE_CHECK, self._page)
        guard.open("GET", "/api/line-check", Act.LINE_CHECK, self._plan)
        guard.open("POST", "/api/line-check/{path:direct|relay|turn}", Act.LINE_CHECK, self._call, json=True)
        guard.open("POST", "/api/line-check/result", Act.LINE_CHECK, self._keep, json=True)
        guard.add("GET", "/api/line-checks", Act.SEE_LINE_CHECKS, self._kept)

    async def _page(self, request: web.Request) -> web.Response:
        languages = [self._service.languages[code] for code in self._service.page_languages]
        return self._render.page(
            request,
            "line_check.html",
            icons=self._icons,
            import_map=inline_json(IMPORT_MAP),
            boot=inline_json(
                {"languages": [{"code": one.code, "endonym": one.endonym, "locale": one.locale} for one in languages]}
            ),
        )

    async def _plan(self, request: web.Request) -> web.Response:
        who = await self._who(request)
        servers = await self._servers_for(new_id(), _stranger(request, who))
        running = self._settings.line_checks > 0 and await self._checks.are_there()
        plan = LineCheckPlan(
            running=running,
            measure_s=self._settings.line_check_s,
            paths=[planned(path, servers) for path in _ALLOWED[self._policy_of(request, who)]],
            keeps=who is not None,
            back=page_of(who.role, who.seat) if who else "/",
        )
        return web.json_response(plan.model_dump(), dumps=inline_json)

    async def _call(self, request: web.Request) -> web.Response:
        path: Path = next(one for one in PATHS if one == request.match_info["path"])
        try:
            offer = LineCheckOffer.model_validate_json(await _json_body(request, _OFFER_LIMIT_BYTES))
            read_offer(offer.sdp, path)
        except ValidationError:
            return _problem(400, "bad_message")
        except BadOffer as error:
            return _problem(400, "bad_offer", expected=str(error))
        who = await self._who(request)
        if path not in _ALLOWED[self._policy_of(request, who)]:
            return _problem(403, "not_allowed")
        if not planned(path, await self._servers_for(new_id(), _stranger(request, who))).there:
            return _problem(404, "not_there")
        now_ms = self._clock.now_ms()
        wait_s = self._of_one.take(network_of(request.remote), now_ms) or self._of_all.take(_ALL, now_ms)
        if wait_s > 0:
            return _problem(429, "too_many", wait_s=max(1, math.ceil(wait_s)))
        check = new_id()
        given = offer.sdp if who is not None else await self._of_stranger(path, offer.sdp, request.remote)
        try:
            sdp = await self._checks.ask(check, path, given)
        except BadOffer as error:
            return _problem(400, "bad_offer", expected=str(error))
        except NoRelay:
            return _problem(404, "not_there")
        except Busy:
            return _problem(503, "busy", wait_s=2)
        except NotThere:
            return _problem(503, "not_running", wait_s=30)
        except NoAnswer:
            return _problem(503, "no_answer", wait_s=5)
        return web.json_response(LineCheckAnswer(check=check, sdp=sdp).model_dump())

    async def _of_stranger(self, path: Path, sdp: str, remote: str | None) -> str:
        """Our end asks every address that an offer names: for somebody who is not signed in those only that can be
        their own, so that nobody has this machine ask around in its network."""
        if path == "turn":
            servers = await _addresses_of(self._settings.turn_urls)
            return only_candidates(sdp, lambda address: address.is_global or str(address) in servers)
        home = network_of(remote)
        return only_candidates(sdp, lambda address: network_of(str(address)) == home)

    async def _keep(self, request: web.Request) -> web.Response:
        try:
            result = LineCheckResult.model_validate_json(await _json_body(request, _RESULT_LIMIT_BYTES))
        except ValidationError:
            return _problem(400, "bad_message")
        who = await self._who(request)
        if who is not None:
            await self._results.keep(who.seat, who.role, result)
        return web.json_response(Kept(kept=who is not None).model_dump())

    async def _kept(self, request: web.Request, asker: Asker) -> web.Response:
        return web.json_response([one.model_dump(mode="json") for one in await self._results.all()], dumps=inline_json)

    async def _who(self, request: web.Request) -> SignedIn | None:
        """As whom this browser checks: the seat that the address names, else its kiosk, else whoever is signed in."""
        signed_in = await self._sign_ins.everyone(request.cookies, request.secure)
        wanted = request.query.get("seat")
        if wanted is not None:
            return next((who for who in signed_in if who.seat == wanted), None)
        return min(signed_in, key=lambda who: (who.role != "kiosk", who.seat), default=None)


def planned(path: Path, servers: Servers) -> PlannedPath:
    """What a browser needs to try a path: of the servers those that belong to it."""
    if path == "relay":
        return PlannedPath(path=path, there=bool(servers.relays), ice_servers=[], addresses=servers.relays)
    wanted = ("turn:", "turns:") if path == "turn" else ("stun:",)
    of_path = [server for server in servers.ice_servers if all(url.startswith(wanted) for url in server["urls"])]
    urls = [url for server in of_path for url in server["urls"]] if path == "turn" else []
    addresses = [url.partition(":")[2] for url in urls]
    return PlannedPath(path=path, there=path == "direct" or bool(of_path), ice_servers=of_path, addresses=addresses)


def _stranger(request: web.Request, who: SignedIn | None) -> str | None:
    """The network of somebody who is not signed in."""
    return None if who is not None else network_of(request.remote)


async def _addresses_of(urls: Sequence[str]) -> set[str]:
    """The addresses of TURN servers."""
    loop = asyncio.get_running_loop()
    found: set[str] = set()
    for url in urls:
        try:
            found |= {str(one[4][0]) for one in await loop.getaddrinfo(host_of(url), None, type=socket.SOCK_DGRAM)}
        except OSError:
            # What cannot be found cannot be where the offer is from.
            continue
    return found


async def _json_body(request: web.Request, limit: int) -> bytes:
    """The body. Raises HTTPUnsupportedMediaType, HTTPRequestEntityTooLarge."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    # Read as a whole first: a body may come in pieces that announce no length.
    body = await request.read()
    if len(body) > limit:
        raise web.HTTPRequestEntityTooLarge(limit, len(body))
    return body


def _problem(status: int, code: str, **more: Any) -> web.Response:
    headers = {"Retry-After": str(more["wait_s"])} if "wait_s" in more else None
    return web.Response(
        text=json.dumps({"code": code, **more}), status=status, content_type="application/json", headers=headers
    )
