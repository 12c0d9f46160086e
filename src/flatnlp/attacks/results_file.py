"""Attack results as a Parquet file, one row per example in the order of the data set."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, get_args, overload

from flatnlp.attacks.result import AttackResult, Example, Status
from flatnlp.errors import FlatnlpError
from flatnlp.files import written_whole
from flatnlp.text import Edit, Text

_SETTINGS = "flatnlp"
_GROUP = 1000  # rows in memory at once


def write_results(results: Iterable[AttackResult], path: Path, settings: Mapping[str, Any] | None = None) -> None:
    """Write results, ordered by example index, whole or not at all.

    Columns: index, original, adversarial, label, original_prediction, adversarial_prediction, original_probability and
    adversarial_probability (of the true label), status, queries, words, stopped (the
    limit that ended the search, or null), origins, edits. ``origins`` gives, for each
    word of the adversarial text, the position in the original of the word it stands for (null: inserted). An edit gives
    its kind, its position among the words as they were before it, and the character spans ``[start, end)`` in both
    texts of the word it ended in: of all that it came from, and of what it is now (an inserted word's span in the
    original is empty, at the place where it was put). ``settings`` (JSON values that say what the results are of) go
    into the file's metadata.
    """
    ordered = sorted(results, key=lambda result: result.example.index)
    write_rows(map(row_of, ordered), path, settings)


def write_rows(rows: Iterable[dict[str, Any]], path: Path, settings: Mapping[str, Any] | None = None) -> None:
    """Write rows of results in the order given, as ``write_results`` does; few of them are in memory at once."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema().with_metadata({_SETTINGS: json.dumps(settings, sort_keys=True)})
    rows = iter(rows)
    with written_whole(path) as temporary, pq.ParquetWriter(temporary, schema) as writer:
        while group := list(islice(rows, _GROUP)):
            writer.write_table(pa.Table.from_pylist(group, schema=schema))


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
    """Read what ``write_results`` wrote, all at once.

    Raises:
        FlatnlpError: If the file is missing, damaged, or of another kind.
    """
    return list(ResultsFile(path))


class ResultsFile(Sequence[AttackResult]):
    """The results in a file, read as they are looked at and never all at once.

    Args:
        path: The file.

    Raises:
        FlatnlpError: If the file is missing, damaged, or of another kind; also when it turns out to be while reading.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._said():
            import pyarrow.parquet as pq

            with pq.ParquetFile(path) as file:
                self._length: int = file.metadata.num_rows
                self._groups = file.metadata.num_row_groups

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> AttackResult: ...

    @overload
    def __getitem__(self, index: slice) -> list[AttackResult]: ...

    def __getitem__(self, index: int | slice) -> AttackResult | list[AttackResult]:
        if isinstance(index, slice):
            wanted = set(range(*index.indices(len(self))))
            found = {i: result for i, result in enumerate(self) if i in wanted}
            return [found[i] for i in range(*index.indices(len(self)))]
        return next(islice(self, range(len(self))[index], None))

    def counts(self) -> dict[str, int]:
        """How many ended in which way; nothing else is read for it."""
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        counts: dict[str, int] = dict.fromkeys(get_args(Status), 0)
        with self._said(), pq.ParquetFile(self.path) as file:
            for group in range(self._groups):
                for each in pc.value_counts(file.read_row_group(group, ["status"]).column("status")).to_pylist():
                    counts[each["values"]] += each["counts"]
        return counts

    def __iter__(self) -> Iterator[AttackResult]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        with self._said(), pq.ParquetFile(self.path) as file:
            for group in range(self._groups):
                table = file.read_row_group(group)
                if "stopped" not in table.column_names:  # files of versions that had no limits
                    table = table.append_column("stopped", pa.nulls(len(table), pa.string()))
                columns = [name for name in _schema().names if name in table.column_names]
                for row in table.select(columns).to_pylist():
                    yield result_of(row)

    @contextmanager
    def _said(self) -> Iterator[None]:
        import pyarrow as pa

        try:
            yield
        except (OSError, pa.ArrowException, KeyError, TypeError, IndexError, ValueError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise FlatnlpError(
                f"{self.path} is not a readable file of attack results ({reason}); attack again."
            ) from error


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
            "stopped": text,
            "origins": pa.list_(whole),
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
        "stopped": result.stopped,
        "origins": list(result.adversarial.origins),
        "edits": _edit_rows(original, result.adversarial),
    }


def _edit_rows(original: Text, adversarial: Text) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [{} for _ in adversarial.edits]
    alignment = adversarial.alignment
    for i, touched in enumerate(adversarial.touched_by):
        start, end = _span_in_original(original, alignment, i)
        for number in touched:
            edit = adversarial.edits[number]
            rows[number] = {
                "kind": edit.kind,
                "position": edit.position,
                "start": start,
                "end": end,
                "adversarial_start": adversarial.spans[i][0],
                "adversarial_end": adversarial.spans[i][1],
                "original": edit.original,
                "substitute": edit.substitute,
            }
    return rows


def _span_in_original(original: Text, alignment: Sequence[tuple[int, ...]], i: int) -> tuple[int, int]:
    """Characters of all words that word ``i`` came from; for an inserted one the place before the next word's."""
    if alignment[i]:
        return original.spans[alignment[i][0]][0], original.spans[alignment[i][-1]][1]
    after = next((original.spans[positions[0]][0] for positions in alignment[i + 1 :] if positions), None)
    if after is None:
        after = original.spans[-1][1] if original.spans else len(original.raw)
    return after, after


def result_of(row: dict[str, Any]) -> AttackResult:
    """The result that a row was made of."""
    adversarial = Text.of(row["original"])
    for edit in row["edits"]:
        made = Edit(edit["kind"], edit["position"], edit["original"], edit["substitute"])
        adversarial = adversarial.redo(made)
    return AttackResult(
        example=Example(row["index"], row["original"], row["label"]),
        adversarial=adversarial,
        status=row["status"],
        predictions=(row["original_prediction"], row["adversarial_prediction"]),
        probabilities=(row["original_probability"], row["adversarial_probability"]),
        queries=row["queries"],
        words=row["words"],
        stopped=row["stopped"],
    )
