"""A substitute must be of its word's part of speech."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from flatnlp.attacks.request import Tags
from flatnlp.text import Text

_BEFORE, _AFTER = 4, 3
_ALIKE = frozenset(("NOUN", "VERB"))


@dataclass(frozen=True)
class PartOfSpeech:
    """Equal universal tags of word and substitute, both tagged in the place of the word in the original text.

    As TextAttack 0.3.11's ``PartOfSpeech``, which tags the four words before and the three after along with the word.
    Where the substitute stands among these a second time, TextAttack takes the tag of the first; here it is the tag in
    the word's own place.

    Attributes:
        verb_for_noun: Whether nouns and verbs may stand for each other.
    """

    verb_for_noun: bool = True

    def allowed(
        self,
        original: Text,
        text: Text,  # noqa: ARG002
        position: int,
        substitutes: Sequence[str],
    ) -> Generator[Tags, list[str], Sequence[str]]:
        """Those of the right part of speech."""
        words = original.words
        before, after = words[max(position - _BEFORE, 0) : position], words[position + 1 : position + 1 + _AFTER]
        own, *tags = yield Tags(tuple(before), (words[position], *substitutes), tuple(after))
        alike = _ALIKE if self.verb_for_noun and own in _ALIKE else frozenset((own,))
        return [word for word, tag in zip(substitutes, tags, strict=True) if tag in alike]
