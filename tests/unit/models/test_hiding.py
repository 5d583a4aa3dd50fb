"""Names that a model is not told, and what becomes of its answer."""

import json
from dataclasses import replace

from kure.domain.capture import as_yaml
from kure.domain.models.answer import Answer, parse
from kure.domain.models.conversation import ToolCall
from kure.domain.models.hiding import Names
from kure.domain.models.prompt import BUDGET, question
from kure.domain.models.subject import Item
from kure.domain.models.tools import Describe, checked
from kure.domain.workloads import Workload
from tests.unit.models.asked import POD, cause, events, log, owner, subject
from tests.unit.models.test_answer import EVIDENCE, GOOD

KEY = bytes(range(32))
CHECKOUT = Workload("acme-prod", "storefront", "Deployment", "checkout")
PODS_OF_IT = Item(
    "m",
    "manifest",
    f"Pod/{POD}",
    as_yaml(
        {
            "kind": "Pod",
            "metadata": {
                "name": POD,
                "namespace": "storefront",
                "labels": {"app": "checkout"},
                "ownerReferences": [{"kind": "ReplicaSet", "name": "checkout-7d9c5b8f64"}],
            },
            "spec": {
                "nodeName": "worker-blue-3",
                "serviceAccountName": "payer",
                "containers": [{"name": "app", "ports": [{"name": "http"}]}],
            },
        }
    ),
)
READ = Item("r", "read", "Service/", "Service/ledger type=ClusterIP\nPod/ledger-0 ready")
ABOUT = subject(
    workload=CHECKOUT,
    causes=(cause(title="checkout in storefront cannot reach ledger over http"),),
    unavailable=("Pod/ledger-0 is gone",),
    evidence=(
        log(f"{POD} on worker-blue-3: checkout failed for payer, KeyError: 'PORT'\n"),
        events("Pod storefront/checkout-7d9c5b8f64 failed"),
        replace(owner(), subject="Deployment/checkout"),
        PODS_OF_IT,
        READ,
    ),
)
HIDDEN = ("checkout", "storefront", "acme-prod", "worker-blue-3", POD, "payer", "ledger")


def test_no_name_reaches_the_question_and_what_is_no_name_does() -> None:
    names = Names.of(ABOUT, KEY)
    asked = question(names.hidden(ABOUT), BUDGET)
    assert [name for name in HIDDEN if name in asked.text] == []
    for kept in ("KeyError: 'PORT'", "over http", "container app", "Deployment"):
        assert kept in asked.text


def test_the_same_name_has_one_placeholder_everywhere() -> None:
    names = Names.of(ABOUT, KEY)
    hidden = names.hidden(ABOUT)
    assert names.text("checkout") == hidden.workload.name
    assert hidden.workload.name in hidden.causes[0].title
    assert hidden.workload.name in hidden.evidence[0].text


def test_lines_keep_their_numbers() -> None:
    names = Names.of(ABOUT, KEY)
    for item, hidden in zip(ABOUT.evidence, names.hidden(ABOUT).evidence, strict=True):
        assert len(item.lines) == len(hidden.lines)


def test_an_answer_by_placeholders_is_checked_and_told_by_names() -> None:
    names = Names.of(ABOUT, KEY)
    hidden = names.hidden(ABOUT).workload
    fix = GOOD["fix"] | {"namespace": hidden.namespace, "name": hidden.name}
    said = json.dumps(GOOD | {"cause": f"{hidden.name} has no PORT", "fix": fix})
    assert "checkout" not in said
    found = parse(names.revealed(said), EVIDENCE, CHECKOUT)
    assert isinstance(found, Answer)
    assert found.cause == "checkout has no PORT"
    assert found.fix is not None


def test_a_wish_by_placeholders_is_for_the_object_that_is_meant() -> None:
    names = Names.of(ABOUT, KEY)
    call = ToolCall("c", "describe", {"kind": "Pod", "name": names.text(POD), "namespace": ""})
    assert checked(names.wished(call), CHECKOUT) == Describe("Pod", "storefront", POD)


def test_a_placeholder_of_a_secret_has_no_way_back() -> None:
    names = Names.of(ABOUT, KEY)
    for told in ("[redacted:password:1a2b3c4d]", "[redacted:name:00000000]"):
        assert names.revealed(told) == told
