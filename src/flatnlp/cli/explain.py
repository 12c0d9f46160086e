"""``flatnlp explain``."""

from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli.options import (
    Device,
    Encoder,
    Json,
    LanguageModel,
    MaskedModel,
    Model,
    Quiet,
    Synonyms,
    Tagger,
    Threads,
)
from flatnlp.cli.output import print_json, print_line, say, silent
from flatnlp.cli.threads import use_threads


def explain(
    model: Model,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The text.")],
    against: Annotated[str | None, typer.Option(help="Another text to put beside it.")] = None,
    attack: Annotated[str | None, typer.Option(help="Attack the text and put the result beside it.")] = None,
    synonyms: Synonyms = None,
    encoder: Encoder = None,
    tagger: Tagger = None,
    language_model: LanguageModel = None,
    masked_model: MaskedModel = None,
    method: Annotated[str, typer.Option(help="ig (integrated gradients) or lime.")] = "ig",
    label: Annotated[str | None, typer.Option(help="The class to explain; the predicted one if not said.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a self-contained page too.")] = None,
    png: Annotated[Path | None, typer.Option(help="Write a picture too: .png, .svg or .pdf.")] = None,
    as_json: Json = False,
    plain: Annotated[bool, typer.Option("--plain", help="Numbers and signs in the place of colours.")] = False,
    device: Device = "cpu",
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """Which words of a text speak for the prediction: blue for it, orange against it."""
    from flatnlp.reports.saliency.explanation import check_files

    check_files(html, png)
    use_threads(threads)
    from rich.console import Console

    from flatnlp.api.explaining import explain as run
    from flatnlp.attacks.options import AttackOptions
    from flatnlp.reports.saliency.terminal import plain as in_numbers
    from flatnlp.reports.saliency.terminal import shaded

    found = run(
        model,
        text,
        against=against,
        attack=attack,
        options=AttackOptions(
            synonyms=synonyms, encoder=encoder, tagger=tagger, language_model=language_model, masked_model=masked_model
        ),
        method=method,
        label=label,
        device=device,
        show_progress=not quiet,
        say=silent if quiet else say,
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
