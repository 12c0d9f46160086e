"""``flatnlp figure``."""

from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli.options import Device, Quiet, Seed, Threads
from flatnlp.cli.output import print_line, say, silent
from flatnlp.cli.threads import use_threads


def figure(
    number: Annotated[
        int,
        typer.Argument(
            metavar="3|4|5|6",
            help="3: saliency of pairs; 4: importance and frequencies; 5: importances of synonyms; 6: top-k curves.",
        ),
    ],
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs.")],
    output: Annotated[Path, typer.Option(help="Folder of the pictures (svg, pdf, png) and their data (csv).")],
    example: Annotated[
        list[int] | None, typer.Option(help="Figure 3: index of an example; may be given several times.")
    ] = None,
    method: Annotated[str, typer.Option(help="Figure 3: ig (integrated gradients) or lime.")] = "ig",
    synonyms: Annotated[
        str, typer.Option(help="Figure 5: word vectors of a synonym space, a name or a file.")
    ] = "counterfitted_glove_100d",
    words: Annotated[int, typer.Option(min=1, metavar="<int>", help="Figure 5: words to draw at random.")] = 1000,
    seed: Seed = 0,
    device: Device = "cpu",
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """Draw one of the paper's figures of runs, with the data behind it."""
    use_threads(threads)
    from flatnlp.api.figures import FigureSettings
    from flatnlp.api.figures import figure as draw

    settings = FigureSettings(
        examples=tuple(example or ()), method=method, synonyms=synonyms, words=words, seed=seed, device=device
    )
    for path in draw(number, runs, output, settings, show_progress=not quiet, say=silent if quiet else say):
        print_line(str(path))
