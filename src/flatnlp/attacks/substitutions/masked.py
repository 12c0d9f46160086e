"""Substitutes that a masked language model finds probable in the place of a word."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from flatnlp.attacks.request import Fill
from flatnlp.text import Text, match_case


@dataclass(frozen=True)
class MaskedSubstitutes:
    """The words that a masked language model puts in a word's place, the most probable first.

    As TextAttack 0.3.11's ``WordSwapMaskedLM(method="bae")``, but for pieces of words and special tokens, which are no
    words. The service that answers ``Fill`` must be among the recipe's.

    Attributes:
        most: Words at most; the word itself is one of them where the model predicts it, and is then left out.
        least: The probability that a word must have at least.
    """

    most: int = 50
    least: float = 0.0

    def candidates(self, word: str) -> tuple[str, ...]:  # noqa: ARG002
        """None: without its text, nothing is known of a word."""
        return ()

    def in_context(self, text: Text, position: int) -> Generator[Fill, tuple[str, ...], Sequence[str]]:
        """Substitutes for the word at a position, in its capitals."""
        start, end = text.spans[position]
        words = yield Fill(text.raw[:start], text.raw[end:], self.most, self.least)
        own = text.word(position)
        cased = dict.fromkeys(match_case(word, own) for word in words)
        return [each for each in cased if each.lower() != own.lower()]

    def close(self) -> None:
        """Nothing to keep."""
