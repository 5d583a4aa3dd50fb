"""A container cannot be made from what its environment refers to: B01, B02, B03."""

import re
from collections.abc import Iterator

from kure.domain.diagnosis.existing import wants_of
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.missing import Missing, missing_cause, named_in, needed_by
from kure.domain.diagnosis.model import Cause
from kure.domain.diagnosis.nearby import Want

NOT_FOUND = re.compile(r'\b(configmap|secret)s? "([^"]{1,253})" not found', re.IGNORECASE)
NO_KEY = re.compile(
    r"couldn't find key (\S{1,253}) in (Secret|ConfigMap) (?:[^\s/]{1,63}/)?(\S{1,253})",
    re.IGNORECASE,
)
KINDS = {"configmap": "ConfigMap", "secret": "Secret"}
OBJECT_RULES = {"ConfigMap": "B01", "Secret": "B02"}
CONSEQUENCE = "The kubelet does not create the container without it, and tries again."


def missing_setting(case: Case) -> Iterator[Cause]:
    """The ConfigMap, Secret or key that the kubelet does not find."""
    what = _missed(case)
    if what is not None:
        rule = "B03" if what.key else OBJECT_RULES[what.kind]
        said = case.from_pod(case.failure.field, case.failure.message)
        yield missing_cause(case, rule, what, (said,), CONSEQUENCE)


def wants_settings(case: Case) -> Iterator[Want]:
    what = _missed(case)
    if what is not None:
        yield from wants_of(case, what.kind, what.name)


def _missed(case: Case) -> Missing | None:
    found = NO_KEY.search(case.failure.message)
    if found:
        key, kind, name = found.group(1), KINDS[found.group(2).lower()], found.group(3)
    else:
        found = NOT_FOUND.search(case.failure.message)
        if not found:
            return None
        key, kind, name = "", KINDS[found.group(1).lower()], found.group(2)
    by = (r for r in named_in(case.pod, kind, name) if r.container == case.failure.container)
    return Missing(
        kind, name, needed_by(case), tuple(r for r in by if not key or r.key == key), key
    )
