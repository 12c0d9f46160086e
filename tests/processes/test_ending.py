"""How a process of several ends: what comes when its work is done takes nothing of that back."""

import sys
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from flatnlp.attacks.results import AttackResults
from flatnlp.cli.termination import Terminated
from flatnlp.errors import FlatnlpError
from tests.tiny import CommandLine


@pytest.mark.parametrize("late", [KeyboardInterrupt(), Terminated(), FlatnlpError("The other processes have gone.")])
def test_what_comes_after_the_results_is_no_interruption(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch, late: BaseException
) -> None:
    whole = command_line.done("recipes")
    left = []

    def leave() -> None:
        left.append(True)
        raise late

    monkeypatch.setattr("flatnlp.cli.processes.parted", leave)
    outcome = command_line("recipes")
    assert left
    assert (outcome.code, outcome.out, outcome.err) == (0, whole, "")


def test_an_interrupted_process_waits_for_nobody(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    def wait() -> None:
        raise AssertionError("it waits for the others, which wait for it")

    monkeypatch.setattr("flatnlp.api.evaluating.evaluate", interrupted)
    monkeypatch.setattr("flatnlp.cli.processes.parted", wait)
    outcome = command_line("evaluate", tmp_path, "--quiet")
    assert (outcome.code, outcome.err) == (130, "Interrupted; give the same command to start again.\n")


@pytest.mark.parametrize("command", ["train", "attack"])
def test_who_interrupts_what_is_said_at_the_end_has_everything(
    command_line: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    arguments = {"train": ["train"], "attack": ["attack", tmp_path]}[command]
    monkeypatch.setattr("flatnlp.api.training.train", MagicMock())
    monkeypatch.setattr("flatnlp.api.attacking.attack", lambda *_, **__: AttackResults([], ()))
    printing = {"train": "print_table", "attack": "print_line"}[command]
    monkeypatch.setattr(sys.modules[f"flatnlp.cli.{command}"], printing, interrupted)
    outcome = command_line(*arguments, "--dataset", "data", "--output", tmp_path / "output", "--quiet")
    said = "Interrupted; what was finished is kept, the same command with --resume goes on from there.\n"
    assert (outcome.code, outcome.err) == (130, said)
