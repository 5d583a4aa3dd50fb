"""The worker, mortal at its boundaries: `python -m tests.kill.worker`."""

import sys

from kure.adapters.postgres import workflow
from kure.adapters.postgres.evidence import EvidenceTable
from tests.kill.boundaries import after, before
from workers.main import main

after(EvidenceTable, "save", "evidence-stored-not-acknowledged")
after(workflow, "store_diagnosis", "diagnosis-stored-not-acknowledged")
before(workflow, "close", "quiet-time-over-not-closed")
after(workflow, "close", "closed-not-acknowledged")

if __name__ == "__main__":
    sys.exit(main())
