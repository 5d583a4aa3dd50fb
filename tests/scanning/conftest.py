"""A working folder of its own for each test, and no cluster anywhere."""

from pathlib import Path

import pytest

from tests.demo.test_cli import NOWHERE


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KURE_DATA_DIR", str(tmp_path))
    (tmp_path / "kubeconfig").write_text(NOWHERE)
    monkeypatch.setenv("KURE_KUBECONFIG", str(tmp_path / "kubeconfig"))
    return tmp_path
