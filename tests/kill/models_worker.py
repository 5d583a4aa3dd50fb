"""The worker that asks models, mortal at the boundaries of a call: `python -m
tests.kill.models_worker models`."""

import sys

from kure.adapters.models.compatible import ChatCompletions
from kure.adapters.postgres.models import calls
from tests.kill.boundaries import after, before
from workers.main import main

before(ChatCompletions, "ask", "noted-not-sent")
before(calls, "answered", "answered-not-stored")
after(calls, "answered", "stored-not-told")

if __name__ == "__main__":
    sys.exit(main())
