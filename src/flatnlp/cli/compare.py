"""``flatnlp compare``."""

from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli.options import Json, Quiet
from flatnlp.cli.output import print_table


def compare(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs.")],
    form: Annotated[str, typer.Option("--format", help="table, markdown, csv or json.")] = "table",
    as_json: Json = False,
    quiet: Quiet = False,  # noqa: ARG001 - there is nothing but the result; scripts give it to every command
) -> None:
    """Runs side by side in one table, the best in bold."""
    print_table(runs, "json" if as_json else form)
