"""``flatnlp resources``: list, fetch, verify, counterfit."""

from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli import completion
from flatnlp.cli.options import Json, Overwrite, Quiet, Threads
from flatnlp.cli.output import print_json
from flatnlp.cli.threads import use_threads
from flatnlp.errors import FlatnlpError

resources_app = typer.Typer(
    help="Outside files by name: list, fetch, verify; counterfit builds a synonym space.", no_args_is_help=True
)


@resources_app.command("list")
def list_resources(
    as_json: Json = False,
    quiet: Quiet = False,  # noqa: ARG001 - there is nothing but the result; scripts give it to every command
) -> None:
    """What there is, what needs it, and whether it is here."""
    if as_json:
        from flatnlp.resources import status as rows

        print_json([{**vars(row), "path": row.path and str(row.path)} for row in rows()])
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from flatnlp.reports.visible import visible
    from flatnlp.resources import status

    table = Table("name", "kind", "size", "licence", "used by", "from", "here")
    for row in status():
        where = str(row.path) if row.present else "no"
        cells = (row.name, row.kind, f"{row.size / 1e6:.1f} MB", row.licence, row.used_by, row.origin, where)
        table.add_row(*(Text(visible(cell)) for cell in cells))  # a folder may be called [red]
    Console().print(table)


@resources_app.command("fetch")
def fetch_resources(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME...", help="Names from the list.", autocompletion=completion.resources)
    ],
    quiet: Quiet = False,
) -> None:
    """Get resources that are not here yet."""
    from flatnlp.resources import fetch

    for name, path in fetch(names, progress=not quiet).items():
        typer.echo(f"{name}: {path}")


@resources_app.command("verify")
def verify_resources(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME...]", help="All that are here if none.")] = None,
    quiet: Quiet = False,
) -> None:
    """Check files against the checksums written when they were fetched."""
    from flatnlp.resources import verify

    checked = verify(names or ())
    for each in [] if quiet else checked:
        typer.echo(f"{each.name}: {each.state}" + "".join(f"; {problem}" for problem in each.problems))
    bad = [each.name for each in checked if not each.ok]
    if bad:
        raise FlatnlpError(f"{', '.join(bad)}: not as fetched; delete and fetch again with `flatnlp resources fetch`.")


@resources_app.command("counterfit")
def counterfit_vectors(
    vectors: Annotated[str, typer.Option(help="Word vectors: a name or a file.")],
    output: Annotated[Path, typer.Option(help="The .npz to write, for --synonyms.")],
    synonyms: Annotated[
        list[str] | None, typer.Option(help="Pairs that attract: a name or file; PPDB's if none.")
    ] = None,
    antonyms: Annotated[list[str] | None, typer.Option(help="Pairs that repel; PPDB's and WordNet's if none.")] = None,
    epochs: Annotated[int, typer.Option(min=1, metavar="<int>", help="Passes over the pairs that attract.")] = 4,
    preserve: Annotated[float, typer.Option(min=0, help="Weight of every word's place in the original space.")] = 1.0,
    compare: Annotated[
        str | None, typer.Option(help="A neighbour list: how many of its neighbours are found, before and after.")
    ] = None,
    threads: Threads = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Make a synonym space of word vectors: synonyms attract, antonyms repel (Mrksic et al. 2016)."""
    use_threads(threads)
    from flatnlp.api.counterfitting import ANTONYMS, SYNONYMS
    from flatnlp.api.counterfitting import counterfit_vectors as run
    from flatnlp.data.counterfitting import CounterfitSettings

    result = run(
        vectors,
        output,
        synonyms=synonyms or SYNONYMS,
        antonyms=antonyms or ANTONYMS,
        settings=CounterfitSettings(epochs=epochs, preserve=preserve),
        compare=compare,
        overwrite=overwrite,
        show_progress=not quiet,
    )
    typer.echo(f"{result.path}: {result.words:,} words.")
    for count, (before, after) in result.recall.items():
        typer.echo(f"Of the listed neighbours, {after:.1%} are among the {count} nearest (before: {before:.1%}).")
