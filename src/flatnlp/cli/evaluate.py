"""``flatnlp evaluate``."""

from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli.options import (
    Attacks,
    Dataset,
    Device,
    LabelColumn,
    Limit,
    Model,
    Quiet,
    Seed,
    Split,
    TextColumn,
    Threads,
)
from flatnlp.cli.output import say, silent
from flatnlp.cli.threads import use_threads


def evaluate(
    model: Model,
    dataset: Dataset,
    split: Split = "test",
    attack: Attacks = "pwws",
    limit: Limit = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the record here too.")] = None,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    seed: Seed = 0,
    device: Device = "cpu",
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """Standard and after-attack accuracy on a data set."""
    from flatnlp.files import check_writable, write_json

    if json_file:
        check_writable(json_file)
    use_threads(threads)
    from flatnlp.api.evaluating import evaluate as run

    result = run(
        model,
        attacks=attack,
        dataset=dataset,
        split=split,
        limit=limit,
        seed=seed,
        text_column=text_column,
        label_column=label_column,
        device=device,
        show_progress=not quiet,
        say=silent if quiet else say,
    )
    if json_file:
        write_json(json_file, result.record())
    for name, evaluation in result.evaluations.items():
        typer.echo(f"{name}: {evaluation.sentence()}")
