"""``flatnlp compare``."""

from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli.output import print_table


def compare(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs.")],
    form: Annotated[str, typer.Option("--format", help="table, markdown or csv.")] = "table",
) -> None:
    """Runs side by side in one table, the best in bold."""
    print_table(runs, form)
