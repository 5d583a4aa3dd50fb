"""Scopes, addresses, names and passwords; cases in tests/cases/access.yaml."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml

from kure.domain.access.accounts import check_grant, check_name, check_password
from kure.domain.access.addresses import client_address, throttled_as
from kure.domain.access.groups import Grant, account_name, granted, groups_of
from kure.domain.access.paths import LONGEST, local_path
from kure.domain.access.roles import Role, lesser
from kure.domain.access.scopes import EVERYWHERE, MOST, Scopes, checked
from kure.errors import InvalidInput

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases/access.yaml").read_text())


@pytest.mark.parametrize("case", CASES["scopes"], ids=lambda case: " ".join(case["of"]) or "none")
def test_scopes_cover_what_their_globs_match(case: dict[str, Any]) -> None:
    scopes = Scopes.of(case["of"])
    for place in case["covers"]:
        assert scopes.covers(*place.split("/")), place
        assert scopes.covers_cluster(place.split("/")[0])
    for place in case["not"]:
        assert not scopes.covers(*place.split("/")), place


@pytest.mark.parametrize("text", CASES["no_scopes"])
def test_what_is_no_scope_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        checked(["*/*", text])


def test_no_scope_and_too_many_are_refused() -> None:
    for texts in ([], [f"prod/n{n}" for n in range(MOST + 1)]):
        with pytest.raises(InvalidInput):
            checked(texts)
    assert checked(["a/b", "*/*", "a/b"]) == ["a/b", "*/*"]


def test_both_groups_must_cover() -> None:
    both = Scopes.of(["prod/*"]) & Scopes.of(["*/shop"])
    assert both.covers("prod", "shop")
    assert not both.covers("prod", "cart")
    assert not both.covers("staging", "shop")
    assert EVERYWHERE.everything
    assert (EVERYWHERE & Scopes.of(["prod/*"])) == Scopes.of(["prod/*"])


def test_an_admin_sees_everything() -> None:
    assert check_grant(Role.ADMIN, ["*/*"]) == ["*/*"]
    assert check_grant(Role.WRITE, ["prod/*"]) == ["prod/*"]
    with pytest.raises(InvalidInput):
        check_grant(Role.ADMIN, ["prod/*"])


@pytest.mark.parametrize(("peer", "forwarded", "trusted", "expected"), CASES["addresses"])
def test_a_forwarded_address_is_believed_from_trusted_proxies_only(
    peer: str, forwarded: str, trusted: list[str], expected: str
) -> None:
    networks = [ip_network(network) for network in trusted]
    assert client_address(peer, forwarded, networks) == expected


def test_one_who_has_a_network_counts_once() -> None:
    assert throttled_as("2001:db8::1") == throttled_as("2001:db8::ffff:1") == "2001:db8::/64"
    assert throttled_as("192.0.2.1") == "192.0.2.1"


@pytest.mark.parametrize("role", list(Role))
def test_a_role_covers_itself_and_lesser_ones(role: Role) -> None:
    assert role.covers(Role.READ)
    assert role.covers(role)
    assert lesser(role, Role.READ) is Role.READ
    assert lesser(Role.ADMIN, role) is role
    assert not Role.READ.covers(Role.WRITE)
    assert not Role.WRITE.covers(Role.ADMIN)


@pytest.mark.parametrize("password", CASES["passwords"]["bad"])
def test_an_easy_password_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput):
        check_password(password, "ada")


@pytest.mark.parametrize("name", CASES["names"]["bad"])
def test_a_name_that_would_not_be_told_apart_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        check_name(name)


def test_good_names_and_passwords_pass() -> None:
    for name in CASES["names"]["good"]:
        check_name(name)
    for password in CASES["passwords"]["good"]:
        check_password(password, "ada")


@pytest.mark.parametrize(("claim", "expected"), CASES["groups"])
def test_groups_grant_the_highest_role_and_all_their_scopes(
    claim: object, expected: list[Any] | None
) -> None:
    grants = {
        name: Grant(Role(grant["role"]), tuple(grant.get("scopes", ["*/*"])))
        for name, grant in CASES["grants"].items()
    }
    found = granted(groups_of({"groups": claim}, "groups"), grants)
    assert (found and [found.role.value, list(found.scopes)]) == expected


@pytest.mark.parametrize(("told", "expected"), CASES["account_names"])
def test_an_account_of_a_provider_has_a_name_that_will_do(told: object, expected: str) -> None:
    name = account_name({"preferred_username": told}, "preferred_username")
    assert name == expected
    check_name(name)


def test_a_long_name_is_cut() -> None:
    check_name(account_name({"name": "a" * 200}, "name"))


@pytest.mark.parametrize("path", CASES["paths"]["ours"])
def test_people_come_back_to_the_page_that_they_wanted(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize("path", [*CASES["paths"]["not"], "/" + "a" * LONGEST])
def test_nobody_is_sent_to_another_site(path: str) -> None:
    assert local_path(path) == "/"
