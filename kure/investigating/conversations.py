"""Where conversations with models are kept: in PostgreSQL, sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kure.adapters.crypto import Keyring
from kure.adapters.postgres.evidence import EvidenceTable
from kure.adapters.postgres.models import calls, investigations
from kure.adapters.postgres.models.calls import Turn as Place
from kure.adapters.postgres.pool import Pool
from kure.contracts.investigating import Past
from kure.domain.models.conversation import Reply
from kure.domain.models.subject import Item
from kure.domain.workloads import Workload
from kure.errors import Gone, NotFound
from kure.investigating.conversing import Conversation, KeptQuestion, Turn

NOT_KEPT = "What the model was asked or has said is not kept any more."


@dataclass(frozen=True)
class Of:
    """Whose conversation it is."""

    investigation_id: UUID
    incident_id: UUID
    workload: Workload


@dataclass(frozen=True)
class Conversations:
    """Reads them."""

    pool: Pool
    keyring: Keyring

    async def read(self, of: Of, past: Sequence[Past]) -> Conversation:
        """As far as it went. Gone where something of it was deleted."""
        id_, cipher = of.investigation_id, self.keyring.cipher("models")
        question = await investigations.question(self.pool, cipher, id_)
        if question is None:
            raise Gone(NOT_KEPT)
        turns = [await self._turn(of, number, turn) for number, turn in enumerate(past, 1)]
        key = self.keyring.redaction_key(of.workload.cluster)
        return Conversation(KeptQuestion.model_validate(question), of.workload, key, turns)

    async def reply(self, of: Of, turn: int) -> Reply:
        """What the model said in a turn. Gone where that was deleted."""
        cipher = self.keyring.cipher("models")
        found = await calls.stored(self.pool, cipher, Place(of.investigation_id, turn))
        if found is None:
            raise Gone(NOT_KEPT)
        return found

    async def _turn(self, of: Of, number: int, past: Past) -> Turn:
        read = {}
        for one in past.reads:
            if one.evidence_id is not None and (item := await self._item(of, one.evidence_id)):
                read[item.id] = item
        return Turn(await self.reply(of, number), past, read)

    async def _item(self, of: Of, evidence_id: str) -> Item | None:
        table = EvidenceTable(self.pool, self.keyring.cipher("evidence"))
        try:
            found = await table.read(self.pool, of.incident_id, UUID(evidence_id))
        except NotFound:
            return None
        return Item(
            id=found.id,
            kind=found.kind.value,
            subject=found.subject,
            text=found.text,
            container=found.container,
            stream=found.stream,
            captured_at=found.captured_at,
            truncated=found.truncated,
        )
