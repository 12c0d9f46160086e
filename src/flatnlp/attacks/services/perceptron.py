"""NLTK's averaged perceptron tagger, for the tags of many words in many contexts at once.

The weights are NLTK's (resource ``perceptron-tagger``), and so are the features and the greedy order: left to right,
each tag depending on the two before it. What is asked here is one tag per context, so only what that tag depends on is
computed: the words after it are looked at and never tagged, and of the tags before it only the last two can depend on
the word, so the rest is remembered by the words before. A step is one gather and one sum over all contexts.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flatnlp.errors import FlatnlpError
from flatnlp.resources.perceptron_tagger import TAGGER_FILE, TAGGER_FOLDER

_START = ("-START-", "-START2-")
_END = ("-END-", "-END2-")
_TAG_AND_WORD = "i-1 tag+i word "
_PER_WEIGHT = 1000  # NLTK rounds its weights to three decimals, so thousandths are exact
_ROWS_AT_ONCE = 4096
_KEPT_BEFORE = 100_000
_KEPT_WORDS = 200_000

Context = tuple[tuple[str, ...], str, tuple[str, ...]]
"""Words before, the word, words after."""


class Perceptron:
    """The tagger.

    Args:
        folder: An NLTK data root that holds it.

    Raises:
        FlatnlpError: If its files are missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        weights, fixed, classes = (_part(folder, part) for part in ("weights", "tagdict", "classes"))
        # NLTK takes the last of equally good tags in alphabetical order; argmax takes the first.
        tags = sorted(classes, reverse=True)
        column = {tag: i for i, tag in enumerate(tags)}
        self._feature = {feature: row for row, feature in enumerate(weights)}
        # The last row is all zero: a feature without weights.
        self._weights = np.zeros((len(weights) + 1, len(tags)), np.int32)
        for row, by_tag in enumerate(weights.values()):
            for tag, weight in by_tag.items():
                self._weights[row, column[tag]] = round(weight * _PER_WEIGHT)
        # Most words have no feature together with the tag before them, so these are listed by word.
        self._tagged: dict[str, list[tuple[str, int]]] = {}
        for row, feature in enumerate(weights):
            if feature.startswith(_TAG_AND_WORD):
                tag, word = feature.removeprefix(_TAG_AND_WORD).split(" ", 1)
                self._tagged.setdefault(word, []).append((tag, row))
        # States are what may have come before: a tag, or one of the two marks before the first word.
        self._states = (*tags, *_START)
        self._state = {state: i for i, state in enumerate(self._states)}
        self._fixed = {word: self._state[tag] for word, tag in fixed.items()}
        self._last = np.array([self._row(f"i-1 tag {state}") for state in self._states])
        self._last_but_one = np.array([self._row(f"i-2 tag {state}") for state in self._states])
        self._both = np.array([[self._row(f"i tag+i-2 tag {a} {b}") for b in self._states] for a in self._states])
        self._bias = self._weights[self._row("bias")]
        self._ids: dict[str | tuple[str], int] = {}
        self._new: list[str | tuple[str]] = []
        self._table = np.zeros((0, 10), np.int64)
        self._with_tag = np.zeros((0, len(self._states)), np.int32)
        self._after_prefix: dict[tuple[str, ...], tuple[int, int]] = {}

    def tag(self, contexts: Sequence[Context]) -> list[str]:
        """The Penn Treebank tag of the word in each context."""
        if len(self._ids) > _KEPT_WORDS or len(self._after_prefix) > _KEPT_BEFORE:
            self._forget()
        found: list[str] = []
        for start in range(0, len(contexts), _ROWS_AT_ONCE):
            found += self._tag(contexts[start : start + _ROWS_AT_ONCE])
        return found

    def _tag(self, contexts: Sequence[Context]) -> list[str]:
        states = [self._fixed.get(word, -1) for _, word, _ in contexts]
        unsure = [i for i, state in enumerate(states) if state < 0]
        if unsure:
            for i, state in zip(unsure, self._states_of([contexts[i] for i in unsure]), strict=True):
                states[i] = state
        return [self._states[state] for state in states]

    def _states_of(self, contexts: Sequence[Context]) -> list[int]:
        of = self._id
        around: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}  # many words share what is around them
        at_side = np.array([around.setdefault((before, after), len(around)) for before, _, after in contexts])
        sides = np.array(
            [
                [
                    *map(of, ((*_MARKED, *before)[-4:])),
                    *map(of, (*after, *_AFTER)[:2]),
                    len(before),
                    *self._prefix(before),
                ]
                for before, after in around
            ]
        )[at_side]
        own = np.array([of(word) for _, word, _ in contexts])
        words = np.column_stack([sides[:, :4], own, sides[:, 4:6]])
        lengths, last, last_but_one = sides[:, 6], sides[:, 7].copy(), sides[:, 8].copy()
        for back in (2, 1, 0):
            rows = np.flatnonzero(lengths >= back)
            at = 4 - back
            state = self._step(words[rows, at - 2 : at + 3], last[rows], last_but_one[rows])
            last_but_one[rows] = last[rows]
            last[rows] = state
        return [int(state) for state in last]

    def _prefix(self, before: tuple[str, ...]) -> tuple[int, int]:
        """The last two states after all but the last two of these words."""
        found = self._after_prefix.get(before)
        if found is None:
            marked = (*_MARKED[2:], *before)
            ids = np.array([[self._id(word) for word in marked]])
            last, last_but_one = (np.array([self._state[mark]]) for mark in _START)
            for at in range(len(before) - 2):
                last, last_but_one = self._step(ids[:, at : at + 5], last, last_but_one), last
            found = self._after_prefix[before] = (int(last[0]), int(last_but_one[0]))
        return found

    def _step(
        self, words: NDArray[np.int64], last: NDArray[np.int64], last_but_one: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """The states of the middle ones of five words each ``[n, 5]``, given the two states before them."""
        own = words[:, 2]
        self._grow()
        features = np.concatenate(
            [
                self._table[own, :3],
                self._table[words[:, 1], 3:5],
                self._table[words[:, 0], 5:6],
                self._table[words[:, 3], 6:8],
                self._table[words[:, 4], 8:9],
                self._last[last, None],
                self._last_but_one[last_but_one, None],
                self._both[last, last_but_one][:, None],
                self._with_tag[own, last][:, None],
            ],
            axis=1,
        )
        scores = self._bias + self._weights[features].sum(1)
        fixed = self._table[own, 9]
        states: NDArray[np.int64] = np.where(fixed >= 0, fixed, scores.argmax(1))
        return states

    def _id(self, word: str | tuple[str]) -> int:
        """The number of a word, or of a mark, which is a tuple."""
        known = self._ids.get(word)
        if known is None:
            known = self._ids[word] = len(self._ids)
            self._new.append(word)
        return known

    def _grow(self) -> None:
        """Take up the features of the words that were met since the last time."""
        if not self._new:
            return
        row = self._row
        features, with_tag = [], []
        for each in self._new:
            raw = each if isinstance(each, str) else each[0]
            seen = _normal(each) if isinstance(each, str) else raw
            features.append(
                [
                    row(f"i suffix {raw[-3:]}"),
                    row(f"i pref1 {raw[:1]}"),
                    row(f"i word {seen}"),
                    row(f"i-1 word {seen}"),
                    row(f"i-1 suffix {seen[-3:]}"),
                    row(f"i-2 word {seen}"),
                    row(f"i+1 word {seen}"),
                    row(f"i+1 suffix {seen[-3:]}"),
                    row(f"i+2 word {seen}"),
                    self._fixed.get(raw, -1),
                ]
            )
            with_tag.append([len(self._feature)] * len(self._states))
            for state, found in self._tagged.get(seen, ()):
                with_tag[-1][self._state[state]] = found
        self._table = np.concatenate([self._table, np.array(features)])
        self._with_tag = np.concatenate([self._with_tag, np.array(with_tag, np.int32)])
        self._new.clear()

    def _row(self, feature: str) -> int:
        return self._feature.get(feature, len(self._feature))

    def _forget(self) -> None:
        self._ids.clear()
        self._new.clear()
        self._after_prefix.clear()
        self._table, self._with_tag = self._table[:0], self._with_tag[:0]


_MARKED: tuple[tuple[str] | str, ...] = ((_START[0],), (_START[0],), (_START[0],), (_START[1],))
_AFTER: tuple[tuple[str] | str, ...] = ((_END[0],), (_END[1],))


def _normal(word: str) -> str:
    """A word as the features see it."""
    if "-" in word and word[0] != "-":
        return "!HYPHEN"
    if word.isdigit() and len(word) == 4:
        return "!YEAR"
    if word[:1].isdigit():
        return "!DIGITS"
    return word.lower()


def _part(folder: Path, part: str) -> Any:
    path = folder / TAGGER_FOLDER / TAGGER_FILE.format(part=part)
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise FlatnlpError(
            f"The tagger's file {path} is missing or damaged; remove it and give "
            "'flatnlp resources fetch perceptron-tagger'."
        ) from error
