"""``flatnlp demo --ui``: its options, and what it prints."""

from pathlib import Path
from typing import Annotated, Any

import typer

from flatnlp.cli.output import print_line, say
from flatnlp.errors import FlatnlpError

LOOPBACK = "127.0.0.1"

Ui = Annotated[bool, typer.Option("--ui", help="Play with the runs that are there, in the browser; extra 'demo'.")]
Runs = Annotated[
    list[Path] | None,
    typer.Option("--runs", metavar="RUN", help="With --ui: these runs, not the demo's; may be given several times."),
]
Host = Annotated[str | None, typer.Option(help="With --ui: address to listen at; this machine alone if not said.")]
Port = Annotated[
    int | None,
    typer.Option(min=1, max=65535, help="With --ui: port to listen at; the first free one from 7860 if not said."),
]
OpenBrowser = Annotated[bool, typer.Option("--open", help="With --ui: open it in the browser.")]


def refuse_without_ui(**options: Any) -> None:
    """Refuse what means nothing without the page.

    Raises:
        FlatnlpError: Naming the option.
    """
    for name, value in options.items():
        if value:
            raise FlatnlpError(f"--{name} is the playground's; add --ui, or leave it out.")


def play(
    runs: list[Path] | None,
    output: Path,
    *,
    device: str,
    host: str | None,
    port: int | None,
    show: bool,
    quiet: bool,
) -> None:
    """Serve the playground until it is interrupted."""
    from threading import Event

    from flatnlp.api.loading import check_device
    from flatnlp.playground.models import Models, demo_runs
    from flatnlp.playground.page import import_gradio

    import_gradio()
    models = Models(runs or demo_runs(output), device)
    check_device(device)
    from flatnlp.playground.serve import start

    address, stop = start(models, host or LOOPBACK, port)
    try:
        print_line(f"Playground: {address} (Ctrl-C ends it)")
        if host and not quiet and host not in (LOOPBACK, "localhost", "::1"):
            say(f"Whoever reaches {host} can use it; there is no password.")
        if show:
            _open(address)
        Event().wait()
    except KeyboardInterrupt:  # or SIGTERM: either is how a server ends
        pass
    finally:
        stop()


def _open(address: str) -> None:
    import webbrowser

    if not webbrowser.open(address):
        say("No browser could be started here; open the address yourself.")
