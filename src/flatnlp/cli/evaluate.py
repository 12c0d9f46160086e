"""``flatnlp evaluate``."""

from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli.options import (
    DATASET,
    Attacks,
    Device,
    Encoder,
    Interpret,
    LabelColumn,
    LanguageModel,
    Limit,
    MaskedModel,
    Model,
    QueryBudget,
    Quiet,
    Seed,
    Split,
    Synonyms,
    Tagger,
    TextColumn,
    Threads,
    TimeLimit,
)
from flatnlp.cli.output import print_json, say, silent
from flatnlp.cli.threads import use_threads


def evaluate(
    model: Model,
    dataset: Annotated[str | None, DATASET] = None,
    split: Split = "test",
    attack: Attacks = "pwws",
    interpret: Interpret = None,
    pairs: Annotated[
        int | None, typer.Option(min=1, help="Interpret so many pairs, a seeded sample; else all.")
    ] = None,
    save: Annotated[
        bool, typer.Option("--save", help="Keep the interpretation in the run's folder, for its report.")
    ] = False,
    quality: Annotated[
        bool, typer.Option("--quality", help="Measure how near and how fluent the adversarial texts are.")
    ] = False,
    synonyms: Synonyms = None,
    encoder: Encoder = None,
    tagger: Tagger = None,
    language_model: LanguageModel = None,
    masked_model: MaskedModel = None,
    query_budget: QueryBudget = None,
    time_limit: TimeLimit = None,
    limit: Limit = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the record here too; -: only to standard output.")
    ] = None,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    seed: Seed = 0,
    device: Device = "cpu",
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """Standard and after-attack accuracy on a data set (a run's own test texts if none is named), and consistency."""
    from flatnlp.files import check_writable, write_json
    from flatnlp.processes import number_and_count

    printed = json_file is not None and str(json_file) == "-"
    if json_file and not printed:
        check_writable(json_file)
    use_threads(threads)
    from flatnlp.api.evaluating import evaluate as run
    from flatnlp.attacks.options import AttackOptions

    result = run(
        model,
        attacks=attack,
        interpret=interpret,
        pairs=pairs,
        save=save,
        quality=quality,
        options=AttackOptions(
            synonyms=synonyms, encoder=encoder, tagger=tagger, language_model=language_model, masked_model=masked_model
        ),
        query_budget=query_budget,
        time_limit=time_limit,
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
    if printed:
        print_json(result.record())
        return
    if json_file and number_and_count()[0] == 0:
        write_json(json_file, result.record())
    for name, evaluation in result.evaluations.items():
        typer.echo(f"{name}: {evaluation.sentence()}")
