"""``flatnlp importance``."""

from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli.options import Device, Model, Overwrite, Quiet, Threads
from flatnlp.cli.output import print_line, say, silent
from flatnlp.cli.threads import use_threads


def importance(
    model: Model,
    output: Annotated[Path | None, typer.Option(help="Write all words: .csv or .parquet.")] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Write scatter plots beside word and substitution frequency: .png, .svg, .pdf.")
    ] = None,
    top: Annotated[
        int, typer.Option(min=1, metavar="<int>", help="Print so many of the most and the least important words.")
    ] = 10,
    device: Device = "cpu",
    threads: Threads = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """How important the mask holds each word: the model's own global interpretation (vmask, flat)."""
    use_threads(threads)
    from rich.console import Console
    from rich.table import Table

    from flatnlp.api.importances import importance as run
    from flatnlp.reports.visible import visible

    words = run(model, output=output, picture=plot, overwrite=overwrite, device=device, say=silent if quiet else say)
    table = Table("word", "importance", "in training", "replaced", title=f"{len(words):,} words")
    for column in table.columns[1:]:
        column.justify = "right"
    ends = [words] if len(words) <= 2 * top else [words[:top], words[-top:]]
    for end in ends:
        for each in end:
            counts = f"{each.frequency:,}", f"{each.substitutions:,}"
            table.add_row(visible(each.word), f"{each.importance:.3f}", *counts, end_section=each is end[-1])
    Console().print(table)
    for name, path in (("Table", output), ("Plot", plot)):
        if path:
            print_line(f"{name}: {path}")
