"""From Arrow tables (Parquet files and data sets of the hub) to texts and labels."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from flatnlp.data.growing_table import GrowingTable
from flatnlp.data.spool import ROWS_AT_ONCE
from flatnlp.data.table import (
    DEFAULT_LABEL_COLUMN,
    DEFAULT_TEXT_COLUMN,
    Table,
    column_positions,
    has_half_character,
    label_string,
)
from flatnlp.data.unpacking import bomb, most_bytes
from flatnlp.errors import FlatnlpError

if TYPE_CHECKING:
    import pyarrow as pa

_BYTES_PER_ROW = 16
"""What a row takes at least once its text and its label are Python's."""

UNLABELLED = -1
"""What the hub's data sets put where a label is withheld."""


def read_parquet(path: Path, text_column: str | None = None, label_column: str | None = None) -> Table:
    """Read a Parquet file; only the two columns are read.

    Args:
        path: the file.
        text_column: the text column, or None for ``text``.
        label_column: the label column, or None for ``label``.

    Returns:
        Its texts and labels; positions are rows.

    Raises:
        FlatnlpError: the file is missing or damaged, lacks a column, or has a missing text or label.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        limit = most_bytes(path)
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            chosen = [schema.names[at] for at in column_positions(schema.names, str(path), text_column, label_column)]
            if file.metadata.num_rows > limit // _BYTES_PER_ROW:
                raise FlatnlpError(f"{path} is refused: {bomb(limit)}.")
        # Repeated values stay references until their size is known.
        with pq.ParquetFile(
            path, read_dictionary=[name for name in chosen if pa.types.is_string(schema.field(name).type)]
        ) as file:
            table = file.read(chosen)
        table.validate(full=True)
        if sum(map(_unpacked_bytes, table.columns)) > limit:
            raise FlatnlpError(f"{path} is refused: {bomb(limit)}.")
        table = table.cast(pa.schema([schema.field(name) for name in chosen], schema.metadata))
    except FileNotFoundError:
        raise FlatnlpError(f"There is no file {path}; check the path.") from None
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise FlatnlpError(f"{path} is not a readable Parquet file ({reason}).") from error
    return table_from_arrow(table, str(path), text_column, label_column)


def _unpacked_bytes(column: "pa.ChunkedArray") -> int:
    """What a column takes with every repeated value written out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    total = 0
    for chunk in column.chunks:
        if not pa.types.is_dictionary(chunk.type):
            total += chunk.nbytes
        elif pa.types.is_string(chunk.type.value_type) or pa.types.is_large_string(chunk.type.value_type):
            sizes = pc.take(pc.binary_length(chunk.dictionary), chunk.indices)
            total += pc.sum(sizes).as_py() or 0
    return total


def table_from_arrow(
    table: "pa.Table", source: str, text_column: str | None = None, label_column: str | None = None
) -> Table:
    """Take texts and labels out of an Arrow table.

    Class names that the schema's Hugging Face metadata defines are used, in their order.

    Args:
        table: with at least the two columns.
        source: the file or split in words.
        text_column: the text column, or None for ``text``.
        label_column: the label column, or None for ``label``.

    Raises:
        FlatnlpError: a column is missing or of a wrong type, a text or label is missing, or there are no rows.
    """
    import pyarrow as pa

    column_positions(table.schema.names, source, text_column, label_column)
    text_name = text_column if text_column is not None else DEFAULT_TEXT_COLUMN
    label_name = label_column if label_column is not None else DEFAULT_LABEL_COLUMN
    if table.num_rows == 0:
        raise FlatnlpError(f"{source} has no rows.")
    texts = table.column(text_name)
    if pa.types.is_dictionary(texts.type):
        texts = texts.cast(texts.type.value_type)
    if not (pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)):
        raise FlatnlpError(f"{source}: the column {text_name!r} holds {texts.type}, but texts must be strings.")
    labels = table.column(label_name)
    if pa.types.is_list(labels.type) or pa.types.is_large_list(labels.type) or pa.types.is_fixed_size_list(labels.type):
        raise FlatnlpError(f"{source}: the column {label_name!r} holds lists, but flatnlp takes one label per text.")
    if texts.null_count:
        row = texts.is_null().to_pylist().index(True) + 1
        raise FlatnlpError(
            f"{source}, row {row:,}: the text is missing; give it one (it may be empty) or remove the row."
        )
    names = class_names_in(table.schema, label_name)
    grown = GrowingTable()
    for batch in pa.table({"text": texts, "label": labels}).to_batches(ROWS_AT_ONCE):
        for text, value in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            row = len(grown) + 1
            where = f"{source}, row {row:,}"
            grown.add(text, label_string(value, where) if names is None else _named(value, names, where), row)
    return grown.table(source, "row", names)


def class_names_in(schema: "pa.Schema", label_column: str) -> tuple[str, ...] | None:
    """The class names that a schema's Hugging Face metadata defines for a column, or None.

    The metadata is read as plain json: ``datasets`` would open the file that a ``names_file`` in it names, and write
    out as many names as a ``num_classes`` in it says.
    """
    try:
        feature = json.loads(schema.metadata[b"huggingface"])["info"]["features"][label_column]
        names = feature["names"] if feature["_type"] == "ClassLabel" else None
    except (ValueError, KeyError, TypeError, RecursionError):  # metadata of another version, or of no data set
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) and not has_half_character(name) for name in names):
        return None
    return tuple(names) if len(set(names)) == len(names) else None


def _named(value: object, names: tuple[str, ...], where: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(names):
        return names[value]
    if value is None or value == UNLABELLED:
        raise FlatnlpError(f"{where}: the label is missing; give it one or remove the row.")
    raise FlatnlpError(f"{where}: the label {value!r} is none of the {len(names)} classes that the file defines.")
