"""The paper's tables with our numbers in them, and its claims judged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flatnlp.paper.cell import Cell, Measure
from flatnlp.paper.claims import Claim, Verdict, claims, judge, papers_own
from flatnlp.paper.grid import Layout, Row, layout
from flatnlp.paper.need import Request
from flatnlp.paper.published import published
from flatnlp.paper.values import Value, Values

ABSENT = "–"


@dataclass(frozen=True)
class Entry:
    """A cell of a table: our value and the paper's."""

    cell: Cell
    ours: Value
    paper: float | None

    @property
    def text(self) -> str:
        """Our value with its interval over seeds."""
        return ours_text(self.ours, self.cell.measure)

    @property
    def paper_text(self) -> str:
        """The paper's value as printed there."""
        if self.paper is None:
            return ABSENT
        measure = self.cell.measure
        return f"{self.paper:.2f}" if measure.percent or measure.digits == 2 else f"{self.paper:,g}"


@dataclass(frozen=True)
class Filled:
    """A table of the paper with numbers: ``entries[i]`` belongs to ``layout.rows[i]``."""

    layout: Layout
    entries: tuple[tuple[Entry, ...], ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why cells have no number of ours, beyond that they were not run."""
        whys = (entry.ours.why_not for row in self.entries for entry in row)
        return tuple(dict.fromkeys(why for why in whys if why))

    def run_only(self) -> "Filled":
        """The same table without the rows and columns in which nothing of ours was run."""
        has = [[bool(entry.ours.run) for entry in row] for row in self.entries]
        rows = [i for i, row in enumerate(has) if any(row)]
        columns = [j for j in range(len(self.layout.columns)) if any(row[j] for row in has)]
        layout = replace(
            self.layout,
            columns=tuple(self.layout.columns[j] for j in columns),
            rows=tuple(
                Row(self.layout.rows[i].labels, tuple(self.layout.rows[i].cells[j] for j in columns)) for i in rows
            ),
        )
        return Filled(layout, tuple(tuple(self.entries[i][j] for j in columns) for i in rows))


@dataclass(frozen=True)
class Judged:
    """A claim with how it fares in our numbers and in the paper's own."""

    claim: Claim
    ours: Verdict
    paper: Verdict


@dataclass(frozen=True)
class Reproduction:
    """All that a reproduction has to show.

    Attributes:
        tables: Those asked for.
        claims: Those whose tables were asked for.
        differences: What is not as in the paper, sentences.
        settings: Where hyper-parameters come from, sentences.
        command: What made it.
        seeds: Number of seeds.
    """

    tables: tuple[Filled, ...]
    claims: tuple[Judged, ...]
    differences: tuple[str, ...]
    settings: tuple[str, ...]
    command: str
    seeds: int


def reproduction(
    request: Request, values: Values, differences: Sequence[str], settings: Sequence[str], command: str
) -> Reproduction:
    """Fill the tables and judge the claims."""
    known: dict[Cell, Value] = {}

    def value(cell: Cell) -> Value:
        if cell not in known:
            known[cell] = values(cell)
        return known[cell]

    tables = tuple(fill(layout(number, request.models_shown), value) for number in request.tables)
    judged = tuple(
        Judged(claim, judge(claim, lambda cell: value(cell).by_seed), judge(claim, papers_own))
        for claim in claims(request.models_shown)
        if set(claim.tables) <= set(request.tables)
    )
    return Reproduction(tables, judged, tuple(differences), tuple(settings), command, request.seeds)


def fill(table: Layout, values: Values) -> Filled:
    """Put our numbers and the paper's into a table."""
    return Filled(
        table,
        tuple(tuple(Entry(cell, values(cell), published().get(cell)) for cell in row.cells) for row in table.rows),
    )


def ours_text(value: Value, measure: Measure) -> str:
    """A value with its interval over seeds. Where seeds are missing, of how many it is.

    One seed has no interval. Of two it would be wider than all else there is to see (12.7 standard errors to each side,
    after-attack accuracies below zero), so that their two values say more.
    """
    if value.mean is None:
        return ABSENT
    shown, run = _number(value.mean, measure), value.run
    if len(run) == 2 and not measure.fixed:
        shown += " {" + ", ".join(_number(each, measure) for each in run) + "}"
    elif value.interval is not None and not measure.fixed:
        low, high = value.interval
        shown += f" [{_number(low, measure)}, {_number(high, measure)}]"
    return f"{shown} n={len(run)}" if len(run) < len(value.by_seed) else shown


def verdict_text(verdict: Verdict, without: str = "not run") -> str:
    """In how many cases a claim holds; ``without`` any, that."""
    return f"{verdict.held} of {verdict.cases}" if verdict.cases else without


def sign_text(verdict: Verdict) -> str:
    """The sign test in words."""
    if verdict.p is None:
        return ABSENT
    return f"{verdict.wins} of {verdict.wins + verdict.losses}, p = {verdict.p:.2g}"


def _number(value: float, measure: Measure) -> str:
    if measure.name == "p":
        return f"{value:.2g}"
    return f"{value:,.{measure.digits}f}"
