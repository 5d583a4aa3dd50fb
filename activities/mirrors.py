"""The mirror's short work in PostgreSQL: each activity joins a request to one function."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from temporalio import activity

from kure.adapters.crypto import Cipher
from kure.adapters.postgres import mirror_work, runs
from kure.adapters.postgres.pool import Pool
from kure.contracts import mirroring as contract
from kure.contracts.mirroring import (
    EndMirrorRun,
    LiveMirrors,
    MirrorJob,
    NextRound,
    Progress,
    Round,
    TakeMirrorRequest,
)


class MirrorActivities(contract.MirrorActivities):
    """Needs the database only. `cipher` opens edited manifests and plans; `clusters` are swept also
    where no mirror is known of."""

    def __init__(
        self, pool: Pool, cipher: Cipher, clusters: Iterable[str], clock: Callable[[], datetime]
    ) -> None:
        self._pool = pool
        self._cipher = cipher
        self._clusters = tuple(clusters)
        self._clock = clock

    @activity.defn
    async def take_mirror(self, request: TakeMirrorRequest) -> MirrorJob:
        return await mirror_work.take(self._pool, self._cipher, request, self._clock())

    @activity.defn
    async def note_mirror(self, progress: Progress) -> None:
        await mirror_work.note(self._pool, self._cipher, progress)

    @activity.defn
    async def next_round(self, request: NextRound) -> Round:
        return await mirror_work.next_round(self._pool, self._cipher, request)

    @activity.defn
    async def end_mirror_run(self, request: EndMirrorRun) -> None:
        await runs.end(self._pool, UUID(request.run_id), "completed", self._clock())

    @activity.defn
    async def live_mirrors(self) -> LiveMirrors:
        return await mirror_work.live(self._pool, self._clusters, self._clock())
