"""The comparison of runs as one table, and the forms it is printed in."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from flatnlp.reports.cells import guard, markdown_cell
from flatnlp.reports.facts import without_folders
from flatnlp.reports.names import run_names
from flatnlp.reports.records import EvaluationRecord, RunRecord
from flatnlp.reports.visible import visible

if TYPE_CHECKING:
    import rich.console
    import rich.table

ABSENT = "–"
_ENDLESS = 100_000


@dataclass(frozen=True)
class Row:
    """One run under one attack; shares are fractions, ``None`` was not measured."""

    run: str
    dataset: str
    model: str
    method: str
    attack: str
    accuracy: float | None = None
    after_attack_accuracy: float | None = None
    after_attack_accuracy_ci95: tuple[float, float] | None = None
    attack_success_rate: float | None = None
    words_changed: float | None = None
    queries_per_example: float | None = None
    examples: int | None = None
    best_accuracy: bool = False
    best_after_attack_accuracy: bool = False


@dataclass(frozen=True)
class Column:
    """A column: its heading, how a row's cell reads, and whether that cell is the best of its group."""

    title: str
    cell: Callable[[Row], str]
    best: Callable[[Row], bool] = lambda _: False
    numeric: bool = True


@dataclass(frozen=True)
class Table:
    """The comparison: its columns, and a row for each run and attack in the order the runs were given."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def comparison(runs: Sequence[RunRecord]) -> Table:
    """Compare runs.

    The best standard accuracy and after-attack accuracy are marked among the rows with the same data set, model and
    attack, where there are at least two; rows that read the same in tenths of a percent share the mark.

    Args:
        runs: The runs, in the order of the rows. A run without an evaluation has a row with nothing measured.

    Returns:
        The table. The columns for the data set and the run are there only where they tell rows apart.
    """
    rows: list[Row] = []
    for name, run in zip(run_names(runs), runs, strict=True):
        if run.evaluations:
            rows.extend(_row(name, run, evaluation) for evaluation in run.evaluations)
        else:
            rows.append(Row(name, run.dataset, run.model, run.method, ", ".join(run.attacks)))
    columns = list(_COLUMNS)
    if len({run.dataset for run in runs}) > 1:
        columns.insert(0, Column("Data set", lambda row: without_folders(row.dataset), numeric=False))
    if len({(run.dataset, run.model, run.method) for run in runs}) < len(runs):
        columns.insert(0, Column("Run", lambda row: row.run, numeric=False))
    return Table(columns=tuple(columns), rows=_mark_best(rows))


def percent(share: float | None) -> str:
    """Write a fraction as a percentage with one decimal."""
    return ABSENT if share is None else f"{100 * share:.1f}"


def to_markdown(table: Table) -> str:
    """Write the table in GitHub's Markdown, the best in bold."""
    lines = [
        "| " + " | ".join(column.title for column in table.columns) + " |",
        "|" + "|".join("---:" if column.numeric else "---" for column in table.columns) + "|",
    ]
    for row in table.rows:
        cells = []
        for column in table.columns:
            cell = column.cell(row) if column.numeric else markdown_cell(column.cell(row))
            cells.append(f"**{cell}**" if column.best(row) else cell)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def to_csv(table: Table) -> str:
    """Write the table as csv for programs: every column, shares as fractions, nothing rounded, absent values empty.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_CSV_COLUMNS)
    for row in table.rows:
        low, high = row.after_attack_accuracy_ci95 or (None, None)
        texts = (row.dataset, row.run, row.model, row.method, row.attack)
        numbers = (row.accuracy, row.after_attack_accuracy, low, high, row.attack_success_rate, row.words_changed)
        writer.writerow(
            [*(guard(visible(text)) for text in texts), *numbers, row.queries_per_example, row.examples],
        )
    return file.getvalue()


def print_rich(table: Table, console: "rich.console.Console") -> None:
    """Print the table on a terminal, whole: its headings broken and its columns closer where it must be narrower.

    Rich cuts off what is beyond the console's width, and 60 texts would read as 6. Where even the narrowest form is
    wider, the console is told that it is so wide: the terminal wraps the lines.
    """
    from rich.measure import Measurement

    for broken, gap in ((False, 2), (True, 2), (True, 1)):
        printed = to_rich(table, broken, gap)
        needed = Measurement.get(console, console.options.update(width=_ENDLESS), printed).maximum
        if needed <= console.width:
            break
    else:
        console.width = needed
    console.print(printed)


def to_rich(table: Table, broken: bool = False, gap: int = 2) -> "rich.table.Table":
    """Make a table for the terminal, the best in bold.

    Args:
        table: The comparison.
        broken: Whether headings of columns of numbers are one word a line.
        gap: Spaces between columns, at least 1.
    """
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    printed = RichTable(box=box.SIMPLE_HEAD, padding=(0, gap - 1, 0, 0), pad_edge=False, show_edge=False)
    for column in table.columns:
        whole = not broken or not column.numeric or "[" in column.title
        title = column.title if whole else "\n".join(column.title.split())
        justify: Literal["left", "right"] = "right" if column.numeric else "left"
        printed.add_column(title, justify=justify, no_wrap=True, vertical="bottom")
    for row in table.rows:
        printed.add_row(*(Text(column.cell(row), style="bold" if column.best(row) else "") for column in table.columns))
    return printed


def _row(name: str, run: RunRecord, evaluation: EvaluationRecord) -> Row:
    return Row(
        run=name,
        dataset=run.dataset,
        model=run.model,
        method=run.method,
        attack=evaluation.attack or ", ".join(run.attacks),
        accuracy=evaluation.accuracy,
        after_attack_accuracy=evaluation.after_attack_accuracy,
        after_attack_accuracy_ci95=evaluation.after_attack_accuracy_ci95,
        attack_success_rate=evaluation.attack_success_rate,
        words_changed=evaluation.words_changed,
        queries_per_example=evaluation.queries_per_example,
        examples=evaluation.examples,
    )


def _mark_best(rows: Sequence[Row]) -> tuple[Row, ...]:
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.dataset, row.model, row.attack), []).append(row)
    marked = []
    for row in rows:
        group = groups[row.dataset, row.model, row.attack]
        marked.append(
            replace(
                row,
                best_accuracy=_is_best(row.accuracy, [other.accuracy for other in group]),
                best_after_attack_accuracy=_is_best(
                    row.after_attack_accuracy, [other.after_attack_accuracy for other in group]
                ),
            )
        )
    return tuple(marked)


def _is_best(value: float | None, group: Sequence[float | None]) -> bool:
    known = [other for other in group if other is not None]
    return value is not None and len(known) > 1 and percent(value) == percent(max(known))


def _after_attack(row: Row) -> str:
    if row.after_attack_accuracy is None or row.after_attack_accuracy_ci95 is None:
        return percent(row.after_attack_accuracy)
    low, high = row.after_attack_accuracy_ci95
    return f"{percent(row.after_attack_accuracy)} [{percent(low)}, {percent(high)}]"


def _queries(row: Row) -> str:
    return ABSENT if row.queries_per_example is None else f"{row.queries_per_example:,.1f}"


def _examples(row: Row) -> str:
    return ABSENT if row.examples is None else f"{row.examples:,}"


_COLUMNS = (
    Column("Model", lambda row: without_folders(row.model), numeric=False),
    Column("Method", lambda row: visible(row.method), numeric=False),
    Column("Attack", lambda row: visible(row.attack) or ABSENT, numeric=False),
    Column("SA %", lambda row: percent(row.accuracy), best=lambda row: row.best_accuracy),
    Column("AA % [95 %]", _after_attack, best=lambda row: row.best_after_attack_accuracy),
    Column("Success %", lambda row: percent(row.attack_success_rate)),
    Column("Words changed %", lambda row: percent(row.words_changed)),
    Column("Queries", _queries),
    Column("Texts", _examples),
)

_CSV_COLUMNS = (
    "dataset",
    "run",
    "model",
    "method",
    "attack",
    "accuracy",
    "after_attack_accuracy",
    "after_attack_accuracy_low",
    "after_attack_accuracy_high",
    "attack_success_rate",
    "words_changed",
    "queries_per_example",
    "examples",
)
