"""Reading csv and tsv files."""

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flatnlp.data.growing_table import GrowingTable
from flatnlp.data.lines import read_lines
from flatnlp.data.table import Table, column_positions, label_string
from flatnlp.errors import FlatnlpError


def read_csv(path: Path, text_column: str | None = None, label_column: str | None = None) -> Table:
    """Read a comma-separated file with a header and the usual quoting.

    Args:
        path: the file; ``.gz`` is unpacked.
        text_column: the text column, or None for ``text``.
        label_column: the label column, or None for ``label``.

    Returns:
        Its texts and labels; positions are the lines that rows start on.

    Raises:
        FlatnlpError: the file is missing, empty, not UTF-8, lacks a column, or has a ragged row or a missing label.
    """
    with _long_fields():
        return _table(path, _csv_rows(path), text_column, label_column)


def read_tsv(path: Path, text_column: str | None = None, label_column: str | None = None) -> Table:
    """Read a tab-separated file with a header and no quoting (quotation marks are text).

    Args, Returns and Raises are those of :func:`read_csv`.
    """
    rows = ((number, line.rstrip("\r\n")) for number, line in enumerate(read_lines(path), start=1))
    return _table(
        path, ((number, line.split("\t") if line else []) for number, line in rows), text_column, label_column
    )


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(read_lines(path), strict=True)
    start = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FlatnlpError(
                f"{path}, line {start:,}: the row is not valid csv ({error}); check its quotation marks."
            ) from None
        yield start, row
        start = reader.line_num + 1


@contextmanager
def _long_fields() -> Iterator[None]:
    # The csv module's limit of 131,072 characters a field is below the length of some texts, and is process-wide.
    before = csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _table(
    path: Path, rows: Iterator[tuple[int, list[str]]], text_column: str | None, label_column: str | None
) -> Table:
    header: list[str] | None = None
    text_at = label_at = 0
    table = GrowingTable()
    for number, row in rows:
        if not row:  # a blank line holds no row
            continue
        if header is None:
            header = [name.strip() for name in row]
            text_at, label_at = column_positions(header, str(path), text_column, label_column)
            continue
        if len(row) != len(header):
            raise FlatnlpError(
                f"{path}, line {number:,}: the row has {len(row)} fields, but the header has {len(header)}; "
                "quote or remove the extra separators."
                if len(row) > len(header)
                else f"{path}, line {number:,}: the row has {len(row)} of the header's {len(header)} fields; "
                "complete or remove it."
            )
        table.add(row[text_at], label_string(row[label_at], f"{path}, line {number:,}"), number)
    if header is None:
        raise FlatnlpError(f"{path} is empty; it needs a header and rows.")
    if not table:
        raise FlatnlpError(f"{path} has a header but no rows.")
    return table.table(str(path))
