"""Whether docs/seed-map.md accounts for all that the architecture page of Kure Monitor shows:
`python -m tests.seed_map`, which ends with 1 and a line for each gap.

A row has five cells: id, the page's words, the name in Kure, the tests that show it, what is to
come. What names a test is here, so all that it names in backticks must be there. What names none is
later, so its routes, pages, tables and commands must not be there yet: the map may neither promise
too much nor fall behind.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
PAGE = "tests/cases/seed_page.yaml"
MAP = "docs/seed-map.md"
SOCKETS = "api/routers/monitor.py"

CELLS = 5
WORD = re.compile(r"`([^`]+)`")

# What a word in backticks names, by its form. The first that fits.
FORMS = {
    "route": re.compile(r"(GET|POST|PUT|PATCH|DELETE|WS) /\S*"),
    "page": re.compile(r"/\S*"),
    "setting": re.compile(r"KURE_[A-Z_]+"),
    "command": re.compile(r"kure [a-z-]+"),
    "file": re.compile(r"[\w.-]+/\S*|\w+\.(md|toml|lock)|Makefile"),
    "event": re.compile(r"[a-z]+\.[a-z_]+"),
    "table": re.compile(r"[a-z]+(_[a-z]+)*"),
}
# What a row of a kind must name where it says that the thing is here.
NEEDED = {"route": "route", "page": "page", "table": "table"}
# What is either there or not there yet. Files may be there long before all that they will hold.
DATED = ("route", "page", "table", "command")


@dataclass(frozen=True)
class Element:
    """One thing on the page."""

    id: str
    kind: str
    text: str


@dataclass(frozen=True)
class Row:
    """One row of the map."""

    id: str
    text: str
    name: str
    tests: str
    later: str


@dataclass(frozen=True)
class Project:
    """What there is: the names of each form, and the files below `root`."""

    root: Path
    names: dict[str, frozenset[str]] = field(default_factory=dict)

    def has(self, form: str, word: str) -> bool:
        """Whether the thing that `word` names is there."""
        if form == "file":
            return self.has_file(word)
        return _unnamed(word) in map(_unnamed, self.names.get(form, ()))

    def has_file(self, word: str) -> bool:
        """`path`, or `path::Name::name` with each name defined, or at least said, in the file."""
        path, *names = word.split("::")
        file = self.root / path
        if not names:
            return file.exists()
        return file.is_file() and all(_says(file, name) for name in names)


def _says(file: Path, name: str) -> bool:
    text = file.read_text()
    if file.suffix == ".py":
        return bool(re.search(rf"^\s*(async def|def|class) {re.escape(name)}\b", text, re.M))
    return name in text


def _unnamed(word: str) -> str:
    """A route with its parameters unnamed: their names are not what is promised."""
    return re.sub(r"\{\w*\}", "{}", word)


def read_project(root: Path) -> Project:
    """Routes as the API's own document lists them, which has no WebSockets; tables as the
    migrations make them."""
    paths = json.loads((root / "frontend/openapi.json").read_text())["paths"]
    migrations = (root / "kure/adapters/postgres/migrations/versions").glob("*.py")
    found = {
        "route": {f"{verb.upper()} {path}" for path, verbs in paths.items() for verb in verbs}
        | {f"WS {path}" for path in _found(root, SOCKETS, r"websocket\(\"([^\"]+)\"\)")},
        "page": _found(root, "frontend/src/app/router.tsx", r"path: '([^']+)'"),
        "setting": {
            f"KURE_{name.upper()}" for name in _found(root, "kure/settings.py", r"^    (\w+): ")
        },
        "command": {
            f"kure {name.replace('_', '-')}"
            for name in _found(root, "kure/cli.py", r"^@app\.command\(.*\)\ndef (\w+)")
        },
        "event": _found(root, "kure/contracts/events.py", r"\b([a-z]+\.[a-z_]+)\b"),
        "table": {
            name
            for file in migrations
            for name in re.findall(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", file.read_text())
        },
    }
    return Project(root, {form: frozenset(names) for form, names in found.items()})


def _found(root: Path, path: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (root / path).read_text(), re.M))


def read_page(text: str) -> list[Element]:
    """The list of the page's elements."""
    return [Element(**element) for element in yaml.safe_load(text)]


def read_rows(text: str) -> Iterator[Row | str]:
    """The map's rows, or what is wrong with one. A row begins with an id in backticks."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("| `"):
            cells = [cell.strip() for cell in line.replace("\\", "").split("|")[1:-1]]
            if len(cells) == CELLS:
                yield Row(cells[0].strip("`"), *cells[1:])
            else:
                yield f"line {number} has {len(cells)} cells, not {CELLS}"


def gaps(page: Iterable[Element], rows: Sequence[Row | str], project: Project) -> list[str]:
    """A plain line for each gap; empty where the map is whole and true."""
    elements = {element.id: element for element in page}
    found = [row for row in rows if isinstance(row, str)]
    known = [row for row in rows if isinstance(row, Row)]
    count = Counter(row.id for row in known)
    found += [f"{name}: on the page, but not in the map" for name in elements if name not in count]
    found += [f"{name}: has {n} rows" for name, n in count.items() if n > 1]
    for row in known:
        if row.id not in elements:
            found.append(f"{row.id}: not on the page")
        else:
            problems = _problems(row, elements[row.id], project)
            found += [f"{row.id}: {problem}" for problem in problems]
    return found


def _problems(row: Row, element: Element, project: Project) -> Iterator[str]:
    if row.text != element.text:
        yield f"the page says {element.text!r}, not {row.text!r}"
    if not row.name:
        yield "has no name in Kure"
    if not row.tests and not row.later:
        yield "is neither here (name its test) nor later (say with what)"
    elif row.tests:
        yield from _not_there(row, element, project)
    else:
        yield from _there_already(row, project)


def _not_there(row: Row, element: Element, project: Project) -> Iterator[str]:
    words = [(form_of(word), word) for word in WORD.findall(row.name)]
    for form, word in words:
        if not form:
            yield f"{word} names nothing that can be looked up"
        elif not project.has(form, word):
            yield f"there is no {form} {word}"
    needed = NEEDED.get(element.kind)
    if not words or (needed and needed not in [form for form, _ in words]):
        yield f"names no {needed or 'thing of Kure'} in backticks"
    tests = WORD.findall(row.tests)
    if not tests:
        yield "names no test in backticks"
    for test in tests:
        if not _is_test(test.partition("::")[0]):
            yield f"{test} is no test"
        elif not project.has_file(test):
            yield f"there is no test {test}"


def _there_already(row: Row, project: Project) -> Iterator[str]:
    for word in WORD.findall(row.name):
        form = form_of(word)
        if form in DATED and project.has(form, word):
            yield f"is said to come later, but the {form} {word} is there; name its test"


def form_of(word: str) -> str:
    """What kind of thing a word in backticks names; empty where it has no known form."""
    return next((form for form, pattern in FORMS.items() if pattern.fullmatch(word)), "")


def _is_test(path: str) -> bool:
    name = path.rpartition("/")[2]
    return (
        (path.startswith("tests/") and name.startswith("test_"))
        or ".test." in name
        or ".e2e." in name
    )


def main() -> int:
    """1 where there is a gap."""
    page = read_page((ROOT / PAGE).read_text())
    rows = list(read_rows((ROOT / MAP).read_text()))
    found = gaps(page, rows, read_project(ROOT))
    sys.stderr.write("".join(f"{MAP}: {line}\n" for line in found))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
