"""Notification channels as administrators set them, and what the workflows that notify ask for."""

from datetime import datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, PlainSerializer

from kure.contracts.reports import Message, Strict
from kure.domain.diagnosis.model import Severity
from kure.domain.notices.quiet import QuietHours

CHANNEL_ID = r"^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$"
ChannelKind = Literal["slack", "teams", "pagerduty", "opsgenie", "webhook", "apprise"]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("is no time zone; write Europe/Berlin, say") from error
    return name


Clock = Annotated[time, PlainSerializer(lambda at: f"{at:%H:%M}", return_type=str)]


Glob = Annotated[str, Field(max_length=253, pattern=r"^[a-z0-9_.*?\[\]!-]+$")]


class Quiet(Strict):
    """When a channel keeps silent, each day: HH:MM in `zone`. What still fails when it ends is told
    then."""

    start: Clock
    end: Clock
    zone: Annotated[str, Field(max_length=64), AfterValidator(_zone)] = "UTC"

    def hours(self) -> QuietHours:
        return QuietHours(self.start, self.end, ZoneInfo(self.zone))


class ChannelRules(Strict):
    """What of a channel is no secret.

    `severity` is the least that is told; `namespaces` and `clusters` are patterns (`shop-*`);
    `resolved`: whether the end is told too; `inside`: the receiver may have a private address;
    `room` is the id of Slack's channel, for a bot.
    """

    id: Annotated[str, Field(pattern=CHANNEL_ID)]
    kind: ChannelKind
    enabled: bool = True
    severity: Severity = Severity.LOW
    namespaces: Annotated[list[Glob], Field(max_length=200)] = ["*"]
    clusters: Annotated[list[Glob], Field(max_length=50)] = ["*"]
    quiet: Quiet | None = None
    resolved: bool = True
    inside: bool = False
    room: Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9#_.-]*$")] = ""


Secret = Annotated[str, Field(max_length=2000)]


class ChannelBody(ChannelRules):
    """A channel as it is set. `address` is a webhook's, one as apprise writes it, or another one
    than the service's own; `token` is Slack's bot token, PagerDuty's routing key, Opsgenie's API
    key, or the secret that a webhook is signed with. Left out, or as they were shown, both stay
    what they were."""

    address: Secret | None = None
    token: Secret | None = None


class Channel(ChannelRules):
    """A channel with its secrets in clear: in memory only, and never in a workflow."""

    address: Annotated[str, Field(repr=False)] = ""
    token: Annotated[str, Field(repr=False)] = ""


class ChannelHealth(Message):
    """Whether messages get through: `failing_since` is None where the last one did. `sent` and
    `failed` count tries since the channel was made."""

    sent: int = 0
    failed: int = 0
    last_sent_at: datetime | None = None
    failing_since: datetime | None = None
    error: str = ""


class ChannelView(ChannelRules):
    """A channel as it is read: of the secrets only whether they are there, and an address' host."""

    address: str
    token: str
    health: ChannelHealth


class DeadManRules(Strict):
    """A ping that goes out every so many seconds, so that somebody else notices when Kure is
    dead."""

    every_seconds: Annotated[int, Field(ge=60, le=86_400)] = 300
    inside: bool = False


class DeadManBody(DeadManRules):
    address: Secret | None = None


class DeadMan(DeadManRules):
    address: Annotated[str, Field(repr=False)]


class DeadManView(DeadManRules):
    address: str
    health: ChannelHealth


class NotificationsBody(Strict):
    """All channels at once; `version` is the one that was read."""

    version: Annotated[int, Field(ge=0)]
    channels: Annotated[list[ChannelBody], Field(max_length=50)] = []
    dead_man: DeadManBody | None = None


class NotificationsView(Message):
    version: int
    channels: list[ChannelView]
    dead_man: DeadManView | None


class TestBody(Strict):
    channel: Annotated[str, Field(pattern=CHANNEL_ID)]


class Tested(Message):
    """Whether the receiver took the test message; `detail` is what it said where not."""

    ok: bool
    detail: str = ""


class NotifyStart(Message):
    """The workflow's only argument: the id of an incident, or of a digest's row."""

    subject: Literal["incident", "digest"]
    id: str


class Plan(Message):
    """What is due now: rows of `notifications`. `digests` are rows of digests to be woken, `nodes`
    incidents of nodes, whose messages say how much they take with them, and the one that this one
    became part of; `later` is when to look again."""

    due: list[str] = []
    digests: list[str] = []
    nodes: list[str] = []
    later: datetime | None = None


class PlanRequest(NotifyStart):
    @property
    def summary(self) -> str:
        return "Decide who is told"


class SendRequest(Message):
    """One row of `notifications`; `channel` and `about` are for people."""

    row_id: str

    @property
    def summary(self) -> str:
        return "Tell a channel"


class TestRequest(Message):
    channel: str

    @property
    def summary(self) -> str:
        return f"Send a test message to {self.channel}"
