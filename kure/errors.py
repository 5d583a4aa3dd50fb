"""Every error that Kure raises on purpose. Its text says what was tried, on what, what came back
and what to do.

KureError
├── InvalidInput        what came in cannot be right: 422
│   └── AddressRefused  an address that Kure never calls
├── TooLarge            what came in is over a limit: 413
├── NotSignedIn         no identity, or a wrong one: 401
├── AccessDenied        an identity without the right: 403
├── NotFound            no such thing here: 404
├── Conflict            a thing in the wrong state, or a stale version: 409
├── TooOften            more than one caller may ask for: 429
├── Gone                a Kubernetes object that is no longer there
├── Misconfigured       a setting that cannot work; the process refuses to start
└── Unavailable         another system does not answer: 503
    ├── ClusterUnavailable
    │   └── Forgotten   … has forgotten the list that was being read
    ├── DatabaseUnavailable
    ├── ModelFailed
    ├── NotDelivered
    ├── ProviderUnavailable
    └── TemporalUnavailable
"""


class KureError(Exception):
    """Base of all of them. `str(error)` is fit to be shown to a person."""


class InvalidInput(KureError):
    """What came in cannot be right. `fields` names each place and what is wrong with it."""

    def __init__(self, message: str, fields: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.fields = fields


class AddressRefused(InvalidInput):
    """An address that Kure never calls, or not without being told that it is inside."""


class TooLarge(KureError):
    """What came in is over a limit."""


class NotSignedIn(KureError):
    """No identity, or a wrong one."""


class AccessDenied(KureError):
    """An identity without the right; also what a cluster answers with 401 or 403."""


class NotFound(KureError):
    """There is no such thing here."""


class Conflict(KureError):
    """A thing in the wrong state for what was asked, or a stale version of it."""


class TooOften(KureError):
    """More than one caller may ask for; `retry_after_seconds` is when there is room again."""

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Gone(KureError):
    """A Kubernetes object that is no longer there, or whose name now belongs to another uid."""


class Misconfigured(KureError):
    """A setting that cannot work. The process says so and does not start."""


class Unavailable(KureError):
    """Another system does not answer; the same call may succeed later."""

    retry_after_seconds = 5


class ClusterUnavailable(Unavailable):
    """The Kubernetes API server does not answer, or answers 429 or 5xx."""

    def __init__(self, message: str, retry_after_seconds: int = 5) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Forgotten(ClusterUnavailable):
    """The API server does not remember the list, or the moment, that was asked for: it is begun
    anew."""


class DatabaseUnavailable(Unavailable):
    """PostgreSQL does not answer."""


class ModelFailed(Unavailable):
    """A provider of models did not answer, or not as it should; the next one is asked.

    `outcome`: `busy` (429, 529), `down` (5xx, no connection, no answer in time), `cut` (the answer
    broke off), `key` (401, 403), `request` (it does not take what it was asked: 400, 404, 422),
    `invalid` (what came back is no answer of its protocol). `sent`: the provider may have begun to
    work, so that it may cost something. `retry_after_seconds` is what it asked for, 0 where it
    asked for nothing. No text has a key or any of the question in it.
    """

    def __init__(
        self, message: str, outcome: str, *, sent: bool, retry_after_seconds: int = 0
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.sent = sent
        self.retry_after_seconds = retry_after_seconds


class NotDelivered(Unavailable):
    """A receiver outside did not take what it was sent. `retry_after_seconds` is what it asked for,
    0 where it asked for nothing."""

    def __init__(self, message: str, retry_after_seconds: int = 0) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class ProviderUnavailable(Unavailable):
    """The identity provider does not answer, or not as OpenID Connect says."""


class TemporalUnavailable(Unavailable):
    """The Temporal server does not answer."""
