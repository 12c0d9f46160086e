"""``flatnlp report``."""

from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli.options import Device, Quiet, Threads
from flatnlp.cli.output import print_line, say, silent
from flatnlp.cli.threads import use_threads


def report(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs.")],
    output: Annotated[Path, typer.Option(help="The HTML file to write.")] = Path("report.html"),
    saliency: Annotated[
        int,
        typer.Option(
            min=0,
            metavar="<int>",
            help="Pairs of each run with saliency maps; computed once, kept in the run's folder.",
        ),
    ] = 50,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    device: Device = "cpu",
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """One self-contained HTML page about one or several runs."""
    use_threads(threads)
    from flatnlp.api.reporting import report as write

    path = write(
        runs,
        output,
        saliency=saliency,
        device=device,
        show_progress=not quiet,
        say=silent if quiet else say,
    )
    print_line(f"Report: {path}")
    if show:
        import webbrowser

        if not webbrowser.open(path.resolve().as_uri()):
            say("No browser could be started here; open the file yourself.")
