"""`kure diagnose` on a dump: refusals first, then exit codes, text and JSON."""

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from kure.cli import app
from kure.diagnosing.report import Report
from tests.demo.test_cli import NOWHERE

SHOP = str(Path(__file__).parents[1] / "cases" / "dumps" / "shop.yaml")
SECRET = "plover-tangent-ocelot"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, which is the data folder too, and no cluster anywhere."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KURE_DATA_DIR", str(tmp_path))
    (tmp_path / "kubeconfig").write_text(NOWHERE)
    monkeypatch.setenv("KURE_KUBECONFIG", str(tmp_path / "kubeconfig"))
    return tmp_path


def diagnose(*words: str, stdin: str | None = None, **settings: str) -> Result:
    return CliRunner().invoke(app, ["diagnose", *words], input=stdin, env=dict(settings))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Say what to look at"),
        (("shop",), "Cannot tell what 'shop' is"),
        (("a/b/c/d",), "Cannot tell what 'a/b/c/d' is"),
        (("shop/",), "Cannot tell what 'shop/' is"),
        (("/web",), "Cannot tell in which namespace '/web' is"),
        (("shop/secret/db",), "Cannot diagnose a secret"),
        (("-n", ""), "--namespace needs a name"),
        (("--all", "-n", "shop"), "--all is everything"),
        (("--all", "shop/web"), "--all is everything"),
        (("-f", SHOP, "--context", "here"), "--file is a dump"),
        (("-f", SHOP, "--try-fixes"), "--file is a dump"),
        (("-f", "none.yaml"), "Cannot read none.yaml: No such file or directory"),
        (("-f", SHOP, "shop/none"), "There is no Pod shop/none"),
        (("-f", SHOP, "-n", "shop", "deploy/none"), "There is no Deployment shop/none"),
        (("--all", "--context", "there"), "no context 'there'"),
        (("--all",), "http://127.0.0.1:1 does not answer"),
        (("shop/web",), "http://127.0.0.1:1 does not answer"),
    ],
)
def test_where_it_cannot_look_it_says_why_in_one_sentence(
    words: tuple[str, ...], said: str
) -> None:
    result = diagnose(*words)
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())
    assert "Traceback" not in result.output


def test_without_a_kubeconfig_it_says_so(home: Path) -> None:
    result = diagnose("--all", KURE_KUBECONFIG=str(home / "none"))
    assert result.exit_code == 2
    assert str(home / "none") in result.output


def test_what_is_no_dump_is_said(home: Path) -> None:
    (home / "dump").write_bytes(b"\xff\xfe\x00")
    assert "it is no UTF-8 text" in diagnose("-f", "dump").output
    result = diagnose("-f", "-", stdin="a: [1")
    assert result.exit_code == 2
    assert "Standard input is neither YAML nor JSON (line" in " ".join(result.output.split())


def test_what_is_nested_without_end_is_refused() -> None:
    for text in ("[" * 100_000, "- " * 100_000):
        result = diagnose("-f", "-", stdin=text)
        assert result.exit_code == 2
        assert "is nested deeper" in " ".join(result.output.split())


def test_something_that_fails_is_explained_and_is_exit_code_1() -> None:
    result = diagnose("-f", SHOP)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[0] == "CRITICAL  Deployment shop/search"
    assert (
        "  1. Image registry.example.com/shop/catalog:2.14.0 does not exist  [A01, definitive]"
        in lines
    )
    assert lines[-1] == (
        "2 workloads fail: 1 critical, 1 high. "
        "Looked at 3 pods and 4 other objects (all of the dump)."
    )


def test_in_a_pipe_there_is_no_colour() -> None:
    assert "\x1b" not in diagnose("-f", SHOP).output


def test_what_is_well_is_exit_code_0() -> None:
    result = diagnose("-f", SHOP, "shop/service/catalog")
    assert result.exit_code == 0
    assert "Nothing fails. Looked at 1 object (Service shop/catalog)." in result.output


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("shop/catalog-5cfcff8588-g9cfq",), "catalog"),
        (("shop/deployment/catalog",), "catalog"),
        (("-n", "shop", "deployments.apps/catalog"), "catalog"),
        (("-n", "shop", "rs/catalog-5cfcff8588"), "catalog"),
        (("-n", "shop", "search-78b66fbf6-5x67r"), "search"),
    ],
)
def test_one_object_is_named_in_several_ways(words: tuple[str, ...], name: str) -> None:
    result = diagnose("-f", SHOP, "-o", "json", *words)
    assert [one["workload"]["name"] for one in json.loads(result.stdout)["findings"]] == [name]


def test_another_namespace_of_the_dump_is_empty() -> None:
    result = diagnose("-f", SHOP, "-n", "bank")
    assert result.exit_code == 0
    assert "Looked at nothing: there is nothing (namespace bank)" in result.output


def test_json_holds_all_and_no_secret() -> None:
    result = diagnose("-f", "-", "-o", "json", stdin=Path(SHOP).read_text())
    assert result.exit_code == 1
    report = Report.model_validate_json(result.stdout)
    assert (report.version, report.source.kind, report.source.name) == (1, "dump", "-")
    assert report.looked_at["Pod"] == 3
    (search, catalog) = report.findings
    assert search.workload.model_dump() == {
        "namespace": "shop",
        "kind": "Deployment",
        "name": "search",
    }
    assert [cause.rule for cause in catalog.causes] == ["A01"]
    assert SECRET not in result.output


def test_the_same_dump_as_json_says_the_same() -> None:
    documents = list(yaml.safe_load_all(Path(SHOP).read_text()))
    text = "\n".join(json.dumps(document) for document in documents)
    first, second = (
        Report.model_validate_json(diagnose("-f", "-", "-o", "json", stdin=one).stdout)
        for one in (Path(SHOP).read_text(), text)
    )
    assert [(f.workload, [c.rule for c in f.causes]) for f in first.findings] == [
        (f.workload, [c.rule for c in f.causes]) for f in second.findings
    ]


def test_the_shell_completes_commands() -> None:
    asked = {"_KURE_COMPLETE": "complete_bash", "COMP_WORDS": "kure dia", "COMP_CWORD": "1"}
    result = CliRunner().invoke(app, [], env=asked, prog_name="kure")
    assert result.output.split() == ["diagnose"]
