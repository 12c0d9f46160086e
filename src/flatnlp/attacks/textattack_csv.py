"""Attack results in the columns of TextAttack's csv files (``CSVLogger`` of TextAttack 0.3.11), for what reads those.

Changed words stand in ``[[double brackets]]`` and line breaks are ``<SPLIT>``, as TextAttack writes them.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flatnlp.attacks.result import AttackResult
from flatnlp.files import written_whole
from flatnlp.text import Text

COLUMNS = (
    "original_text",
    "perturbed_text",
    "original_score",
    "perturbed_score",
    "original_output",
    "perturbed_output",
    "ground_truth_output",
    "num_queries",
    "result_type",
)

_TYPES = {"successful": "Successful", "failed": "Failed", "skipped": "Skipped", "unattackable": "Failed"}
"""TextAttack has no word for what cannot be attacked: such an attack has failed."""


def write_textattack_csv(results: Iterable[AttackResult], path: Path) -> int:
    """Write results, whole or not at all.

    Args:
        results: In the order of the rows.
        path: The csv file.

    Returns:
        Number of rows.

    Raises:
        FlatnlpError: If the file cannot be written.
    """
    count = 0
    with written_whole(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        writer.writeheader()
        for result in results:
            writer.writerow(textattack_row(result))
            count += 1
    return count


def textattack_row(result: AttackResult) -> dict[str, Any]:
    """One row; a score is 1 less the probability of the true class, as the untargeted goal of TextAttack has it."""
    original, adversarial = _marked(result)
    return {
        "original_text": original,
        "perturbed_text": adversarial,
        "original_score": 1 - result.probabilities[0],
        "perturbed_score": 1 - result.probabilities[1],
        "original_output": result.predictions[0],
        "perturbed_output": result.predictions[1],
        "ground_truth_output": result.example.label,
        "num_queries": result.queries,
        "result_type": _TYPES[result.status],
    }


def _marked(result: AttackResult) -> tuple[str, str]:
    """Both texts, with the words in brackets that are not the same in the other."""
    original, adversarial = Text.of(result.example.text), result.adversarial
    alignment = adversarial.alignment
    differing = [
        i
        for i in range(len(adversarial.spans))
        if [adversarial.word(i)] != [original.word(position) for position in alignment[i]]
    ]
    partners = {position for i in differing for position in alignment[i]}
    return (
        _bracketed(original.raw, [original.spans[position] for position in sorted(partners)]),
        _bracketed(adversarial.raw, [adversarial.spans[i] for i in differing]),
    )


def _bracketed(raw: str, spans: Iterable[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in spans:
        parts += [raw[at:start], "[[", raw[start:end], "]]"]
        at = end
    return "".join([*parts, raw[at:]]).replace("\n", "<SPLIT>")
