"""What the audit log says of a changed setting."""

from kure.domain.differences import differences

CHANNEL = {"id": "pager", "severity": "low", "address": "https://x/secret", "token": ""}


def test_of_a_secret_only_what_became_of_it_is_told() -> None:
    before = {"channels": [CHANNEL], "dead_man": {"address": "https://x/ping"}}
    after = {"channels": [CHANNEL | {"address": "https://x/other", "token": "t"}], "dead_man": None}
    found = differences(before, after, ("address", "token"))
    assert found == {
        "channels.pager.address": "changed",
        "channels.pager.token": "set",
        "dead_man": {"to": None},
        "dead_man.address": "removed",
    }


def test_only_what_is_another_is_told() -> None:
    other = CHANNEL | {"id": "mail"}
    found = differences(
        {"channels": [CHANNEL, other]}, {"channels": [other, CHANNEL | {"severity": "high"}]}
    )
    assert found == {"channels.pager.severity": {"from": "low", "to": "high"}}


def test_what_was_never_set_comes_from_nothing() -> None:
    assert differences(None, {"keep_days": 30}) == {"keep_days": {"to": 30}}
    assert differences({"keep_days": 30}, {"keep_days": 30}) == {}
