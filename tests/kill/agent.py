"""The agent, mortal at its boundaries: `python -m tests.kill.agent`."""

import sys

from agent.api import Api
from agent.main import main
from tests.kill.boundaries import after, before

before(Api, "insist", "seen-not-reported")
after(Api, "insist", "reported-not-noted", lambda answer: b"incident_id" in answer)

if __name__ == "__main__":
    sys.exit(main())
