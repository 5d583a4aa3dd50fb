"""The worker that tells people, mortal at the boundaries of a send: `python -m
tests.kill.notify_worker notify`."""

import sys

from kure.adapters.outgoing import Outgoing
from kure.adapters.postgres import deliveries
from tests.kill.boundaries import after, before
from workers.main import main

before(Outgoing, "post", "planned-not-called")
after(deliveries, "asking", "asking-not-sent")
after(Outgoing, "post", "answered-not-noted")
after(deliveries, "told", "noted-not-acknowledged")

if __name__ == "__main__":
    sys.exit(main())
