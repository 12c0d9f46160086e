"""N-gram language models in SphinxBase's binary trie form (``.lm.bin``), read without CMU Sphinx.

The file holds, one after the other: a mark, the order, the number of n-grams of each order; tables of 65,536 numbers
that stand for quantised probabilities and back-off weights; the unigrams; the bigrams and longer n-grams as bit-packed
tries, keyed by the last word first; the words. Lookups of many n-grams are one vectorised binary search.
"""

import math
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from flatnlp.errors import FlatnlpError

_MARK = b"Trie Language Model"
_TABLE = 1 << 16
_LOG = math.log(1.0001)  # the file's logarithms are to this base
_UNIGRAM = np.dtype([("probability", "<f4"), ("backoff", "<f4"), ("next", "<u4")])
_START = "<s>"

Ids = NDArray[np.int64]


class NgramModel:
    """A model of any order, in memory as the file has it.

    Args:
        path: The file.

    Raises:
        FlatnlpError: If it is not of that form, or is cut off.
    """

    def __init__(self, path: Path) -> None:
        try:
            content = path.read_bytes()
            self._read(content)
            self.identity = f"{path.name} {sha256(content).hexdigest()[:16]}"
        except OSError as error:
            raise FlatnlpError(f"The language model {path} cannot be read ({error.strerror or error}).") from error
        except (ValueError, IndexError, OverflowError) as error:  # UnicodeDecodeError is a ValueError
            raise FlatnlpError(
                f"{path} is no whole n-gram model in SphinxBase's binary form (.lm.bin); get another copy of it."
            ) from error

    def log_probabilities(self, contexts: Sequence[tuple[Sequence[str], Sequence[str]]]) -> list[NDArray[np.float64]]:
        """Natural logarithm of the probability of words after given words.

        Args:
            contexts: For each, the words before (from the beginning of the text) and the words that may follow. Any
                case of letters. A word that the model lacks has the lowest probability of any that the file lists,
                which in Sphinx's models is that of the text's beginning, some 1e-99: every word it knows comes before.
                What stands before the first word, or before a word that the model lacks, is not known.

        Returns:
            For each, an array ``[words that may follow]``.
        """
        rows: list[list[int]] = []
        for before, words in contexts:
            past = self._past(before)
            rows += [[self._id(word), *past] for word in words]
        values = self._score(np.array(rows, np.int64).reshape(len(rows), self.order))
        ends = np.cumsum([len(words) for _, words in contexts])
        return np.split(values, ends[:-1])

    def _past(self, before: Sequence[str]) -> list[int]:
        """Ids of the words before, the nearest first, -1 where there is nothing or nothing known."""
        reach = self.order - 1
        words = [_START, *before][-reach:] if reach else []
        ids = [self._id(word) for word in reversed(words)]
        known = ids.index(-1) if -1 in ids else len(ids)
        return ids[:known] + [-1] * (reach - known)

    def _id(self, word: str) -> int:
        return self._ids.get(word.lower(), -1)

    def _read(self, content: bytes) -> None:
        if not content.startswith(_MARK):
            raise ValueError("no mark")
        at = len(_MARK)
        self.order = content[at]
        counts = np.frombuffer(content, "<u4", self.order, at + 1).astype(int).tolist()
        at += 1 + 4 * self.order
        word_bits = _bits(counts[0])
        tables: list[NDArray[np.float32]] = []
        if self.order > 1:
            at += 4  # the kind of quantisation: there is one
            tables = [
                np.frombuffer(content, "<f4", _TABLE, at + 4 * _TABLE * i) for i in range(2 * (self.order - 2) + 1)
            ]
            at += 4 * _TABLE * len(tables)
        self._unigrams = np.frombuffer(content, _UNIGRAM, counts[0] + 1, at)
        at += _UNIGRAM.itemsize * (counts[0] + 1)
        self._layers: list[_Layer] = []
        for order in range(2, self.order + 1):
            longest = order == self.order
            next_bits = 0 if longest else _bits(counts[order])
            value_bits = 16 if longest else 32
            size = ((1 + counts[order - 1]) * (word_bits + value_bits + next_bits) + 7) // 8 + 8
            packed = np.frombuffer(content, np.uint8, size, at)
            own = tables[2 * (order - 2) : 2 * (order - 2) + 2]
            # A middle layer's entry has its back-off weight before its probability.
            self._layers.append(_Layer(packed, word_bits, value_bits, next_bits, own[0], None if longest else own[1]))
            at += size
        length = int(np.frombuffer(content, "<u4", 1, at)[0])
        words = content[at + 4 : at + 4 + length].split(b"\0")[:-1]
        if len(words) != counts[0] or len(content) < at + 4 + length:
            raise ValueError("cut off")
        self._ids = {word.decode("utf-8"): number for number, word in enumerate(words)}
        self._lowest = float(self._unigrams["probability"][:-1].min())

    def _score(self, grams: Ids) -> NDArray[np.float64]:
        """Log-probability of rows ``[n, order]``: a word's id, then those before it, the nearest first; -1: none."""
        known = grams[:, 0] >= 0
        values = np.full(len(grams), self._lowest)
        if known.any():
            values[known] = self._found(grams[known])
        return values * _LOG

    def _found(self, grams: Ids) -> NDArray[np.float64]:
        words, past = grams[:, 0], grams[:, 1:]
        values = self._unigrams["probability"][words].astype(np.float64)
        begin, end = self._range(words)
        longest = np.zeros(len(grams), np.int64)  # how many words of the past the longest n-gram found has
        going = np.ones(len(grams), bool)
        for depth, layer in enumerate(self._layers):
            entry = layer.find(past[:, depth], begin, end)
            going &= (past[:, depth] >= 0) & (entry >= 0)
            if not going.any():
                break
            at = np.where(going, entry, 0)
            values[going] = layer.probability(at)[going]
            longest[going] = depth + 1
            begin, end = layer.range(at)
        return values + self._backoffs(past, longest)

    def _backoffs(self, past: Ids, longest: Ids) -> NDArray[np.float64]:
        """The weights of the contexts that are longer than what was found."""
        total = np.zeros(len(past))
        if not past.shape[1]:
            return total
        there = past[:, 0] >= 0
        first = np.where(there, past[:, 0], 0)
        total += np.where(there & (longest == 0), self._unigrams["backoff"][first], 0.0)
        begin, end = self._range(first)
        for depth, layer in enumerate(self._layers[:-1], 1):
            entry = layer.find(past[:, depth], begin, end)
            there &= (past[:, depth] >= 0) & (entry >= 0)
            at = np.where(there, entry, 0)
            total += np.where(there & (longest <= depth), layer.backoff(at), 0.0)
            begin, end = layer.range(at)
        return total

    def _range(self, words: Ids) -> tuple[Ids, Ids]:
        following = self._unigrams["next"].astype(np.int64)
        return following[words], following[words + 1]


class _Layer:
    """The n-grams of one order, packed in bits: word, back-off weight, probability, first of the next layer's."""

    def __init__(
        self,
        packed: NDArray[np.uint8],
        word_bits: int,
        value_bits: int,
        next_bits: int,
        probabilities: NDArray[np.float32],
        backoffs: NDArray[np.float32] | None,
    ) -> None:
        self._packed = packed
        self._word_bits, self._value_bits, self._next_bits = word_bits, value_bits, next_bits
        self._width = word_bits + value_bits + next_bits
        self._probabilities, self._backoffs = probabilities, backoffs

    def find(self, words: Ids, begin: Ids, end: Ids) -> Ids:
        """The entry of each word between two entries; -1 if there is none."""
        low, high = begin.copy(), end.copy()
        while (open_ := low < high).any():
            middle = (low + high) // 2
            less = open_ & (self._bits(np.where(open_, middle, 0), 0, self._word_bits) < words)
            low = np.where(less, middle + 1, low)
            high = np.where(open_ & ~less, middle, high)
        at = np.minimum(low, np.maximum(end - 1, 0))
        return np.where((low < end) & (self._bits(at, 0, self._word_bits) == words), at, -1)

    def probability(self, entries: Ids) -> NDArray[np.float32]:
        """Log-probability, to the file's base."""
        return self._probabilities[self._bits(entries, self._word_bits + self._value_bits - 16, 16)]

    def backoff(self, entries: Ids) -> NDArray[np.float32]:
        """Logarithm of the back-off weight, to the file's base."""
        assert self._backoffs is not None
        return self._backoffs[self._bits(entries, self._word_bits, 16)]

    def range(self, entries: Ids) -> tuple[Ids, Ids]:
        """First and past-the-last entry of the next layer that belong to each entry; nothing in the longest."""
        at = self._word_bits + self._value_bits
        return self._bits(entries, at, self._next_bits), self._bits(entries + 1, at, self._next_bits)

    def _bits(self, entries: Ids, offset: int, count: int) -> Ids:
        """``count`` bits (25 at most) of each entry, from ``offset`` on."""
        at = entries * self._width + offset
        byte = at >> 3
        four = self._packed[byte[..., None] + np.arange(4)].astype(np.int64) << (8 * np.arange(4))
        bits: Ids = (four.sum(-1) >> (at & 7)) & ((1 << count) - 1)
        return bits


def _bits(largest: int) -> int:
    return max(1, int(largest).bit_length())
