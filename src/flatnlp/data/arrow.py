"""From Arrow tables (Parquet files and data sets of the hub) to texts and labels."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flatnlp.data.table import DEFAULT_LABEL_COLUMN, DEFAULT_TEXT_COLUMN, Table, column_positions, label_string
from flatnlp.errors import FlatnlpError

if TYPE_CHECKING:
    import pyarrow as pa

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
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            chosen = column_positions(schema.names, str(path), text_column, label_column)
            table = file.read([schema.names[at] for at in chosen])
    except FileNotFoundError:
        raise FlatnlpError(f"There is no file {path}; check the path.") from None
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise FlatnlpError(f"{path} is not a readable Parquet file ({reason}).") from error
    return table_from_arrow(table, str(path), text_column, label_column)


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
    values = labels.to_pylist()
    if names is None:
        as_strings = [label_string(value, f"{source}, row {row:,}") for row, value in enumerate(values, start=1)]
    else:
        as_strings = [_named(value, names, f"{source}, row {row:,}") for row, value in enumerate(values, start=1)]
    return Table(source, texts.to_pylist(), as_strings, range(1, table.num_rows + 1), "row", names)


def class_names_in(schema: "pa.Schema", label_column: str) -> tuple[str, ...] | None:
    """The class names that a schema's Hugging Face metadata defines for a column, or None."""
    import datasets

    if b"huggingface" not in (schema.metadata or {}):
        return None
    try:
        feature: Any = datasets.Features.from_arrow_schema(schema).get(label_column)
    except (ValueError, KeyError, TypeError):  # metadata of another version, or of no data set
        return None
    return tuple(feature.names) if isinstance(feature, datasets.ClassLabel) else None


def _named(value: object, names: tuple[str, ...], where: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(names):
        return names[value]
    if value is None or value == UNLABELLED:
        raise FlatnlpError(f"{where}: the label is missing; give it one or remove the row.")
    raise FlatnlpError(f"{where}: the label {value!r} is none of the {len(names)} classes that the file defines.")
