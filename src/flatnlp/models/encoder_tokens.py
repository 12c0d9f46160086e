"""Word pieces of texts and of their one-word variants, each chunk of text tokenised once.

A tokenizer that looks at nothing beyond blanks gives a text the pieces of its chunks, one after the other, where a
chunk reaches from one blank to the next, the first blank included (so that byte-level and sentence pieces, which mark
the start of a word, are the same). That holds for the usual ones; it is *checked* when a tokenizer is opened, and again
for each text whose variants are asked for. Where it does not hold, variants are tokenised whole, in batches.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np

from flatnlp.models.classifier import UNKNOWN
from flatnlp.models.rows import row_of
from flatnlp.text import Text

_BLANK = r"[^\S\x1c-\x1f]"  # what tokenizers take for white space, no-break spaces and ends of lines among it
_BOUNDARY = re.compile(rf"(?<!{_BLANK}) {_BLANK}*")
_IS_BLANK = re.compile(rf"{_BLANK}*")
_HAS_BLANK = re.compile(_BLANK)
_CACHED = 200_000
_PROBE = "a"


class _Piece(NamedTuple):
    """A chunk's ids as a row, and the span of characters that each of them stands for."""

    row: bytes
    ids: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]


class _Cut(NamedTuple):
    """A text in chunks.

    ``starts``: where each chunk starts; ``pieces``: theirs; ``row``: the ids of all; ``bounds``: where each piece
    starts in it, in bytes; ``exact``: whether the text tokenised whole has the same ids.
    """

    starts: list[int]
    chunks: list[str]
    pieces: list[_Piece]
    row: bytes
    bounds: list[int]
    exact: bool


class EncoderTokens:
    """A fast tokenizer as rows of ids (``rows``), without the special tokens that open and close a text.

    Args:
        tokenizer: A fast tokenizer of ``transformers``.
    """

    def __init__(self, tokenizer: Any) -> None:
        from tokenizers import Tokenizer

        self._backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())  # ours alone: no one cuts or pads
        self._backend.no_truncation()
        self._backend.no_padding()
        self.unknown = next(
            i for i in (tokenizer.unk_token_id, tokenizer.mask_token_id, tokenizer.pad_token_id, 0) if i is not None
        )
        """What stands for an unknown word; the mask token for tokenizers that know every byte."""
        self.has_unknown = tokenizer.unk_token_id is not None
        self.opening, self.closing = self._around(tokenizer)
        self._pieces: dict[str, _Piece] = {}
        self._last: tuple[str, _Cut] | None = None
        self.by_chunk = self._check()
        """Whether chunks are tokenised by themselves; else whole texts."""

    def row(self, raw: str) -> bytes:
        """Ids of a text."""
        return self._cut(raw).row if self.by_chunk else self._whole([raw])[0].row

    def count(self, raw: str) -> int:
        """How many ids a text has; nothing is remembered of it."""
        return len(self._backend.encode(raw, add_special_tokens=False))

    def variants(self, text: Text, positions: Sequence[int], substitutes: Sequence[str | None]) -> list[bytes]:
        """Ids of the texts in which the word at ``positions[i]`` is ``substitutes[i]``.

        ``UNKNOWN`` puts one unknown token in the place of the word's pieces.
        """
        cut = self._cut(text.raw) if self.by_chunk else None
        if cut is None or not cut.exact:
            return self._variants_whole(text, positions, substitutes)
        rows = []
        for position, substitute in zip(positions, substitutes, strict=True):
            start, end = text.spans[position]
            number = bisect_right(cut.starts, start) - 1
            offset = cut.starts[number]
            chunk = cut.chunks[number]
            if substitute is UNKNOWN:
                middle = self._hidden(cut.pieces[number], start - offset, end - offset)
            else:
                changed = chunk[: start - offset] + substitute + chunk[end - offset :]
                if _HAS_BLANK.search(substitute) or _IS_BLANK.fullmatch(changed):
                    rows.append(self._joined(text.with_word(position, substitute)))
                    continue
                middle = self._piece(changed).row
            rows.append(cut.row[: cut.bounds[number]] + middle + cut.row[cut.bounds[number + 1] :])
        return rows

    def word_ids(self, word: str) -> list[int]:
        """Ids of a word as it stands within a text, after a blank: importance is the word's, not the place's."""
        piece = self._piece(" " + word)
        return [i for i, (_, end) in zip(piece.ids, piece.spans, strict=True) if end > 1]

    def owners(self, text: Text) -> list[int]:
        """For each token, the index of the word it belongs to; -1 for what lies between words."""
        starts = [start for start, _ in text.spans]
        owners = []
        for start, end in self._whole([text.raw])[0].spans:
            word = bisect_right(starts, max(start, end - 1)) - 1
            while word > 0 and text.spans[word - 1][1] > start:
                word -= 1  # a token that reaches over several words counts for the first
            inside = word >= 0 and text.spans[word][0] < end and start < text.spans[word][1]
            owners.append(word if inside else -1)
        return owners

    def _around(self, tokenizer: Any) -> tuple[list[int], list[int]]:
        """The special tokens that open and close a text."""
        bare = self._backend.encode(_PROBE, add_special_tokens=False).ids
        whole = list(tokenizer(_PROBE)["input_ids"])
        for i in range(len(whole) - len(bare) + 1):
            if whole[i : i + len(bare)] == bare:
                return whole[:i], whole[i + len(bare) :]
        return whole, []

    def _whole(self, raws: Sequence[str]) -> list[_Piece]:
        return [_piece_of(each) for each in self._backend.encode_batch(list(raws), add_special_tokens=False)]

    def _piece(self, chunk: str) -> _Piece:
        piece = self._pieces.get(chunk)
        if piece is None:
            if len(self._pieces) >= _CACHED:
                self._pieces.clear()
            piece = self._pieces[chunk] = _piece_of(self._backend.encode(chunk, add_special_tokens=False))
        return piece

    def _joined(self, raw: str) -> bytes:
        return b"".join([self._piece(chunk).row for chunk in _chunks(raw)[1]])

    def _cut(self, raw: str) -> _Cut:
        if self._last is not None and self._last[0] == raw:
            return self._last[1]
        starts, chunks = _chunks(raw)
        whole = self._whole([raw])[0].row
        pieces = [self._piece(chunk) for chunk in chunks]
        exact = b"".join([piece.row for piece in pieces]) == whole
        bounds = [0, *accumulate(len(piece.row) for piece in pieces)]
        cut = _Cut(starts, chunks, pieces, whole, bounds, exact)
        self._last = raw, cut
        return cut

    def _hidden(self, piece: _Piece, start: int, end: int) -> bytes:
        """A piece with one unknown token in the place of those that overlap the characters from start to end."""
        inside = [a < end and start < b for a, b in piece.spans]
        if not any(inside):
            return piece.row
        first = inside.index(True)
        kept = [i for i, hidden in zip(piece.ids, inside, strict=True) if not hidden]
        return row_of([*kept[:first], self.unknown, *kept[first:]])

    def _variants_whole(self, text: Text, positions: Sequence[int], substitutes: Sequence[str | None]) -> list[bytes]:
        pairs = list(zip(positions, substitutes, strict=True))
        raws = [text.with_word(position, word) for position, word in pairs if word is not UNKNOWN]
        tokenised = iter(self._whole(raws))
        own = self._whole([text.raw])[0]
        return [
            self._hidden(own, *text.spans[position]) if word is UNKNOWN else next(tokenised).row
            for position, word in pairs
        ]

    def _check(self) -> bool:
        """Whether texts of all kinds have the pieces of their chunks, as they are and with a word swapped."""
        if any(" " in token.content for token in self._backend.get_added_tokens_decoder().values()):
            return False
        return all(self._joined(raw) == self._whole([raw])[0].row for raw in _texts_of_all_kinds(self._backend))


def _chunks(raw: str) -> tuple[list[int], list[str]]:
    """Where the chunks of a text start, and the chunks; blanks at the end belong to the last."""
    starts = [0, *(found.start() for found in _BOUNDARY.finditer(raw) if found.start() > 0)]
    if len(starts) > 1 and _IS_BLANK.fullmatch(raw, starts[-1]):
        starts.pop()
    return starts, [raw[start:end] for start, end in zip(starts, [*starts[1:], len(raw)], strict=True)]


def _piece_of(encoding: Any) -> _Piece:
    ids = tuple(encoding.ids)
    return _Piece(row_of(ids), ids, tuple(encoding.offsets))


def _texts_of_all_kinds(backend: Any, number: int = 100) -> Iterator[str]:
    """Seeded texts from the tokenizer's own vocabulary and from what tokenizers treat in ways of their own."""
    random = np.random.default_rng(0)
    known = sorted(backend.get_vocab(), key=str)
    words = [known[i].strip("#Ġ▁ ") or "the" for i in random.integers(0, len(known), 200)]
    odd = [
        *("don't", "it's", "U.S.A.", "3.14", "10,000", "well-known", "(so)", '"What?!"', "...", "--", "a_b", "@you"),
        *(
            "é",
            "naïve",
            "e\u0301",
            "Straße",
            "İ",
            "日本語",
            "한국어",
            "العربية",
            "😀",
            "👩\u200d👧",
            "x\u200by",
            "\u00a0",
        ),
        *(
            "tab\there",
            "line\nbreak",
            "\r\n",
            "°C",
            "€5",
            "½",
            "ﬁne",
            "A",
            "IBM",
            "$",
            "#tag",
            "``",
            "''",
            "<b>",
            "[MASK]",
        ),
    ]
    gaps = [" ", " ", " ", " ", "  ", "   "]
    for i in range(number):
        chosen = [
            odd[random.integers(len(odd))] if random.random() < 0.3 else words[random.integers(len(words))]
            for _ in range(random.integers(1, 12))
        ]
        text = "".join(
            gaps[random.integers(len(gaps))] + (word.capitalize() if random.random() < 0.2 else word) for word in chosen
        )
        yield text if i % 5 == 0 else text.lstrip(" ") + ("  " if i % 7 == 0 else "")
