"""``flatnlp attack``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flatnlp.cli.grouped import grouped
from flatnlp.cli.groups import AttackParts, Computing, Cost, Rows
from flatnlp.cli.options import Attack, Dataset, Model, Overwrite, Resume
from flatnlp.cli.output import gone_on_with, print_line, say, silent

if TYPE_CHECKING:
    from flatnlp.attacks.time_spent import TimeSpent


@grouped
def attack(
    *,
    model: Model,
    dataset: Dataset,
    output: Annotated[Path, typer.Option(help="The Parquet file to write, one row per text.")],
    attack: Attack = "pwws",
    parts: AttackParts,
    cost: Cost,
    rows: Rows,
    computing: Computing,
    overwrite: Overwrite = False,
    resume: Resume = False,
) -> None:
    """Attack a classifier on a data set and write original and adversarial texts."""
    how = computing.start()
    from flatnlp.api.attacking import attack as run

    with gone_on_with("the same command with --resume" + (" in the place of --overwrite" if overwrite else "")):
        results = run(
            model,
            attack=attack,
            options=parts.options(),
            dataset=dataset,
            output=output,
            overwrite=overwrite,
            resume=resume,
            on_spent=silent if computing.quiet else _say_spent,
            **vars(rows),
            **vars(cost),
            **how,
        )
        ended = ", ".join(f"{count:,} {status}" for status, count in results.counts().items())
        print_line(f"{output}: {len(results):,} texts, {ended}.")


def _say_spent(spent: "TimeSpent") -> None:
    for sentence in spent.sentences():
        say(sentence)
