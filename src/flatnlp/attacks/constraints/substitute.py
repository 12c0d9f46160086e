"""Constraints on a substitute in its place, each a generator that may ask services."""

from collections.abc import Generator, Sequence
from typing import Any, Protocol

from flatnlp.text import Text


class SubstituteConstraint(Protocol):
    """Which substitutes may stand at a position."""

    def allowed(
        self, original: Text, text: Text, position: int, substitutes: Sequence[str]
    ) -> Generator[Any, Any, Sequence[str]]:
        """Those of the substitutes that are allowed, in their order.

        Args:
            original: The text as it was before the attack, with as many words as ``text``.
            text: The current text.
            position: Index of the word to be replaced.
            substitutes: What may come in its place, in its capitals.
        """
        ...


def allowed(
    constraints: Sequence[SubstituteConstraint], original: Text, text: Text, position: int, substitutes: Sequence[str]
) -> Generator[Any, Any, Sequence[str]]:
    """Those of the substitutes that all constraints allow."""
    for constraint in constraints:
        if not substitutes:
            break
        substitutes = yield from constraint.allowed(original, text, position, substitutes)
    return substitutes
