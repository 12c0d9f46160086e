"""``flatnlp reproduce``."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli.options import Quiet, Threads
from flatnlp.cli.output import gone_on_with, print_line, say, silent
from flatnlp.cli.threads import use_threads
from flatnlp.errors import FlatnlpError


def reproduce(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME...", help="table1 ... table10, figure3 ... figure6, or all.")
    ],
    datasets: Annotated[str, typer.Option(help="Of the paper, separated by commas.")] = "sst2,imdb,ag_news,trec",
    models: Annotated[
        str, typer.Option(help="lstm, cnn, bert, deberta; other encoders have rows of their own.")
    ] = "lstm,cnn",
    attacks: Annotated[str, typer.Option(help="In training, separated by commas.")] = "textfooler,pwws",
    seeds: Annotated[
        int | None, typer.Option(min=1, metavar="<int>", help="Seeds 0, 1, ...; quick has 1, paper 3.")
    ] = None,
    budget: Annotated[str, typer.Option(help="quick: smaller samples, one seed. paper: the paper's sizes.")] = "quick",
    pairs: Annotated[
        int | None,
        typer.Option(min=1, metavar="<int>", help="Explain at most so many pairs per cell; else the budget's number."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say the plan and its estimated time, then stop.")] = False,
    finished_only: Annotated[
        bool, typer.Option("--finished-only", help="Make the tables of what is there already, and do no more work.")
    ] = False,
    output: Annotated[Path, typer.Option(help="Folder of the runs, attacks and tables.")] = Path("runs/reproduce"),
    reuse: Annotated[
        list[Path] | None, typer.Option(help="A folder of finished runs that count where settings are the same.")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="Read a data set from elsewhere, for example sst2=my/sst2.csv.")
    ] = None,
    hyperparameters: Annotated[list[Path] | None, typer.Option(help="What `flatnlp tune` has chosen.")] = None,
    setting: Annotated[
        list[str] | None, typer.Option("--set", help="A training setting for all cells, for example epochs=5.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, metavar="<int>", help="Pieces of work side by side.")] = 1,
    devices: Annotated[str, typer.Option(help="Where to compute, in turns: cpu, or cuda:0,cuda:1.")] = "cpu",
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """Reproduce the paper's tables: our values beside the paper's, and whether its claims hold.

    What was computed before is only read. Here the rows that were run are printed; the whole tables lie in the output
    folder as a page, Markdown, csv and LaTeX.
    """
    use_threads(threads)
    from flatnlp.api.reproducing import parsed_settings
    from flatnlp.api.reproducing import reproduce as run
    from flatnlp.paper.formats import to_markdown

    with gone_on_with("the same command"):
        result = run(
            names,
            datasets=_listed(datasets),
            models=_listed(models),
            attacks=_listed(attacks),
            seeds=seeds,
            budget=budget,
            pairs=pairs,
            output=output,
            reuse=reuse or (),
            sources=dict(_pair(each) for each in source or ()),
            hyperparameters=hyperparameters or (),
            settings=parsed_settings(setting or ()),
            devices=_listed(devices),
            jobs=jobs,
            threads=threads,
            dry_run=dry_run,
            finished_only=finished_only,
            command=shlex.join(["flatnlp", *sys.argv[1:]]),
            show_progress=not quiet,
            say=silent if quiet and not dry_run else say,
        )
    if result.reproduction is not None:
        typer.echo(to_markdown(result.reproduction, run_only=True).rstrip("\n"))
        for path in result.figures:
            print_line(str(path))
        print_line(f"Page: {result.page}")


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _pair(given: str) -> tuple[str, str]:
    name, equals, source = given.partition("=")
    if not equals or not source:
        raise FlatnlpError(f"--source {given} names no file; write --source sst2=path.")
    return name, source
