"""A recipe: goal, search, substitutions and constraints; an attack as data."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Protocol

from flatnlp.attacks.goal import Goal, untargeted
from flatnlp.attacks.request import Score, Scores
from flatnlp.text import Text, match_case


class Substitutions(Protocol):
    """Where substitutes for a word come from."""

    def candidates(self, word: str) -> tuple[str, ...]:
        """Substitutes of a word, in a fixed order, none equal to the word but for its case."""
        ...

    def close(self) -> None:
        """Keep what is worth keeping for the next process."""
        ...


PositionConstraint = Callable[[Text, int], bool]
"""Whether the word at a position of the current text may be changed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One text to attack.

    Attributes:
        text: The original.
        score: Its own score, before any change.
        words: How many leading words the victim reads; the rest are no positions.
        substitutions: Where substitutes come from.
        constraints: All must allow a position.
    """

    text: Text
    score: float
    words: int
    substitutions: Substitutions
    constraints: tuple[PositionConstraint, ...]

    def positions(self, text: Text) -> list[int]:
        """Positions of a current text that may be changed, in order."""
        return [
            i for i in range(min(self.words, len(text.spans))) if all(allows(text, i) for allows in self.constraints)
        ]

    def candidates(self, text: Text, position: int) -> tuple[str, ...]:
        """Substitutes for the word at a position, in that word's capitals."""
        word = text.word(position)
        return tuple(match_case(candidate, word) for candidate in self.substitutions.candidates(word))


Search = Callable[[Problem], Generator[Score, Scores, Text]]
"""Yields requests, receives their answers, returns the last text it stood at, successful or not."""


@dataclass(frozen=True)
class Recipe:
    """An attack.

    Attributes:
        name: What the command line calls it.
        search: In what order positions and substitutes are tried.
        substitutions: What a word may become.
        constraints: Which words may be changed.
        goal: What the attack is after.
    """

    name: str
    search: Search
    substitutions: Substitutions
    constraints: tuple[PositionConstraint, ...]
    goal: Goal = untargeted
