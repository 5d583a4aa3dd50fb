"""Every kind of receiver, by the name that its channels have in the settings."""

from kure.domain.notices import apprised, pagers, slack, teams, webhook
from kure.domain.notices.receiver import Receiver
from kure.domain.notices.steps import Kind

EVERYTHING = frozenset(Kind)
BOTH_ENDS = frozenset({Kind.FAILING, Kind.RESOLVED})

SLACK_BY_TOKEN = Receiver(
    EVERYTHING,
    slack.by_token,
    kept=slack.kept,
    default=slack.API,
    needs_token=True,
    needs_room=True,
)
RECEIVERS = {
    "slack": Receiver(BOTH_ENDS, slack.by_webhook),
    "teams": Receiver(BOTH_ENDS, teams.request),
    "pagerduty": Receiver(
        frozenset(pagers.EVENTS),
        pagers.pagerduty,
        knows_repeats=True,
        pages=True,
        default=pagers.PAGERDUTY,
        needs_token=True,
    ),
    "opsgenie": Receiver(
        frozenset(pagers.EVENTS),
        pagers.opsgenie,
        knows_repeats=True,
        pages=True,
        default=pagers.OPSGENIE,
        needs_token=True,
    ),
    "apprise": Receiver(BOTH_ENDS, apprised.request, by_apprise=True),
    "webhook": Receiver(EVERYTHING, webhook.request, knows_repeats=True, needs_token=True),
}


def receiver(kind: str, *, has_token: bool) -> Receiver:
    """How a channel's messages are made. Slack with a token is spoken to as a bot."""
    return SLACK_BY_TOKEN if kind == "slack" and has_token else RECEIVERS[kind]
