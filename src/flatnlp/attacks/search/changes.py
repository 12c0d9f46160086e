"""The changes that may be made to a text at one place: a word replaced, inserted before another, or put for two."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from flatnlp.attacks.constraints.substitute import SubstituteConstraint, allowed
from flatnlp.attacks.recipe import PositionConstraint, Problem
from flatnlp.attacks.request import Fill, Tags
from flatnlp.attacks.search.together import together
from flatnlp.text import Text, match_case

MERGED = {
    "NOUN": ("NOUN",),
    "ADJ": ("NOUN", "NUM", "ADJ", "ADV"),
    "ADV": ("ADJ", "VERB"),
    "VERB": ("ADV", "VERB", "NOUN", "ADJ"),
    "DET": ("NOUN", "ADJ"),
    "PRON": ("NOUN", "ADJ"),
    "NUM": ("NUM", "NOUN"),
}
"""Part of speech of a word -> of the next, with which it may be merged, as in TextAttack 0.3.11."""
_GAP = "x"


@dataclass(frozen=True)
class Gap:
    """How many words a masked language model may put into a gap, and how probable they must be.

    Attributes:
        most: Words at most.
        least: The probability that a word must have at least.
        where: Of an insertion: all must allow the word before which it would come.
    """

    most: int
    least: float = 0.0
    where: tuple[PositionConstraint, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What may be done at one place of a text.

    Attributes:
        kind: As of an ``Edit``.
        text: The text as it is.
        position: As of an ``Edit``.
        words: The words that may come there.
    """

    kind: Literal["replace", "insert", "merge"]
    text: Text
    position: int
    words: Sequence[str]

    def made(self, word: str) -> Text:
        """The text after the change."""
        return {"replace": self.text.replace, "insert": self.text.insert, "merge": self.text.merge}[self.kind](
            self.position, word
        )

    @cached_property
    def base(self) -> Text:
        """A text with one word at the position that any of the words may stand for."""
        return self.text if self.kind == "replace" else self.made(_GAP)

    @cached_property
    def around(self) -> tuple[str, str]:
        """The characters before and after the word."""
        start, end = self.base.spans[self.position]
        return self.base.raw[:start], self.base.raw[end:]


def replacements(
    problem: Problem, constraints: Sequence[SubstituteConstraint], text: Text, positions: Sequence[int]
) -> Generator[Any, Any, list[Changes]]:
    """A word replaced by its substitutes, at each position."""

    def at(position: int) -> Generator[Any, Any, Changes]:
        offered = yield from problem.offered(text, position)
        own = text.word(position)
        others = [word for word in offered if word != own]
        words = yield from allowed(constraints, problem.text, text, position, others)
        return Changes("replace", text, position, words)

    return (yield from together([at(position) for position in positions]))


def insertions(text: Text, words: int, gap: Gap) -> Generator[Any, Any, list[Changes]]:
    """A word put before another, wherever the gap may be, among the leading words."""
    positions = [i for i in range(words) if all(allows(text, i) for allows in gap.where)]
    empty = [Changes("insert", text, position, ()) for position in positions]
    return (yield from _filled(empty, gap))


def merges(text: Text, words: int, gap: Gap) -> Generator[Any, Any, list[Changes]]:
    """A word put for two neighbours whose parts of speech allow it, among the leading words."""
    all_words = tuple(text.words)
    tags: tuple[list[str], ...] = yield tuple(
        Tags(all_words[:i], (all_words[i],), all_words[i + 1 :]) for i in range(words)
    )
    pairs = [i for i in range(words - 1) if tags[i + 1][0] in MERGED.get(tags[i][0], ())]
    return (yield from _filled([Changes("merge", text, position, ()) for position in pairs], gap))


def _filled(places: Sequence[Changes], gap: Gap) -> Generator[Any, Any, list[Changes]]:
    """The places with the words that the model puts there, in the capitals of the word that stands there now."""
    if not places:
        return []
    answers: tuple[tuple[str, ...], ...] = yield tuple(Fill(*place.around, gap.most, gap.least) for place in places)
    filled = []
    for place, words in zip(places, answers, strict=True):
        own = place.text.word(place.position)
        like = own if place.kind == "merge" else ""
        new = [word for word in dict.fromkeys(match_case(word, like) for word in words) if word != own]
        filled.append(Changes(place.kind, place.text, place.position, new))
    return filled
