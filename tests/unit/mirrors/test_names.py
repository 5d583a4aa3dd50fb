"""A mirror's name, its signature, and its policies."""

import re
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kure.domain.mirrors.names import ID_LABEL, SIGNATURE, is_signed, mirror_name, signature
from kure.ids import new_id

DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
ID = UUID("019ad000-1111-7222-8333-444455556666")


@given(st.text(), st.uuids())
def test_any_name_gives_a_dns_label(name: str, mirror_id: UUID) -> None:
    assert DNS_LABEL.fullmatch(mirror_name(name, mirror_id))


def test_a_name_is_forty_characters_of_the_pods_and_ten_of_the_id() -> None:
    assert mirror_name("cart-7d9-x", ID) == "cart-7d9-x-mirror-4455556666"
    assert mirror_name("a" * 39 + "." + "b" * 200, ID) == f"{'a' * 39}-mirror-4455556666"
    assert mirror_name("Web.v1", ID) == "web-v1-mirror-4455556666"
    assert mirror_name("", ID) == "pod-mirror-4455556666"


def test_two_mirrors_of_one_moment_have_names_of_their_own() -> None:
    assert len({mirror_name("web", new_id()) for _ in range(100)}) == 100


def signed(key: bytes, **changed: str) -> dict[str, object]:
    """A pod signed for shop/web-mirror-1, then changed."""
    of = {"namespace": "shop", "name": "web-mirror-1", "id": "1"}
    written = signature(key, of["namespace"], of["name"], of["id"])
    of |= changed
    return {
        "metadata": {
            "namespace": of["namespace"],
            "name": of["name"],
            "labels": {ID_LABEL: of["id"]},
            "annotations": {SIGNATURE: written},
        }
    }


def test_a_signature_holds_for_one_object_of_one_installation() -> None:
    assert is_signed(signed(b"key"), b"key")
    assert not is_signed(signed(b"key"), b"other")
    for field in ("namespace", "name", "id"):
        assert not is_signed(signed(b"key", **{field: "web-mirror-2"}), b"key")


def test_names_that_run_together_are_signed_apart() -> None:
    assert signature(b"k", "a", "bc", "d") != signature(b"k", "ab", "c", "d")


def test_what_has_no_signature_is_not_signed() -> None:
    for pod in ({}, {"metadata": None}, {"metadata": {"annotations": {SIGNATURE: 7}}}):
        assert not is_signed(pod, b"key")
    assert not is_signed({"metadata": {"annotations": {SIGNATURE: "\ud800é"}}}, b"key")
