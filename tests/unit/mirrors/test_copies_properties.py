"""Whatever a template holds, its mirror has nothing of the original and no more power than it."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from kure.domain import manifests
from kure.domain.mirrors.copying import DEADLINE, DROPPED, Choice, Copy, copy_of
from kure.domain.mirrors.names import EXPIRES, ID_LABEL, LABEL, SIGNATURE
from kure.domain.mirrors.shared import shares
from kure.domain.mirrors.shown import shown
from kure.domain.mirrors.surroundings import Surroundings
from kure.domain.mirrors.verdict import judge
from tests.unit.test_detect_junk import ANYTHING, events, field, fields, many, names, pods

ID = UUID("019ad000-1111-7222-8333-444455556666")
AT = datetime(2026, 1, 1, tzinfo=UTC)

labels = st.dictionaries(st.sampled_from(["app", "tier", "kure.dev/mirror"]), names, max_size=2)
selectors = field(
    fields(
        matchLabels=labels,
        matchExpressions=many(
            fields(
                key=st.sampled_from(["app", "tier", "kure.dev/mirror-id"]),
                operator=st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]),
                values=many(names),
            )
        ),
    )
)
terms = many(fields(labelSelector=selectors, topologyKey=names))
required = fields(requiredDuringSchedulingIgnoredDuringExecution=terms)
volumes = many(
    fields(
        name=names,
        persistentVolumeClaim=fields(claimName=names, readOnly=st.booleans()),
        nfs=fields(server=names),
        awsElasticBlockStore=fields(volumeID=names),
        hostPath=fields(path=names),
        downwardAPI=fields(items=many(fields(fieldRef=fields(fieldPath=names)))),
    )
)
containers = many(
    fields(
        name=names,
        image=names,
        args=many(st.sampled_from(["--db=postgres:5432", "http://web", "-v"])),
        env=many(
            fields(name=names, value=names, valueFrom=fields(secretKeyRef=fields(name=names)))
        ),
        envFrom=many(fields(configMapRef=fields(name=names))),
        ports=many(fields(containerPort=st.integers(), hostPort=st.integers(), hostIP=names)),
        securityContext=fields(privileged=st.booleans(), capabilities=fields(add=many(names))),
        volumeDevices=many(fields(name=names)),
    )
)
templates = fields(
    metadata=fields(
        labels=labels,
        annotations=st.dictionaries(
            st.sampled_from(
                ["prometheus.io/scrape", "kure.dev/signature", "x", "linkerd.io/inject"]
            ),
            names,
        ),
        finalizers=many(names),
        generateName=names,
        ownerReferences=many(fields(kind=names)),
    ),
    spec=fields(
        containers=containers,
        initContainers=containers,
        volumes=volumes,
        nodeName=names,
        hostname=names,
        hostNetwork=st.booleans(),
        hostPID=st.booleans(),
        priority=st.integers(),
        priorityClassName=names,
        preemptionPolicy=names,
        activeDeadlineSeconds=st.integers(),
        schedulingGates=many(fields(name=names)),
        readinessGates=many(fields(conditionType=names)),
        resourceClaims=many(fields(resourceClaimName=names)),
        tolerations=many(fields(key=names)),
        affinity=fields(podAffinity=required, podAntiAffinity=required, nodeAffinity=required),
        topologySpreadConstraints=terms,
    ),
).filter(lambda template: isinstance(template, dict))
objects = many(
    fields(
        metadata=fields(name=names),
        value=st.integers(),
        globalDefault=st.booleans(),
        spec=fields(
            selector=selectors | labels,
            podSelector=selectors,
            accessModes=many(st.sampled_from(["ReadWriteOnce", "ReadWriteMany"])),
            ingress=many(fields(**{"from": many(fields(podSelector=selectors))})),
            egress=many(fields(to=many(fields(podSelector=selectors)))),
            scaleTargetRef=fields(kind=names, name=names),
        ),
        status=fields(phase=st.sampled_from(["Bound", "Pending"])),
    ).filter(lambda obj: isinstance(obj, dict))
).map(lambda listed: [obj for obj in listed if isinstance(obj, dict)])
listed = st.none() | objects
arounds = st.builds(Surroundings, *(listed for _ in range(10)))
owners = fields(
    kind=st.sampled_from(["Deployment", "StatefulSet", "DaemonSet", "Job", "Pod"]),
    metadata=fields(name=names, namespace=names),
    spec=fields(
        volumeClaimTemplates=many(fields(metadata=fields(name=names))), completionMode=names
    ),
).filter(lambda owner: isinstance(owner, dict))
choices = st.builds(
    Choice,
    st.just(ID),
    st.integers(0, 3600),
    st.just(AT),
    st.booleans(),
    st.booleans(),
)
copies = st.tuples(templates, st.none() | pods, owners, arounds, choices)


def made(given: Any) -> Copy:
    template, original, owner, around, choice = given
    return copy_of(template, original, owner, around, choice, b"key")


@settings(deadline=None)
@given(copies)
def test_any_template_gives_a_mirror_without_a_trace_of_the_original(given: Any) -> None:
    before = deepcopy(given)
    copy = made(given)
    assert given == before
    assert copy == made(given)
    metadata = manifests.metadata(copy.pod)
    assert set(metadata) == {"name", "namespace", "labels", "annotations"}
    assert metadata["labels"] == {LABEL: "true", ID_LABEL: str(ID)}
    assert set(metadata["annotations"]) <= {EXPIRES, SIGNATURE, "x", "linkerd.io/inject"}
    assert metadata["annotations"][EXPIRES] != ""
    assert len(metadata["annotations"][SIGNATURE]) == 64
    assert not set(DROPPED) & set(copy.pod["spec"])


@settings(deadline=None)
@given(copies)
def test_a_mirror_has_no_power_that_its_template_lacks(given: Any) -> None:
    template, _, owner, around, _ = given
    spec, own = made(given).pod["spec"], manifests.spec(template)
    added = {"volumes", "activeDeadlineSeconds", "priorityClassName"}
    if owner.get("kind") == "DaemonSet":
        added |= {"affinity", "tolerations"}
    for key, value in spec.items():
        if key in ("containers", "initContainers"):
            assert without_ports(value) == without_ports(own[key])
        elif key not in added:
            assert value == own[key]
    assert 0 < spec["activeDeadlineSeconds"] <= DEADLINE
    assert {"priority", "preemptionPolicy"}.isdisjoint(spec)
    assert "hostPort" not in str(spec)
    classes = {manifests.name(found) for found in around.priority_classes or ()}
    assert spec.get("priorityClassName", "") in {*classes, ""}
    for volume in manifests.mappings(spec.get("volumes")):
        if "emptyDir" not in volume:
            assert allowed(volume) in map(allowed, manifests.mappings(own.get("volumes")))


def without_ports(listed: Any) -> Any:
    """The containers as they are, but for what is said of ports."""
    if not isinstance(listed, list):
        return listed
    return [
        {key: value for key, value in found.items() if key != "ports"}
        if isinstance(found, dict)
        else found
        for found in listed
    ]


def allowed(volume: Any) -> Any:
    """A volume as it is, but for whether it may be written to."""
    return {
        key: {k: v for k, v in value.items() if k != "readOnly"}
        if isinstance(value, dict)
        else value
        for key, value in volume.items()
    }


@settings(deadline=None)
@given(copies)
def test_all_objects_of_a_mirror_select_nothing_but_it(given: Any) -> None:
    for policy in made(given).first:
        assert policy["spec"]["podSelector"] == {"matchLabels": {ID_LABEL: str(ID)}}


@settings(deadline=None)
@given(copies)
def test_who_wants_no_network_gets_one_policy_that_allows_nothing(given: Any) -> None:
    *_, choice = given
    if choice.no_network:
        (policy,) = made(given).first
        assert set(policy["spec"]) == {"podSelector", "policyTypes"}


@settings(deadline=None)
@given(templates, pods, listed, ANYTHING)
def test_anything_is_shown_and_told(template: Any, pod: Any, services: Any, junk: Any) -> None:
    assert isinstance(shown(template, pod), str)
    assert isinstance(shown(pod, {"spec": junk}), str)
    assert all(shares(template, services))


@settings(deadline=None)
@given(pods, st.floats(0, 10_000), st.booleans(), events | st.none(), st.booleans())
def test_any_status_gets_a_verdict(
    pod: Any, needs: float, is_job: bool, seen: Any, over: bool
) -> None:
    first = judge(pod, needs, is_job, AT, events=seen, ends_at=AT if over else None)
    again = judge(pod, needs, is_job, AT, first, events=seen, ends_at=AT)
    assert again.final
    assert first.text
    assert first.look_again_at is None or first.look_again_at > AT
    assert first.final or not over
