"""``flatnlp export``."""

from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli.options import Overwrite
from flatnlp.cli.output import print_line
from flatnlp.errors import FlatnlpError


def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run with rounds (adv, flat).")],
    output: Annotated[Path, typer.Option(help="A .csv, .jsonl or .parquet file.")],
    overwrite: Overwrite = False,
) -> None:
    """Write the adversarial texts of a run's rounds as a data set: text, label, original, round, attack."""
    from flatnlp.files import check_writable
    from flatnlp.training.export import export_adversarial

    if output.exists() and not overwrite:
        raise FlatnlpError(f"{output} is there already; give --overwrite to replace it.")
    check_writable(output)
    print_line(f"{output}: {export_adversarial(run, output):,} adversarial texts.")
