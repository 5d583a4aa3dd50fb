"""`kure scan` and checkov over the same file of manifests, each as a command of its own, from its
start to its last line of JSON. Checkov is no dependency: it gets an environment of its own in the
folder that KURE_BENCH_CHECKOV names, made there where it is missing."""

import os
import resource
import sys
from asyncio.subprocess import DEVNULL, PIPE, create_subprocess_exec
from pathlib import Path

import yaml

from benchmarks.samples import Row
from kure.errors import Unavailable
from kure.ports import Manifest

FOLDER = "KURE_BENCH_CHECKOV"


async def beside_checkov(objects: list[Manifest], folder: Path) -> list[Row]:
    """Seconds of one core that both take, for information; nothing where nobody asked for it.
    Raises Unavailable where one of them cannot be run."""
    wanted = os.environ.get(FOLDER)
    if not wanted:
        return []
    checkov = await _installed(Path(wanted))
    file = folder / "objects.yaml"
    file.write_text(yaml.dump_all(objects, Dumper=yaml.CSafeDumper))
    kure = (sys.executable, "-m", "kure", "scan", "-f", str(file), "-o", "json")
    other = (str(checkov), "-f", str(file), "--framework", "kubernetes", "-o", "json")
    quiet = ("--quiet", "--compact", "--skip-download", "--soft-fail")
    count = f"{len(objects):,} Deployments of a file"
    return [
        Row(f"kure scan, {count}", await _seconds(*kure), None, "s"),
        Row(f"checkov, {count}", await _seconds(*other, *quiet), None, "s"),
    ]


async def _installed(folder: Path) -> Path:
    checkov = folder / "bin" / "checkov"
    if not checkov.exists():
        await _seconds(sys.executable, "-m", "venv", str(folder))
        await _seconds(str(folder / "bin" / "pip"), "install", "--quiet", "checkov")
    return checkov


async def _seconds(*command: str) -> float:
    began = _of_children()
    process = await create_subprocess_exec(*command, stdin=DEVNULL, stdout=PIPE)
    await process.communicate()
    if process.returncode:
        raise Unavailable(f"{' '.join(command[:4])} … ended with {process.returncode}; see above")
    return _of_children() - began


def _of_children() -> float:
    """Seconds of a core that processes which have ended took: what else runs here is not in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
