"""What a recording of a real cluster holds, and what it never does."""

import asyncio
import gzip
from pathlib import Path

import pytest

from kure.adapters.cluster.client import KubeCluster, connect
from kure.domain import manifests
from kure.domain.redact import Redactor
from kure.recording.format import Recording, Seen, read
from kure.recording.kinds import CONFIG_MAPS, PODS
from kure.recording.record import Order, Recorded, Recorder
from kure.settings import Settings
from tests.cluster.kube import Admin, pod, pod_spec
from tests.cluster.test_cluster_reads import when_phase

pytestmark = pytest.mark.cluster

SECRET = "correct-horse-battery-7"
CRASH = f"echo starting with password={SECRET}; sleep 1; exit 3"


async def record(settings: Settings, file: Path, order: Order) -> Recorded:
    async with connect(settings) as cluster:
        recorder = Recorder(cluster, Redactor(key=b"k" * 32), order, lambda _: None)
        return await recorder.run(file, asyncio.Event())


def runs_of(found: Recording) -> list[str]:
    """The text of each log."""
    return ["\n".join(line for _, line in lines) for lines in found.logs.values()]


async def test_what_happens_meanwhile_is_recorded_and_no_secret(
    admin: Admin, observer: KubeCluster, admin_settings: Settings, namespace: str, tmp_path: Path
) -> None:
    metadata = {"namespace": namespace, "name": "settings"}
    values = {
        "kind": "ConfigMap",
        "apiVersion": "v1",
        "metadata": metadata,
        "data": {"key": SECRET},
    }
    await admin.create(values)
    env = [{"name": "API_PASSWORD", "value": SECRET}]
    file = tmp_path / "r.kure.gz"
    recording = asyncio.create_task(record(admin_settings, file, Order(12, [namespace])))
    await admin.create(pod(namespace, "crash", pod_spec(CRASH, container={"env": env})))
    await when_phase(observer, namespace, "crash", "Running")
    made = await recording
    found = read(file)
    assert made.unread == []
    assert SECRET.encode() not in gzip.decompress(file.read_bytes())
    states = [one for one in found.story if isinstance(one, Seen) and one.path == PODS.path]
    assert {manifests.name(one.object) for one in states} == {"crash"}
    assert len({one.at for one in states}) > 2
    assert runs_of(found)
    assert all(text.startswith("starting with password=[redacted:") for text in runs_of(found))
    (settings,) = [
        one.object
        for one in found.story
        if isinstance(one, Seen)
        and one.path == CONFIG_MAPS.path
        and manifests.name(one.object) == "settings"
    ]
    assert settings["data"] == {"key": ""}


async def test_lists_that_may_not_be_read_are_named(
    stranger: Settings, namespace: str, tmp_path: Path
) -> None:
    made = await record(stranger, tmp_path / "r.kure.gz", Order(1, [namespace]))
    assert any("list" in why and "pods is forbidden" in why for why in made.unread)
    assert PODS.path in read(tmp_path / "r.kure.gz").unread


async def test_a_full_file_says_what_was_left_out(admin_settings: Settings, tmp_path: Path) -> None:
    order = Order(30, most_bytes=4096)
    made = await record(admin_settings, tmp_path / "r.kure.gz", order)
    assert made.seconds < 30
    assert any("the file is full" in text for text in made.cut)
    assert read(tmp_path / "r.kure.gz").end.cut
