"""The adversarial texts of a run as a file that any trainer reads."""

from pathlib import Path
from typing import Any

from flatnlp.attacks.results_file import read_results
from flatnlp.errors import FlatnlpError
from flatnlp.files import read_json, written_whole


def export_adversarial(run: Path, output: Path) -> int:
    """Write the successful adversarial texts of all rounds as a data set; what comes in several rounds is written once.

    Columns: text (adversarial), label (the class name, unchanged by the attack), original, round, attack.

    Args:
        run: Folder of a run with rounds (``adv``, ``flat``).
        output: A ``.csv``, ``.jsonl`` or ``.parquet`` file.

    Returns:
        Number of texts.

    Raises:
        FlatnlpError: If the run has none, is damaged, or the file cannot be written.
    """
    if output.suffix not in (".csv", ".jsonl", ".parquet"):
        raise FlatnlpError(f"{output} ends in none of .csv, .jsonl and .parquet; choose one of them.")
    files = sorted((run / "rounds").glob("*/adversarial.*.parquet"))
    if not files:
        raise FlatnlpError(f"{run} has no adversarial examples; give the folder of a run with rounds (adv or flat).")
    classes = read_json(run / "data.json")["classes"]
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for file in files:
        for result in read_results(file):
            if result.status == "successful":
                row = {
                    "text": result.adversarial.raw,
                    "label": classes[result.example.label],
                    "original": result.example.text,
                    "round": int(file.parent.name),
                    "attack": file.name.split(".")[1],
                }
                rows.setdefault((result.adversarial.raw, result.example.label), row)
    _write(list(rows.values()), output)
    return len(rows)


def _write(rows: list[dict[str, Any]], output: Path) -> None:
    import pandas as pd

    table = pd.DataFrame(rows, columns=["text", "label", "original", "round", "attack"])
    with written_whole(output) as temporary, temporary.open("wb") as file:
        if output.suffix == ".csv":
            table.to_csv(file, index=False)
        elif output.suffix == ".jsonl":
            table.to_json(file, orient="records", lines=True, force_ascii=False)
        else:
            table.to_parquet(file, index=False)
