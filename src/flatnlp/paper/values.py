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
        by_seed: Of the seeds that were run; empty where none was.
        why_not: Where none was, one sentence why, if there is more to say than that it was not run.
        asked: How many seeds were asked for; 0 if that is not known.
    """

    by_seed: tuple[float, ...]
    why_not: str | None = None
    asked: int = 0

    @property
    def mean(self) -> float | None:
        """The mean over the seeds."""
        return fmean(self.by_seed) if self.by_seed else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the mean over seeds (Student's t); ``None`` for fewer than two."""
        return t_interval(self.by_seed)


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
        found: list[float] = []
        if not request.wants(cell):
            return Value(())
        why_not = None
        for seed in range(request.seeds):
            task = task_for(cell, seed, request)
            if task is None:
                return Value((), "this version cannot measure it")
            if store.done(task):
                number = number_of(Fields(store.result(task), store.values(task)), cell)
                if number is None:
                    why_not = "not defined for what was run: nothing varies."
                else:
                    found.append(100 * number if cell.measure.percent else number)
            else:
                why_not = failed.get(task, why_not)
        return Value(tuple(found), None if found else why_not, request.seeds)

    return value
