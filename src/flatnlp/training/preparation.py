"""From settings to what training needs: data, vocabulary, vectors, an untrained classifier."""

from dataclasses import dataclass
from itertools import chain

import numpy as np
import torch
from numpy.typing import NDArray

from flatnlp.attacks.result import Example
from flatnlp.data import DataSet, Vocabulary, load_data, load_vectors, preprocessing_for
from flatnlp.data.vocabulary import PAD_ID, UNKNOWN_ID
from flatnlp.evaluation import sample
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.models.word_network import WordNetwork, WordNetworkConfig
from flatnlp.text import clean
from flatnlp.training.batches import EncodedTexts
from flatnlp.training.settings import METHODS, TrainSettings

_HIDDEN = {"cnn": 100, "lstm": 150}


@dataclass(frozen=True)
class Prepared:
    """All a run starts from.

    Attributes:
        data: The data set.
        train: The training examples, after ``train_limit``.
        clean: The same, encoded: D.
        dev: The development texts, encoded.
        dev_attacked: The development examples attacked after every epoch.
        classifier: Untrained.
        notes: Sentences about the data, the vocabulary and the vectors, for the user.
    """

    data: DataSet
    train: list[Example]
    clean: EncodedTexts
    dev: list[Example]
    dev_attacked: list[Example]
    classifier: WordClassifier
    notes: tuple[str, ...]


def prepare(settings: TrainSettings, device: str = "cpu", show_progress: bool = True) -> Prepared:
    """Load and encode the data; make the untrained classifier.

    Raises:
        FlatnlpError: If the data or the vectors cannot be had or used.
    """
    data = load_data(
        settings.dataset,
        text_column=settings.text_column,
        label_column=settings.label_column,
        progress=show_progress,
    )
    train = examples(data, "train", settings.train_limit, settings.seed)
    tokens = [clean(example.text) for example in train]
    preset = preprocessing_for(settings.dataset, [len(each) for each in tokens], len(set(chain.from_iterable(tokens))))
    length = settings.length or preset.length
    rarest = preset.min_frequency_above if settings.min_frequency is None else settings.min_frequency
    vocabulary = Vocabulary.from_texts(tokens, rarest)
    vectors = load_vectors(settings.vectors, vocabulary.words, progress=show_progress)
    config = WordNetworkConfig(
        architecture=settings.model,
        vocabulary=len(vocabulary.words),
        embedding_size=vectors.matrix.shape[1],
        classes=len(data.classes),
        masked=METHODS[settings.method].masked,
        hidden=settings.hidden or _HIDDEN[settings.model],
        dropout=settings.dropout,
    )
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        network = WordNetwork(config, torch.from_numpy(_fill(vectors.matrix, vectors.found, settings.seed)))
    classifier = WordClassifier(network.to(device).eval(), vocabulary, data.classes, length)
    truncated = sum(len(each) > length for each in tokens)
    others = {split: sum(len(clean(text)) > length for text in data.splits[split]["text"]) for split in ("dev", "test")}
    notes = (
        *data.notes,
        f"{len(vocabulary.words) - 2:,} words, {int(vectors.found.sum()):,} with a vector in {settings.vectors}; "
        f"texts are read up to {length} tokens "
        f"(longer are {truncated:,} training, {others['dev']:,} dev and {others['test']:,} test texts).",
    )
    dev = examples(data, "dev", None, settings.seed)
    return Prepared(
        data=data,
        train=train,
        clean=EncodedTexts([classifier.ids(each.text) for each in train], [each.label for each in train]),
        dev=dev,
        dev_attacked=examples(data, "dev", settings.dev_attack_sample, settings.seed),
        classifier=classifier,
        notes=notes,
    )


def examples(data: DataSet, split: str, limit: int | None, seed: int) -> list[Example]:
    """A split, or the first ``limit`` of a seeded shuffle of it."""
    rows = data.splits[split]
    return sample(list(rows["text"]), list(rows["label"]), limit, seed)


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
