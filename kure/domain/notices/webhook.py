"""A webhook of one's own, signed as Standard Webhooks says, so that ready-made libraries verify it.

https://www.standardwebhooks.com: headers `webhook-id`, `webhook-timestamp`, `webhook-signature`,
which is `v1,` and the base64 of HMAC-SHA256 over `<id>.<timestamp>.<body>`.
"""

import base64
import binascii
import hmac

from kure.domain.notices.notice import Notice
from kure.domain.notices.receiver import Request, Target

PREFIX = "whsec_"


def request(notice: Notice, target: Target) -> Request:
    """The notice as JSON. The id is the same when it is sent again, so a receiver can tell."""
    body = {
        "type": f"incident.{notice.kind.value}",
        "timestamp": notice.at.isoformat(),
        "data": {
            "key": notice.key,
            "headline": notice.headline,
            "severity": notice.severity.value,
            "cause": notice.cause,
            "fix": notice.fix,
            "link": notice.link,
            **notice.data,
        },
    }
    unsigned = Request.of(target.address, body)
    seconds = str(int(notice.at.timestamp()))
    signed = f"{notice.delivery}.{seconds}.".encode() + unsigned.body
    digest = hmac.digest(secret_bytes(target.token), signed, "sha256")
    headers = {
        "webhook-id": notice.delivery,
        "webhook-timestamp": seconds,
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }
    return Request(unsigned.url, unsigned.body, {**unsigned.headers, **headers})


def secret_bytes(secret: str) -> bytes:
    """`whsec_` and base64, as libraries make them; any other text is taken as it is."""
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
