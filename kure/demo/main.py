"""`kure demo`: everything on one machine, under one supervisor."""

import asyncio
import os
import signal
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import kure
from kure.adapters.clock import utc_now
from kure.adapters.postgres.migrate import migrate
from kure.demo.account import account_for_postgres, private_folder
from kure.demo.admin import first_admin
from kure.demo.child import Child
from kure.demo.cluster import WHAT_IS_READ, Target, look
from kure.demo.follow import Story, follow
from kure.demo.ports import LOOPBACK, Ports
from kure.demo.postgres import PostgresServer
from kure.demo.program import Program, http_probe
from kure.demo.recorded.serve import Stage
from kure.demo.reload import restart_on_change
from kure.demo.state import check_room, folder_of, lock, prepare
from kure.demo.supervisor import Supervisor
from kure.demo.temporal import TemporalServer
from kure.demo.view import View
from kure.settings import Settings

ROOT = Path(kure.__file__).parents[1]
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def run(settings: Settings, target: Target, view: View, *, reload: bool = False) -> None:
    """Run until Ctrl-C or SIGTERM, then stop everything; a second one stops it at once.

    Raises the KureError of a part that cannot be started at all, and Conflict where another demo
    has the folder."""
    folder = folder_of(settings.data_dir, shop=target.stage is not None)
    data_dir = private_folder(folder, account_for_postgres())
    with lock(data_dir), Ports() as ports:
        supervisor = Supervisor(view.part)
        work = asyncio.create_task(
            _work(settings, data_dir, target, view, supervisor, ports, reload=reload)
        )
        asked = False

        def stop() -> None:
            nonlocal asked
            if asked:
                supervisor.hurry()
            else:
                asked = True
                view.tell("Stopping. Ctrl-C again stops at once")
                work.cancel()

        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, stop)
        try:
            await asyncio.wait([work])
        finally:
            await supervisor.stop()
            for number in STOP_SIGNALS:
                loop.remove_signal_handler(number)
        if not work.cancelled():
            work.result()


async def _work(
    settings: Settings,
    data_dir: Path,
    target: Target,
    view: View,
    supervisor: Supervisor,
    ports: Ports,
    *,
    reload: bool,
) -> None:
    check_room(data_dir)
    prepare(data_dir)
    env = await _servers(settings, data_dir, view, supervisor, ports)
    # Commands look for the token in the folder that KURE_DATA_DIR names, whatever is watched.
    admin = await first_admin(env["KURE_DATABASE_URL"], settings.data_dir, utc_now())
    if target.stage:
        stage = replace(target.stage, port=ports.take(target.stage.port))
        recorded = _recorded(stage, data_dir / "log" / "recorded.log", env)
        await supervisor.start({"cluster": recorded}, required=True)
        env["KURE_KUBECONFIG"] = str(stage.kubeconfig)
        env.setdefault("KURE_CLUSTER", "recorded-shop")
    port = ports.take(settings.port)
    if port != settings.port:
        view.tell(f"Port {settings.port} is busy; taking {port}")
    api_url = f"http://{LOOPBACK}:{port}"
    env |= {
        "KURE_DATA_DIR": str(data_dir),
        "KURE_HOST": LOOPBACK,
        "KURE_PORT": str(port),
        "KURE_API_URL": api_url,
        "KURE_CONTEXT": target.context,
    }
    if target.stage is None:
        env["KURE_DRY_RUNS"] = "false"  # as promised, a cluster of somebody's is only read
        env["KURE_MIRRORS"] = str(settings.mirrors).lower()
    log = data_dir / "log"
    healthz = http_probe(f"{api_url}/healthz")
    api = Program("api.main", log / "api.log", env, healthz)
    worker = Program("workers.main", log / "worker.log", env)
    parts: dict[str, Child] = {"api": api, "worker": worker}
    await supervisor.start(parts, required=True)
    if settings.agent_listen is None:
        parts["agent"] = Program("agent.main", log / "agent.log", env)
        await supervisor.start({"agent": parts["agent"]}, required=False)
    view.place("Kure", f"{settings.public_url or api_url}/#code={admin.code}")
    view.place("Temporal", env.get("KURE_TEMPORAL_UI_URL", settings.temporal_address))
    view.place("Logs", str(log))
    view.place("Cluster", _told(target))
    if settings.agent_listen is not None:
        view.place("Agents", f"expected from the cluster's nodes, at {settings.agent_listen}")
    if problem := await look(settings, target):
        view.tell(problem)
    further = [restart_on_change(ROOT, [*parts.values()])] if reload else []
    await asyncio.gather(supervisor.run(), _relate(api_url, admin.token, view), *further)


async def _servers(
    settings: Settings, data_dir: Path, view: View, supervisor: Supervisor, ports: Ports
) -> dict[str, str]:
    """Start the servers that no setting names, bring the schema up to date, and return the
    environment that leads to them."""
    env = dict(os.environ)
    servers: dict[str, Child] = {}
    if settings.database_url:
        env["KURE_DATABASE_URL"] = settings.database_url.get_secret_value()
    else:
        postgres = PostgresServer(data_dir)
        servers["PostgreSQL"] = postgres
        env["KURE_DATABASE_URL"] = postgres.url
    temporal = None
    if "temporal_address" not in settings.model_fields_set:
        servers["Temporal"] = temporal = TemporalServer(data_dir, find=ports.take)
    if "encrypt_payloads" not in settings.model_fields_set:
        env["KURE_ENCRYPT_PAYLOADS"] = "false"  # so that the Temporal UI can be read
    await supervisor.start(servers, required=True)
    if temporal:
        env["KURE_TEMPORAL_ADDRESS"] = temporal.address
        env["KURE_TEMPORAL_UI_URL"] = temporal.ui_url
    view.tell("Bringing the database's schema up to date")
    await migrate(env["KURE_DATABASE_URL"])
    return env


def _recorded(stage: Stage, log: Path, env: Mapping[str, str]) -> Program:
    words = ["play", str(stage.recording), "--port", str(stage.port), "--folder", str(stage.folder)]
    probe = http_probe(f"{stage.server}/healthz")
    return Program("kure", log, env, probe, words=[*words, *(["--loop"] if stage.loop else [])])


def _told(target: Target) -> str:
    if target.stage is None:
        return f"{target.context} at {target.server}, only read"
    return "a recorded shop, played back: nothing in it is real"


def introduce(target: Target, *, mirrors: bool = False) -> str:
    """What is asked of a person before anything is read."""
    writes = "It writes nothing to the cluster."
    if mirrors:
        writes = "It makes a copy of a failing pod where you ask for a test, and deletes it again."
    return f"Context: {target.context}\nServer:  {target.server}\nReads:   {WHAT_IS_READ}. {writes}"


async def _relate(api_url: str, token: str, view: View) -> None:
    story = Story()
    async for line in follow(api_url, token, story):
        view.tell(line)
        view.incidents(story.rows.values())
