"""The composition root: one bridge worker, every adapter named once."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from zoneinfo import ZoneInfo

from aiohttp import web

from bridge import assets
from bridge.accounts.audit_writer import AuditWriter
from bridge.accounts.demo import demo_seats
from bridge.accounts.door import Door
from bridge.accounts.keyring import Keyring
from bridge.accounts.office import Office
from bridge.accounts.passwords import Passwords
from bridge.accounts.roster import Roster
from bridge.accounts.sign_in import SignedIn, SignIns
from bridge.accounts.store import Accounts, StoreUnavailable
from bridge.accounts.tries import Tries
from bridge.clock import Clock
from bridge.contacts.store import ContactStore
from bridge.contacts.writer import ContactWriter
from bridge.desk.connections import DeskServer, close
from bridge.desk.desk import Desk, DeskUnavailable, new_id
from bridge.desk.facts import FactGroup, FactReader
from bridge.desk.keys import AUDIT_GROUP, CONTACTS_GROUP, Keys
from bridge.desk.sweeper import sweep_for_ever
from bridge.domain.media import PathPolicy
from bridge.edge.limits import Allowance, limited
from bridge.edge.proxy import behind_proxies
from bridge.logs import library_log
from bridge.media.line_check.asking import LineChecks
from bridge.media.line_check.results import LineCheckResults
from bridge.media.paths import Endpoints, Paths
from bridge.pages.api import ApiPages
from bridge.pages.entrance import Entrance
from bridge.pages.guard import Guard
from bridge.pages.headers import HSTS
from bridge.pages.line_check import LineCheckPages
from bridge.pages.office import OfficePages
from bridge.pages.render import Renderer
from bridge.pages.routes import Pages, add_middlewares, add_static
from bridge.pages.texts import Texts
from bridge.service import check_against_lists, load_service
from bridge.settings import Settings
from bridge.signaling.announcer import Announcer
from bridge.signaling.lines import make_sio
from bridge.signaling.outbox import Outbox
from bridge.signaling.server import (
    Doorkeeper,
    Limits,
    add_namespaces,
    everybody_leaves,
    renew_leases_for_ever,
)
from bridge.tasks import TaskOwner

log = logging.getLogger(__name__)


@asynccontextmanager
async def bridge(settings: Settings, redis_url: str, clock: Clock) -> AsyncIterator[web.Application]:
    """A worker's application with its loops running; all is closed at the end.

    Raises SettingsError and KeyFileError for a wrong configuration, WrongSchema and DeskUnavailable where the desk is
    not as expected.
    """
    service = load_service(assets.CONFIG)
    check_against_lists(settings, service, "settings")
    demo = demo_seats(settings, service) if settings.demo else None
    texts = Texts(service, assets.LOCALES)
    keys = Keys(settings.desk.name)
    timing = settings.timing
    keyring = Keyring.at(settings.key_file)
    for name in ("aiohttp.server", "aiohttp.web", "aiohttp.websocket"):
        library_log(name)
    async with AsyncExitStack() as stack:
        server = DeskServer(redis_url)
        scripts = server.for_scripts()
        stack.push_async_callback(close, scripts)
        reads = server.for_blocking_reads()
        stack.push_async_callback(close, reads)
        desk = Desk(scripts, keys, clock, timing, settings.routing)
        await desk.prepare()

        accounts = Accounts.open(settings.database_url, clock, settings.demo)
        stack.push_async_callback(accounts.close)
        roster = Roster(accounts, desk)
        try:
            await (accounts.keep_demo(demo.staff, demo.kiosks) if demo else accounts.close_demo())
            await roster.tell()
        except StoreUnavailable as error:
            log.warning("accounts: %s; the desk goes on with the roster it has", error)
        sign_ins = SignIns(scripts, desk, keys, clock, settings)
        passwords = Passwords()
        door = Door(
            settings, accounts, sign_ins, Tries(scripts, keys, keyring, clock), passwords, keyring, roster, clock
        )

        store = ContactStore.open(settings.database_url)
        stack.push_async_callback(store.close)

        def accepts(origin: str, request: web.Request) -> bool:
            return settings.server.accepts_origin(origin, request.scheme, request.host)

        sio = make_sio(redis_url, f"{keys.prefix}signals", accepts)
        stack.push_async_callback(sio.manager.close)
        outbox = Outbox(sio)
        announcer = Announcer(outbox, desk, FactReader(reads, keys), clock, timing.stream_keep_s, settings.routing)
        contacts = FactGroup(scripts, keys, CONTACTS_GROUP, consumer=new_id(), news=announcer.news())
        zone = ZoneInfo(settings.contacts.time_zone)
        writer = ContactWriter(contacts, store, clock, zone)
        audit_writer = AuditWriter(
            FactGroup(scripts, keys, AUDIT_GROUP, consumer=new_id(), news=announcer.news()), accounts, clock
        )
        paths = Paths(desk, settings.media, clock)
        endpoints = Endpoints(settings.media)
        limits = Limits(settings.limits, clock)
        add_namespaces(sio, announcer, desk, service, door, sign_ins, limits, paths, endpoints)
        doorkeeper = Doorkeeper(sio, announcer, sign_ins, desk)

        app = web.Application(client_max_size=100_000)
        # Behind a proxy it is the proxy that speaks https; browsers ignore the header where nobody does.
        app[HSTS] = settings.server.tls == "files" or settings.server.trusted_proxies > 0
        render = Renderer(texts, zone)
        requests = Allowance(settings.limits.requests_burst, settings.limits.requests_per_s)
        add_middlewares(
            app,
            render,
            behind_proxies(settings.server.trusted_proxies),
            limited(lambda request: None if request.path == "/healthz" else requests, clock),
        )
        sio.attach(app)
        guard = Guard(app, settings.server, door, sign_ins)
        Pages(guard, render, settings, service, door, sign_ins, accounts, texts, announcer)
        Entrance(guard, render, door, sign_ins, accounts)
        office = Office(accounts, roster, passwords, keyring, clock)
        line_results = LineCheckResults(scripts, keys, clock)
        OfficePages(guard, render, office, accounts, announcer.projection, service, line_results, clock)
        ApiPages(guard, render, accounts, store, announcer.projection, service, settings.contacts, clock)
        line_checks = LineChecks(redis_url, keys)
        stack.push_async_callback(line_checks.close)

        def policy_of(request: web.Request, who: SignedIn | None) -> PathPolicy:
            if who is None:
                return endpoints.policy_of_anybody()
            return endpoints.policy_of_page(who.role, announcer.projection.kiosks.get(who.seat), request.remote)

        LineCheckPages(
            guard,
            render,
            sign_ins,
            line_checks,
            line_results,
            service,
            settings.media,
            paths.servers_for,
            policy_of,
            clock,
        )
        add_static(app)

        tasks = TaskOwner()
        stack.push_async_callback(tasks.close)
        tasks.start("facts", announcer.follow())
        tasks.start("outbox", outbox.deliver())
        tasks.start("sweeper", sweep_for_ever(desk, clock, timing))
        tasks.start("leases", renew_leases_for_ever(announcer, desk, clock, timing.lease_interval_s))
        tasks.start("sign-ins", doorkeeper.look_for_ever(clock, timing.lease_interval_s))
        tasks.start("ended sign-ins", doorkeeper.listen_for_ever())
        tasks.start("roster", roster.follow_for_ever(clock, settings.accounts.roster_interval_s))
        tasks.start("contacts", writer.run())
        tasks.start("audit", audit_writer.run())
        # A worker that listens can serve: it knows the desk.
        await announcer.ready()
        app[GUARD] = guard
        app[TASKS] = tasks
        app[ANNOUNCER] = announcer
        try:
            yield app
        finally:
            try:
                async with asyncio.timeout(_GOODBYE_WITHIN_S):
                    await everybody_leaves(announcer, desk)
            except (DeskUnavailable, TimeoutError):
                log.warning("goodbye: the desk does not answer; leases will run out by themselves")
            await sio.shutdown()


_GOODBYE_WITHIN_S = 0.5
TASKS = web.AppKey("tasks", TaskOwner)
ANNOUNCER = web.AppKey("announcer", Announcer)
GUARD = web.AppKey("guard", Guard)
