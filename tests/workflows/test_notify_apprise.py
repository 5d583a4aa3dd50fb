"""Services that only apprise speaks: told by HTTPS of an incident, from its failing to its end."""

import json
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from kure.contracts.notifications import Channel
from tests.notify.https_receiver import HttpsReceiver, receiving_https
from tests.workflows.telling import Telling
from tests.workflows.test_incident import diagnosed
from tests.workflows.waiting import eventually
from tests.workflows.world import QUIET, World

TOKEN = "AtOkEnOfGotify1"
# As apprise writes them: https://appriseit.com/services/
ADDRESSES = {
    "gotify": "gotifys://hooks.test:{port}/" + TOKEN,
    "ntfy": "ntfys://hooks.test:{port}/incidents",
    "own": "jsons://hooks.test:{port}/own",
}


def told(receiver: HttpsReceiver, path: str) -> list[dict[str, object]]:
    return [json.loads(body) for found, body in receiver.got if found == path]


async def test_services_of_apprise_are_told_once_and_then_that_it_is_well(
    env: WorkflowEnvironment, world: World, tmp_path: Path
) -> None:
    async with receiving_https(tmp_path) as receiver:
        telling = Telling(world, guard=receiver.guard(), trust=receiver.trust)
        await telling.set(
            *(
                Channel(id=name, kind="apprise", address=address.format(port=receiver.port))
                for name, address in ADDRESSES.items()
            )
        )
        async with world.working(notifies=telling.current.any), telling.notifying():
            incident_id = await diagnosed(world)
            await eventually(lambda: len(receiver.got) == 3)
            await world.end()
            handle = await world.nudge(incident_id)
            await env.fast_forward(handle, QUIET.crash * 2)
            await handle.result()
            await eventually(lambda: len(receiver.got) == 6)
    for path in ("/message", "/", "/own"):
        first, last = told(receiver, path)
        assert first["title"] == "Deployment shop/cart fails"
        assert last["title"] == "Deployment shop/cart is well again"
        for part in (
            "The container exits with code 1",
            "Read its last lines.",
            "https://kure.test",
        ):
            assert part in str(first["message"])
    assert [note["topic"] for note in told(receiver, "/")] == ["incidents"] * 2
    assert [note["type"] for note in told(receiver, "/own")] == ["failure", "success"]
    assert TOKEN not in str(receiver.got), "it is a header's"
