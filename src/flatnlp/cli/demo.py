"""``flatnlp demo``: what ``make run`` does."""

from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli.options import Device, Quiet, Threads
from flatnlp.cli.output import gone_on_with, print_line, print_table, say, silent
from flatnlp.cli.threads import use_threads


def demo(
    output: Annotated[Path, typer.Option(help="Folder of the runs and the report.")] = Path("runs/demo"),
    device: Device = "cpu",
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """Train base, adv and flat on review sentences, attack them, write the report; a second call goes on or reads."""
    use_threads(threads)
    from flatnlp.api.demonstration import demo as run

    with gone_on_with("the same command"):
        runs = run(output, device=device, show_progress=not quiet, say=silent if quiet else say)
    print_table(runs)
    print_line(f"Report: {output / 'report.html'}")
