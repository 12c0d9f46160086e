"""Attack results as a Parquet file, one row per example in the order of the data set."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from flatnlp.attacks.result import AttackResult, Example
from flatnlp.errors import FlatnlpError
from flatnlp.files import written_whole
from flatnlp.text import Text

_SETTINGS = "flatnlp"


def write_results(results: Iterable[AttackResult], path: Path, settings: Mapping[str, Any] | None = None) -> None:
    """Write results, ordered by example index, whole or not at all.

    Columns: index, original, adversarial, label, original_prediction, adversarial_prediction, original_probability and
    adversarial_probability (of the true label), status, queries, words, edits. An edit gives the word's position and
    its character spans ``[start, end)`` in both texts. ``settings`` (JSON values that say what the results are of) go
    into the file's metadata.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [row_of(result) for result in sorted(results, key=lambda result: result.example.index)]
    schema = _schema().with_metadata({_SETTINGS: json.dumps(settings, sort_keys=True)})
    with written_whole(path) as temporary:
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), temporary)


def settings_of(path: Path) -> Any:
    """The settings that ``write_results`` was given.

    Raises:
        FlatnlpError: If the file is damaged or of another kind.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return json.loads(pq.read_schema(path).metadata[_SETTINGS.encode()])
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise FlatnlpError(f"{path} is not a readable file of attack results; attack again.") from error


def read_results(path: Path) -> list[AttackResult]:
    """Read what ``write_results`` wrote.

    Raises:
        FlatnlpError: If the file is missing, damaged, or of another kind.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        rows = pq.read_table(path, schema=_schema()).to_pylist()
        return [result_of(row) for row in rows]
    except (OSError, pa.ArrowException, KeyError, TypeError, IndexError) as error:
        reason = str(error).splitlines()[0]
        raise FlatnlpError(f"{path} is not a readable file of attack results ({reason}); attack again.") from error


def _schema() -> Any:
    import pyarrow as pa

    whole, text, share = pa.int64(), pa.string(), pa.float64()
    edit = pa.struct(
        {
            "kind": text,
            "position": whole,
            "start": whole,
            "end": whole,
            "adversarial_start": whole,
            "adversarial_end": whole,
            "original": text,
            "substitute": text,
        }
    )
    return pa.schema(
        {
            "index": whole,
            "original": text,
            "adversarial": text,
            "label": whole,
            "original_prediction": whole,
            "adversarial_prediction": whole,
            "original_probability": share,
            "adversarial_probability": share,
            "status": text,
            "queries": whole,
            "words": whole,
            "edits": pa.list_(edit),
        }
    )


def row_of(result: AttackResult) -> dict[str, Any]:
    """A result as the values of its row."""
    original = Text.of(result.example.text)
    return {
        "index": result.example.index,
        "original": original.raw,
        "adversarial": result.adversarial.raw,
        "label": result.example.label,
        "original_prediction": result.predictions[0],
        "adversarial_prediction": result.predictions[1],
        "original_probability": result.probabilities[0],
        "adversarial_probability": result.probabilities[1],
        "status": result.status,
        "queries": result.queries,
        "words": result.words,
        "edits": [
            {
                "kind": edit.kind,
                "position": edit.position,
                "start": original.spans[edit.position][0],
                "end": original.spans[edit.position][1],
                "adversarial_start": result.adversarial.spans[edit.position][0],
                "adversarial_end": result.adversarial.spans[edit.position][1],
                "original": edit.original,
                "substitute": edit.substitute,
            }
            for edit in result.adversarial.edits
        ],
    }


def result_of(row: dict[str, Any]) -> AttackResult:
    """The result that a row was made of."""
    adversarial = Text.of(row["original"])
    for edit in row["edits"]:
        adversarial = adversarial.replace(edit["position"], edit["substitute"])
    return AttackResult(
        example=Example(row["index"], row["original"], row["label"]),
        adversarial=adversarial,
        status=row["status"],
        predictions=(row["original_prediction"], row["adversarial_prediction"]),
        probabilities=(row["original_probability"], row["adversarial_probability"]),
        queries=row["queries"],
        words=row["words"],
    )
