"""`kure health`: what GET /api/admin/health says, for a person at a shell."""

from typing import Any

from kure.operating.asking import ask
from kure.settings import Settings


async def ask_health(settings: Settings) -> dict[str, Any]:
    """The API's answer. Unavailable where nobody answers, AccessDenied where the token is no good,
    Misconfigured without one."""
    found: dict[str, Any] = await ask(settings, "GET", "/api/admin/health")
    return found


def as_lines(found: dict[str, Any]) -> list[str]:
    """A line for each part: its state, its name, since when and what is known of it."""
    parts = found["parts"]
    width = max(len(part["name"]) for part in parts)
    lines = [
        f"{part['state']:<8} {part['name']:<{width}}  since {_moment(part['since'])}  "
        f"{part['detail']}"
        for part in parts
    ]
    nodes = [
        f"unwatched: node {node['node']} of {node['cluster']} since {_moment(node['since'])}"
        for node in found["unwatched_nodes"]
    ]
    return [*lines, *nodes, f"all in all: {found['state']}"]


def _moment(text: str) -> str:
    return text[:19].replace("T", " ") + " UTC"
