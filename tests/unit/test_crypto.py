"""The installation's key: refusals, rotation, texts that cannot be moved or changed unnoticed."""

from pathlib import Path

import pytest

from kure.adapters.crypto import Keyring
from kure.adapters.key_file import add_next, drop, ensure_key, switch
from kure.errors import Conflict, Misconfigured


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    ensure_key(tmp_path / "key")
    return tmp_path / "key"


@pytest.mark.parametrize(
    "content",
    ["", "no colon", "1:not base64!", "1:c2hvcnQ=", ":" + "A" * 43 + "="],
    ids=["empty", "no id", "no base64", "too short", "an empty id"],
)
def test_a_key_file_that_cannot_be_used_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "key").write_text(content)
    with pytest.raises(Misconfigured) as refused:
        Keyring.load(tmp_path / "key")
    assert content[5:] == "" or content[5:] not in str(refused.value)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be read"):
        Keyring.load(tmp_path / "key")


def test_a_key_that_is_there_is_kept(key_file: Path) -> None:
    before = key_file.read_text()
    ensure_key(key_file)
    assert key_file.read_text() == before
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_a_changed_text_is_refused(key_file: Path) -> None:
    cipher = Keyring.load(key_file).cipher("evidence")
    sealed = bytearray(cipher.seal(b"the log", b"row 1"))
    assert b"the log" not in sealed
    assert cipher.open(bytes(sealed), b"row 1") == b"the log"
    with pytest.raises(Misconfigured):
        cipher.open(bytes(sealed), b"row 2")
    sealed[-1] ^= 1
    with pytest.raises(Misconfigured):
        cipher.open(bytes(sealed), b"row 1")


def test_purposes_do_not_open_each_other(key_file: Path) -> None:
    keyring = Keyring.load(key_file)
    with pytest.raises(Misconfigured):
        keyring.cipher("payload").open(keyring.cipher("evidence").seal(b"x"))


def test_old_texts_outlive_a_rotation_and_are_named_where_their_key_is_gone(
    key_file: Path, tmp_path: Path
) -> None:
    old = Keyring.load(key_file)
    sealed = old.cipher("evidence").seal(b"x")
    ensure_key(tmp_path / "newer")
    newer = (tmp_path / "newer").read_text().replace("1:", "2:", 1)
    key_file.write_text(newer + key_file.read_text())
    rotated = Keyring.load(key_file)
    assert rotated.cipher("evidence").open(sealed) == b"x"
    assert rotated.cipher("evidence").seal(b"x").startswith(b"2:")
    assert rotated.redaction_key("local") == old.redaction_key("local")
    key_file.write_text(newer)
    with pytest.raises(Misconfigured, match="no longer holds"):
        Keyring.load(key_file).cipher("evidence").open(sealed)


def test_each_cluster_has_placeholders_of_its_own(key_file: Path) -> None:
    keyring = Keyring.load(key_file)
    assert keyring.redaction_key("a") != keyring.redaction_key("b")


def test_a_next_key_decrypts_everywhere_before_it_encrypts_and_nobody_starts_again(
    key_file: Path,
) -> None:
    one, other = Keyring.load(key_file).cipher("evidence"), Keyring.load(key_file)
    assert add_next(key_file) == add_next(key_file) == "2"
    assert one.seal(b"x").startswith(b"1:")
    assert other.known == ["1", "2"]
    switch(key_file)
    sealed = one.seal(b"the log")
    assert sealed.startswith(b"2:")
    assert other.cipher("evidence").open(sealed) == b"the log"


def test_over_two_rotations_and_a_drop_placeholders_stay(key_file: Path) -> None:
    ring = Keyring.load(key_file)
    before, old = ring.redaction_key("c"), ring.cipher("evidence").seal(b"the log")
    for _ in range(2):
        add_next(key_file)
        switch(key_file)
    assert (ring.writing, ring.older, ring.redaction_key("c")) == ("3", ["2", "1"], before)
    assert ring.cipher("evidence").open(old) == b"the log"
    for key_id in ("1", "2"):
        drop(key_file, key_id)
    assert (ring.known, ring.redaction_key("c")) == (["3"], before)
    with pytest.raises(Misconfigured, match="no longer holds"):
        ring.cipher("evidence").open(old)
    assert add_next(key_file) == "4"
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_the_key_that_encrypts_is_not_dropped(key_file: Path) -> None:
    coming = add_next(key_file)
    for key_id, refusal in (("1", Conflict), (coming, Conflict), ("9", Misconfigured)):
        with pytest.raises(refusal):
            drop(key_file, key_id)


def test_a_file_that_was_spoilt_meanwhile_changes_nothing(key_file: Path) -> None:
    ring = Keyring.load(key_file)
    sealed = ring.cipher("evidence").seal(b"x")
    key_file.write_text("spoilt")
    assert ring.cipher("evidence").open(sealed) == b"x"
