"""The API, mortal at its boundaries: `python -m tests.kill.api`."""

import sys

from api.main import main
from api.relay import Starter
from kure.adapters.postgres import events
from tests.kill.boundaries import after, before

before(Starter, "nudge", "report-committed-not-signalled")
after(Starter, "nudge", "signalled-not-noted")
after(
    events,
    "since",
    "diagnosis-stored-event-unsent",
    lambda found: any(event.topic == "diagnosis.ready" for event in found),
)

if __name__ == "__main__":
    sys.exit(main())
