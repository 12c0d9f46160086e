"""How much a compressed file may unpack to before it counts as a bomb."""

from pathlib import Path

ALWAYS_ALLOWED = 1 << 30
"""Bytes that any file may unpack to."""

LARGEST_RATIO = 200
"""Beyond those, how many times its own size; text packs 3 to 10 times, a bomb 1,000 times and more."""


def most_bytes(path: Path) -> int:
    """How many bytes a compressed file may unpack to.

    Args:
        path: an existing file.

    Raises:
        OSError: it cannot be looked at.
    """
    return max(ALWAYS_ALLOWED, LARGEST_RATIO * path.stat().st_size)


def bomb(limit: int) -> str:
    """The clause that says what is wrong with a file that unpacks to more than the limit."""
    return f"it unpacks to more than {limit:,} bytes, as no ordinary file of its size does"
