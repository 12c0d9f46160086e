"""What a slow process costs: examples shared out to whoever is free, against every so-many-th example to each.

The searches, the engine and the sharing are the real ones; the processes are threads over torch's store in memory, and
time is a number: a call of the victim takes 2 ms and 100 microseconds for each text, several times that in one process.
A thread goes on when none is behind it. So the table hangs on no machine and no other program.

    python benchmarks/idle_share.py --processes 2 8 --slow 1 3 --examples 600
"""

import argparse
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from zlib import crc32

import numpy as np
from torch.distributed import HashStore

from flatnlp.attacks.engine import WIDTH, Engine
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.attacks.search.greedy import weighted_saliency
from flatnlp.attacks.time_spent import TimeSpent
from flatnlp.models.classifier import CallableClassifier
from flatnlp.processes import Processes

_CALL, _TEXT = 2e-3, 1e-4
"""Seconds of a call of the victim, and of each text in it."""


class Clock:
    """What time it is in each process."""

    def __init__(self, count: int) -> None:
        self.now = [0.0] * count
        self._at_work = [True] * count
        self._turn = threading.Condition()

    def spend(self, number: int, seconds: float) -> None:
        """Let time pass in a process, and wait until no process that is at work is behind it."""
        with self._turn:
            self.now[number] += seconds
            self._turn.notify_all()
            self._turn.wait_for(lambda: self._first() == number)

    def end(self, number: int) -> None:
        """The process has no more to do."""
        with self._turn:
            self._at_work[number] = False
            self._turn.notify_all()

    def _first(self) -> int:
        return min((now, number) for number, now in enumerate(self.now) if self._at_work[number])[1]


class Numbered:
    """Two made-up substitutes for every word."""

    def candidates(self, word: str) -> tuple[str, ...]:
        """Word-one and word-two."""
        return (f"{word}one", f"{word}two")

    def close(self) -> None:
        """Nothing is held."""


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, nargs="+", default=[2, 8])
    parser.add_argument("--slow", type=float, nargs="+", default=[1, 3])
    parser.add_argument("--examples", type=int, default=600)
    given = parser.parse_args()
    random = np.random.default_rng(0)
    # Long texts come in runs, as in a file that is ordered by something.
    lengths = np.sort(random.integers(3, 30, given.examples))
    examples = [Example(i, " ".join(f"w{j}" for j in range(n)), i % 2) for i, n in enumerate(lengths)]
    print("| processes | the slow one takes | idle, shared out | idle, every n-th | time, every n-th over shared out |")
    print("|---:|---:|---:|---:|---:|")
    for count in given.processes:
        for slow in given.slow:
            shared, shared_results = _measure(count, slow, examples, _shared)
            fixed, fixed_results = _measure(count, slow, examples, _every_nth)
            assert shared_results == fixed_results
            ratio = max(fixed.processes) / max(shared.processes)
            print(f"| {count} | {slow:g} times | {shared.idle:.1%} | {fixed.idle:.1%} | {ratio:.2f} |", flush=True)


def _shared(processes: Processes, examples: Sequence[Example]) -> tuple[object, int]:
    return processes.shared_out(examples), processes.width(len(examples), WIDTH)


def _every_nth(processes: Processes, examples: Sequence[Example]) -> tuple[object, int]:
    return examples[processes.number :: processes.count], WIDTH


def _measure(
    count: int, slow: float, examples: Sequence[Example], share: Callable[..., tuple[object, int]]
) -> tuple[TimeSpent, list[AttackResult]]:
    store, clock = HashStore(), Clock(count)

    def work(number: int) -> list[AttackResult]:
        processes = Processes(number, count, store)
        pace = slow if number == 0 else 1.0

        def answer(texts: list[str]) -> np.ndarray:
            clock.spend(number, pace * (_CALL + len(texts) * _TEXT))
            share = np.array([crc32(text.encode()) / 2**32 for text in texts])
            return np.column_stack([share, 1 - share])

        victim = CallableClassifier(answer, ("no", "yes"), batch_size=4096)
        own, width = share(processes, examples)
        recipe = Recipe(weighted_saliency, Numbered(), name="made-up")
        processes.gather(None)
        clock.spend(number, number * 1e-9)  # number 0 begins
        try:
            return list(Engine(recipe, victim, width=width).run(own))
        finally:
            clock.end(number)

    with ThreadPoolExecutor(count) as pool:
        done = list(pool.map(work, range(count)))
    results = sorted((each for own in done for each in own), key=lambda result: result.example.index)
    return TimeSpent(0, {}).beside(clock.now), results


if __name__ == "__main__":
    main()
