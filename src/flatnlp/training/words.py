"""The words that a run was trained on, and how important its mask holds them."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from flatnlp.attacks.result import AttackResult
from flatnlp.data import load_data
from flatnlp.files import read_json
from flatnlp.interpret.importance import GlobalImportance, global_importances
from flatnlp.models.classifier import Classifier
from flatnlp.models.encoder_classifier import EncoderClassifier
from flatnlp.text import clean
from flatnlp.training.preparation import examples


def importances_in(
    run: Path | None, classifier: Classifier, results: Iterable[AttackResult] = ()
) -> list[GlobalImportance]:
    """The importances of a run's words, the most important first.

    Args:
        run: The run's folder, whose training texts tell an encoder's words; ``None`` for a model by itself.
        classifier: Its model.
        results: Of the attacks on its training texts.

    Raises:
        FlatnlpError: If the model has no mask, no words are known, or an encoder's training texts cannot be had.
    """
    of_pieces = isinstance(classifier, EncoderClassifier) and classifier.network.mask is not None
    return global_importances(classifier, results, training_words(run) if of_pieces and run is not None else None)


def training_words(run: Path) -> Counter[str]:
    """The cleaned words of a run's training texts, and how often each occurs; the data set is read again.

    Raises:
        FlatnlpError: If the folder is no run's, or its data set cannot be had.
    """
    config = read_json(run / "config.json")
    data = load_data(
        config["dataset"], text_column=config["text_column"], label_column=config["label_column"], progress=False
    )
    counts: Counter[str] = Counter()
    for each in examples(data, "train", config["train_limit"], config["seed"]):
        counts.update(clean(each.text))
    return counts
