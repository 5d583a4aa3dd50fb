"""Calling `kure scan` in tests."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from kure.cli import app
from kure.scanning.report import Report
from tests.case_files import CASES

SHOP = str(CASES / "scans" / "shop")
SECRET = "plover-tangent-ocelot"

PRIVILEGED: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"containers": [{"name": "app", "securityContext": {"privileged": True}}]},
}


def scan(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, ["scan", *words], input=stdin)


def report_of(*words: str, stdin: str | None = None) -> Report:
    result = scan(*words, "-o", "json", stdin=stdin)
    assert result.exit_code == 0, result.output
    return Report.model_validate_json(result.stdout)


def refusal(*words: str, stdin: str | None = None) -> str:
    """What it says where it refuses."""
    result = scan(*words, stdin=stdin)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    return " ".join(result.output.split())


def write(file: Path, *objects: Any) -> str:
    """The objects as documents; JSON is YAML."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n---\n".join(json.dumps(obj) for obj in objects))
    return str(file)
