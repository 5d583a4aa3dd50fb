"""Whatever else apprise speaks: Discord, Telegram, ntfy, Matrix and some 150 more, as plain text.

https://appriseit.com/services/
"""

from kure.domain.notices.notice import Notice
from kure.domain.notices.receiver import Request, Target
from kure.domain.notices.steps import Kind

# Between an @ and a name: what a log says must not call everyone.
APART = "@\N{ZERO WIDTH SPACE}"


def request(notice: Notice, target: Target) -> Request:
    facts = "  ·  ".join(f"{name}: {value}" for name, value in notice.facts if value)
    fix = f"To do: {notice.fix}" if notice.fix else ""
    parts = filter(None, (notice.cause, fix, facts))
    text = "\n\n".join((*(_plain(part) for part in parts), notice.link))
    kind = "success" if notice.kind is Kind.RESOLVED else "failure"
    return Request.of(
        target.address, {"title": _plain(notice.headline), "body": text, "type": kind}
    )


def _plain(text: str) -> str:
    return text.replace("@", APART)
