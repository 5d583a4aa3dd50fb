"""Redaction takes time in proportion to its input, whatever is in it.

Limits are in CPU time and several times what is needed, so that they tell a rule that runs in
square time (seconds here) and not a busy machine.
"""

import time

import pytest

from kure.domain.redact import Redactor

REDACTOR = Redactor(bytes(32))
SIZE = 64 * 1024
MOST_SECONDS = 1.0

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
    ],
)
def test_one_piece_again_and_again_takes_no_square_time(piece: str) -> None:
    assert seconds_for(piece * (SIZE // len(piece))) < MOST_SECONDS


def test_an_ordinary_log_of_256_kib_is_quick() -> None:
    log = "\n".join(LINES * (4 * SIZE // sum(map(len, LINES))))
    assert seconds_for(log) < MOST_SECONDS
