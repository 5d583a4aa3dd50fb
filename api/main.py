"""The API process: `python -m api.main`."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

from fastapi import Depends, FastAPI

from api import dashboard, listeners, problems
from api.auth import Tokens, check_address
from api.guard import Guard, allowed_hosts
from api.hub import Hub
from api.identity import Agents
from api.limits import Limit
from api.relay import Relay, Starter
from api.reporting import Reporting
from api.routers import agents, events, health, incidents, runs, session
from api.silence import Silence
from api.state import State, signed_in
from kure import __version__, logs, settings
from kure.adapters import temporal
from kure.adapters.clock import utc_now
from kure.adapters.cluster.tokens import OwnCluster
from kure.adapters.crypto import Keyring, ensure_key
from kure.adapters.patience import patiently
from kure.adapters.postgres.evidence import EvidenceTable
from kure.adapters.postgres.migrate import check_schema
from kure.adapters.postgres.pool import open_pool
from kure.errors import KureError, Misconfigured
from kure.settings import Settings

log = logging.getLogger("kure.api")

ROUTERS = (agents, events, health, incidents, runs, session)


def create_app(settings: Settings, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """The application; it connects when it starts."""
    check_address(settings)
    ensure_key(settings.data_dir / "key")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        cluster = OwnCluster(settings)
        state, relay = await _open(settings, clock, cluster)
        app.state.kure = state
        silence = Silence(state.pool, state.starter, clock)
        work = (state.hub.run(), relay.run(), relay.reconcile_for_ever(), silence.run())
        tasks = [asyncio.create_task(part) for part in work]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await state.pool.close()
            await cluster.aclose()

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
    app.add_middleware(Guard, hosts=allowed_hosts(settings))
    return app


async def _open(
    settings: Settings, clock: Callable[[], datetime], cluster: OwnCluster
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
    client = await temporal.connect(settings, lazy=True)
    starter = Starter(client)
    relay = Relay(pool, starter, clock)
    tokens = Tokens.load(settings)
    state = State(
        settings=settings,
        tokens=tokens,
        keyring=keyring,
        pool=pool,
        evidence=EvidenceTable(pool, keyring.cipher("evidence")),
        temporal=client,
        starter=starter,
        hub=Hub(pool, direct.get_secret_value()),
        wake_relay=relay.wake,
        clock=clock,
        agents=Agents(settings, tokens, cluster),
        limit=Limit(settings.reports_per_minute),
        reporting=Reporting(pool, clock),
        stopping=asyncio.Event(),
    )
    return state, relay


def main() -> int:
    """Serve until SIGTERM; 2 where a setting cannot work."""
    try:
        known = settings.load()
        logs.configure(known.log_level)
        app = create_app(known)
        listening = listeners.servers(app, known)
    except KureError as error:
        sys.stderr.write(f"kure api: {error}\n")
        return 2
    asyncio.run(listeners.serve(app, listening))
    return 0


if __name__ == "__main__":
    sys.exit(main())
