"""``flatnlp export``."""

from pathlib import Path
from typing import Annotated

import typer

from flatnlp.cli.options import Overwrite, Quiet
from flatnlp.cli.output import print_line
from flatnlp.errors import FlatnlpError, choose_from

_FORMATS = ("dataset", "textattack")


def export(
    source: Annotated[
        Path, typer.Argument(metavar="RUN", help="Folder of a run; for --format textattack also a file of results.")
    ],
    output: Annotated[Path, typer.Option(help="A .csv, .jsonl or .parquet file.")],
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help="dataset: the adversarial texts of a run's rounds (adv, flat). textattack: attack results in the "
            "columns of TextAttack's csv.",
        ),
    ] = "dataset",
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Write adversarial texts as a data set (text, label, original, round, attack), or results as TextAttack does."""
    from flatnlp.files import check_writable

    if form not in _FORMATS:
        raise FlatnlpError(f"There is no format {form!r}; {choose_from(form, _FORMATS)}")
    if output.exists() and not overwrite:
        raise FlatnlpError(f"{output} is there already; give --overwrite to replace it.")
    check_writable(output)
    if form == "textattack":
        from flatnlp.api.exporting import export_textattack

        said = f"{output}: {export_textattack(source, output):,} attacked texts."
    else:
        from flatnlp.training.export import export_adversarial

        said = f"{output}: {export_adversarial(source, output):,} adversarial texts."
    if not quiet:
        print_line(said)
