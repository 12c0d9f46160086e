"""What has to be done for some cells, in an order that respects what needs what, and how long it will take."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flatnlp.paper.cell import Cell
from flatnlp.paper.claims import claims
from flatnlp.paper.estimate import Estimates
from flatnlp.paper.grid import TEXTFOOLER, layout
from flatnlp.paper.need import Request, task_for
from flatnlp.paper.store import Store
from flatnlp.paper.tasks import Attack, Task, needs, title


@dataclass(frozen=True)
class Planned:
    """A task, whether it is done, and an estimate of its seconds if it is not."""

    task: Task
    done: bool
    seconds: float | None


@dataclass(frozen=True)
class Plan:
    """Tasks in order: what a task needs stands before it."""

    tasks: tuple[Planned, ...]

    @property
    def waiting(self) -> tuple[Planned, ...]:
        """What is still to be done."""
        return tuple(each for each in self.tasks if not each.done)

    def sentences(self, jobs: int) -> list[str]:
        """The plan in words: a line per waiting task, and the sum."""
        waiting = self.waiting
        if not waiting:
            return [f"Nothing is left to do: {_pieces(len(self.tasks))} done already."]
        lines = [f"{duration(each.seconds):>10}  {title(each.task)}" for each in waiting]
        known = sum(each.seconds for each in waiting if each.seconds is not None)
        unknown = sum(each.seconds is None for each in waiting)
        total = f"{_pieces(len(waiting))} to do, {len(self.tasks) - len(waiting)} done already"
        beside = f", {jobs} side by side" if jobs > 1 else ""
        rest = f"; {unknown} of unknown length" if unknown else ""
        time = f"; about {duration(known / jobs)}{beside} at the rates measured" if unknown < len(waiting) else ""
        return [*lines, f"{total}{time}{rest}."]


def cells_of(request: Request) -> list[Cell]:
    """The cells of all tables that were asked for, and of their claims."""
    tables = [cell for table in request.tables for cell in layout(table, request.models_shown).cells()]
    compared = [
        cell
        for claim in claims(request.models_shown)
        if set(claim.tables) <= set(request.tables)
        for case in claim.cases
        for comparison in case
        for cell in (comparison.greater, comparison.less)
        if cell is not None
    ]
    return [cell for cell in dict.fromkeys([*tables, *compared]) if request.wants(cell)]


def not_asked_for(request: Request) -> list[str]:
    """For each table without a cell of what was asked for a sentence that says what it is of."""
    said = []
    for table in request.tables:
        cells = list(layout(table, request.models_shown).cells())
        if not any(request.wants(cell) for cell in cells):
            models = " or ".join(dict.fromkeys(str(cell.model) for cell in cells))
            said.append(
                f"Table {table} is of {models} on {cells[0].dataset} under {TEXTFOOLER}; name these with --models, "
                "--datasets and --attacks."
            )
    return said


def plan(request: Request, store: Store) -> Plan:
    """Plan all work for a request, the first seed of everything before the second of anything."""
    cells = cells_of(request)
    wanted = [task_for(cell, seed, request) for seed in range(request.seeds) for cell in cells]
    estimates = Estimates(store)
    planned = []
    for task in in_order([task for task in wanted if task is not None]):
        done = store.done(task)
        planned.append(Planned(task, done, None if done else estimates.seconds(task)))
    return Plan(tuple(planned))


def in_order(tasks: Iterable[Task]) -> Sequence[Task]:
    """Each task once, after what it needs; an attack that a training does at its end is none beside it."""
    ordered: dict[Task, None] = {}

    def take(task: Task) -> None:
        for needed in needs(task):
            take(needed)
        if not (isinstance(task, Attack) and task.in_training):
            ordered.setdefault(task)

    for task in tasks:
        take(task)
    return list(ordered)


def _pieces(number: int) -> str:
    return "1 piece of work" if number == 1 else f"{number} pieces of work"


def duration(seconds: float | None) -> str:
    """A time in the unit that suits it."""
    if seconds is None:
        return "unknown"
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"  # nothing takes 0 s
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
