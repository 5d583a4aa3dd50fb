"""Microsoft Teams: an Adaptive Card to the address of a workflow "when a webhook request is
received". https://adaptivecards.io/explorer/, https://learn.microsoft.com/connectors/teams/
"""

from typing import Any

from kure.domain.notices.notice import Notice
from kure.domain.notices.receiver import Request, Target
from kure.domain.notices.steps import Kind


def request(notice: Notice, target: Target) -> Request:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": list(_body(notice)),
        "actions": [{"type": "Action.OpenUrl", "title": "Open in Kure", "url": notice.link}],
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return Request.of(target.address, {"type": "message", "attachments": [attachment]})


def _body(notice: Notice) -> list[dict[str, Any]]:
    """Text runs, since a text block would read Markdown in what a log says."""
    colour = "Good" if notice.kind is Kind.RESOLVED else "Attention"
    head = {"size": "Large", "weight": "Bolder", "color": colour}
    found = [_text(notice.headline, **head)]
    if notice.cause:
        found += [_text(line) for line in notice.cause.splitlines()]
    if notice.fix:
        found.append(_text(f"To do: {notice.fix}"))
    facts = [{"title": name, "value": value} for name, value in notice.facts if value]
    return [*found, {"type": "FactSet", "facts": facts}]


def _text(text: str, **style: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text} | style]}
