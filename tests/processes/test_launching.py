"""``accelerate launch --num_processes 2`` where there are no two GPUs."""

from collections.abc import Sequence
from typing import Any

import pytest

from flatnlp.cli import launching

PYTHON = "/usr/bin/python3"


@pytest.mark.parametrize(
    "launcher",
    [
        ("/usr/bin/accelerate", "launch"),
        ("/usr/bin/accelerate-launch",),
        (r"C:\Scripts\accelerate-launch.exe",),
        ("-m", "accelerate.commands.launch"),
    ],
)
def test_what_the_launcher_was_given_is_found(launcher: Sequence[str]) -> None:
    given = ["--num_processes", "2", "-m", "flatnlp", "attack", "launch"]
    assert launching._given_to_launcher([PYTHON, *launcher, *given]) == given


@pytest.mark.parametrize("command", [[], ["/bin/launch", "x"], ["mpirun", "-n", "2", "python", "-m", "flatnlp"]])
def test_nothing_is_started_where_no_launcher_is_seen(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert launching.launch_several() is None
    monkeypatch.setenv("MASTER_ADDR", "127.0.0.1")
    monkeypatch.setenv("ACCELERATE_MIXED_PRECISION", "no")
    monkeypatch.setattr(launching, "_of_parent", lambda: command)
    assert launching.launch_several() is None


@pytest.mark.parametrize(("exit_code", "code"), [(None, 0), (2, 2), (-9, 137)])
def test_the_launcher_starts_several_and_their_code_is_that_of_the_job(
    exit_code: int | None, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from accelerate.commands import launch
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError, ProcessFailure

    started: list[Any] = []

    def launched(options: Any) -> None:
        started.append(options)
        if exit_code is not None:
            raise ChildFailedError("flatnlp", {0: ProcessFailure(0, 7, exit_code, "no file")})

    monkeypatch.setattr(launch, "launch_command", launched)
    monkeypatch.setenv("MASTER_ADDR", "127.0.0.1")
    monkeypatch.setenv("ACCELERATE_MIXED_PRECISION", "no")
    given = ["--cpu", "--num_processes", "2", "-m", "flatnlp", "attack", "run", "--num_processes"]
    monkeypatch.setattr(launching, "_of_parent", lambda: [PYTHON, "/usr/bin/accelerate", "launch", *given])
    assert launching.launch_several() == code
    (options,) = started
    assert (options.multi_gpu, options.cpu, options.num_processes, options.module) == (True, False, 2, True)
    assert (options.training_script, options.training_script_args) == ("flatnlp", ["attack", "run", "--num_processes"])
