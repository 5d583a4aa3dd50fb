"""The API process: `python -m api.main`."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

import uvicorn
from fastapi import Depends, FastAPI

from api import dashboard, problems
from api.auth import Tokens, check_address
from api.guard import Guard
from api.hub import Hub
from api.relay import Relay, Starter
from api.routers import agents, events, health, incidents, runs, session
from api.state import State, signed_in
from kure import __version__, logs, settings
from kure.adapters import temporal
from kure.adapters.clock import utc_now
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
        state, relay = await _open(settings, clock)
        app.state.kure = state
        work = (state.hub.run(), relay.run(), relay.reconcile_for_ever())
        tasks = [asyncio.create_task(part) for part in work]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await state.pool.close()

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
    app.add_middleware(Guard, settings=settings)
    return app


async def _open(settings: Settings, clock: Callable[[], datetime]) -> tuple[State, Relay]:
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
    state = State(
        settings=settings,
        tokens=Tokens.load(settings),
        keyring=keyring,
        pool=pool,
        evidence=EvidenceTable(pool, keyring.cipher("evidence")),
        temporal=client,
        starter=starter,
        hub=Hub(pool, direct.get_secret_value()),
        wake_relay=relay.wake,
        clock=clock,
    )
    return state, relay


def main() -> int:
    """Serve until SIGTERM; 2 where a setting cannot work."""
    try:
        known = settings.load()
        logs.configure(known.log_level)
        app = create_app(known)
    except KureError as error:
        sys.stderr.write(f"kure api: {error}\n")
        return 2
    uvicorn.run(
        app,
        host=known.host,
        port=known.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
