"""Slack: Block Kit, by an incoming webhook, or by a bot's token, which can also edit what it said.

https://docs.slack.dev/reference/methods/chat.postMessage and .../chat.update,
https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
"""

import json
from typing import Any

from kure.domain.diagnosis.model import short
from kure.domain.notices.notice import Notice
from kure.domain.notices.receiver import Handle, Request, Target, Unwilling
from kure.domain.notices.steps import Kind

API = "https://slack.com/api"
MOST_HEADER = 150
MARKS = {
    Kind.FAILING: "\N{LARGE RED CIRCLE}",
    Kind.CHANGED: "\N{LARGE RED CIRCLE}",
    Kind.ACKNOWLEDGED: "\N{LARGE YELLOW CIRCLE}",
    Kind.IGNORED: "\N{MEDIUM WHITE CIRCLE}",
    Kind.RESOLVED: "\N{WHITE HEAVY CHECK MARK}",
}
GONE = ("message_not_found", "cant_update_message", "thread_not_found", "edit_window_closed")


def by_webhook(notice: Notice, target: Target) -> Request:
    """Each message is a new one: a webhook cannot edit."""
    return Request.of(target.address, {"text": notice.headline, "blocks": blocks(notice)})


def by_token(notice: Notice, target: Target) -> Request:
    """One message for each failure, edited as it goes on; if it fails again, an answer in the
    thread of the first that the whole channel sees."""
    body: dict[str, Any] = {"text": notice.headline, "blocks": blocks(notice)}
    before = target.handle
    method = "chat.postMessage"
    if notice.kind is Kind.FAILING:
        body["channel"] = before.get("channel") or target.room
        if before.get("root"):
            body |= {"thread_ts": before["root"], "reply_broadcast": True}
    elif before.get("ts"):
        method = "chat.update"
        body |= {"channel": before["channel"], "ts": before["ts"]}
    else:
        body["channel"] = target.room
    return Request.of(f"{target.address}/{method}", body, Authorization=f"Bearer {target.token}")


def kept(body: bytes, handle: Handle) -> dict[str, str]:
    """The message's channel and time, by which it is edited; `root` is the first one's."""
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise Unwilling("Slack's answer is no JSON object.")
    if answer.get("ok") is not True:
        why = str(answer.get("error", "no reason given"))
        raise Unwilling(f"Slack answered: {short(why, 100)}.", forget=why in GONE)
    ts, channel = str(answer.get("ts", "")), str(answer.get("channel", ""))
    return {"channel": channel, "ts": ts, "root": handle.get("root") or ts}


def blocks(notice: Notice) -> list[dict[str, Any]]:
    """The message. Plain text throughout: what a log says must not become a mention or a link."""
    found: list[dict[str, Any]] = [
        {"type": "header", "text": _plain(f"{MARKS[notice.kind]} {notice.headline}", MOST_HEADER)}
    ]
    if notice.cause:
        found.append({"type": "section", "text": _plain(notice.cause)})
    if notice.fix:
        found.append({"type": "section", "text": _plain(f"To do: {notice.fix}")})
    facts = "  ·  ".join(f"{name}: {value}" for name, value in notice.facts if value)
    found.append({"type": "context", "elements": [_plain(facts)]})
    button = {"type": "button", "text": _plain("Open in Kure"), "url": notice.link}
    found.append({"type": "actions", "elements": [button]})
    return found


def _plain(text: str, most: int = 2900) -> dict[str, Any]:
    shown = text if len(text) <= most else text[: most - 1] + "…"
    return {"type": "plain_text", "text": shown, "emoji": False}
