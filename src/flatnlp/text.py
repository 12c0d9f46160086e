"""A raw text, its words, and substitution that leaves everything else as it was.

Two notions meet here and are kept apart:

- a *word* is what an attack may swap: a run of letters, digits and the marks ``' - _ * @``, as TextAttack splits
  (``textattack.shared.utils.words_from_text``), with its place in the raw string;
- a *token* is what a word model reads: a run of ``[a-z0-9]`` in the lower-cased text (the paper's cleaning, table 6).

A word has no, one or several tokens (``don't`` has two); the tokens of a text are the tokens of its words in order.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

_WORD = re.compile(r"[^\W_](?:[\w'\-*@]*[^\W_])?")
_TOKEN = re.compile(r"[a-z0-9]+")
_TAKEN = {"replace": 1, "insert": 0, "merge": 2}  # how many words an edit takes away for the one it gives


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
    """One change that an attack made.

    Attributes:
        kind: ``replace``: the word at ``position`` became ``substitute``; ``insert``: ``substitute`` was put before it;
            ``merge``: the words at ``position`` and ``position + 1`` became one, ``substitute``.
        position: Index of the word in the text as it stood just before this edit; in a text whose edits are all
            replacements that is also its index in the original. One past the last word: inserted at the end.
        original: What was there: a word, nothing (insert), or both words and what lay between them (merge).
        substitute: The word that is there now.
    """

    kind: Literal["replace", "insert", "merge"]
    position: int
    original: str
    substitute: str


@dataclass(frozen=True, slots=True)
class Text:
    """A raw string, the spans of its words, and the edits that led to it.

    Attributes:
        raw: The string.
        spans: Start and end of each word in ``raw``, in order, not overlapping.
        edits: What was changed since ``Text.of``, in the order of the changes. Made again on the original (``redo``)
            they give this text; which word became which follows from them alone (``origins``).
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
        edit = Edit("replace", position, self.raw[start:end], substitute)
        return self._spliced(edit, (start, end), (position, position + 1), "", substitute, "")

    def with_words(self, words: Sequence[str]) -> "Text":
        """The text with other words in the places of its own: the same as replacing those that differ, in order."""
        raw, parts, spans, edits = self.raw, [], [], list(self.edits)
        done = shift = 0
        for position, ((start, end), word) in enumerate(zip(self.spans, words, strict=True)):
            own = raw[start:end]
            if own != word:
                parts += [raw[done:start], word]
                edits.append(Edit("replace", position, own, word))
                done = end
            spans.append((start + shift, start + shift + len(word)))
            shift += len(word) - len(own)
        return Text("".join(parts) + raw[done:], tuple(spans), tuple(edits))

    def insert(self, position: int, word: str) -> "Text":
        """The text with a new word before the one at a position, a space between them, and the edit recorded.

        One past the last position puts it behind the last word, before what follows that.
        """
        edit = Edit("insert", position, "", word)
        if position < len(self.spans):
            start = self.spans[position][0]
            return self._spliced(edit, (start, start), (position, position), "", word, " ")
        end = self.spans[-1][1] if self.spans else len(self.raw)
        return self._spliced(edit, (end, end), (position, position), " " if self.raw[:end].strip() else "", word, "")

    def merge(self, position: int, word: str) -> "Text":
        """The text with one word in the place of two neighbours, and the edit recorded.

        Of what lay between the two, the space before the second word goes with it; punctuation stays, behind the word.
        """
        (start, between), (second, end) = self.spans[position : position + 2]
        edit = Edit("merge", position, self.raw[start:end], word)
        left = self.raw[between:second].rstrip()
        return self._spliced(edit, (start, end), (position, position + 2), "", word, left)

    def redo(self, edit: Edit) -> "Text":
        """The text after an edit that was made to one like it."""
        make = {"replace": self.replace, "insert": self.insert, "merge": self.merge}[edit.kind]
        return make(edit.position, edit.substitute)

    @property
    def original_length(self) -> int:
        """Number of words of the original."""
        kinds = [edit.kind for edit in self.edits]
        return len(self.spans) - kinds.count("insert") + kinds.count("merge")

    @property
    def alignment(self) -> tuple[tuple[int, ...], ...]:
        """For each word, the positions in the original of the words that it came from: none if it was inserted."""
        return tuple(positions for positions, _ in self._traced())

    @property
    def origins(self) -> tuple[int | None, ...]:
        """For each word, the position in the original of the word that it stands for; ``None`` if it was inserted.

        A merged word stands for the first of the two; the second has no partner.
        """
        return tuple(positions[0] if positions else None for positions in self.alignment)

    @property
    def touched_by(self) -> tuple[tuple[int, ...], ...]:
        """For each word, which edits it went through, as indices into ``edits``."""
        return tuple(touched for _, touched in self._traced())

    @property
    def changed(self) -> frozenset[int]:
        """Positions, in this text, of the words that edits have touched."""
        if all(edit.kind == "replace" for edit in self.edits):
            return frozenset(edit.position for edit in self.edits)
        return frozenset(i for i, touched in enumerate(self.touched_by) if touched)

    def _traced(self) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Each word's positions in the original and the edits it went through, by making the edits on positions."""
        words: list[tuple[tuple[int, ...], tuple[int, ...]]] = [((i,), ()) for i in range(self.original_length)]
        for number, edit in enumerate(self.edits):
            at = edit.position
            before = words[at : at + _TAKEN[edit.kind]]
            positions = tuple(position for piece, _ in before for position in piece)
            touched = tuple(sorted(earlier for _, edits in before for earlier in edits))
            words[at : at + len(before)] = [(positions, (*touched, number))]
        return words

    def _spliced(
        self, edit: Edit, cut: tuple[int, int], gone: tuple[int, int], before: str, word: str, after: str
    ) -> "Text":
        """Put ``before + word + after`` in the place of the characters ``cut`` and the words ``gone``."""
        start, end = cut
        shift = len(before) + len(word) + len(after) - (end - start)
        own = (start + len(before), start + len(before) + len(word))
        moved = tuple((a + shift, b + shift) for a, b in self.spans[gone[1] :])
        raw = self.raw[:start] + before + word + after + self.raw[end:]
        return Text(raw, (*self.spans[: gone[0]], own, *moved), (*self.edits, edit))


def swapped_words(original: Text, current: Text) -> list[tuple[str, str]]:
    """Words of the original and the different ones that stand for them in a text made from it, in order.

    Inserted words stand for none, and the second of two merged words has no partner: neither is in a pair.
    """
    origins = enumerate(current.origins)
    pairs = [(original.word(origin), current.word(i)) for i, origin in origins if origin is not None]
    return [(word, now) for word, now in pairs if word != now]
