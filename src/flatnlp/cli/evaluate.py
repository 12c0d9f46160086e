"""``flatnlp evaluate``."""

from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli.grouped import grouped
from flatnlp.cli.groups import AttackParts, Computing, Cost, Rows
from flatnlp.cli.options import DATASET, Attacks, Interpret, Model
from flatnlp.cli.output import print_json


@grouped
def evaluate(
    *,
    model: Model,
    dataset: Annotated[str | None, DATASET] = None,
    attack: Attacks = "pwws",
    interpret: Interpret = None,
    pairs: Annotated[
        int | None, typer.Option(min=1, metavar="<int>", help="Interpret so many pairs, a seeded sample; else all.")
    ] = None,
    save: Annotated[
        bool, typer.Option("--save", help="Keep the interpretation in the run's folder, for its report.")
    ] = False,
    quality: Annotated[
        bool, typer.Option("--quality", help="Measure how near and how fluent the adversarial texts are.")
    ] = False,
    parts: AttackParts,
    cost: Cost,
    rows: Rows,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the record here too; -: only to standard output.")
    ] = None,
    computing: Computing,
) -> None:
    """Standard and after-attack accuracy on a data set (a run's own test texts if none is named), and consistency."""
    from flatnlp.files import check_writable, write_json
    from flatnlp.processes import number_and_count

    printed = json_file is not None and str(json_file) == "-"
    if json_file and not printed:
        check_writable(json_file)
    how = computing.start()
    from flatnlp.api.evaluating import evaluate as run

    result = run(
        model,
        attacks=attack,
        interpret=interpret,
        pairs=pairs,
        save=save,
        quality=quality,
        options=parts.options(),
        dataset=dataset,
        **vars(rows),
        **vars(cost),
        **how,
    )
    if printed:
        print_json(result.record())
        return
    if json_file and number_and_count()[0] == 0:
        write_json(json_file, result.record())
    for name, evaluation in result.evaluations.items():
        typer.echo(f"{name}: {evaluation.sentence()}")
