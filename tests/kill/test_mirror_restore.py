"""A machine is lost while mirrors live, and a backup is restored on another: they end in time."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cluster.accounts import allow_mirrors
from tests.cluster.kube import Admin
from tests.conftest import folder
from tests.kill.onlooker import Onlooker
from tests.kill.person import Person
from tests.kill.stack import PATIENCE, Stack, restored, running
from tests.kill.test_kill import breaks
from workflows.mirror import FAREWELL

pytestmark = pytest.mark.cluster

TTL = 90
# The machine has just begun to work, with all that was open.
LATE = timedelta(seconds=10)
SWEPT_EACH = timedelta(minutes=1)
RIGHT = "busybox:1.36"

# Of a mirror: it lives on; it was ended after the backup; it was made after the backup.
LIVES, ENDED, LATER = "lives", "ended", "later"


async def lost(admin: Admin, namespace: str, data_dir: Path, file: Path) -> dict[str, str]:
    """An installation that is gone after its backup; when the mirrors of each workload end."""
    async with running(data_dir) as stack:
        person = Person(stack)
        for name in (LIVES, ENDED, LATER):
            await breaks(admin, namespace, name)
        await stack.until_all(namespace, {LIVES, ENDED, LATER}, "open")
        rows = await stack.rows(namespace)
        ids = {name: await person.deploys(rows[name]["id"], RIGHT, TTL) for name in (LIVES, ENDED)}
        for mirror_id in ids.values():
            await person.until(mirror_id, "starting")
        await stack.back_up(file)
        ids[LATER] = await person.deploys(rows[LATER]["id"], RIGHT, TTL)
        await person.until(ids[LATER], "starting")
        await person.asks("DELETE", f"/api/mirror/{ids[ENDED]}")
        await person.until(ids[ENDED], "gone")
        later = await person.mirror(ids[LATER])
        await person.aclose()
    return {**ids, "pod": later["pod"], "end": later["expires_at"]}


async def runs_of(stack: Stack, mirror_id: str) -> list[str]:
    rows = await stack.pool.fetch(
        "SELECT state FROM runs WHERE workflow_id = $1 ORDER BY started_at", f"mirror/{mirror_id}"
    )
    return [row["state"] for row in rows]


async def test_mirrors_of_a_restored_backup_end_in_time(admin: Admin, namespace: str) -> None:
    await allow_mirrors(admin, namespace)
    with folder() as here, folder() as there:
        async with Onlooker(admin, namespace).looking() as onlooker:
            file = here / "kure.backup"
            known = await lost(admin, namespace, here, file)
            shutil.copy(here / "key", there / "key")
            await restored(there, file)
            async with running(there) as stack:
                person = Person(stack)
                lives = await person.until(known[LIVES], "gone")
                ended = await person.until(known[ENDED], "gone")
                await onlooker.until_gone(PATIENCE + TTL)
                runs = [await runs_of(stack, known[name]) for name in (LIVES, ENDED)]
                await person.aclose()
    late = onlooker.went(lives["pod"]) - datetime.fromisoformat(lives["expires_at"])
    assert -FAREWELL <= late <= LATE, late
    assert lives["verdict"] == "passed", lives["text"]
    assert ended["verdict"] == "none", ended["text"]
    assert runs == [["lost", "completed"], ["lost", "completed"]]
    # The backup knows nothing of this one: its own annotation tells.
    late = onlooker.went(known["pod"]) - datetime.fromisoformat(known["end"])
    assert -FAREWELL <= late <= SWEPT_EACH + LATE, late
