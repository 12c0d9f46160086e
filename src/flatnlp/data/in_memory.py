"""Data sets that a program holds: a pandas DataFrame, a ``datasets.Dataset``, or splits of them by name."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from flatnlp.data.arrow import UNLABELLED, table_from_arrow
from flatnlp.data.files import SPLIT_NAMES
from flatnlp.data.given import Held, is_dataset, is_frame
from flatnlp.data.growing_table import GrowingTable
from flatnlp.data.table import (
    DEFAULT_LABEL_COLUMN,
    DEFAULT_TEXT_COLUMN,
    Table,
    column_positions,
    has_half_character,
    label_string,
)
from flatnlp.errors import FlatnlpError

SCHEME = "in-memory:"
"""How a run names data that it was given by a program; what follows is their fingerprint."""


def read_in_memory(
    given: Held, text_column: str | None = None, label_column: str | None = None
) -> tuple[dict[str, Table], list[str]]:
    """Read a data set that a program holds.

    Returns:
        Split name -> table (``train`` alone where there are no splits), and sentences about splits that were left out.

    Raises:
        FlatnlpError: If it is nothing of the kind, or bad as a file may be.
    """
    kind = type(given).__name__
    if isinstance(given, Mapping):
        return tables_of(given, f"The {kind}", text_column, label_column)
    return {"train": _table(given, f"The {kind}", text_column, label_column)}, []


def fingerprint_of(tables: Mapping[str, Table]) -> str:
    """What tells these rows and splits from others, whatever held them and whatever its columns were called."""
    digest = sha256()
    for split, table in sorted(tables.items()):
        digest.update(repr((split, len(table), table.class_names)).encode())
        for row in zip(table.texts, table.labels, strict=True):
            digest.update(repr(row).encode())
    return digest.hexdigest()[:16]


def tables_of(
    splits: Mapping[str, Any], source: str, text_column: str | None = None, label_column: str | None = None
) -> tuple[dict[str, Table], list[str]]:
    """Read splits by the names that others give them.

    Args:
        splits: Name -> frame or data set.
        source: What they are of, in words.
        text_column: the text column, or None for ``text``.
        label_column: the label column, or None for ``label``.

    Returns:
        Split name -> table, and sentences about splits that were left out.

    Raises:
        FlatnlpError: If there is no training split, or one is bad.
    """
    tables: dict[str, Table] = {}
    notes: list[str] = []
    for theirs, data in splits.items():
        ours = SPLIT_NAMES.get(str(theirs).lower())
        if ours is None or ours in tables:
            notes.append(f"The split {theirs!r} of {source} is not used.")
        elif ours != "train" and is_dataset(data) and _all_withheld(data, label_column or DEFAULT_LABEL_COLUMN):
            notes.append(f"The split {theirs!r} of {source} has no labels and is not used.")
        else:
            tables[ours] = _table(data, f"{source}, split {theirs}", text_column, label_column)
    if "train" not in tables:
        there = ", ".join(map(str, splits)) or "none"
        raise FlatnlpError(f"{source} has no split 'train' (its splits are {there}), so nothing can be trained on it.")
    return tables, notes


def _table(data: Any, source: str, text_column: str | None, label_column: str | None) -> Table:
    if is_frame(data):
        return _of_frame(data, source, text_column, label_column)
    if not is_dataset(data):
        raise FlatnlpError(
            f"{source} is no data set; give a name, a file, a DataFrame, or a Dataset or DatasetDict of datasets."
        )
    _refuse_pairs(data.column_names, source, text_column)
    positions = column_positions(data.column_names, source, text_column, label_column)
    data = data.select_columns([data.column_names[at] for at in positions])
    arrow = data.with_format("arrow")[:].replace_schema_metadata(data.features.arrow_schema.metadata)
    return table_from_arrow(arrow, source, text_column, label_column)


def _of_frame(frame: Any, source: str, text_column: str | None, label_column: str | None) -> Table:
    """The rows of a DataFrame; the order of a categorical column is the order of the classes."""
    names = list(map(str, frame.columns))
    _refuse_pairs(names, source, text_column)
    columns = [frame.iloc[:, at] for at in column_positions(names, source, text_column, label_column)]
    if len(frame) == 0:
        raise FlatnlpError(f"{source} has no rows.")
    grown = GrowingTable()
    for text, label in zip(*columns, strict=True):
        row = len(grown) + 1
        where = f"{source}, row {row:,}"
        if text is None or text != text:
            raise FlatnlpError(f"{where}: the text is missing; give it one (it may be empty) or remove the row.")
        if not isinstance(text, str):
            raise FlatnlpError(f"{where}: the text is a {type(text).__name__}, but it must be a string.")
        if has_half_character(text):
            raise FlatnlpError(f"{where}: the text holds half a surrogate pair; write the whole character.")
        grown.add(text, label_string(_plain(label), where), row)
    categories = getattr(getattr(columns[1], "cat", None), "categories", ())
    ordered = tuple(label_string(_plain(each), f"{source}, its categories") for each in categories)
    return grown.table(source, "row", ordered or None)


def _plain(label: Any) -> Any:
    """A NumPy number as Python's; pandas' missing value as None."""
    if type(label).__name__ in ("NAType", "NaTType"):
        return None
    return label.item() if hasattr(label, "item") else label


_PAIRS = (
    ("sentence1", "sentence2"),
    ("premise", "hypothesis"),
    ("question1", "question2"),
    ("text1", "text2"),
    ("question", "sentence"),
    ("query", "passage"),
)


def _all_withheld(data: Any, label_column: str) -> bool:
    if label_column not in data.column_names:
        return True
    labels = data.select_columns([label_column]).with_format("arrow")[:].column(label_column)
    import pyarrow as pa

    if pa.types.is_nested(labels.type):  # several labels per text: refused where the rows are read
        return False
    return set(labels.unique().to_pylist()) <= {UNLABELLED, None}


def _refuse_pairs(columns: list[str], source: str, text_column: str | None) -> None:
    if text_column is not None or DEFAULT_TEXT_COLUMN in columns:
        return
    for first, second in _PAIRS:
        if first in columns and second in columns:
            raise FlatnlpError(
                f"{source} holds pairs of sentences ({first!r} and {second!r}), but flatnlp takes single texts; to use "
                "one of them alone, name it with --text-column."
            )
