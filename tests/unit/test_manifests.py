"""Readers of raw objects: what is missing, null or of the wrong type counts as absent."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from kure.domain import manifests

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="null"),
        pytest.param(7, id="a number"),
        pytest.param("soon", id="a word"),
        pytest.param("1970-01-01T00:00:00Z", id="the epoch, a runtime's never"),
        pytest.param("0001-01-01T00:00:00Z", id="Go's zero time"),
        pytest.param("9999-12-31T23:59:59Z", id="a time that cannot be added to"),
    ],
)
def test_no_time_is_read_from(value: object) -> None:
    assert manifests.time_of(value) is None


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("2026-01-01T12:00:00Z", id="RFC 3339"),
        pytest.param("2026-01-01T12:00:00.000000Z", id="with microseconds"),
        pytest.param("2026-01-01T12:00:00.000000000Z", id="with nanoseconds"),
        pytest.param("2026-01-01T14:00:00+02:00", id="of another zone"),
        pytest.param("2026-01-01T12:00:00", id="without a zone, taken for UTC"),
        pytest.param(datetime(2026, 1, 1, 12), id="a YAML reader's, naive"),  # noqa: DTZ001
        pytest.param(NOON.astimezone(timezone(timedelta(hours=9))), id="a YAML reader's, aware"),
    ],
)
def test_noon_is_read_from(value: object) -> None:
    assert manifests.time_of(value) == NOON


@pytest.mark.parametrize("value", [None, True, "3", 3.0])
def test_no_number_is_read_from(value: object) -> None:
    assert manifests.number(value) is None


def test_labels_that_are_not_text_are_left_out() -> None:
    assert manifests.labels({"metadata": {"labels": {"app": "web", "odd": 7}}}) == {"app": "web"}


def test_identity_of_an_object_without_metadata_is_empty() -> None:
    obj: dict[str, Any] = {"metadata": None}
    read = (manifests.name, manifests.namespace, manifests.uid, manifests.resource_version)
    assert [reader(obj) for reader in read] == ["", "", "", ""]


def test_deletion_is_told_by_its_timestamp() -> None:
    pod = {"metadata": {"deletionTimestamp": "2026-01-01T12:00:00Z"}}
    assert (manifests.is_being_deleted(pod), manifests.deleted_at(pod)) == (True, NOON)
    assert (manifests.is_being_deleted({}), manifests.deleted_at({})) == (False, None)


def test_tidy_drops_managed_fields_alone_and_changes_no_argument() -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web-0", "managedFields": [{}], "annotations": {"a": "b"}},
        "status": {"phase": "Running"},
    }
    assert manifests.tidy(pod) == {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web-0", "annotations": {"a": "b"}},
        "status": {"phase": "Running"},
    }
    assert "managedFields" in manifests.metadata(pod)


def test_tidy_leaves_an_object_without_managed_fields_as_it_is() -> None:
    pod = {"metadata": {"name": "web-0"}}
    assert manifests.tidy(pod) is pod


def test_containers_come_as_they_start_each_with_its_own_restart_policy() -> None:
    pod = {
        "spec": {
            "restartPolicy": "OnFailure",
            "initContainers": [{"name": "setup"}, {"name": "proxy", "restartPolicy": "Always"}],
            "containers": [{"name": "app"}],
        },
        "status": {
            "containerStatuses": [{"name": "app"}],
            "initContainerStatuses": [{"name": "proxy"}, None, {"name": "setup"}],
            "ephemeralContainerStatuses": [{"name": "debugger"}],
        },
    }
    found = [(c.name, c.path, c.init, c.sidecar, c.restarts) for c in manifests.containers(pod)]
    assert found == [
        ("proxy", "status.initContainerStatuses[0]", True, True, "Always"),
        ("setup", "status.initContainerStatuses[2]", True, False, "OnFailure"),
        ("app", "status.containerStatuses[0]", False, False, "OnFailure"),
    ]


def test_events_are_ordered_by_the_latest_of_their_three_times() -> None:
    series = {
        "eventTime": "2026-01-01T10:00:00.000000Z",
        "series": {"lastObservedTime": "2026-01-01T12:00:00.000000Z"},
    }
    old = {"lastTimestamp": "2026-01-01T11:00:00Z", "series": None}
    undated = {"reason": "Odd"}
    assert manifests.newest_first([undated, old, series]) == [series, old, undated]
    assert manifests.event_time(undated) is None
