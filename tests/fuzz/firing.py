"""Fires bad inputs at a target and tells what came of them: refused, read, or a bug."""

import hashlib
import shutil
import signal
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from .mutation import damaged
from .targets import Target

SLOW_SECONDS = 10
"""An input of a few kilobytes that takes more processor time hangs."""


@dataclass
class Outcome:
    """What came of the inputs of one target; ``bugs`` maps a bug's place to its first input and traceback."""

    refused: int = 0
    read: int = 0
    bugs: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    @property
    def inputs(self) -> int:
        return self.refused + self.read


def fire(
    target: Target,
    name: str,
    inputs: int,
    seed: int,
    before: Callable[[bytes], None] = lambda _: None,
    go_on: Callable[[], bool] = lambda: True,
) -> Outcome:
    """Try so many inputs, derived from the seed, the target's name and nothing else.

    Args:
        target: The reader.
        name: Its name.
        inputs: How many.
        seed: Of the inputs.
        before: Told each input before it is tried.
        go_on: Asked before each input.
    """
    random = Random(f"{seed} {name}")
    outcome = Outcome()
    parent = Path(tempfile.mkdtemp(prefix="flatnlp-fuzz-"))
    try:
        for number in range(inputs):
            if not go_on():
                break
            content = target.seeds[number] if number < len(target.seeds) else damaged(target.seeds, random)
            before(content)
            folder = parent / str(number)
            folder.mkdir()
            try_one(target, content, folder, outcome)
            shutil.rmtree(folder)
    finally:
        shutil.rmtree(parent, ignore_errors=True)
    return outcome


def try_one(target: Target, content: bytes, folder: Path, outcome: Outcome) -> None:
    """Try one input; what is neither an answer nor a refusal in one line is a bug."""
    try:
        with _at_most(SLOW_SECONDS):
            target.read(content, folder)
        outcome.read += 1
    except target.refusals as refusal:
        outcome.refused += 1
        if "\n" in str(refusal):
            _note(outcome, "a refusal of several lines", content, str(refusal))
    except (Exception, RecursionError) as error:
        outcome.refused += 1
        place = traceback.extract_tb(error.__traceback__)[-1]
        ours = next(
            (each for each in reversed(traceback.extract_tb(error.__traceback__)) if "/flatnlp/" in each.filename),
            place,
        )
        where = f"{type(error).__name__} in {Path(ours.filename).name}:{ours.lineno} ({place.name})"
        _note(outcome, where, content, traceback.format_exc())


def _note(outcome: Outcome, where: str, content: bytes, said: str) -> None:
    outcome.bugs.setdefault(where, (content, said))


class TooSlow(Exception):
    """It hangs."""


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise TooSlow(f"more than {seconds} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def digest(content: bytes) -> str:
    """A short name for an input."""
    return hashlib.sha256(content).hexdigest()[:12]
