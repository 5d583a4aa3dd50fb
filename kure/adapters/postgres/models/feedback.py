"""Whether people say that an answer is right: one word of each person for each answer, the newest
counts."""

from datetime import datetime
from uuid import UUID

from kure.adapters.postgres import audit
from kure.adapters.postgres.pool import Pool, transaction
from kure.contracts.investigating import FeedbackBody
from kure.errors import NotFound
from kure.ids import new_id

SUBJECTS = {
    "rules": """
        SELECT id FROM diagnoses WHERE incident_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1
    """,
    "model": """
        SELECT id FROM investigations WHERE incident_id = $1 AND state = 'answered'
        ORDER BY created_at DESC, id DESC LIMIT 1
    """,
}
GIVE = """
    INSERT INTO feedback (id, incident_id, about, subject_id, is_right, text, by, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (subject_id, by) DO UPDATE SET is_right = EXCLUDED.is_right,
        text = EXCLUDED.text, at = EXCLUDED.at
"""


async def give(pool: Pool, incident_id: UUID, body: FeedbackBody, by: str, now: datetime) -> None:
    """Note what somebody says of the newest answer. NotFound where there is none."""
    async with transaction(pool) as connection:
        subject = await connection.fetchval(SUBJECTS[body.about], incident_id)
        if subject is None:
            who = "a model" if body.about == "model" else "the rules"
            raise NotFound(f"Incident {incident_id} has no answer of {who} yet.")
        await connection.execute(
            GIVE, new_id(), incident_id, body.about, subject, body.right, body.text, by, now
        )
        target, detail = f"incident/{incident_id}", {"about": body.about, "right": body.right}
        await audit.write(connection, now, by, "feedback", target, "done", detail)
