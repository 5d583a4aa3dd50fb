"""The check of docs/seed-map.md finds what is missing and what is no longer true."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.seed_map import (
    MAP,
    PAGE,
    ROOT,
    Element,
    Project,
    gaps,
    read_page,
    read_project,
    read_rows,
)

CASES: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests/cases/seed_map.yaml").read_text())
ELEMENTS = [
    Element("pods", "table", "the pods"),
    Element("list", "route", "the list"),
    Element("home", "page", "the page"),
    Element("rule", "rule", "the rule"),
]
FILES = {
    "frontend/openapi.json": (
        '{"paths": {"/api/pods": {"get": {}}, "/api/pods/{pod_id}": {"get": {}}}}'
    ),
    "frontend/src/app/router.tsx": "path: '/',",
    "api/routers/monitor.py": '@router.websocket("/ws")',
    "kure/cli.py": '@app.command()\ndef demo() -> None: ...\n@app.command("x")\ndef admin_code(',
    "kure/contracts/events.py": "| pod.seen | `{id}` |",
    "kure/settings.py": "    port: int = 8080\n",
    "kure/adapters/postgres/migrations/versions/0001_all.py": "CREATE TABLE failed_pods (",
    "tests/test_pods.py": "class TestList:\n    async def test_a_pod_is_kept(self) -> None: ...\n",
    "web/src/home.test.tsx": "it('shows pods', () => {})",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A small project with a table, a route, a page, two commands, a setting and an event."""
    root: Path = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return read_project(root)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_row(project: Project, case: dict[str, Any]) -> None:
    rows = list(read_rows(case["row"]))
    found = gaps(ELEMENTS, rows, project)
    told = [line for line in found if not line.endswith("but not in the map")]
    assert told == ([case["gap"]] if case["gap"] else [])


def test_what_has_no_row_is_a_gap(project: Project) -> None:
    assert gaps(ELEMENTS[:1], [], project) == ["pods: on the page, but not in the map"]


def test_two_rows_of_one_thing_are_a_gap(project: Project) -> None:
    row = CASES[0]["row"]
    found = gaps(ELEMENTS[:1], list(read_rows(f"{row}\n{row}")), project)
    assert found == ["pods: has 2 rows"]


def test_text_between_the_tables_is_no_row(project: Project) -> None:
    assert list(read_rows("# Map\n| id | text |\n|---|---|\n`pods` is a table\n")) == []


def test_the_page_names_each_thing_once() -> None:
    page = read_page((ROOT / PAGE).read_text())
    assert len({element.id for element in page}) == len(page)


def test_the_map_has_no_gaps() -> None:
    page = read_page((ROOT / PAGE).read_text())
    rows = list(read_rows((ROOT / MAP).read_text()))
    assert gaps(page, rows, read_project(ROOT)) == []
