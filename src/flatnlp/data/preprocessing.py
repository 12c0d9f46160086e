"""Vocabulary cut and text length per data set: the paper's table 6 and a rule for the rest."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flatnlp.resources.resource import normalise


@dataclass(frozen=True)
class Preprocessing:
    """What a word model keeps of the texts.

    Attributes:
        min_frequency_above: words that occur more often than this in training are in the vocabulary.
        length: tokens per text; longer texts are truncated, shorter ones padded.
    """

    min_frequency_above: int
    length: int


PREPROCESSING: Mapping[str, Preprocessing] = MappingProxyType(
    {
        "sst2": Preprocessing(0, 50),
        "imdb": Preprocessing(5, 250),
        "ag-news": Preprocessing(5, 50),
        "trec": Preprocessing(0, 15),
        "rotten-tomatoes": Preprocessing(0, 50),
    }
)
"""The paper's table 6, and the same choice for the default data set; the keys are names written with ``-``."""

MAX_LENGTH = 250
MIN_LENGTH = 10
LARGE_VOCABULARY = 30_000


def preprocessing_for(
    name: str | None, token_lengths: Sequence[int], vocabulary_size: int | None = None
) -> Preprocessing:
    """The preset of a known data set, or a rule for others.

    The rule: the length is the 99th percentile of the training texts' lengths, rounded up to a multiple of 10, between
    10 and 250; all words are kept where there are at most 30,000, else those that occur more than 5 times. (The
    paper's four presets have these bounds: its longest length is 250, its largest vocabulary 29,571.)

    Args:
        name: the data set's name; ``-`` and ``_`` are the same.
        token_lengths: tokens per training text.
        vocabulary_size: different tokens in the training texts, where known.
    """
    preset = PREPROCESSING.get(normalise(name)) if name is not None else None
    if preset is not None:
        return preset
    lengths = sorted(token_lengths)
    longest = lengths[min(len(lengths) - 1, math.ceil(0.99 * len(lengths)) - 1)] if lengths else 0
    length = min(max(math.ceil(longest / 10) * 10, MIN_LENGTH), MAX_LENGTH)
    large = vocabulary_size is not None and vocabulary_size > LARGE_VOCABULARY
    return Preprocessing(min_frequency_above=5 if large else 0, length=length)
