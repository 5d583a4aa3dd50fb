"""The worker, mortal at its boundaries, on a machine whose clock may be wrong:
`python -m tests.kill.worker`."""

import sys

from kure.adapters.cluster.apply import MirrorWriter
from kure.adapters.postgres import mirror_work, workflow
from kure.adapters.postgres.evidence import EvidenceTable
from tests.kill.boundaries import after, before
from tests.kill.wrong_clock import go_wrong
from workers.main import main

go_wrong()
after(EvidenceTable, "save", "evidence-stored-not-acknowledged")
after(workflow, "store_diagnosis", "diagnosis-stored-not-acknowledged")
before(workflow, "close", "quiet-time-over-not-closed")
after(workflow, "close", "closed-not-acknowledged")
after(MirrorWriter, "create", "mirror-made-not-acknowledged")
after(mirror_work, "note", "mirror-noted-not-acknowledged")
after(MirrorWriter, "delete", "mirror-deleted-not-acknowledged")

if __name__ == "__main__":
    sys.exit(main())
