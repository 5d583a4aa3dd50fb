"""How long it takes to make the question to a model of 5 MiB of evidence: one core, no I/O."""

import time
from datetime import UTC, datetime, timedelta
from itertools import count

from benchmarks.samples import Result, Row
from kure.domain.diagnosis.log_signals import signals_of
from kure.domain.models.prompt import BUDGET, question
from kure.domain.models.subject import Item, Subject
from kure.domain.workloads import Workload

LOGS = 20
LOG_BYTES = 256 * 1024
MOST_SECONDS = 0.2
RUNS = 5

# As programs write them, one complaint among them and the end of a crash.
LINES = (
    "2026-01-12T08:00:{:02d}Z INFO  [exec-7] shop.CartController : GET /cart/{} took 12 ms",
    '{{"level":"info","ts":17366688{:02d}.1,"msg":"Reconciled","key":"orders/{}"}}',
    'level=warn ts=17366688{:02d} msg="pool is at 90%" id={}',
    "E0112 08:00:{:02d}.1234 {} reflector.go:7] failed to list *v1.Pod: dial tcp 10.96.0.1:443",
)
CRASH = """\
Exception in thread "main" java.lang.IllegalStateException: no datasource
{}Caused by: java.net.ConnectException: Connection refused
""".format("\tat shop.Cart.open(Cart.java:17)\n" * 40)


async def prompt() -> Result:
    """Twenty logs of 256 KiB, the most that is captured of one, each another."""
    began = datetime(2026, 1, 12, tzinfo=UTC)
    evidence = [
        Item(
            *(f"log-{n}", "log", f"Pod/cart-{n}", _log(n)),
            container="app",
            stream="previous",
            captured_at=began + timedelta(seconds=n),
        )
        for n in range(LOGS)
    ]
    subject = Subject(Workload("prod", "shop", "Deployment", "cart"), evidence=evidence)
    took = [_seconds(subject) for _ in range(RUNS)]
    size = sum(len(item.text.encode()) for item in evidence) / 1024 / 1024
    row = Row(f"the question of {size:.1f} MiB of evidence", min(took), MOST_SECONDS, "s")
    return Result("prompt", "Asking a model", [row], took)


def _log(number: int) -> str:
    lines, size = [CRASH], len(CRASH)
    for at in count():
        line = LINES[at % 20 // 6].format(at % 60, at * 7 + number)
        size += len(line) + 1
        if size > LOG_BYTES:
            return "\n".join([*lines[1:], lines[0]])
        lines.append(line)
    raise AssertionError


def _seconds(subject: Subject) -> float:
    signals_of.cache_clear()
    began = time.perf_counter()
    question(subject, BUDGET)
    return time.perf_counter() - began
