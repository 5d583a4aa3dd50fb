"""`kure diagnose` on a recorded cluster: only reads, and with --try-fixes dry runs."""

from collections.abc import AsyncIterator

import pytest

from kure.diagnosing.command import Ask, run
from kure.diagnosing.report import Report
from kure.domain.redact import Redactor
from kure.errors import InvalidInput
from kure.settings import Settings
from tests.recorded.stage import cluster_of, playing, pod, seen, write

MISSING = {
    "reason": "ImagePullBackOff",
    "message": 'Back-off pulling image "web:2": ErrImagePull: rpc error: code = NotFound desc = '
    'failed to pull and unpack image "docker.io/library/web:2": docker.io/library/web:2: not found',
}


@pytest.fixture(scope="module")
async def failing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Settings]:
    status = {"name": "app", "state": {"waiting": MISSING}, "restartCount": 0}
    broken = pod(
        "web",
        spec={"containers": [{"name": "app", "image": "web:2"}], "nodeName": "node-1"},
        status={"phase": "Pending", "containerStatuses": [status]},
    )
    recording = write(
        tmp_path_factory.mktemp("recording") / "some.kure.gz", *cluster_of("shop"), seen(0, broken)
    )
    async with playing(recording, tmp_path_factory.mktemp("played") / "state") as (known, _):
        yield known


async def diagnosed(settings: Settings, ask: Ask) -> Report:
    return await run(settings, ask, Redactor(b"k" * 32))


async def test_what_is_not_there_is_said_with_the_context(failing: Settings) -> None:
    with pytest.raises(InvalidInput, match="There is no Pod shop/none in context recorded"):
        await diagnosed(failing, Ask("shop/none"))


@pytest.mark.parametrize(
    "ask", [Ask(everything=True), Ask(namespace="shop"), Ask("shop/web"), Ask("pod/web", "shop")]
)
async def test_a_missing_image_is_found_however_it_is_asked(failing: Settings, ask: Ask) -> None:
    report = await diagnosed(failing, ask)
    (finding,) = report.findings
    assert finding.workload.name == "web"
    assert [cause.rule for cause in finding.causes] == ["A01"]


async def test_another_namespace_is_well(failing: Settings) -> None:
    report = await diagnosed(failing, Ask(namespace="elsewhere"))
    assert report.findings == []
    assert report.unavailable == []


async def test_nothing_is_left_behind_by_trying_fixes(failing: Settings) -> None:
    await diagnosed(failing, Ask(everything=True, try_fixes=True))
    report = await diagnosed(failing, Ask(everything=True))
    assert report.looked_at["Pod"] == 1
