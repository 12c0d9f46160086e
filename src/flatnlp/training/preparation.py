"""From settings to what training needs: data, encoded texts, an untrained classifier."""

from collections.abc import Sequence
from dataclasses import dataclass

from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.result import Example
from flatnlp.data import DataSet, load_data
from flatnlp.evaluation import sample
from flatnlp.models.trained import TrainedClassifier
from flatnlp.training.batches import EncodedTexts
from flatnlp.training.encoder_preparation import prepared_encoder
from flatnlp.training.settings import ResolvedSettings
from flatnlp.training.word_preparation import prepared_word_model


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
        vocabulary: How many words or word pieces it knows.
        notes: Sentences about the data, the vocabulary and the model, for the user.
    """

    data: DataSet
    train: list[Example]
    clean: EncodedTexts
    dev: list[Example]
    dev_attacked: list[Example]
    classifier: TrainedClassifier
    vocabulary: int
    notes: tuple[str, ...]


def prepare(
    settings: ResolvedSettings,
    recipes: Sequence[Recipe],
    device: str = "cpu",
    show_progress: bool = True,
    data: DataSet | None = None,
    trusted: bool = False,
) -> Prepared:
    """Load and encode the data; make the untrained classifier.

    Args:
        settings: What to train on what.
        recipes: The attacks, for what is prepared with their synonyms.
        device: Where the classifier goes.
        show_progress: Whether to show bars where something is downloaded.
        data: The data set, where it is at hand; else the one that the settings name is read.
        trusted: Whether code that the encoder brings along may be run.

    Raises:
        FlatnlpError: If the data, the vectors or the encoder cannot be had or used.
    """
    data = data or load_data(
        settings.dataset,
        text_column=settings.text_column,
        label_column=settings.label_column,
        progress=show_progress,
    )
    train = examples(data, "train", settings.train_limit, settings.seed)
    texts = [each.text for each in train]
    classifier: TrainedClassifier
    if settings.of_words:
        classifier, vocabulary, notes = prepared_word_model(settings, data, texts, recipes, device, show_progress)
    else:
        classifier, vocabulary, notes = prepared_encoder(settings, data, texts, device, trusted)
    return Prepared(
        data=data,
        train=train,
        clean=EncodedTexts([classifier.ids(text) for text in texts], [each.label for each in train]),
        dev=examples(data, "dev", None, settings.seed),
        dev_attacked=examples(data, "dev", settings.dev_attack_sample, settings.seed),
        classifier=classifier,
        vocabulary=vocabulary,
        notes=(*data.notes, *notes),
    )


def examples(data: DataSet, split: str, limit: int | None, seed: int) -> list[Example]:
    """A split, or the first ``limit`` of a seeded shuffle of it."""
    rows = data.splits[split]
    return sample(list(rows["text"]), list(rows["label"]), limit, seed)
