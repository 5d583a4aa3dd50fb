"""Hashes passwords in a process of its own: as a thread of the API it would count as the API's, and
the scheduler would let the event loop wait for its next turn behind it.

Run by its path and isolated (`python -I`), it imports nothing of Kure. A line of JSON comes in,
with a password and, to compare it with, what is stored; a line goes out. It ends with its parent,
however that dies: the pipe to it is closed then.
"""

import json
import os
import sys
from typing import Any, NoReturn

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

# The second choice of RFC 9106: 64 MiB and three passes, about a twentieth of a second.
HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1, type=Type.ID)
# Whoever signs in waits for a processor, not those who are signed in. Within a pod this does it;
# elsewhere that the child leads a session (sched(7), autogroups).
NICE = 10


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    """`hash` to store, or whether it is `right`. Where nothing is stored it is not, as slowly."""
    password = asked["password"].encode("utf-8", "surrogatepass")
    if "stored" not in asked:
        return {"hash": HASHER.hash(password)}
    if asked["stored"] is None:
        HASHER.hash(password)
        return {"right": False}
    try:
        return {"right": HASHER.verify(asked["stored"], password)}
    except (VerificationError, InvalidHashError):
        return {"right": False}


def main() -> NoReturn:
    """Answer line by line until there are no more."""
    os.nice(NICE)
    for line in sys.stdin.buffer:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()
    sys.exit(0)


if __name__ == "__main__":
    main()
