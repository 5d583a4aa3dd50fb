"""Taking the name of an image apart: `registry.example.com:5000/team/web:1.2@sha256:…`."""

from dataclasses import dataclass

DOCKER_HUB = "docker.io"


@dataclass(frozen=True)
class Image:
    """`repository` is whole, with its host; `tag` is '' where only a digest says which."""

    host: str
    repository: str
    tag: str
    digest: str

    @property
    def version(self) -> str:
        """What was asked for of the repository, in words."""
        return f"digest {self.digest}" if self.digest else f'tag "{self.tag}"'


def parse_image(name: str) -> Image:
    """What a container runtime makes of the name: host docker.io, `library/` and the tag `latest`
    where they are left out. Total: a name that no runtime would take gives some parts, too.

    https://github.com/distribution/reference/blob/main/normalize.go
    """
    rest, _, digest = name.partition("@")
    first, slash, tail = rest.partition("/")
    has_host = bool(slash) and ("." in first or ":" in first or first == "localhost")
    host, path = (first, tail) if has_host else (DOCKER_HUB, rest)
    path, _, tag = path.partition(":")
    if host == DOCKER_HUB and "/" not in path:
        path = f"library/{path}"
    return Image(host, f"{host}/{path}", tag or ("" if digest else "latest"), digest)
