"""The command's refusals: one message in plain words, exit code 2, no traceback."""

import base64
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kure.cli import app
from kure.demo.cluster import SHOP
from kure.demo.state import lock

NOWHERE = """
apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
users: [{name: u, user: {token: hunter2-hunter2}}]
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, which is the data folder too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KURE_DATA_DIR", str(tmp_path))
    return tmp_path


def kure(*words: str, stdin: str | None = None, **settings: str) -> Result:
    return CliRunner().invoke(app, words, input=stdin, env=dict(settings))


def refusal(*words: str, **settings: str) -> str:
    """What the command says when it refuses."""
    result = kure(*words, **settings)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    return " ".join(result.output.split())


@pytest.mark.parametrize("words", [("--loop", "--cluster"), ("--context", "here")])
def test_an_option_of_the_other_kind_of_demo_is_refused(words: tuple[str, ...]) -> None:
    assert "--cluster" in refusal("demo", *words)


def test_nothing_is_removed_unless_told_so(home: Path) -> None:
    (home / "shop").mkdir()
    (home / "shop" / "key").touch()
    assert "give --yes" in refusal("demo", "reset")
    assert (home / "shop" / "key").exists()


def test_a_demo_that_runs_is_not_reset(home: Path) -> None:
    (home / "shop").mkdir()
    (home / "shop" / "key").touch()
    with lock(home / "shop"):
        assert "another `kure demo`" in refusal("demo", "reset", "--yes")
    assert (home / "shop" / "key").exists()


def test_a_reset_removes_what_a_demo_made_and_nothing_else(home: Path) -> None:
    folder = home / "shop"
    (folder / "log").mkdir(parents=True)
    for name in ("key", "token", "notes.txt"):
        (folder / name).touch()
    assert "Removed" in kure("demo", "reset", "--yes").output
    assert sorted(each.name for each in folder.iterdir()) == ["lock", "notes.txt"]


def test_a_recording_that_is_none_is_not_played(home: Path) -> None:
    (home / "notes.txt").write_text("nothing")
    assert "Cannot read the recording notes.txt" in refusal("play", "notes.txt")
    assert "No such file" in refusal("play", "none.kure.gz")


def test_a_recording_is_not_played_on_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        said = refusal("play", str(SHOP), "--port", port)
    assert said.startswith(f"kure: Cannot listen on 127.0.0.1:{port}: Address already in use;")
    assert "--port" in said


def test_a_cluster_that_does_not_answer_is_not_recorded(home: Path) -> None:
    (home / "kubeconfig").write_text(NOWHERE)
    said = refusal("record", "out.kure.gz", KURE_KUBECONFIG="kubeconfig")
    assert "http://127.0.0.1:1 does not answer" in said
    assert not list(home.glob("out*"))


def test_a_kubeconfig_that_is_not_there_is_said(home: Path) -> None:
    missing = str(home / "none")
    assert missing in refusal("demo", "--cluster", "--yes", KURE_KUBECONFIG=missing)


@pytest.mark.parametrize("text", ["", "[]", "{", "a: b", "contexts: 3", "\0"])
def test_a_broken_kubeconfig_is_said(home: Path, text: str) -> None:
    file = home / "kubeconfig"
    file.write_text(text)
    said = refusal("demo", "--cluster", "--yes", KURE_KUBECONFIG=str(file))
    assert said.startswith(f"kure: Cannot use the kubeconfig ({file})")


def test_an_unknown_context_is_said_with_those_there_are(home: Path) -> None:
    (home / "kubeconfig").write_text(NOWHERE)
    said = refusal("demo", "--cluster", "--context", "there", KURE_KUBECONFIG="kubeconfig")
    assert "no context 'there'; it has here" in said


def test_without_a_terminal_nothing_is_read_unless_told_so(home: Path) -> None:
    (home / "kubeconfig").write_text(NOWHERE)
    said = refusal("demo", "--cluster", KURE_KUBECONFIG="kubeconfig")
    assert "Server: http://127.0.0.1:1" in said
    assert "--yes" in said
    assert "hunter2" not in said


def test_a_setting_that_cannot_work_is_named(home: Path) -> None:
    assert "KURE_PORT" in refusal("demo", "--cluster", KURE_PORT="http")


def test_a_migration_needs_a_database() -> None:
    assert "KURE_DATABASE_URL" in refusal("migrate")


def test_a_file_that_cannot_be_read_is_named() -> None:
    assert "Cannot read none.log: No such file or directory" in refusal("redact", "none.log")


def test_a_key_that_cannot_be_used_is_said(home: Path) -> None:
    (home / "key").write_text("1:short\n")
    assert "line 1" in refusal("redact", "-")


def test_secrets_of_standard_input_become_placeholders_and_the_rest_stays() -> None:
    result = kure("redact", "-", stdin="user: ann\npassword: correct-horse-7\n")
    assert result.exit_code == 0
    assert result.stdout.startswith("user: ann\npassword: ")
    assert "correct-horse" not in result.output
    assert "placeholders of this run match no other run's" in result.stderr


def test_the_same_key_gives_the_same_placeholders(home: Path) -> None:
    (home / "key").write_text(f"1:{base64.b64encode(bytes(32)).decode()}\n")
    first, second = (kure("redact", "-", stdin="password: correct-horse-7\n") for _ in range(2))
    assert first.stdout == second.stdout
    assert first.stderr == ""


def test_bytes_that_are_no_text_come_out_as_they_went_in(home: Path) -> None:
    (home / "dump").write_bytes(b"caf\xe9 \xff\n")
    assert kure("redact", "dump").stdout_bytes == b"caf\xe9 \xff\n"


@pytest.mark.parametrize(
    "command", ["demo", "api", "worker", "agent", "migrate", "record", "play", "redact", "diagnose"]
)
def test_every_command_explains_itself(command: str) -> None:
    assert command in kure("--help").output
    assert kure(command, "--help").exit_code == 0
