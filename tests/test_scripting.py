"""What scripts rely on: JSON on standard output and nothing else there, --quiet on every command, shell completion."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

import flatnlp
from flatnlp import cli

from .tiny import CommandLine


def parsed(command_line: CommandLine, *arguments: object) -> Any:
    return json.loads(command_line.done(*arguments))


def test_json_is_the_record_that_python_gives(command_line: CommandLine, tiny_run: Path, tiny_data: Path) -> None:
    assert parsed(command_line, "compare", tiny_run, "--json") == flatnlp.compare(tiny_run).record()
    assert parsed(command_line, "compare", tiny_run, "--format=json") == flatnlp.compare([tiny_run]).record()
    record = parsed(command_line, "evaluate", tiny_run, "--dataset", tiny_data, "--json=-", "--quiet")
    expected = flatnlp.evaluate(tiny_run, dataset=tiny_data).record()
    assert {**record, "seconds": 0} == {**expected, "seconds": 0}
    explained = parsed(command_line, "explain", tiny_run, "A good film.", "--attack=pwws", "--json", "--quiet")
    [found] = flatnlp.explain(tiny_run, "A good film.", attack="pwws", name=tiny_run.name)
    assert explained == json.loads(json.dumps(found.record()))
    assert explained["adversarial"]["swapped"] == [[2, 8]]


def test_json_of_what_there_is(command_line: CommandLine) -> None:
    recipes = {each["name"]: each for each in parsed(command_line, "recipes", "--json")}
    assert recipes["pwws"]["needs"][0].keys() == {"name", "here"}
    assert "synonyms" in recipes["textfooler"]["options"]
    resources = {each["name"]: each for each in parsed(command_line, "resources", "list", "--json")}
    assert resources["wordnet"].keys() >= {"kind", "size", "licence", "present", "path"}


def commands(app: Any = cli.app) -> list[Any]:
    group = typer.main.get_command(app)
    found = []
    for command in group.commands.values():  # type: ignore[attr-defined]
        found += list(command.commands.values()) if hasattr(command, "commands") else [command]
    return found


def test_every_command_can_be_quiet() -> None:
    lacking = [each.name for each in commands() if not any("--quiet" in option.opts for option in each.params)]
    assert lacking == []


@pytest.mark.parametrize("command", ["predict", "explain", "evaluate", "compare", "recipes", "list", "doctor"])
def test_commands_that_tell_something_tell_it_as_json(command: str) -> None:
    [found] = [each for each in commands() if each.name == command]
    assert any("--json" in option.opts for option in found.params)


def test_a_shell_completes_commands_and_options() -> None:
    expected = {
        "flatnlp ev": "evaluate",
        "flatnlp resources ver": "verify",
        "flatnlp train --epochs-": "--epochs-per-round",
        "flatnlp train --method fl": "flat",
        "flatnlp evaluate run --attack pwws,textf": "pwws,textfooler",
        "flatnlp train --dataset rotten": "rotten-tomatoes",
        "flatnlp resources fetch glove-": "glove-50d",
    }
    # One interpreter asked them all, each in a child of its own: to start one takes longer than to answer.
    code = """
import os, sys
from flatnlp.cli import main
for words in sys.argv[1:]:
    os.environ |= {"_FLATNLP_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    if not (child := os.fork()):
        sys.argv[1:] = []
        main()
    os.waitpid(child, 0)
    print(";", flush=True)
"""
    ran = subprocess.run([sys.executable, "-c", code, *expected], capture_output=True, text=True, check=False)
    assert [answer.split() for answer in ran.stdout.split(";")[:-1]] == [[each] for each in expected.values()]
