"""An untrained word model for a data set: vocabulary, vectors, network."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
import torch
from numpy.typing import NDArray

from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.substitutions.synonym_space import DEFAULT_SPACE
from flatnlp.data import DataSet, Vocabulary, load_vectors, preprocessing_for
from flatnlp.data.all_vectors import read_all_vectors
from flatnlp.data.vocabulary import PAD_ID, UNKNOWN_ID
from flatnlp.errors import FlatnlpError
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.models.word_network import WordNetwork, WordNetworkConfig
from flatnlp.resources import locate
from flatnlp.text import clean
from flatnlp.training.groups import groups_of
from flatnlp.training.settings import METHODS, ResolvedSettings
from flatnlp.training.smoothing import smoothed, with_synonyms
from flatnlp.training.synonyms import synonyms_of

_HIDDEN = {"cnn": 100, "lstm": 150}


def prepared_word_model(
    settings: ResolvedSettings,
    data: DataSet,
    texts: Sequence[str],
    recipes: Sequence[Recipe],
    device: str,
    show_progress: bool,
) -> tuple[WordClassifier, int, tuple[str, ...]]:
    """The classifier, the size of its vocabulary, and sentences about both.

    Args:
        settings: Model, vectors, method, sizes, seed.
        data: The data set.
        texts: Its training texts.
        recipes: Whose synonyms vectors are smoothed over, where that is asked for.
        device: Where the network goes.
        show_progress: Whether to show bars where something is downloaded.

    Raises:
        FlatnlpError: If no training text has a word, or the vectors cannot be had or used.
    """
    vectors_name, dropout = settings.vectors or "", settings.dropout or 0.0
    tokens = [clean(text) for text in texts]
    preset = preprocessing_for(settings.dataset, [len(each) for each in tokens], len(set(chain.from_iterable(tokens))))
    length = settings.length or preset.length
    rarest = preset.min_frequency_above if settings.min_frequency is None else settings.min_frequency
    vocabulary = Vocabulary.from_texts(tokens, rarest)
    if not _real_words(vocabulary):
        raise FlatnlpError(
            f"The training texts of {data.name} have no word that is frequent enough to be kept (--min-frequency); "
            "check the text column (--text-column)."
        )
    if settings.vocabulary == "vectors":
        known, _ = read_all_vectors(locate(vectors_name, progress=show_progress, kind="vectors"))
        vocabulary = vocabulary.opened(word for word in known if clean(word) == [word])
    synonyms: list[tuple[str, tuple[str, ...]]] = []
    if settings.smooth_vectors is not None:
        synonyms = list(synonyms_of(vocabulary.words[2:], recipes))
        vocabulary = with_synonyms(vocabulary, synonyms)
    vectors = load_vectors(vectors_name, vocabulary.words, progress=show_progress)
    matrix = _fill(vectors.matrix, vectors.found, settings.seed)
    if settings.smooth_vectors is not None:
        matrix = smoothed(matrix, vectors.found, vocabulary, synonyms, settings.smooth_vectors)
    config = WordNetworkConfig(
        architecture=settings.model,
        vocabulary=len(vocabulary.words),
        embedding_size=vectors.matrix.shape[1],
        classes=len(data.classes),
        masked=METHODS[settings.method].masked,
        hidden=settings.hidden or _HIDDEN[settings.model],
        dropout=dropout,
        groups=settings.groups if METHODS[settings.method].grouped else 0,
    )
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        network = WordNetwork(config, torch.from_numpy(matrix))
    if network.shared is not None:
        space = settings.synonyms or DEFAULT_SPACE
        groups = groups_of(vocabulary.words, space, settings.groups, settings.seed, show_progress)
        network.shared.group_of.copy_(torch.from_numpy(groups))
    classifier = WordClassifier(network.to(device).eval(), vocabulary, data.classes, length)
    truncated = sum(len(each) > length for each in tokens)
    others = {split: sum(len(clean(text)) > length for text in data.splits[split]["text"]) for split in ("dev", "test")}
    note = (
        f"{_real_words(vocabulary):,} words, {int(vectors.found.sum()):,} with a vector in {vectors_name}; "
        f"texts are read up to {length} tokens "
        f"(longer are {truncated:,} training, {others['dev']:,} dev and {others['test']:,} test texts)."
    )
    return classifier, _real_words(vocabulary), (note,)


def _real_words(vocabulary: Vocabulary) -> int:
    """How many words there are but for padding and the unknown one."""
    return len(vocabulary.words) - 2


def _fill(matrix: NDArray[np.float32], found: NDArray[np.bool_], seed: int) -> NDArray[np.float32]:
    """Give words without a vector one: random ones as large as the found (Kim 2014); the unknown word gets their mean.

    Padding stays zero.
    """
    filled: NDArray[np.float32] = matrix.copy()
    missing = np.flatnonzero(~found)
    known = matrix[found]
    random = np.random.default_rng(seed)
    filled[missing] = random.normal(known.mean(0), known.std(0), (len(missing), matrix.shape[1]))
    filled[UNKNOWN_ID] = known.mean(0)
    filled[PAD_ID] = 0
    return filled
