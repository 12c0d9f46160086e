"""``flatnlp report``."""

from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli.output import print_line


def report(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs.")],
    output: Annotated[Path, typer.Option(help="The HTML file to write.")] = Path("report.html"),
) -> None:
    """One self-contained HTML page about one or several runs."""
    from flatnlp.reports.page import write_report

    print_line(f"Report: {write_report(runs, output)}")
