"""What agents of a cluster reach: their own routes and nothing that people see."""

from fastapi import FastAPI

from api import problems
from api.guard import Guard
from api.requests import trace
from api.routers import agents, health, monitor
from kure import __version__


def create_agents_app(main: FastAPI) -> FastAPI:
    """An application over the state of the main one. Agents come by any name, so the Host is not
    looked at: no browser has anything to do here, and no cookie counts."""
    app = FastAPI(
        title="Kure, for agents",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state = main.state
    problems.install(app)
    app.include_router(agents.router)
    app.include_router(monitor.of_agents)
    app.get("/healthz")(health.alive)
    app.add_middleware(Guard, hosts=None)
    trace(app, main.state.spans)
    return app
