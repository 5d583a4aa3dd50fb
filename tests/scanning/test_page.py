"""docs/scanning.md tells of the command as it is."""

import re
from pathlib import Path

import typer
import yaml
from typer.core import TyperGroup

from kure.cli import app
from kure.scanning.outputs.formats import WRITERS, Format

PAGE = (Path(__file__).parents[2] / "docs" / "scanning.md").read_text()
OPTION = re.compile(r"(?<![\w-])(--?[a-z][a-z-]*)")


def options() -> set[str]:
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    command = group.commands["scan"]
    return {name for each in command.params for name in (*each.opts, *each.secondary_opts)}


def test_every_option_that_it_names_is_there_and_none_is_missing() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `-")]
    told = {name for row in rows for name in OPTION.findall(row.split("|")[1])}
    assert told <= options()
    long = {name for name in options() if name.startswith("--")}
    short = {"--file": "-f", "--namespace": "-n", "--output": "-o"}
    assert {short.get(name, name) for name in long} - told == set()


def test_every_form_is_told_and_written() -> None:
    assert set(WRITERS) == set(Format) - {Format.TEXT}
    assert all(f"`{form}`" in PAGE for form in Format)


def test_the_action_is_yaml_whose_steps_call_the_command() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
    steps = yaml.safe_load(text)["jobs"]["scan"]["steps"]
    calls = [step["run"] for step in steps if "kure scan" in step.get("run", "")]
    assert len(calls) == 2
    assert {name for call in calls for name in OPTION.findall(call)} <= options()
