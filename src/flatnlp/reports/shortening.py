"""Very long texts, cut down to what matters in them."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

KEPT_AT_START = 2000
KEPT_AROUND = 200


@dataclass(frozen=True)
class Shortened:
    """A text of which stretches were left out.

    Attributes:
        text: What is left, with a note where something is missing.
        kept: Characters of the whole text that are left: start, end, and the place of the start in ``text``.
    """

    text: str
    kept: tuple[tuple[int, int, int], ...]

    def place(self, start: int, end: int) -> tuple[int, int] | None:
        """Where a span of the whole text stands now; ``None`` if it was left out."""
        found = bisect_right(self.kept, start, key=lambda stretch: stretch[0]) - 1
        low, high, now = self.kept[max(found, 0)]
        return (start - low + now, end - low + now) if low <= start and end <= high else None


def shorten(text: str, spans: Sequence[tuple[int, int]]) -> Shortened:
    """Keep the first 2,000 characters and 200 around each span; leave out what is between, if it is much.

    Args:
        text: The whole text.
        spans: What must stay.
    """
    wanted = [(0, min(KEPT_AT_START, len(text)))]
    for start, end in sorted(spans):
        low, high = max(0, start - KEPT_AROUND), min(len(text), end + KEPT_AROUND)
        if low - wanted[-1][1] <= KEPT_AROUND:
            wanted[-1] = (wanted[-1][0], max(wanted[-1][1], high))
        else:
            wanted.append((low, high))
    if len(text) - wanted[-1][1] <= KEPT_AROUND:
        wanted[-1] = (wanted[-1][0], len(text))
    left, kept, position = "", [], 0
    for low, high in wanted:
        left += _note(low - position)
        kept.append((low, high, len(left)))
        left, position = left + text[low:high], high
    return Shortened(left + _note(len(text) - position), tuple(kept))


def _note(left_out: int) -> str:
    return f" [… {left_out:,} characters left out …] " if left_out else ""
