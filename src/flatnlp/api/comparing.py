"""Runs side by side from Python."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flatnlp.errors import FlatnlpError
from flatnlp.reports.records import read_run
from flatnlp.reports.table import Table, comparison, to_csv, to_markdown, to_rich

if TYPE_CHECKING:
    import pandas as pd
    import rich.table


@dataclass(frozen=True, repr=False)
class Comparison:
    """The table of a comparison, in every form.

    Attributes:
        table: Its columns, and a row for each run and attack.
    """

    table: Table

    def record(self) -> list[dict[str, Any]]:
        """One object of JSON values per row: shares as fractions, nothing rounded, null where nothing was measured."""
        return [_record(asdict(row)) for row in self.table.rows]

    def to_pandas(self) -> "pd.DataFrame":
        """One row per run and attack, the columns of ``record``, the interval in two of its own."""
        import pandas as pd

        rows = []
        for row in self.record():
            low, high = row.pop("after_attack_accuracy_ci95") or (None, None)
            rows.append({**row, "after_attack_accuracy_low": low, "after_attack_accuracy_high": high})
        return pd.DataFrame.from_records(rows)

    def to_markdown(self) -> str:
        """GitHub's Markdown, the best in bold."""
        return to_markdown(self.table)

    def to_csv(self) -> str:
        """For programs: shares as fractions, nothing rounded."""
        return to_csv(self.table)

    def __rich__(self) -> "rich.table.Table":
        """What a Rich console prints."""
        return to_rich(self.table)

    def __repr__(self) -> str:
        return self.to_markdown().rstrip("\n")

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from html import escape

        def row(tag: str, cells: Sequence[str]) -> str:
            return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"

        columns = self.table.columns
        body = [
            row(
                "td",
                [
                    f"<b>{escape(column.cell(each))}</b>" if column.best(each) else escape(column.cell(each))
                    for column in columns
                ],
            )
            for each in self.table.rows
        ]
        return f"<table>{row('th', [escape(column.title) for column in columns])}{''.join(body)}</table>"


def compare(runs: str | Path | Sequence[str | Path]) -> Comparison:
    """Compare runs.

    Args:
        runs: Folders of runs, in the order of the rows; or one.

    Raises:
        FlatnlpError: If there is none, or one cannot be read.
    """
    folders = [runs] if isinstance(runs, str | Path) else list(runs)
    if not folders:
        raise FlatnlpError("There is nothing to compare; give the folder of at least one run.")
    return Comparison(comparison([read_run(Path(folder)) for folder in folders]))


def _record(row: dict[str, Any]) -> dict[str, Any]:
    interval = row["after_attack_accuracy_ci95"]
    return {
        **{name: value for name, value in row.items() if not name.startswith("best_")},
        "after_attack_accuracy_ci95": None if interval is None else list(interval),
    }
