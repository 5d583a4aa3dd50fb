"""Record histories for the replay test: `python -m tests.workflows.record`.

To be run when a workflow ships or gains a path, with a story for it below. A history that was
recorded stays as it is, since runs that began so are still under way somewhere.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from temporalio.client import WorkflowFailureError, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from activities.incidents import nobody
from kure.adapters.postgres.migrate import migrate
from kure.adapters.postgres.pool import Pool, open_pool
from kure.contracts.incidents import Action
from kure.demo.postgres import PostgresServer
from kure.demo.temporal import find_program
from kure.domain.diagnosis.model import Confidence
from kure.errors import AccessDenied, ClusterUnavailable, Conflict
from tests.notify.receiver import receiving
from tests.workflows.conftest import FLAGS
from tests.workflows.mirror_world import FAILED, NEXT, PASSED, MirrorWorld
from tests.workflows.model_world import ANSWER, FIX, UNUSABLE, ModelWorld, wishes
from tests.workflows.telling import Telling
from tests.workflows.test_incident import diagnosed
from tests.workflows.test_mirror_asking import Model, asking
from tests.workflows.test_mirror_people import end, extend
from tests.workflows.test_notify_outages import many, tell
from tests.workflows.waiting import eventually, nudged
from tests.workflows.world import ILL, QUIET, WELL, World
from workflows.names import investigation_workflow_id, mirror_workflow_id

Story = Callable[[WorkflowEnvironment, World], Awaitable[None]]

HISTORIES = Path(__file__).parent / "histories"
TRACE = re.compile(r'("stackTrace": )"(?:[^"\\]|\\.)*"')


async def whole_life(env: WorkflowEnvironment, world: World) -> None:
    """Diagnosed, acknowledged, a relapse, not well at first, then resolved."""
    incident_id = await diagnosed(world)
    await world.act(incident_id, Action.ACKNOWLEDGE, "k1")
    await world.end(state="healthy")
    handle = await world.nudge(incident_id)
    await env.fast_forward(handle, QUIET.crash / 2)
    await world.fail()
    await world.nudge(incident_id)
    await world.end()
    world.scripted.recovery = ILL
    await world.nudge(incident_id)
    await env.fast_forward(handle, QUIET.crash + timedelta(seconds=5))
    world.scripted.recovery = WELL
    await env.fast_forward(handle)


async def ignored_and_resolved(env: WorkflowEnvironment, world: World) -> None:
    """Ignored, asked again in vain, restored, diagnosed again, resolved by a person."""
    incident_id = await diagnosed(world)
    await world.act(incident_id, Action.IGNORE, "k1")
    await env.fast_forward(world.handle(), timedelta(minutes=11))
    await world.act(incident_id, Action.RESTORE, "k2")
    await world.act(incident_id, Action.RETRY, "k3")
    await world.until(incident_id, lambda row: not row.diagnosing)
    await world.act(incident_id, Action.RESOLVE, "k4")
    await world.handle().result()


async def looked_at(env: WorkflowEnvironment, world: World) -> None:
    """Diagnosed, looked at in vain, looked at again and well, then resolved."""
    incident_id = await diagnosed(world)
    world.scripted.recovery = ILL
    await world.look(incident_id)
    await world.until(incident_id, lambda _: len(world.scripted.confirmed) == 1)
    world.scripted.recovery = WELL
    handle = await world.look(incident_id)
    await world.until(incident_id, lambda _: len(world.scripted.confirmed) == 2)
    await env.fast_forward(handle)


async def only_a_symptom(env: WorkflowEnvironment, world: World) -> None:
    """Diagnosed without a reason, looked at after a while in vain, then well and resolved."""
    world.scripted.confidence = Confidence.SYMPTOM
    world.scripted.recovery = ILL
    incident_id = await diagnosed(world)
    await env.fast_forward(world.handle(), timedelta(minutes=11))
    world.scripted.recovery = WELL
    await world.end()
    await env.fast_forward(await world.nudge(incident_id))


async def looked_again(env: WorkflowEnvironment, world: World) -> None:
    """Diagnosed without a reason, which a later look finds; then well and resolved."""
    world.scripted.confidence = Confidence.SYMPTOM
    incident_id = await diagnosed(world)
    await env.fast_forward(world.handle(), timedelta(seconds=11))
    world.scripted.confidence = Confidence.DEFINITIVE
    await env.fast_forward(world.handle(), timedelta(seconds=31))
    await world.end()
    await env.fast_forward(await world.nudge(incident_id))


async def told(env: WorkflowEnvironment, world: World) -> None:
    """Diagnosed, acknowledged, resolved by a person, and people are told of each."""
    incident_id = await diagnosed(world)
    await nudged(world, incident_id, 0)
    await world.act(incident_id, Action.ACKNOWLEDGE, "k1")
    await nudged(world, incident_id, 1)
    await world.act(incident_id, Action.RESOLVE, "k2")
    await world.handle().result()


async def notified(env: WorkflowEnvironment, world: World) -> WorkflowHistory:
    """A receiver that is away at first, another that is not; the history of who told them."""
    telling = Telling(world)
    async with receiving() as away, receiving() as receiver, telling.notifying():
        away.status = 503
        await telling.set(away.channel("slack", "away"), receiver.channel("slack"))
        (incident_id,) = await many(world, 1)
        handle = await tell(world, incident_id)
        await eventually(lambda: away.tries == 2)
        away.status = 200
        await handle.result()
        return await handle.fetch_history()


async def mirror_passed(mirrors: MirrorWorld) -> None:
    """Passed, extended, taken back by a restart, ended by a person."""
    handle = await mirrors.start()
    mirrors.cluster.shows(PASSED)
    await eventually(lambda: len(mirrors.cluster.watched) == 2)
    await extend(handle, 900)
    await eventually(lambda: len(mirrors.cluster.watched) == 3)
    mirrors.cluster.shows(FAILED)
    await eventually(lambda: any(wait.startswith("Kept until") for wait in mirrors.rows.waits))
    await end(handle)
    await handle.result()


async def mirror_failed(mirrors: MirrorWorld) -> None:
    """The answer of its making is lost; it fails, and the next fix is tried."""
    mirrors.cluster.errors["deploy"] = [ClusterUnavailable("The answer was lost.")]
    mirrors.cluster.next_operations = [NEXT]
    mirrors.cluster.shows(FAILED)
    await (await mirrors.start(rounds=2)).result()


async def mirror_undecided(mirrors: MirrorWorld) -> None:
    """Its time is up before it has a verdict, and the cluster is away when it is deleted."""
    mirrors.soon_over()
    mirrors.cluster.errors["delete"] = [ClusterUnavailable("away")] * 2
    await (await mirrors.start()).result()


async def mirror_refused(mirrors: MirrorWorld) -> None:
    """It is never made."""
    mirrors.cluster.refusals = ["It is privileged."]
    await (await mirrors.start()).result()


async def asked(models: ModelWorld) -> None:
    """Diagnosed, a model is asked, and asked again by a person; then resolved."""
    incident_id = await diagnosed(models.world)
    await eventually(lambda: len(models.model.finished) == 1)
    await models.world.act(incident_id, Action.INVESTIGATE, "k1")
    await eventually(lambda: len(models.model.finished) == 2)
    await models.world.act(incident_id, Action.RESOLVE, "k2")
    await models.world.handle().result()


async def asked_in_vain(models: ModelWorld) -> None:
    """A model is asked, and the incident resolved while it thinks."""
    models.model.hang()
    incident_id = await diagnosed(models.world)
    await eventually(lambda: models.model.attempts == 1)
    await models.world.act(incident_id, Action.RESOLVE, "k2")
    await models.world.handle().result()


async def investigation_answered(models: ModelWorld, incident_id: str) -> None:
    """Two turns with reads, of which some are refused, an answer that cannot be used, one that
    can, with a fix."""
    models.reads.errors = {"secrets": AccessDenied("Secrets are never read.")}
    models.model.says = [
        wishes("logs", "events", "secrets", "describe", "list"),
        UNUSABLE,
        wishes("events", turn=3),
        ANSWER.model_copy(update={"fix": FIX}),
    ]
    await (await models.start(incident_id)).result()


async def investigation_after_an_outage(models: ModelWorld, incident_id: str) -> None:
    """No provider answers at first."""
    models.model.errors = [ClusterUnavailable("away"), ClusterUnavailable("away")]
    await (await models.start(incident_id)).result()


async def investigation_unanswered(models: ModelWorld, incident_id: str) -> None:
    """Nobody may be asked."""
    models.model.errors = [Conflict("The day's budget is spent.")]
    await (await models.start(incident_id)).result()


async def investigation_cancelled(models: ModelWorld, incident_id: str) -> None:
    """Cancelled while the model thinks."""
    models.model.hang()
    handle = await models.start(incident_id)
    await eventually(lambda: models.model.attempts == 1)
    await handle.cancel()
    with suppress(WorkflowFailureError):
        await handle.result()


def written(history: WorkflowHistory) -> str:
    """As it is kept: without the traces of failed attempts, which name this machine's files and
    which no replay reads."""
    return TRACE.sub(r'\1""', history.to_json())


async def always() -> bool:
    return True


MIRRORS = (mirror_passed, mirror_failed, mirror_undecided, mirror_refused)
INVESTIGATIONS = (
    investigation_answered,
    investigation_after_an_outage,
    investigation_unanswered,
    investigation_cancelled,
)
ASKED = (asked, asked_in_vain)
STORIES = (whole_life, ignored_and_resolved, looked_at, only_a_symptom, looked_again, told)


async def lived(env: WorkflowEnvironment, pool: Pool, story: Story) -> WorkflowHistory:
    """The history of an incident with this story."""
    world = World(env.client, pool)
    async with world.working(notifies=always if story is told else nobody):
        await story(env, world)
        return await world.handle().fetch_history()


async def asked_about(
    env: WorkflowEnvironment, pool: Pool, story: Callable[[ModelWorld], Awaitable[None]]
) -> WorkflowHistory:
    """The history of an incident of which a model is asked."""
    models = ModelWorld(World(env.client, pool))
    async with models.working():
        await story(models)
        return await models.world.handle().fetch_history()


async def investigated(
    env: WorkflowEnvironment, pool: Pool, story: Callable[[ModelWorld, str], Awaitable[None]]
) -> WorkflowHistory:
    """The history of an investigation with this story."""
    models = ModelWorld(World(env.client, pool))
    incident_id = str((await models.world.fail()).incident_id)
    async with models.asking(), models.reading():
        await story(models, incident_id)
        return await models.handle(incident_id).fetch_history()


async def mirrored(
    env: WorkflowEnvironment, story: Callable[[MirrorWorld], Awaitable[None]]
) -> WorkflowHistory:
    """The history of a mirror with this story."""
    mirrors = MirrorWorld(env.client)
    async with mirrors.working():
        await story(mirrors)
        return await mirrors.handle().fetch_history()


async def next_fix(env: WorkflowEnvironment, kind: str) -> WorkflowHistory:
    """The history of a mirror that failed and leads to a model's fix, or of that investigation."""
    mirrors = MirrorWorld(env.client)
    mirrors.rows.asks = True
    mirrors.cluster.verdicts = [FAILED, PASSED]
    async with asking(mirrors, Model(mirrors)):
        await (await mirrors.start(rounds=2)).result()
        await eventually(lambda: f"{mirrors.id}+" in mirrors.rows.jobs)
        incident_id = mirrors.rows.jobs[mirrors.id].incident_id
        names = {"mirror": mirror_workflow_id(mirrors.id)}
        names["investigation"] = investigation_workflow_id(incident_id)
        handle = mirrors.client.get_workflow_handle(names[kind])
        await handle.result()
        return await handle.fetch_history()


async def keep(name: str, record: Callable[[], Awaitable[WorkflowHistory]]) -> None:
    """Record it, unless it was."""
    file = HISTORIES / f"{name}.json"
    if not file.exists():
        file.write_text(written(await record()))


async def main() -> None:
    """Run each story against real servers and write its history."""
    HISTORIES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        async with (
            PostgresServer(Path(folder), fsync=False) as postgres,
            await WorkflowEnvironment.start_time_skipping_v2(
                ts_config=TimeSkippingConfig(enabled=False),
                data_converter=pydantic_data_converter,
                dev_server_existing_path=find_program(),
                dev_server_extra_args=FLAGS,
            ) as env,
        ):
            await migrate(postgres.url)
            pool = await open_pool(postgres.url)
            for story in STORIES:
                await keep(f"incident_{story.__name__}", lambda: lived(env, pool, story))  # noqa: B023
            await keep("notify_notified", lambda: notified(env, World(env.client, pool)))
            for asked_so in ASKED:
                name = f"incident_{asked_so.__name__}"
                await keep(name, lambda: asked_about(env, pool, asked_so))  # noqa: B023
            for asking in INVESTIGATIONS:
                await keep(asking.__name__, lambda: investigated(env, pool, asking))  # noqa: B023
            for life in MIRRORS:
                await keep(life.__name__, lambda: mirrored(env, life))  # noqa: B023
            for kind in ("mirror", "investigation"):
                await keep(f"{kind}_of_the_next_fix", lambda: next_fix(env, kind))  # noqa: B023
            await pool.close()


if __name__ == "__main__":
    asyncio.run(main())
