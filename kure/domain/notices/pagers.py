"""PagerDuty (Events API v2) and Opsgenie (Alert API): one alert an incident, by its id.

https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ and
https://docs.opsgenie.com/docs/alert-api
"""

from urllib.parse import quote

from kure.domain.diagnosis.model import Severity, short
from kure.domain.notices.notice import Notice
from kure.domain.notices.receiver import Request, Target
from kure.domain.notices.steps import Kind

PAGERDUTY = "https://events.pagerduty.com"
OPSGENIE = "https://api.opsgenie.com"

# Of what is ignored, nobody is to be paged any more.
EVENTS = {
    Kind.FAILING: "trigger",
    Kind.ACKNOWLEDGED: "acknowledge",
    Kind.IGNORED: "resolve",
    Kind.RESOLVED: "resolve",
}
SEVERITIES = {
    Severity.CRITICAL: "critical",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "info",
}
PRIORITIES = {
    Severity.CRITICAL: "P1",
    Severity.HIGH: "P2",
    Severity.MEDIUM: "P3",
    Severity.LOW: "P4",
}


def pagerduty(notice: Notice, target: Target) -> Request:
    body = {
        "routing_key": target.token,
        "event_action": EVENTS[notice.kind],
        "dedup_key": notice.key,
        "client": "Kure",
        "client_url": notice.link,
        "payload": {
            "summary": short(f"{notice.headline}: {notice.cause}", 1024),
            "source": notice.source,
            "severity": SEVERITIES[notice.severity],
            "timestamp": notice.at.isoformat(),
            "custom_details": {
                "cause": notice.cause,
                "fix": notice.fix,
                **{name: value for name, value in notice.facts if value},
            },
        },
        "links": [{"href": notice.link, "text": "Open in Kure"}],
    }
    return Request.of(f"{target.address}/v2/enqueue", body)


def opsgenie(notice: Notice, target: Target) -> Request:
    key = {"Authorization": f"GenieKey {target.token}"}
    alerts = f"{target.address}/v2/alerts"
    if notice.kind is Kind.FAILING:
        body = {
            "message": short(notice.headline, 130),
            "alias": notice.key,
            "description": "\n\n".join(filter(None, (notice.cause, notice.fix, notice.link))),
            "priority": PRIORITIES[notice.severity],
            "source": "Kure",
            "entity": short(notice.source, 512),
            "details": {name: value for name, value in notice.facts if value},
        }
        return Request.of(alerts, body, **key)
    action = "acknowledge" if notice.kind is Kind.ACKNOWLEDGED else "close"
    url = f"{alerts}/{quote(notice.key, safe='')}/{action}?identifierType=alias"
    return Request.of(url, {"source": "Kure", "note": short(notice.headline, 1000)}, **key)
