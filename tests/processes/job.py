"""Commands in several processes, forked so that torch is imported once: ``python -m tests.processes.job FOLDER``.

What each printed is in ``NAME.PROCESS.log``, the exit codes are in ``codes.json``.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from flatnlp.attacks.journal_file import JournalFile
from tests import tiny
from tests.kill.job import Job, command, ended, forked, import_all, import_encoders
from tests.models.encoders import write_encoder

from .launcher import all_ended, environments

SETTINGS = {"method": "flat", "dropout": 0.5, "epochs": 2}
ALL_ROWS = ("--dataset", "tiny.csv", "--split", "all")


def main() -> int:
    """Run everything that the tests look at."""
    import_all()
    import_encoders()
    os.chdir(sys.argv[1])
    data, vectors = tiny.write_csv(Path("tiny.csv"), tiny.rows()), tiny.write_vectors(Path("tiny.npz"))
    codes = {}

    def run(name: str, count: int, *arguments: str, dies_after: int | None = None) -> None:
        codes[name] = together(name, count, arguments, dies_after)

    def train(name: str, count: int, output: str, *more: str, dies_after: int | None = None, **options: object) -> None:
        arguments = tiny.train_arguments(data, vectors, Path(output), **{**SETTINGS, **options})
        run(name, count, *arguments, *more, dies_after=dies_after)

    ended(forked(Path("encoder.log"), written_encoder))
    for name, count in (("alone", 1), ("together", 2)):
        run(f"encoder {name}", count, *Job(data, vectors, Path(f"encoder {name}"), Path("bert")).commands(False)[0])
    train("train alone", 1, "alone")
    train("train together", 2, "together")
    train("train and die", 2, "resumed", dies_after=20)
    train("go on alone", 1, "resumed", "--resume")
    run("attack alone", 1, "attack", "alone", *ALL_ROWS, "--output", "alone.parquet")
    run("attack together", 2, "attack", "alone", *ALL_ROWS, "--output", "together.parquet")
    run("attack and die", 2, "attack", "alone", *ALL_ROWS, "--output", "resumed.parquet", dies_after=10)
    (Path("died")).mkdir()
    for path in Path().glob("resumed.parquet*"):
        (Path("died") / path.name).write_bytes(path.read_bytes())
    run("attack again", 1, "attack", "alone", *ALL_ROWS, "--output", "resumed.parquet")
    run("attack on", 3, "attack", "alone", *ALL_ROWS, "--output", "resumed.parquet", "--resume")
    both = ("--attack", "pwws,ensemble:pwws", "--interpret", "ig")
    run("evaluate alone", 1, "evaluate", "alone", *both, "--json", "alone.json")
    run("evaluate together", 2, "evaluate", "alone", *both, "--json", "together.json")
    run("no such data", 2, "evaluate", "alone", "--dataset", "nothing")
    Path("codes.json").write_text(json.dumps(codes))
    return 0


def written_encoder() -> int:
    """Written in a child, for what computes leaves threads behind."""
    write_encoder("bert", Path("bert"), initializer_range=0.1)
    return 0


def together(name: str, count: int, arguments: Sequence[str], dies_after: int | None = None) -> list[int]:
    """Exit codes of the processes, minus the signal for those that a signal has ended.

    Args:
        name: Of the logs.
        count: How many processes.
        arguments: Of the command.
        dies_after: Process 1 is killed after so many results, and the others are slow, so that it has so many.
    """

    def work(environment: dict[str, str], before: Callable[[], None]) -> int:
        os.environ.update(environment)
        before()
        return command(list(arguments))

    pids = []
    for number, environment in enumerate(environments(count)):
        before = partial(watched, dies_after if number == 1 else None) if dies_after else _nothing
        pids.append(forked(Path(f"{name}.{number}.log"), partial(work, environment, before)))
    return all_ended(pids)


def _nothing() -> None:
    pass


def watched(dies_after: int | None) -> None:
    """Have this process killed as it has written so many results, or be slow about them."""
    add: Callable[..., None] = JournalFile.add
    written = []

    def added(self: JournalFile, result: object) -> None:
        add(self, result)
        written.append(result)
        if dies_after is None:
            time.sleep(0.05)
        elif len(written) == dies_after:
            os.kill(os.getpid(), signal.SIGKILL)

    JournalFile.add = added  # type: ignore[method-assign]


if __name__ == "__main__":
    sys.exit(main())
