"""What infra/dev/tools.sh finds missing on a machine, in a sentence with the line that helps."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / "infra" / "dev" / "tools.sh"
SYSTEM = "/usr/bin:/bin"

NO_VENV = f"""case "$*" in *ensurepip*) exit 1;; *) exec {sys.executable} "$@";; esac"""
OLD_PYTHON = 'case "$*" in --version) echo Python 3.9.2;; *) exit 1;; esac'
OLD_NODE = 'case "$*" in --version) echo v18.20.4;; *) exit 1;; esac'
DISK = "printf 'Filesystem 1024-blocks Used Available Capacity Mounted on\\nd 9 9 {} 99%% /\\n'"
FULL = DISK.format(10 * 1024)


def program(folder: Path, name: str, script: str) -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def told(folder: Path, python: str, path: str = SYSTEM) -> tuple[int, str]:
    """The exit status and what was said, in the folder, whose programs come first."""
    ended = subprocess.run(
        ["/bin/sh", str(TOOLS), python],
        cwd=folder,
        env={"PATH": f"{folder}:{path}"},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stderr


def test_a_machine_that_has_all_is_told_nothing(tmp_path: Path) -> None:
    program(tmp_path, "node", "exit 0")
    program(tmp_path, "npm", "exit 0")
    assert told(tmp_path, sys.executable) == (0, "")


@pytest.mark.parametrize(
    ("name", "script", "said", "line"),
    [
        ("python", NO_VENV, "Missing: Python's venv", "apt-get install python3-venv"),
        ("python", OLD_PYTHON, "is Python 3.9.2)", "make PYTHON=python3.11"),
        ("node", OLD_NODE, "Node 20.19, 22.12 or newer (node is v18.20.4)", "nodesource.com"),
        ("df", FULL, "Missing: room: 10 MiB are free here", "make room"),
    ],
)
def test_what_is_missing_is_named_with_what_helps(
    tmp_path: Path, name: str, script: str, said: str, line: str
) -> None:
    made = program(tmp_path, name, script)
    program(tmp_path, "npm", "exit 0")
    python = str(made) if name == "python" else sys.executable
    code, text = told(tmp_path, python)
    assert code == 1
    assert said in text
    assert line in text


def test_what_is_there_already_needs_no_room_again(tmp_path: Path) -> None:
    program(tmp_path, "df", DISK.format(600 * 1024))
    for name in ("node", "npm"):
        program(tmp_path, name, "exit 0")
    assert "takes up to 1400 MiB" in told(tmp_path, sys.executable)[1]
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / ".ready").touch()
    assert told(tmp_path, sys.executable) == (0, "")


def test_a_python_that_is_not_there_is_said(tmp_path: Path) -> None:
    code, text = told(tmp_path, "python-of-nowhere")
    assert code == 1
    assert "Missing: Python 3.11 or newer (python-of-nowhere)" in text


@pytest.mark.parametrize("missing", ["make", "git", "node", "npm"])
def test_a_program_that_is_not_there_is_said(tmp_path: Path, missing: str) -> None:
    for name in ("awk", "df"):
        (tmp_path / name).symlink_to(str(shutil.which(name, path=SYSTEM)))
    for name in {"make", "git", "node", "npm"} - {missing}:
        program(tmp_path, name, "exit 0")
    code, text = told(tmp_path, sys.executable, path=str(tmp_path))
    assert code == 1
    assert text.startswith(f"Missing: {missing.capitalize() if missing == 'node' else missing}")
    assert "apt-get install" in text
    assert text.count("Missing:") == 1
