"""``flatnlp attack``."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flatnlp.cli.options import (
    Dataset,
    Device,
    Encoder,
    LabelColumn,
    LanguageModel,
    Limit,
    MaskedModel,
    Model,
    Overwrite,
    QueryBudget,
    Quiet,
    Resume,
    Seed,
    Split,
    Synonyms,
    Tagger,
    TextColumn,
    Threads,
    TimeLimit,
)
from flatnlp.cli.output import gone_on_with, print_line, say, silent
from flatnlp.cli.threads import use_threads

if TYPE_CHECKING:
    from flatnlp.attacks.time_spent import TimeSpent

_STATUSES = ("successful", "failed", "skipped", "unattackable")


def attack(
    model: Model,
    dataset: Dataset,
    output: Annotated[Path, typer.Option(help="The Parquet file to write, one row per text.")],
    split: Split = "test",
    attack: Annotated[str, typer.Option("--attack", help="The recipe; `flatnlp recipes` lists them.")] = "pwws",
    synonyms: Synonyms = None,
    encoder: Encoder = None,
    tagger: Tagger = None,
    language_model: LanguageModel = None,
    masked_model: MaskedModel = None,
    query_budget: QueryBudget = None,
    time_limit: TimeLimit = None,
    limit: Limit = None,
    text_column: TextColumn = None,
    label_column: LabelColumn = None,
    seed: Seed = 0,
    device: Device = "cpu",
    threads: Threads = None,
    overwrite: Overwrite = False,
    resume: Resume = False,
    quiet: Quiet = False,
) -> None:
    """Attack a classifier on a data set and write original and adversarial texts."""
    use_threads(threads)
    from flatnlp.api.attacking import attack as run
    from flatnlp.attacks.options import AttackOptions

    with gone_on_with("the same command with --resume" + (" in the place of --overwrite" if overwrite else "")):
        results = run(
            model,
            attack=attack,
            options=AttackOptions(
                synonyms=synonyms,
                encoder=encoder,
                tagger=tagger,
                language_model=language_model,
                masked_model=masked_model,
            ),
            dataset=dataset,
            split=split,
            limit=limit,
            seed=seed,
            text_column=text_column,
            label_column=label_column,
            output=output,
            overwrite=overwrite,
            resume=resume,
            query_budget=query_budget,
            time_limit=time_limit,
            device=device,
            show_progress=not quiet,
            say=silent if quiet else say,
            on_spent=silent if quiet else _say_spent,
        )
    counts = Counter[str](result.status for result in results)
    print_line(
        f"{output}: {len(results):,} texts, " + ", ".join(f"{counts[name]:,} {name}" for name in _STATUSES) + "."
    )


def _say_spent(spent: "TimeSpent") -> None:
    for sentence in spent.sentences():
        say(sentence)
