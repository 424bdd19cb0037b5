"""The composition root: one bridge worker, every adapter named once."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from zoneinfo import ZoneInfo

from aiohttp import web

from bridge import assets
from bridge.accounts.directory import directory_of, profile_of
from bridge.accounts.sign_in import SignIns
from bridge.clock import Clock
from bridge.contacts.store import ContactStore
from bridge.contacts.writer import ContactWriter
from bridge.desk.connections import DeskServer, close
from bridge.desk.desk import Desk, DeskUnavailable, new_id
from bridge.desk.facts import FactGroup, FactReader
from bridge.desk.keys import CONTACTS_GROUP, Keys
from bridge.desk.sweeper import sweep_for_ever
from bridge.domain.staff import Role
from bridge.pages.routes import Pages
from bridge.pages.texts import Texts
from bridge.service import load_service
from bridge.settings import Settings
from bridge.signaling.announcer import Announcer
from bridge.signaling.server import (
    add_namespaces,
    check_sign_ins_for_ever,
    everybody_leaves,
    make_sio,
    renew_leases_for_ever,
)
from bridge.tasks import TaskOwner

log = logging.getLogger(__name__)


@asynccontextmanager
async def bridge(settings: Settings, redis_url: str, clock: Clock) -> AsyncIterator[web.Application]:
    """A worker's application with its loops running; all is closed at the end.

    Raises SettingsError for a wrong configuration, WrongSchema and DeskUnavailable where the desk is not as expected.
    """
    service = load_service(assets.CONFIG)
    directory = directory_of(settings, service)
    texts = Texts(service, assets.LOCALES)
    keys = Keys(settings.desk.name)
    timing = settings.timing
    async with AsyncExitStack() as stack:
        server = DeskServer(redis_url)
        scripts = server.for_scripts()
        stack.push_async_callback(close, scripts)
        reads = server.for_blocking_reads()
        stack.push_async_callback(close, reads)
        desk = Desk(scripts, keys, clock, timing)
        await desk.prepare()
        await desk.register("kiosk", {kiosk.id: profile_of(kiosk) for kiosk in directory.kiosks.values()})
        served_by = [member for member in directory.staff.values() if member.role is not Role.SUPERVISOR]
        await desk.register("staff", {member.id: profile_of(member) for member in served_by})

        store = ContactStore.open(settings.database_url)
        stack.push_async_callback(store.close)
        contacts = FactGroup(reads, keys, CONTACTS_GROUP, consumer=new_id())
        writer = ContactWriter(contacts, store, clock, ZoneInfo(settings.contacts.time_zone))

        def accepts(origin: str, request: web.Request) -> bool:
            return settings.server.accepts_origin(origin, request.scheme, request.host)

        sio = make_sio(redis_url, f"{keys.prefix}signals", accepts)
        stack.push_async_callback(sio.manager.close)
        announcer = Announcer(sio, desk, FactReader(reads, keys), clock, timing.stream_keep_s)
        sign_ins = SignIns(scripts, keys)
        add_namespaces(sio, announcer, desk, directory, service, sign_ins, clock)

        app = web.Application(client_max_size=100_000)
        sio.attach(app)
        Pages(settings, service, directory, sign_ins, texts, announcer).add_to(app)

        tasks = TaskOwner()
        stack.push_async_callback(tasks.close)
        tasks.start("facts", announcer.follow())
        tasks.start("outbox", announcer.deliver())
        tasks.start("sweeper", sweep_for_ever(desk, clock, timing))
        tasks.start("leases", renew_leases_for_ever(announcer, desk, clock, timing.lease_interval_s))
        tasks.start("sign-ins", check_sign_ins_for_ever(sio, announcer, sign_ins, desk, clock, timing.lease_interval_s))
        tasks.start("contacts", writer.run())
        # A worker that listens can serve: it knows the desk.
        await announcer.ready()
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
