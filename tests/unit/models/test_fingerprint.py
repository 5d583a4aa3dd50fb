"""Which failures are the same: tests/cases/models/fingerprints.yaml."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kure.domain.models import fingerprint
from kure.domain.models.subject import Subject
from tests.case_files import read
from tests.unit.models.asked import CART, LOG, NOW, POD, cause, events, log, owner


def look(**change: Any) -> Subject:
    minutes, pod = change.get("minutes", 0), change.get("pod", POD)
    at = NOW + timedelta(minutes=minutes)
    message = change.get("message", "MountVolume.SetUp failed")
    image = change.get("image", "registry.example/cart:1.2")
    return Subject(
        workload=replace(CART, name=change.get("workload", "cart")),
        causes=(cause(title=change.get("title", "It ends")),),
        unavailable=(f"Pod/{pod} is gone: deleted",),
        evidence=(
            log(change.get("log", LOG), pod=pod, id_=f"log-{minutes}", captured_at=at),
            events(message, pod=pod, minutes=minutes),
            owner(image=image),
        ),
    )


@pytest.mark.parametrize("case", read("models/fingerprints.yaml"), ids=lambda case: case["name"])
def test_the_same_failure_and_no_other_has_the_same_fingerprint(case: dict[str, Any]) -> None:
    one, two = (fingerprint.of(look(**case[side])) for side in ("one", "two"))
    assert (one == two) is case["same"]


def test_back_offs_and_the_number_of_replicas_change_nothing() -> None:
    before, after = look(), look()
    backing_off = replace(events("Back-off restarting", reason="BackOff"), id="e-2")
    scaled = replace(owner(), text=owner().text.replace("replicas: 2", "replicas: 7"))
    evidence = (*after.evidence[:2], scaled, backing_off)
    assert fingerprint.of(replace(after, evidence=evidence)) == fingerprint.of(before)


def test_the_order_of_the_evidence_changes_nothing() -> None:
    about = look()
    turned = replace(about, evidence=about.evidence[::-1])
    assert fingerprint.of(about) == fingerprint.of(turned)
    assert len(fingerprint.of(about)) == 64
