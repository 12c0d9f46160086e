"""``flatnlp demo``: what ``make run`` does, and with ``--ui`` a page to play with what it left."""

from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli.options import Device, Quiet, Threads
from flatnlp.cli.output import gone_on_with, print_line, print_table, say, silent
from flatnlp.cli.playground import Host, OpenBrowser, Port, Runs, Ui, play, refuse_without_ui
from flatnlp.cli.threads import use_threads


def demo(
    output: Annotated[Path, typer.Option(help="Folder of the runs and the report.")] = Path("runs/demo"),
    ui: Ui = False,
    runs: Runs = None,
    host: Host = None,
    port: Port = None,
    show: OpenBrowser = False,
    device: Device = "cpu",
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """Train base, adv and flat on review sentences, attack them, write the report; --ui plays with finished runs."""
    if not ui:
        refuse_without_ui(runs=runs, host=host, port=port, open=show)
    use_threads(threads)
    if ui:
        play(runs, output, device=device, host=host, port=port, show=show, quiet=quiet)
        return
    from flatnlp.api.demonstration import demo as run

    with gone_on_with("the same command"):
        done = run(output, device=device, show_progress=not quiet, say=silent if quiet else say)
    print_table(done)
    print_line(f"Report: {output / 'report.html'}")
