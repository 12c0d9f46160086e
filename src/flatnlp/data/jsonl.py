"""Reading files with one JSON object per line."""

import json
from pathlib import Path

from flatnlp.data.growing_table import GrowingTable
from flatnlp.data.lines import read_lines
from flatnlp.data.table import (
    DEFAULT_LABEL_COLUMN,
    DEFAULT_TEXT_COLUMN,
    Table,
    column_positions,
    has_half_character,
    label_string,
)
from flatnlp.errors import FlatnlpError


def read_jsonl(path: Path, text_column: str | None = None, label_column: str | None = None) -> Table:
    """Read a file with one JSON object per line.

    Args:
        path: the file; ``.gz`` is unpacked.
        text_column: the key of the text, or None for ``text``.
        label_column: the key of the label, or None for ``label``.

    Returns:
        Its texts and labels; positions are lines.

    Raises:
        FlatnlpError: the file is missing, empty or not UTF-8, or a line is not an object with a text and a label.
    """
    table = GrowingTable()
    for number, line in enumerate(read_lines(path), start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number:,}"
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:  # a number of thousands of digits is a plain ValueError
            reason = (
                f"{error.msg} at column {error.colno}"
                if isinstance(error, json.JSONDecodeError)
                else "too deep"
                if isinstance(error, RecursionError)
                else "a number of too many digits"
            )
            raise FlatnlpError(f"{where}: the line is not valid JSON ({reason}).") from None
        if not isinstance(record, dict):
            raise FlatnlpError(f"{where}: the line is JSON, but not an object with a text and a label.")
        names = list(record)
        column_positions(names, where, text_column, label_column)
        text = record[text_column if text_column is not None else DEFAULT_TEXT_COLUMN]
        if text is None or text != text:
            raise FlatnlpError(f"{where}: the text is missing; give it one (it may be empty) or remove the line.")
        if not isinstance(text, str):
            raise FlatnlpError(f"{where}: the text is a {type(text).__name__}, but it must be a string.")
        if has_half_character(text):
            raise FlatnlpError(
                f"{where}: the text holds half a surrogate pair (\\ud800 to \\udfff); write the whole character."
            )
        label = record[label_column if label_column is not None else DEFAULT_LABEL_COLUMN]
        table.add(text, label_string(label, where), number)
    if not table:
        raise FlatnlpError(f"{path} is empty; it needs one JSON object per line.")
    return table.table(str(path))
