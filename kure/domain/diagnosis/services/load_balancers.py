"""Why a Service gets no address from outside."""

import shlex
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.controllers.rollout import in_namespace
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, Confidence
from kure.domain.failures.objects.load_balancer import REFUSED


def no_load_balancer(case: Case) -> Iterator[Cause]:
    """In its controller's own words."""
    if case.about.kind != "Service" or case.failure.reason not in REFUSED or not case.name:
        return
    message = case.quote(case.failure.message, 500)
    event = next(case.events(case.failure.reason), None)
    wanted = manifests.spec(case.pod).get("loadBalancerClass")
    of_class = f' of class "{wanted}"' if wanted else ""
    yield Cause(
        rule="L06",
        failure_class=case.failure.failure_class,
        container="",
        title=case.quote(f'Service "{case.name}" gets no load balancer: {message}', 200),
        explanation=f"{case.failure.reason}: the controller of load balancers{of_class} refuses or "
        f"fails to make it, so that it has no address from outside. It says: {message}",
        confidence=Confidence.DEFINITIVE,
        evidence=(
            case.from_event(event) if event else case.from_pod("events", message),
            case.from_pod("spec.type", "LoadBalancer"),
        ),
        fix="Mend what the message names: a quota, subnets or addresses that are used up, rights "
        "of the controller's account, an annotation of the Service.",
        commands=(
            f"kubectl describe service{in_namespace(case.namespace)} {shlex.quote(case.name)}",
        ),
    )
