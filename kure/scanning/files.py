"""Reading manifests for a scan: files, folders, standard input."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from kure.adapters.dump.text import STDIN, text_of
from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.security.kinds import kind_of
from kure.domain.security.model import Finding
from kure.domain.security.snapshot import Snapshot
from kure.errors import InvalidInput
from kure.scanning.documents import TEMPLATE, Stray, documents
from kure.scanning.looked_at import LookedAt, in_namespace, of_namespace
from kure.scanning.places import line_of
from kure.scanning.report import Location, Source, Unread

ENDINGS = (".yaml", ".yml", ".json")

NO_OBJECT = "what stands there is no Kubernetes object: it has no kind or no apiVersion"
A_TEMPLATE = "it is a template; render it first: helm template CHART | kure scan -f -"

Spot = tuple[str, str, str]


@dataclass
class Files:
    """What was read so far; objects with the places where they stand."""

    objects: list[Manifest] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    places: dict[Spot, list[tuple[str, yaml.Node]]] = field(default_factory=dict)

    def add(self, text: str, name: str, namespace: str, *, named: bool = True) -> None:
        """Raises InvalidInput where the text is no manifest; what is none in a file that nobody
        `named` is left out, and said."""
        source = "Standard input" if name == STDIN else name
        for document in list(documents(text, source)):
            if isinstance(document, Stray):
                where = f"{source}, line {document.line}"
                if named:
                    raise InvalidInput(f"{where}: {NO_OBJECT}")
                self.unread.append(Unread(what=where, why=NO_OBJECT))
                continue
            obj = in_namespace(document.object, namespace)
            self.objects.append(obj)
            spot = (kind_of(obj), manifests.namespace(obj), manifests.name(obj))
            self.places.setdefault(spot, []).append((name, document.node))

    def locate(self, finding: Finding) -> Location | None:
        """Of an object that stands in several files the place where the most of the path is."""
        kind, _, name = finding.seen_on.partition("/")
        seen = (kind, name) if name else (finding.kind, finding.name)
        places = self.places.get((seen[0], finding.namespace, seen[1]), ())
        found = [(*line_of(node, finding.path), file) for file, node in places]
        if not found:
            return None
        line, _, file = max(found, key=lambda each: each[1])
        return Location(file=file, line=line)


def read_files(names: Sequence[str], namespace: str) -> LookedAt:
    """Raises InvalidInput where one cannot be read, or none holds an object. In a folder, what is
    no manifest (values, kustomizations, templates) is left out, and said."""
    files = Files()
    for name in dict.fromkeys(names):
        folder = Path(name)
        if name != STDIN and folder.is_dir():
            for path in _within(folder):
                _add_found(files, path, namespace)
        else:
            files.add(text_of(name), name, namespace)
    if not files.objects:
        raise InvalidInput(
            f"{', '.join(names)}: no Kubernetes object is there. Give manifests (.yaml, .yml, "
            "JSON), a folder of them, or what Helm and kustomize render on standard input with -f -"
        )
    return LookedAt(
        source=Source(kind="files", names=list(dict.fromkeys(names))),
        objects=[obj for obj in files.objects if of_namespace(obj, namespace)],
        around=Snapshot.of(files.objects, live=False),
        unread=files.unread,
        locate=files.locate,
    )


def _within(folder: Path) -> Iterator[Path]:
    """Manifests of a folder and those below it, but for hidden ones."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in ENDINGS and not hidden and path.is_file():
            yield path


def _add_found(files: Files, path: Path, namespace: str) -> None:
    """One that nobody named: it may be there for another reason."""
    text = text_of(str(path))
    try:
        files.add(text, str(path), namespace, named=False)
    except InvalidInput:
        if not TEMPLATE.search(text):
            raise
        files.unread.append(Unread(what=str(path), why=A_TEMPLATE))
