"""The recording that the demo plays: all is well at first, then a dozen things fail."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from kure.demo.cluster import SHOP
from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.detect import detect
from kure.domain.failures.model import Graces, Health
from kure.domain.failures.objects.detect import detect_object
from kure.domain.failures.objects.kinds import KINDS
from kure.ports import Manifest
from kure.recording.format import Recording, Seen, read
from kure.recording.kinds import EVENTS, PODS


@pytest.fixture(scope="module")
def shop() -> Recording:
    return read(SHOP)


def states(shop: Recording, seconds: float) -> dict[str, dict[str, Manifest]]:
    """What was there so long after the beginning, by list path and uid."""
    found: dict[str, dict[str, Manifest]] = {}
    for entry in shop.story:
        if entry.at > seconds:
            break
        if isinstance(entry, Seen):
            found.setdefault(entry.path, {})[manifests.uid(entry.object)] = entry.object
        else:
            found.get(entry.path, {}).pop(entry.uid, None)
    return found


def failing(shop: Recording, seconds: float, later: timedelta) -> Iterator[str]:
    """What fails of that, in the eyes of somebody who looks some time later."""
    there = states(shop, seconds)
    now = shop.end.began + timedelta(seconds=seconds) + later
    events = list(there.get(EVENTS.path, {}).values())
    for pod in there[PODS.path].values():
        own = [each for each in events if each["involvedObject"].get("uid") == manifests.uid(pod)]
        verdict = detect(pod, own, now, Graces())
        if verdict.health is Health.FAILING:
            yield verdict.failures[0].failure_class.value
    yield from failing_objects(there, now)


def failing_objects(there: dict[str, dict[str, Manifest]], now: datetime) -> Iterator[str]:
    events = list(there.get(EVENTS.path, {}).values())
    for kind in KINDS.values():
        if kind.rule is None:
            continue
        for obj in there.get(kind.list_path, {}).values():
            home = manifests.namespace(obj)
            near = {
                name: [
                    each
                    for each in there.get(KINDS[name].list_path, {}).values()
                    if manifests.namespace(each) in ("", home)
                    and not (name == "Pod" and manifests.node_name(each))
                ]
                for name in kind.looks_at
            }
            uid = manifests.uid(obj)
            own = [each for each in events if each["involvedObject"].get("uid") == uid]
            verdict = detect_object(kind, obj, Around(own, near), now, Graces())
            if verdict.health is Health.FAILING:
                yield verdict.failures[0].failure_class.value


def test_all_is_well_at_first(shop: Recording) -> None:
    assert list(failing(shop, 3, timedelta(0))) == []


def test_a_dozen_kinds_of_failure_are_there_at_the_end(shop: Recording) -> None:
    assert len(set(failing(shop, shop.end.at, timedelta(minutes=30)))) >= 12


def test_there_is_something_for_every_page(shop: Recording) -> None:
    there = states(shop, shop.end.at)
    for plural in ("networkpolicies", "rolebindings", "clusterrolebindings", "ingresses"):
        assert any(path.endswith(f"/{plural}") and found for path, found in there.items()), plural
    assert len(shop.logs) > 20
    assert shop.unread == {}


def test_it_is_small_and_tells_nothing_of_where_it_was_made(shop: Recording) -> None:
    assert SHOP.stat().st_size < 256 * 1024
    text = "\n".join(entry.model_dump_json() for entry in shop.story)
    assert not re.search(r"not_a_real_key|managedFields|last-applied", text)
