"""What an agent watches: everything, one node's pods, or what belongs to no node."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import Enum

from agent.context import Context
from agent.events import EventReader
from agent.objects import ObjectWatch
from agent.report import Outbox
from agent.subjects import Subjects
from agent.telling import Teller
from agent.watch import ALL_PODS, PodWatch
from kure.adapters.cluster.watch import Watch
from kure.contracts.reports import OpenPod
from kure.domain.failures.objects.kind import ObjectKind
from kure.settings import Settings


class Scope(Enum):
    """`REST` is what belongs to no node: pods that none has taken, and every other kind."""

    ALL = "all"
    NODE = "node"
    REST = "rest"

    def pods(self, settings: Settings) -> dict[str, str]:
        """Which pods are its own, as the query of a list."""
        match self:
            case Scope.ALL:
                return {}
            case Scope.NODE:
                return {"fieldSelector": f"spec.nodeName={settings.node_name}"}
            case Scope.REST:
                return {"fieldSelector": "spec.nodeName="}

    def open(self, settings: Settings) -> dict[str, str]:
        """What of it the API holds to be failing, as the query of GET /api/agent/open."""
        match self:
            case Scope.ALL:
                return {}
            case Scope.NODE:
                return {"scope": "node", "node": settings.node_name}
            case Scope.REST:
                return {"scope": "rest"}


class Watching:
    """The watches of one scope, from their start until they are cancelled. `open` is what the API
    holds to be failing at the start."""

    def __init__(
        self,
        scope: Scope,
        settings: Settings,
        context: Context,
        outbox: Outbox,
        open: Iterable[OpenPod],
        kinds: Mapping[str, ObjectKind],
    ) -> None:
        self._outbox = outbox
        self._teller = Teller(context, outbox)
        self._events = EventReader(context.cluster)
        self.subjects = Subjects(context, self._teller, self._events, open)
        self._pod_list = Watch(context.cluster, ALL_PODS, scope.pods(settings))
        self._pods = PodWatch(context, self.subjects, self._pod_list, may_move=scope is Scope.REST)
        self._objects: ObjectWatch | None = None
        if scope is not Scope.NODE:
            self._objects = ObjectWatch(context, self.subjects, kinds, self._pod_list)
            self._pods.waiting = self._objects

    async def run(self) -> None:
        """Watch for ever. At the end nothing more is told, but what waits to be sent stays."""
        try:
            async with asyncio.TaskGroup() as parts:
                parts.create_task(self._pods.run())
                if self._objects:
                    parts.create_task(self._objects.run())
        finally:
            self.subjects.close()
            self._teller.close()

    def judge_again(self) -> None:
        """The graces have changed."""
        self.subjects.look_now()
        if self._objects:
            self._objects.judge_everything()

    def tell_again(self) -> None:
        """Other exclusions are in force."""
        self.subjects.tell_again()

    @property
    def problem(self) -> str | None:
        """Why pods, or objects that may be read, are not seen at the moment, in plain words."""
        others = self._objects.watches if self._objects else []
        told = [watch.problem for watch in others if not watch.is_refused]
        return next((text for text in (self._pod_list.problem, *told) if text), None)

    @property
    def refused(self) -> list[str]:
        """The lists that this agent may not read, or that the cluster does not have."""
        watches = self._objects.watches if self._objects else []
        told = [watch.problem for watch in watches if watch.is_refused]
        return [text for text in (*told, self._events.refused) if text]

    @property
    def silence(self) -> float:
        """How long ago the stalest of the watches last heard from the API server, in seconds."""
        watches = [self._pod_list, *(self._objects.watches if self._objects else [])]
        return max((watch.silence for watch in watches if not watch.is_refused), default=0)

    @property
    def nodes(self) -> list[str] | None:
        """The names of all nodes; None where they are not known."""
        return self._objects.names("Node") if self._objects else None

    def pods(self) -> Counter[str]:
        """How many pods are watched in each namespace."""
        return self._pod_list.namespaces()
