"""``flatnlp explain``."""

from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli.grouped import grouped
from flatnlp.cli.groups import AttackParts, Computing
from flatnlp.cli.options import Json, Model
from flatnlp.cli.output import print_json, print_line


@grouped
def explain(
    *,
    model: Model,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The text.")],
    against: Annotated[str | None, typer.Option(help="Another text to put beside it.")] = None,
    attack: Annotated[str | None, typer.Option(help="Attack the text and put the result beside it.")] = None,
    parts: AttackParts,
    method: Annotated[str, typer.Option(help="ig (integrated gradients) or lime.")] = "ig",
    label: Annotated[str | None, typer.Option(help="The class to explain; the predicted one if not said.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a self-contained page too.")] = None,
    png: Annotated[Path | None, typer.Option(help="Write a picture too: .png, .svg or .pdf.")] = None,
    as_json: Json = False,
    plain: Annotated[bool, typer.Option("--plain", help="Numbers and signs in the place of colours.")] = False,
    computing: Computing,
) -> None:
    """Which words of a text speak for the prediction: blue for it, orange against it."""
    from flatnlp.reports.saliency.explanation import check_files

    check_files(html, png)
    how = computing.start()
    from rich.console import Console

    from flatnlp.api.explaining import explain as run
    from flatnlp.reports.saliency.terminal import plain as in_numbers
    from flatnlp.reports.saliency.terminal import shaded

    found = run(
        model,
        text,
        against=against,
        attack=attack,
        options=parts.options(),
        method=method,
        label=label,
        **how,
    )
    console = Console()
    coloured = console.is_terminal and not console.no_color and not plain
    if as_json:
        print_json(found[0].record())
    else:
        console.print(shaded(found[0]) if coloured else in_numbers(found[0]))
    for name, path in (("Page", html and found.save_html(html)), ("Picture", png and found.save_picture(png))):
        if path and not as_json:
            print_line(f"{name}: {path}")
