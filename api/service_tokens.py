"""The static tokens of agents, each of one cluster."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from kure.adapters.crypto import digest
from kure.adapters.postgres.access import service_tokens
from kure.adapters.postgres.pool import Pool
from kure.errors import Misconfigured
from kure.settings import Settings

KNOWN_SECONDS = 5.0
MOST_KNOWN = 1000


def configured(settings: Settings) -> list[tuple[str, str]]:
    """The tokens that the settings name, as (cluster, token); our own cluster's is made where there
    is none."""
    own = settings.service_token
    token = own.get_secret_value() if own else read_token(settings.data_dir / "agent-token")
    further = [(name, t.get_secret_value()) for name, t in settings.service_tokens.items()]
    return [(settings.cluster, token), *further]


class ServiceTokens:
    """Knows clusters by their tokens. One that is good is remembered for a few seconds, so that a
    report costs no question; so long an ended one may still be taken."""

    def __init__(self, pool: Pool, clock: Callable[[], float] = monotonic) -> None:
        self._pool = pool
        self._clock = clock
        self._known: dict[bytes, tuple[str, float]] = {}

    async def cluster(self, given: str) -> str | None:
        """The cluster whose token this is; None where it is none."""
        key = digest(given)
        known = self._known.get(key)
        if known is not None and self._clock() < known[1]:
            return known[0]
        asked_at = self._clock()
        self._known.pop(key, None)
        cluster = await service_tokens.cluster_of(self._pool, given)
        if cluster is not None and len(self._known) < MOST_KNOWN:
            self._known[key] = (cluster, asked_at + KNOWN_SECONDS)
        return cluster


def read_token(path: Path) -> str:
    """The token in a file that only its owner can read; made where it is missing."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
    token = path.read_text().strip()
    if len(token) < 20:
        raise Misconfigured(f"{path} holds no token; delete the file and start again.")
    return token
