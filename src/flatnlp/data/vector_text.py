"""word2vec and GloVe text files."""

import re
from pathlib import Path

from flatnlp.data.lines import read_lines
from flatnlp.data.vector_rows import VectorRows
from flatnlp.errors import FlatnlpError


def read_text(path: Path, rows: VectorRows) -> None:
    """Read a text file with one word and its numbers per line, separated by spaces.

    A first line of two whole numbers is word2vec's header; GloVe files have none. Words may hold spaces.

    Args:
        path: the file; ``.gz`` is unpacked.
        rows: where the vectors go.

    Raises:
        FlatnlpError: the file is missing, damaged or not UTF-8, or a line has the wrong width or no numbers.
    """
    import numpy as np

    width = 0
    announced: int | None = None
    lines = 0
    for number, whole in enumerate(read_lines(path), start=1):
        line = whole.rstrip(" \r\n")
        if number == 1 and re.fullmatch(r"\d{1,18} \d{1,18}", line, re.ASCII):
            announced, width = map(int, line.split())
            if width < 1:
                raise FlatnlpError(f"{path}, line 1: the header announces vectors of width {width}.")
            rows.set_width(width)
            continue
        if not line:
            continue
        if not width:
            fields = line.split(" ")
            width = len(fields) - 1
            if width < 2 or not _is_number(fields[1]):
                raise FlatnlpError(
                    f"{path}, line {number:,}: this is no word followed by numbers, so the file holds no word "
                    "vectors in text form (binary word2vec files must end in .bin)."
                )
            rows.set_width(width)
        lines += 1
        end = line.find(" ")
        if line.count(" ") == width and end > 0 and not rows.wants(line[:end]):
            continue  # the usual line: nobody's word, the right width; not worth splitting
        fields = line.split(" ")
        # What is too much may belong to a word with spaces (GloVe 840B has some), unless it is a number too.
        surplus = len(fields) - 1 - width
        if surplus < 0 or (surplus > 0 and all(map(_is_number, fields[1 : 1 + surplus]))):
            raise FlatnlpError(
                f"{path}, line {number:,}: the vector of {fields[0]!r} has {len(fields) - 1} numbers, not {width}; "
                "correct or remove the line."
            )
        word = " ".join(fields[: 1 + surplus])
        if not rows.wants(word):
            continue
        try:
            vector = np.array(fields[1 + surplus :], dtype=np.float64)
        except ValueError:
            wrong = next(field for field in fields[1 + surplus :] if not _is_number(field))
            raise FlatnlpError(
                f"{path}, line {number:,}: the vector of {word!r} has {wrong!r} where a number should be; correct or "
                "remove the line."
            ) from None
        rows.put(word, vector, f"line {number:,}")
    if announced is not None and lines < announced:
        raise FlatnlpError(
            f"{path} is truncated: its header announces {announced:,} vectors, but it holds {lines:,}; get it again."
        )


def _is_number(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True
