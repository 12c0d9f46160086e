"""A text cut into pieces: what was swapped, what would be invisible, and long stretches left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from flatnlp.reports.visible import is_hidden, name

KEPT_AROUND = 200


@dataclass(frozen=True)
class Piece:
    """A stretch of text; ``hidden`` stands for a character that cannot be seen."""

    text: str
    hidden: bool = False


@dataclass(frozen=True)
class Stretch:
    """Pieces that are marked together, or not at all; a marked stretch without pieces is where a word was inserted.

    ``left_out`` tells how many characters a long unmarked stretch lacks in its middle, between its pieces' two halves.
    """

    pieces: tuple[Piece, ...]
    marked: bool
    left_out: int = 0
    rest: tuple[Piece, ...] = ()


def mark(text: str, spans: Sequence[tuple[int, int]], kept: int = KEPT_AROUND) -> tuple[Stretch, ...]:
    """Cut a text at the spans of its swapped words.

    Args:
        text: The text.
        spans: Character spans, in any order; overlapping ones are marked as one.
        kept: Characters to keep at either end of a long unmarked stretch.

    Returns:
        Stretches whose texts joined are the text, but for hidden characters and what was left out.
    """
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif not merged or (start, end) != merged[-1]:
            merged.append((start, end))
    stretches: list[Stretch] = []
    edges = [(0, 0), *merged, (len(text), len(text))]
    for position, (before, after) in enumerate(pairwise(edges)):
        if before[1] < after[0]:
            stretches.append(_unmarked(text[before[1] : after[0]], kept))
        if position < len(merged):
            stretches.append(Stretch(pieces(text[after[0] : after[1]]), marked=True))
    return tuple(stretches)


def _unmarked(text: str, kept: int) -> Stretch:
    left_out = len(text) - 2 * kept
    if left_out <= kept:
        return Stretch(pieces(text), marked=False)
    return Stretch(pieces(text[:kept]), marked=False, left_out=left_out, rest=pieces(text[-kept:]))


def pieces(text: str) -> tuple[Piece, ...]:
    """Part a text into what is shown as it is and stand-ins of characters that cannot be seen."""
    found: list[Piece] = []
    for hidden, characters in groupby(text, is_hidden):
        if hidden:
            found.extend(Piece(name(character), hidden=True) for character in characters)
        else:
            found.append(Piece("".join(characters)))
    return tuple(found)
