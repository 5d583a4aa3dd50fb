"""The API process: `python -m api.main`."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

from fastapi import Depends, FastAPI
from opentelemetry.sdk.trace import TracerProvider

from api import dashboard, listeners, problems
from api.auth import People
from api.exclusions import Exclusions
from api.guard import Guard, allowed_hosts, check_reach
from api.health import Health
from api.hub import Hub
from api.identity import Agents
from api.limits import Limit
from api.mirror_runs import MirrorRuns
from api.monitor import Messages
from api.oidc import Oidc
from api.oidc import check as check_oidc
from api.places import Places
from api.refusals import Refusals
from api.relay import Relay, Starter
from api.reporting import Reporting
from api.requests import Requests, trace
from api.rereading import Rereading
from api.routers import (
    agents,
    audit,
    auth,
    bulk,
    codec,
    config,
    events,
    fix_loop,
    fixes,
    health,
    incidents,
    me,
    mirror_settings,
    mirrors,
    models,
    monitor,
    notifications,
    oidc,
    pods,
    runs,
    search,
    users,
    views,
)  # fmt: skip
from api.routers import exclusions as exclusion_routes
from api.routers import settings as admin_settings
from api.service_tokens import ServiceTokens, configured
from api.silence import Silence
from api.state import State, signed_in
from kure import __version__, logs, settings
from kure.adapters import temporal, tracing
from kure.adapters.clock import utc_now
from kure.adapters.cluster.tokens import OwnCluster
from kure.adapters.crypto import Keyring
from kure.adapters.key_file import ensure_key
from kure.adapters.passwords import Passwords
from kure.adapters.patience import patiently
from kure.adapters.postgres import keys
from kure.adapters.postgres.access import service_tokens
from kure.adapters.postgres.evidence import EvidenceTable
from kure.adapters.postgres.migrate import check_schema
from kure.adapters.postgres.pool import open_pool
from kure.adapters.prometheus import new_registry
from kure.errors import KureError, Misconfigured
from kure.settings import Settings

log = logging.getLogger("kure.api")

ROUTERS = (
    *(admin_settings, agents, audit, auth, codec, config, events, health, incidents, me),
    *(mirror_settings, mirrors, monitor, notifications, oidc, runs, users, exclusion_routes),
    *(fix_loop, fixes, bulk, models, pods, search, views),
)


def create_app(settings: Settings, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """The application; it connects when it starts."""
    check_reach(settings)
    check_oidc(settings)
    ensure_key(settings.data_dir / "key")
    spans = tracing.provider(settings, "api")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        cluster = OwnCluster(settings)
        state, relay = await _open(settings, clock, cluster, spans)
        app.state.kure = state
        _build_routes(app)
        silence = Silence(state.pool, state.starter, clock)
        work = [
            state.hub.run(),
            relay.run(),
            relay.reconcile_for_ever(),
            silence.run(),
            state.health.run(),
            state.exclusions.run(),
            state.refusals.run(),
            keys.tell_for_ever(state.pool, state.keyring, "api", clock),
            state.mirror_runs.run(),
        ]
        if state.oidc is not None:
            work.append(Rereading(state.pool, state.oidc, clock).run())
        tasks = [asyncio.create_task(part) for part in work]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await state.passwords.aclose()
            await state.pool.close()
            if state.oidc is not None:
                await state.oidc.aclose()
            await cluster.aclose()
            if spans is not None:
                await asyncio.to_thread(spans.shutdown)

    app = FastAPI(
        title="Kure",
        version=__version__,
        description="Incidents of a Kubernetes cluster: what fails, why, and what was captured.",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    problems.install(app)
    for part in ROUTERS:
        app.include_router(part.router)

    @app.get("/api/openapi.json", include_in_schema=False, dependencies=[Depends(signed_in)])
    async def openapi() -> dict[str, object]:
        return app.openapi()

    app.include_router(dashboard.router(settings.dashboard_dir))
    app.add_middleware(
        Guard,
        hosts=allowed_hosts(settings),
        https=settings.https,
        temporal_ui=settings.temporal_ui_url,
        refused=lambda connection: app.state.kure.refusals.count(connection),
    )
    app.state.registry = new_registry()
    app.add_middleware(Requests, registry=app.state.registry)
    app.state.spans = spans
    trace(app, spans)
    return app


def _build_routes(app: FastAPI) -> None:
    """FastAPI makes what it needs of each route when it first looks for one: now, rather than
    while everybody waits behind the first request."""
    asked = {"type": "http", "method": "GET", "path": "/api/nothing", "headers": []}
    for route in app.routes:
        route.matches(asked)


async def _open(
    settings: Settings,
    clock: Callable[[], datetime],
    cluster: OwnCluster,
    spans: TracerProvider | None,
) -> tuple[State, Relay]:
    if settings.database_url is None:
        raise Misconfigured(
            "KURE_DATABASE_URL is not set. Give it, or run `kure demo`, which brings its own."
        )
    url = settings.database_url.get_secret_value()
    direct = settings.database_direct_url or settings.database_url
    pool = await patiently(partial(open_pool, url, settings.database_pool))
    await check_schema(pool)
    keyring = Keyring.load(settings.data_dir / "key")
    client = await temporal.connect(settings, lazy=True, spans=spans)
    starter = Starter(client)
    relay = Relay(pool, starter, clock)
    await service_tokens.register(pool, configured(settings), clock())
    hub = Hub(pool, direct.get_secret_value())
    exclusions = Exclusions(pool, hub, starter, clock, (settings.cluster, settings.pod_namespace))
    await exclusions.load()
    people = People(pool, settings)
    state = State(
        settings=settings,
        people=people,
        passwords=Passwords(),
        oidc=Oidc.of(settings, keyring),
        keyring=keyring,
        pool=pool,
        evidence=EvidenceTable(pool, keyring.cipher("evidence")),
        temporal=client,
        starter=starter,
        mirror_runs=MirrorRuns(pool, client, starter),
        mirror_cipher=keyring.cipher("mirrors"),
        hub=hub,
        exclusions=exclusions,
        places=Places(),
        monitor=Messages(pool),
        wake_relay=relay.wake,
        clock=clock,
        agents=Agents(settings, ServiceTokens(pool), cluster),
        limit=Limit(settings.reports_per_minute),
        reporting=Reporting(pool, clock),
        refusals=Refusals(pool, people.address, clock),
        stopping=asyncio.Event(),
        health=Health(pool, client, (settings.cluster, *settings.service_tokens), clock),
    )
    return state, relay


def main() -> int:
    """Serve until SIGTERM; 2 where a setting cannot work."""
    try:
        known = settings.load()
        logs.configure(known.log_level, known.log_format)
        app = create_app(known)
        listening = listeners.servers(app, known)
    except KureError as error:
        sys.stderr.write(f"kure api: {error}\n")
        return 2
    asyncio.run(listeners.serve(app, listening))
    return 0


if __name__ == "__main__":
    sys.exit(main())
