"""Whether a file is the counter-fitted PARAGRAM vectors, told by its form: no checksum of it was to be had."""

from pathlib import Path

WORDS, WIDTH = 65_713, 300


def check_counter_fitted(folder: Path) -> None:
    """Look at ``folder/vectors.txt``.

    Raises:
        ValueError: it is not 65,713 lines of a word and 300 numbers.
    """
    lines = 0
    with (folder / "vectors.txt").open("rb") as stream:
        for lines, line in enumerate(stream, start=1):
            if len(line.split()) != WIDTH + 1:
                raise ValueError(f"line {lines:,} is not a word and {WIDTH} numbers")
    if abs(lines - WORDS) > 100:  # published counts differ by how a few odd lines are read
        raise ValueError(f"it has {lines:,} lines instead of about {WORDS:,}")
