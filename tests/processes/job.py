"""Commands in several processes, forked so that torch is imported once: ``python -m tests.processes.job FOLDER``.

``accelerate launch`` is imitated by its environment, and by ending all processes once one has failed. What each printed
is in ``NAME.PROCESS.log``, the exit codes are in ``codes.json``.
"""

import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from flatnlp import cli
from flatnlp.attacks.journal_file import JournalFile
from tests import tiny
from tests.kill.job import import_all
from tests.kill.stopping import has_ended

SETTINGS = {"method": "adv", "dropout": 0, "epochs": 2}
"""Without masks and dropout, whose draws differ from process to process."""
ALL_ROWS = ("--dataset", "tiny.csv", "--split", "all")


def main() -> int:
    """Run everything that the tests look at."""
    import_all()
    os.chdir(sys.argv[1])
    data, vectors = tiny.write_csv(Path("tiny.csv"), tiny.rows()), tiny.write_vectors(Path("tiny.npz"))
    codes = {}

    def run(name: str, count: int, *arguments: str, dies_after: int | None = None) -> None:
        codes[name] = together(name, count, arguments, dies_after)

    def train(name: str, count: int, output: str, *more: str, dies_after: int | None = None, **options: object) -> None:
        arguments = tiny.train_arguments(data, vectors, Path(output), **{**SETTINGS, **options})
        run(name, count, *arguments, *more, dies_after=dies_after)

    train("train alone", 1, "alone")
    train("train together", 2, "together")
    train("train and die", 2, "resumed", dies_after=20)
    train("go on alone", 1, "resumed", "--resume")
    train("masked", 2, "masked", method="flat", epochs=1, dropout=0.5)
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


def together(name: str, count: int, arguments: Sequence[str], dies_after: int | None = None) -> list[int]:
    """Exit codes of the processes, minus the signal for those that a signal has ended.

    Args:
        name: Of the logs.
        count: How many processes.
        arguments: Of the command.
        dies_after: Process 1 is killed after so many results, and the others are slow, so that it has so many.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": str(count)}
    pids = []
    for number in range(count):
        environment = place | {"RANK": str(number), "LOCAL_RANK": str(number)} if count > 1 else {}
        before = partial(watched, dies_after if number == 1 else None) if dies_after else None
        pids.append(_fork(f"{name}.{number}.log", environment, arguments, before))
    codes: dict[int, int] = {}
    while len(codes) < count:
        time.sleep(0.01)
        for number, pid in enumerate(pids):
            if number not in codes and has_ended(pid):
                codes[number] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                if codes[number]:
                    for other, pid in enumerate(pids):
                        if other not in codes:
                            os.kill(pid, signal.SIGTERM)
    return [codes[number] for number in range(count)]


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


def _fork(log: str, environment: dict[str, str], arguments: Sequence[str], before: Callable[[], None] | None) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, 1)
        os.dup2(file, 2)
        os.environ.update(environment)
        if before:
            before()
        sys.argv = ["flatnlp", *arguments]
        cli.main()
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
