"""Attack results in the columns of other tools."""

from pathlib import Path

from flatnlp.attacks.results_file import ResultsFile
from flatnlp.attacks.textattack_csv import write_textattack_csv
from flatnlp.errors import FlatnlpError


def export_textattack(source: str | Path, output: str | Path) -> int:
    """Write attack results in the columns of TextAttack's csv files.

    Args:
        source: A Parquet file that ``flatnlp attack`` wrote, or the folder of a run with one such file.
        output: The ``.csv`` file.

    Returns:
        Number of attacked texts.

    Raises:
        FlatnlpError: If there are no results, or several, or the file is not to be a csv or cannot be written.
    """
    source, output = Path(source), Path(output)
    if output.suffix != ".csv":
        raise FlatnlpError(f"TextAttack's results are csv; name {output.with_suffix('.csv')} as the output.")
    if source.is_dir():
        files = sorted((source / "attacks").glob("*.parquet"))
        if len(files) != 1:
            there = ", ".join(f"attacks/{file.name}" for file in files) or "none"
            raise FlatnlpError(f"{source} must have one file of attack results and has {there}; name the file itself.")
        source = files[0]
    return write_textattack_csv(ResultsFile(source), output)
