"""Constraints that look at a position alone, before any substitute is tried."""

from collections.abc import Iterable

from flatnlp.attacks.recipe import PositionConstraint
from flatnlp.text import Text


def no_repeats(text: Text, position: int) -> bool:
    """A word once changed stays (TextAttack's ``RepeatModification``)."""
    return not text.edits or position not in text.changed


def no_stop_words(words: Iterable[str]) -> PositionConstraint:
    """Stop words are left alone, in any case of letters (TextAttack's ``StopwordModification``)."""
    stop_words = frozenset(words)

    def allows(text: Text, position: int) -> bool:
        return text.word(position).lower() not in stop_words

    return allows
