"""Runs all tests but the long ones: those that need no cluster, several at a time, then those
against that of KUBECONFIG, one after the other: on a small machine pods would start too late.

    python -m tests.both [pytest's arguments]

Without arguments the coverage of the domain is measured, and too little of it is a failure.
"""

import os
import subprocess
import sys
from collections.abc import Sequence

COVERAGE = ("--cov=kure.domain", "--cov-report=term:skip-covered", "--cov-fail-under=95")
# Half of the time a test waits for PostgreSQL, Temporal or a process.
SIDE_BY_SIDE = ("--numprocesses", str(2 * (os.cpu_count() or 1)), "--dist", "worksteal")
NOTHING_CHOSEN = 5


def main(arguments: Sequence[str]) -> int:
    """Both runs' worse exit status. Arguments may choose tests of one of them only."""
    coverage = () if arguments else COVERAGE
    statuses = [_pytest("not cluster and not long", (*SIDE_BY_SIDE, *coverage, *arguments))]
    if os.environ.get("KUBECONFIG"):
        statuses.append(_pytest("cluster and not long", arguments))
    if arguments and 0 in statuses:
        statuses = [status for status in statuses if status != NOTHING_CHOSEN]
    return max(statuses)


def _pytest(chosen: str, arguments: Sequence[str]) -> int:
    command = (sys.executable, "-m", "pytest", "-m", chosen, *arguments)
    return abs(subprocess.run(command, check=False).returncode)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
