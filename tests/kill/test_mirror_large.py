"""A pod whose manifest is larger than a payload of Temporal's may be: it is edited and tested, and
what the workflows are told stays small."""

import pytest

from kure.domain import manifests
from tests.cluster.accounts import allow_mirrors
from tests.cluster.kube import PATHS, Admin, deployment, pod_spec
from tests.kill.person import Person
from tests.kill.stack import Stack
from workflows.names import mirror_workflow_id

pytestmark = pytest.mark.cluster

VARIABLES = 2000
LONG_NAME = "A_NAME_THAT_TAKES_AS_MUCH_PLACE_AS_NAMES_OFTEN_DO"
MOST_PAYLOAD = 64 * 1024
TTL = 120


async def test_a_large_manifest_is_edited_and_tested(
    stack: Stack, admin: Admin, namespace: str
) -> None:
    await allow_mirrors(admin, namespace)
    env = [{"name": f"{LONG_NAME}_{n}", "value": str(n)} for n in range(VARIABLES)]
    image = "registry.local/large:none"
    spec = pod_spec("exec sleep 3600", image=image, container={"env": env})
    await admin.create(deployment(namespace, "large", spec))
    row = await stack.until(namespace, lambda row: not row["diagnosing"])
    person = Person(stack)
    try:
        shown = await person.asks("POST", f"/api/mirror/preview/{row['id']}", {})
        assert 128 * 1024 < len(shown["manifest"]) < 256 * 1024
        mirror_id = await person.deploys(row["id"], "busybox:1.36", TTL)
        found = await person.until(mirror_id, "starting")
        pod = await admin.read(f"{PATHS['Pod'].format(namespace)}/{found['pod']}")
        [container] = manifests.spec(pod)["containers"]
        assert (container["image"], len(container["env"])) == ("busybox:1.36", VARIABLES)
        assert "busybox:1.36" in found["plan"]["manifest"]
        await person.asks("DELETE", f"/api/mirror/{mirror_id}")
        await person.until(mirror_id, "gone")
    finally:
        await person.aclose()
    run = stack.temporal.get_workflow_handle(mirror_workflow_id(mirror_id))
    history = await run.fetch_history()
    assert max(event.ByteSize() for event in history.events) < MOST_PAYLOAD
