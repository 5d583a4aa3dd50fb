"""A recording of everything that lists, watches and logs are asked for, and its cluster."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kure.adapters.cluster.client import KubeCluster, connect
from kure.adapters.cluster.credentials import read_access
from kure.settings import Settings
from tests.cluster.kube import Admin
from tests.recorded.stage import CRASH, RUN, cluster_of, log, playing, pod, seen, write

LABELS = {"web-0": {"app": "web", "tier": "front"}, "web-1": {"app": "web"}, "db-0": {"app": "db"}}


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pods = [seen(0, pod(name, metadata={"labels": labels})) for name, labels in LABELS.items()]
    pods.append(seen(0, pod("other", "elsewhere")))
    lines = ((-3.0, "one"), (-2.0, "two"), (-1.0, "three"), (86400.0, "tomorrow"))
    return write(
        tmp_path_factory.mktemp("recording") / "some.kure.gz",
        *cluster_of("shop", "elsewhere"),
        *pods,
        *(log(RUN, *lines), log(CRASH, (-9.0, "no config"))),
    )


@pytest.fixture(scope="module")
async def settings(
    recording: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Settings]:
    async with playing(recording, tmp_path_factory.mktemp("played") / "state") as (known, _):
        yield known


@pytest.fixture
async def cluster(settings: Settings) -> AsyncIterator[KubeCluster]:
    async with connect(settings) as connected:
        yield connected


@pytest.fixture
async def admin(settings: Settings) -> AsyncIterator[Admin]:
    """Somebody who creates, changes and deletes."""
    made = Admin(await read_access(settings))
    yield made
    await made.aclose()
