"""Trials of the run in two processes: all or one of them killed, gone on with by one, two or three."""

import io
import json
import os
import re
import shutil
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from tests import tiny
from tests.processes.launcher import all_ended, environments

from . import stopping
from .job import ATTACKED, EVALUATED, RUN, Job, command, forked

TOLERANCE = 1e-5
"""Largest difference of a number that adding in another order may make."""
OF_WEIGHTS = 1e-4
"""The same of a weight: Adam makes a whole step of a gradient that is almost nothing."""
_CODES = (0, 2, 128 + signal.SIGTERM, -signal.SIGTERM, -signal.SIGKILL)
"""Of a process whose job was killed: done, lost the others, told to end, told before it listened, killed."""
_SENTENCE = re.compile(r"(.*\n)?(Error: |Interrupted; )[^\n]*\.\n", re.DOTALL)
"""How it ends; before it stand its results where the kill came when these were written."""


@dataclass(frozen=True)
class Whole:
    """The run in two processes never stopped.

    Attributes:
        job: Its inputs and outputs.
        model: What is attacked and evaluated, trained beforehand: what several processes train differs in last bits.
        end: What it must come to: attacks and evaluations to the bytes of one process.
        seconds: Processor time of the main process, command by command.
    """

    job: Job
    model: Path
    end: dict[str, bytes]
    seconds: tuple[float, ...]

    def commands(self, resume: bool) -> list[list[str]]:
        """The arguments of the three commands."""
        train, attack, evaluate = self.job.commands(resume)
        return [train, *([each[0], str(self.model), *each[2:], "--split=all"] for each in (attack, evaluate))]


def reference(folder: Path) -> Whole:
    """Run once without a stop: train in two processes, attack and evaluate in one."""
    data, vectors = tiny.write_csv(folder / "tiny.csv", tiny.rows()), tiny.write_vectors(folder / "tiny.npz")
    model = folder / "model"
    job = Job(data, vectors, folder / "work")
    whole = Whole(job, model, {}, ())
    trained = tiny.train_arguments(data, vectors, model, epochs=1, rounds=0)
    assert all_ended(_started(whole, 1, trained)) == [0], _log(whole, 0)
    job.folder.mkdir()
    seconds = []
    for number, arguments in enumerate(whole.commands(resume=False)):
        pids = _started(whole, 1 if number else 2, arguments)
        while not stopping.has_ended(pids[0]):
            spent = stopping.processor_seconds(pids[0])
        assert not any(all_ended(pids)), _log(whole, 0)
        seconds.append(spent)
    return Whole(job, model, job.end(), tuple(seconds))


@dataclass(frozen=True)
class Kill:
    """What happens in a trial.

    Attributes:
        number: Of the command in which it happens.
        share: Of the command's processor time, after which it does.
        whom: The process that is killed; ``None``: all.
        then: How many processes go on.
    """

    number: int
    share: float
    whom: int | None
    then: int

    def __str__(self) -> str:
        whom = "all" if self.whom is None else f"process {self.whom}"
        return f"{whom} at {self.share:.0%} of command {self.number}, then {self.then} processes"


def kills(count: int, one: bool, random: Random) -> list[Kill]:
    """Random ones, of each command in turn, and gone on with by one, two and three processes in turn."""
    return [
        Kill(i % 3, random.random(), random.randrange(2) if one else None, (i // 3 + i) % 3 + 1) for i in range(count)
    ]


def trial(whole: Whole, kill: Kill) -> str | None:
    """Two processes, killed, and gone on with: what was wrong, or ``None``."""
    shutil.rmtree(whole.job.folder, ignore_errors=True)
    whole.job.folder.mkdir()
    try:
        wrong = _stopped(whole, kill)
        for arguments in () if wrong else whole.commands(resume=True):
            codes = all_ended(_started(whole, kill.then, arguments))
            if any(codes):
                return f"gone on with, it ended with {codes}: {_log(whole, 0)[-2000:]}"
    except TimeoutError as hang:
        return str(hang)
    return wrong or _different(whole.job.end(), whole.end, to_rounding=kill.then != 2)


def _stopped(whole: Whole, kill: Kill) -> str | None:
    for number, arguments in enumerate(whole.commands(resume=False)[: kill.number + 1]):
        pids = _started(whole, 2, arguments)
        there = False
        if number == kill.number:
            there = stopping.at_moment(pids[kill.whom or 0], kill.share * whole.seconds[number], signal.SIGKILL)
            for pid in pids[1:] if there and kill.whom is None else ():
                os.kill(pid, signal.SIGKILL)
        codes = all_ended(pids)
        if not there and any(codes):
            return f"unharmed it ended with {codes}: {_log(whole, 0)[-2000:]}"
        if not set(codes) <= set(_CODES):
            return f"it ended with {codes}: {_log(whole, 0)[-2000:]}"
        for process, code in enumerate(codes):
            said = _log(whole, process)
            if code > 0 and process == 0 and not _SENTENCE.fullmatch(said):
                return f"the main process said {said!r}"
            if "Traceback" in said:
                return f"process {process} said {said!r}"
    return None


def _started(whole: Whole, count: int, arguments: list[str]) -> list[int]:
    def work(environment: Mapping[str, str]) -> int:
        os.environ.update(environment)
        return command(arguments)

    places = environments(count)
    return [forked(_log_of(whole, number), partial(work, place)) for number, place in enumerate(places)]


def _log_of(whole: Whole, process: int) -> Path:
    return whole.model.with_name(f"log.{process}.txt")


def _log(whole: Whole, process: int) -> str:
    return _log_of(whole, process).read_text(errors="replace")


def _different(end: Mapping[str, bytes], whole: Mapping[str, bytes], to_rounding: bool) -> str | None:
    """What is not as it was; of the training, where another number of processes ended it, to rounding."""
    if end.keys() != whole.keys():
        return f"at the end there are or are not {sorted(end.keys() ^ whole.keys())}"
    different = [
        name
        for name in sorted(whole)
        if end[name] != whole[name]
        and not (to_rounding and name.startswith(f"{RUN}/") and alike(name, end[name], whole[name]))
    ]
    assert {ATTACKED, EVALUATED} <= whole.keys()
    return f"at the end {different} are not as in the run never stopped" if different else None


def alike(name: str, one: bytes, other: bytes) -> bool:
    """Whether two files say the same to rounding; of a page only that it is there."""
    return name.endswith(".html") or same_to_rounding(_read(name, one), _read(name, other))


def _read(name: str, content: bytes) -> Any:
    import pyarrow.parquet
    from safetensors.numpy import load

    if name.endswith(".safetensors"):
        return load(content)
    if name.endswith(".parquet"):
        return pyarrow.parquet.read_table(io.BytesIO(content), use_threads=False).to_pylist()
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in content.splitlines()]
    return {key: value for key, value in json.loads(content).items() if key != "sha256"}


def same_to_rounding(one: Any, other: Any) -> bool:
    """Whether two values are the same but for the last digits of the numbers in them."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same_to_rounding(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_to_rounding, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= TOLERANCE
    if hasattr(one, "shape"):
        return bool(one.shape == other.shape and (abs(one - other) <= OF_WEIGHTS).all())
    return bool(one == other)
