"""The agent as a process of its own."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.agent.api_server import fake_api_server, settings_for
from tests.agent.recording_api import TOKEN, recording_api

PATIENCE = 30


async def start(folder: Path, **settings: str) -> asyncio.subprocess.Process:
    known = {f"KURE_{name.upper()}": value for name, value in settings.items()}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "agent.main"),
        env={"PATH": os.environ["PATH"], "KURE_DATA_DIR": str(folder), **known},
        stderr=asyncio.subprocess.PIPE,
    )


async def test_a_setting_that_cannot_work_is_said_and_ends_it(tmp_path: Path) -> None:
    process = await start(tmp_path, port="many")
    _, said = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 2
    assert said.startswith(b"kure agent: Settings cannot be used. KURE_PORT: ")


async def test_sigterm_ends_it_cleanly(tmp_path: Path) -> None:
    async with fake_api_server() as cluster, recording_api() as api:
        settings_for(cluster.url, tmp_path)
        process = await start(
            tmp_path,
            api_url=api.url,
            service_token=TOKEN,
            kubeconfig=str(tmp_path / "kubeconfig"),
        )
        await api.wait_for(lambda one: one.what == "heartbeat", PATIENCE)
        process.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0
    assert b"Traceback" not in said
    assert TOKEN.encode() not in said
