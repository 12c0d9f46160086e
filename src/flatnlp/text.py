"""A raw text, its words, and substitution that leaves everything else as it was.

Two notions meet here and are kept apart:

- a *word* is what an attack may swap: a run of letters, digits and the marks ``' - _ * @``, as TextAttack splits
  (``textattack.shared.utils.words_from_text``), with its place in the raw string;
- a *token* is what a word model reads: a run of ``[a-z0-9]`` in the lower-cased text (the paper's cleaning, table 6).

A word has no, one or several tokens (``don't`` has two); the tokens of a text are the tokens of its words in order.
"""

import re
from dataclasses import dataclass
from typing import Literal

_WORD = re.compile(r"[^\W_](?:[\w'\-*@]*[^\W_])?")
_TOKEN = re.compile(r"[a-z0-9]+")


def clean(raw: str) -> list[str]:
    """Tokens of a text: lower-cased runs of ``[a-z0-9]``; everything else separates (paper, table 6)."""
    return _TOKEN.findall(raw.lower())


def is_one_word(raw: str) -> bool:
    """Whether a string holds exactly one word, as a substitute must."""
    return len(_WORD.findall(raw)) == 1


def match_case(substitute: str, word: str) -> str:
    """The substitute in the capitals of the word it replaces.

    ``ALL CAPITALS`` and ``Capitalised`` words hand their form on; a lower-case word leaves the substitute as the
    lexicon spells it, so that names keep their capital.
    """
    if len(word) > 1 and word.isupper():
        return substitute.upper()
    if word[:1].isupper() and substitute[:1].islower():
        return substitute[:1].upper() + substitute[1:]
    return substitute


@dataclass(frozen=True, slots=True)
class Edit:
    """One change that an attack made, in terms of the words of the original text.

    Attributes:
        kind: ``replace``: the word at ``position`` became ``substitute``.
        position: Index of the word in the original text.
        original: The word that was there.
        substitute: The word that is there now.
    """

    kind: Literal["replace"]
    position: int
    original: str
    substitute: str


@dataclass(frozen=True, slots=True)
class Text:
    """A raw string, the spans of its words, and the edits that led to it.

    Attributes:
        raw: The string.
        spans: Start and end of each word in ``raw``, in order, not overlapping.
        edits: What was changed since ``Text.of``, in the order of the changes; word ``i`` here is word ``i`` there.
    """

    raw: str
    spans: tuple[tuple[int, int], ...]
    edits: tuple[Edit, ...] = ()

    @classmethod
    def of(cls, raw: str) -> "Text":
        """Find the words of a raw string."""
        return cls(raw, tuple(match.span() for match in _WORD.finditer(raw)))

    @property
    def words(self) -> list[str]:
        """The words, as they stand in the raw string."""
        return [self.raw[start:end] for start, end in self.spans]

    def word(self, position: int) -> str:
        """The word at a position."""
        start, end = self.spans[position]
        return self.raw[start:end]

    def with_word(self, position: int, substitute: str) -> str:
        """The raw string with one word swapped, spelled exactly as given; all else is untouched."""
        start, end = self.spans[position]
        return self.raw[:start] + substitute + self.raw[end:]

    def replace(self, position: int, substitute: str) -> "Text":
        """The text with one word swapped, and the edit recorded."""
        start, end = self.spans[position]
        shift = len(substitute) - (end - start)
        moved = tuple((a + shift, b + shift) for a, b in self.spans[position + 1 :])
        spans = (*self.spans[:position], (start, start + len(substitute)), *moved)
        edit = Edit("replace", position, self.raw[start:end], substitute)
        return Text(self.with_word(position, substitute), spans, (*self.edits, edit))

    @property
    def changed(self) -> frozenset[int]:
        """Positions of the words that edits have touched."""
        return frozenset(edit.position for edit in self.edits)
