"""A recipe: goal, search, substitutions, constraints and the services they need; an attack as data."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Protocol, runtime_checkable

import numpy as np

from flatnlp.attacks.goal import Goal, untargeted
from flatnlp.attacks.service import Service
from flatnlp.text import Text, match_case

_REMEMBERED = 1 << 16

Seed = int | tuple[int, ...]
"""Of what is random in a search; several numbers where one does not tell enough (a run's seed and its round)."""


class Substitutions(Protocol):
    """Where substitutes for a word come from."""

    def candidates(self, word: str) -> tuple[str, ...]:
        """Substitutes of a word, in a fixed order, none equal to the word but for its case."""
        ...

    def close(self) -> None:
        """Keep what is worth keeping for the next process."""
        ...


@runtime_checkable
class SubstitutionsInContext(Substitutions, Protocol):
    """Substitutes that depend on the text around a word, and that a service may have to be asked for."""

    def in_context(self, text: Text, position: int) -> Generator[Any, Any, Sequence[str]]:
        """Substitutes for the word at a position, in its capitals and in a fixed order."""
        ...


PositionConstraint = Callable[[Text, int], bool]
"""Whether the word at a position of the current text may be changed."""


@dataclass(frozen=True)
class Problem:
    """One text to attack.

    Attributes:
        text: The original.
        score: Its own score, before any change.
        words: How many leading words the victim reads; the rest are no positions.
        offers: Substitutes for a word, in its capitals.
        constraints: All must allow a position.
        seed: The engine's, then the example's index.
        in_context: Asks for substitutes that depend on the text around a word, in the place of ``offers``.
    """

    text: Text
    score: float
    words: int
    offers: Callable[[str], tuple[str, ...]]
    constraints: Sequence[PositionConstraint]
    seed: tuple[int, ...]
    in_context: Callable[[Text, int], Generator[Any, Any, Sequence[str]]] | None = None

    @cached_property
    def random(self) -> np.random.Generator:
        """The search's randomness, which no other example's search touches."""
        return np.random.default_rng(self.seed)

    def positions(self, text: Text) -> list[int]:
        """Positions of a current text that may be changed, in order."""
        positions = list(range(min(self.words, len(text.spans))))
        for allows in self.constraints:
            positions = [i for i in positions if allows(text, i)]
        return positions

    def candidates(self, text: Text, position: int) -> tuple[str, ...]:
        """Substitutes for the word at a position, in that word's capitals."""
        return self.offers(text.word(position))

    def offered(self, text: Text, position: int) -> Generator[Any, Any, Sequence[str]]:
        """The same, or what the text around the word suggests."""
        if self.in_context is None:
            return self.candidates(text, position)
        return (yield from self.in_context(text, position))


Search = Callable[[Problem], Generator[Any, Any, Text | None]]
"""Yields requests and receives their answers; a tuple of requests is answered by the tuple of their answers, all in the
same turn. Returns the last text it stood at, successful or not, which it must have scored; ``None`` if no word has a
substitute to try."""


@dataclass(frozen=True)
class Recipe:
    """An attack.

    Attributes:
        search: In what order positions and substitutes are tried.
        substitutions: What a word may become.
        constraints: Which words may be changed.
        name: What it is called; interrupted attacks are told apart by it, so give each of your own another.
        goal: What the attack is after.
        services: What answers the requests that the search makes beside ``Score``, which is the victim's.
        settings: What else tells its results from those of the recipe with other choices (which synonyms, which
            encoder), by name.
        draws: Whether the search draws at random, so that its results hang on the seed.
    """

    search: Search
    substitutions: Substitutions
    constraints: Sequence[PositionConstraint] = ()
    name: str = field(default="own", kw_only=True)
    goal: Goal = untargeted
    services: tuple[Service, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    draws: bool = True

    @cached_property
    def offers(self) -> Callable[[str], tuple[str, ...]]:
        """Substitutes for a word, in its capitals; those of many words are remembered."""

        @lru_cache(_REMEMBERED)
        def offers(word: str) -> tuple[str, ...]:
            return tuple(match_case(candidate, word) for candidate in self.substitutions.candidates(word))

        return offers

    @property
    def in_context(self) -> Callable[[Text, int], Generator[Any, Any, Sequence[str]]] | None:
        """What asks for substitutes in their context; ``None`` where they depend on the word alone."""
        own = self.substitutions
        return own.in_context if isinstance(own, SubstitutionsInContext) else None

    def close(self) -> None:
        """Close all parts that hold something; the recipe may be used again."""
        self.substitutions.close()
        for service in self.services:
            service.close()
