"""The value of a cell over its seeds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from flatnlp.paper.cell import Cell
from flatnlp.paper.need import Request, task_for
from flatnlp.paper.store import Store
from flatnlp.paper.tasks import Task
from flatnlp.reports.fields import Fields

Values = Callable[[Cell], "Value"]


@dataclass(frozen=True)
class Value:
    """A cell's numbers, in percent where its measure is.

    Attributes:
        by_seed: Of seeds 0, 1, ... as they were asked for; ``None`` in the place of one that was not run.
        why_not: Where none was run, one sentence why, if there is more to say than that.
    """

    by_seed: tuple[float | None, ...]
    why_not: str | None = None

    @property
    def run(self) -> tuple[float, ...]:
        """Those of the seeds that were run."""
        return tuple(value for value in self.by_seed if value is not None)

    @property
    def mean(self) -> float | None:
        """The mean over the seeds that were run."""
        return fmean(self.run) if self.run else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the mean over seeds (Student's t); ``None`` for fewer than two."""
        return t_interval(self.run)


def t_interval(values: Sequence[float], level: float = 0.95) -> tuple[float, float] | None:
    """Student's t interval of a mean; ``None`` for fewer than two values."""
    if len(values) < 2:
        return None
    if min(values) == max(values):
        return values[0], values[0]
    from statistics import stdev

    from scipy.stats import t

    half = float(t.ppf((1 + level) / 2, len(values) - 1)) * stdev(values) / len(values) ** 0.5
    return fmean(values) - half, fmean(values) + half


def number_of(found: Fields, cell: Cell) -> float | None:
    """A cell's number among what its task has found; ``None`` if there is none.

    Raises:
        FlatnlpError: If what stands there is no number.
    """
    own: Fields | None = found
    for key in ("pairs", cell.pair) if cell.pair is not None else ():
        own = own.object(key) if own else None
    return own.number(cell.measure.name) if own else None


def values_of(request: Request, store: Store, failed: Mapping[Task, str]) -> Values:
    """Look cells up in a store.

    Args:
        request: Says which run is behind a cell.
        store: Where finished work lies.
        failed: Why tasks could not be done.
    """

    def value(cell: Cell) -> Value:
        found: list[float | None] = []
        if not request.wants(cell):
            return Value(())
        why_not = None
        for seed in range(request.seeds):
            task = task_for(cell, seed, request)
            if task is None:
                return Value((), "this version cannot measure it")
            number = None
            if store.done(task):
                number = number_of(Fields(store.result(task), store.values(task)), cell)
                if number is None:
                    why_not = "not defined for what was run: nothing varies."
                elif cell.measure.percent:
                    number *= 100
            else:
                why_not = failed.get(task, why_not)
            found.append(number)
        return Value(tuple(found), why_not if all(number is None for number in found) else None)

    return value
