"""Redaction takes time in proportion to its input, whatever is in it.

Four times as much text may take at most eight times as long, in CPU time: in square time it would
be sixteen. So a slow or busy machine is not told, only a rule that reads a line again and again.
"""

import time

import pytest

from kure.domain.redact import Redactor

REDACTOR = Redactor(bytes(32))
SIZE = 256 * 1024
MOST_TIMES = 8
# Below this, what is measured is chance.
TELLING_SECONDS = 0.1

LINES = (
    "2026-01-12T08:00:01.123Z INFO  [exec-7] c.e.shop.CartController : GET /cart/7 took 12 ms",
    '{"level":"info","ts":1736668801.1,"msg":"Reconciled","namespace":"shop","key":"orders/7"}',
    "E0112 08:00:01.1234 1 reflector.go:7] failed to list *v1.Secret: dial tcp 10.96.0.1:443",
    'level=warn msg="token refresh took long" user_id=7 session_count=5 password=swordfish',
)


def seconds_for(text: str) -> float:
    started = time.process_time()
    REDACTOR.text(text)
    return time.process_time() - started


def takes_square_time(piece: str) -> bool:
    """Asked up to three times: a measurement may be disturbed, but not each of three."""
    for _ in range(3):
        whole = seconds_for(piece * (SIZE // len(piece)))
        if whole < TELLING_SECONDS:
            return False
        if whole < MOST_TIMES * seconds_for(piece * (SIZE // 4 // len(piece))):
            return False
    return True


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "aB1",
        '"',
        "\\",
        "=",
        "://a:b",
        "a.b@",
        "eyJ",
        "password",
        'password="',
        'password=\\"',
        "Authorization: ",
        "password:\n",
        "-----BEGIN PRIVATE KEY-----",
        '"kind":"Secret","data":{',
        "password={{",
        '"secrets":[{',
        'passwords:["x",{',
        "tokens=[1,",
        "Cookie: ",
        "password is ",
        "--password ",
        "secret: |\n",
    ],
)
def test_one_piece_again_and_again_takes_no_square_time(piece: str) -> None:
    assert not takes_square_time(piece)


def test_an_ordinary_log_takes_no_square_time() -> None:
    assert not takes_square_time("\n".join(LINES) + "\n")
