"""Why a controller cannot make its pods: group H of the rules, by what the API server answers."""

import re
from collections.abc import Iterator

from kure.domain.diagnosis.creation import (
    limit_ranges,
    missing,
    pod_security,
    policies,
    quotas,
    webhooks,
)
from kure.domain.diagnosis.creation.refusal import Refusal, Row, cause_of, message_of
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause
from kure.domain.diagnosis.nearby import Want


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# The first that matches speaks. What a webhook or a policy says is its own text and may hold the
# words of any other row, so they stand first.
ROWS = (
    Row("H08", _words(webhooks.DENIED), webhooks.denied, webhooks.wants_configurations),
    Row("H10", _words(webhooks.UNTRUSTED), webhooks.untrusted, webhooks.wants_service),
    Row("H10", _words(webhooks.SLOW), webhooks.slow, webhooks.wants_service),
    Row("H09", _words(webhooks.DOWN), webhooks.down, webhooks.wants_service),
    Row("H11", _words(policies.POLICY), policies.policy),
    Row("H04", _words(pod_security.VIOLATES), pod_security.violations),
    Row("H12", _words(policies.CONSTRAINT), policies.constraint),
    Row("H01", _words(quotas.EXCEEDED), quotas.exceeded, quotas.wants_users),
    Row("H02", _words(quotas.UNSPECIFIED), quotas.unspecified, quotas.wants_limits),
    Row("H03", _words(limit_ranges.BOUND), limit_ranges.bound, limit_ranges.wants_limits),
    Row("H03", _words(limit_ranges.RATIO), limit_ranges.ratio, limit_ranges.wants_limits),
    Row("H05", _words(missing.ACCOUNT), missing.account, missing.wants_accounts),
    Row("H06", _words(missing.PRIORITY), missing.PRIORITY_CLASS.tell, missing.PRIORITY_CLASS.wants),
    Row("H07", _words(missing.RUNTIME), missing.RUNTIME_CLASS.tell, missing.RUNTIME_CLASS.wants),
    Row("H14", _words(policies.TERMINATING), policies.terminating),
    Row("H13", _words(policies.INVALID), policies.invalid, policies.wants_limits),
)


def failed_create(case: Case) -> Iterator[Cause]:
    """One cause where a row knows the refusal: the API server gives one reason at a time."""
    for row, refusal in _known(case):
        yield cause_of(row, refusal)


def wants(case: Case) -> Iterator[Want]:
    for row, refusal in _known(case):
        yield from row.wants(refusal)


def refused_by_webhook(case: Case) -> str:
    """The name of the webhook that refused or could not be asked; '' where none did."""
    return next((refusal.found.get("hook", "") for _, refusal in _known(case)), "")


def _known(case: Case) -> Iterator[tuple[Row, Refusal]]:
    message, line = message_of(case)
    for row in ROWS:
        found = row.pattern.search(message)
        if found:
            groups = {name: text or "" for name, text in found.groupdict().items()}
            yield row, Refusal(case, message, line, groups)
            return
