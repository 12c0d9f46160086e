"""An encoder to be trained on a data set."""

from collections.abc import Sequence

import torch

from flatnlp.data import DataSet
from flatnlp.models.encoder_classifier import EncoderClassifier
from flatnlp.models.encoder_saved import keeps_head, load_encoder
from flatnlp.models.encoder_source import open_encoder
from flatnlp.models.precision import Precision, check_precision
from flatnlp.training.settings import METHODS, ResolvedSettings

MAX_LENGTH = 256
"""Tokens read of a text if ``--length`` says nothing: attention costs the square of it."""


def prepared_encoder(
    settings: ResolvedSettings, data: DataSet, texts: Sequence[str], device: str, trusted: bool = False
) -> tuple[EncoderClassifier, int, tuple[str, ...]]:
    """The classifier, the number of its word pieces, and sentences about both.

    Args:
        settings: Model, method, length, precision, seed.
        data: The data set.
        texts: Its training texts.
        device: Where the network goes.
        trusted: Whether code that the encoder brings along may be run.

    Raises:
        FlatnlpError: If the encoder cannot be had or used.
    """
    precision: Precision = "bf16" if settings.precision == "bf16" else "float32"
    check_precision(precision, device)
    source = open_encoder(settings.model, trusted)
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        classifier = load_encoder(
            settings.model,
            device,
            classes=data.classes,
            masked=METHODS[settings.method].masked,
            length=settings.length or MAX_LENGTH,
            checkpointing=settings.gradient_checkpointing,
            trusted=trusted,
        )
    classifier.precision = precision
    head = "its own classification layer" if keeps_head(source, data.classes) else "a new classification layer"
    longer = {"training": _longer(classifier, texts)}
    longer |= {split: _longer(classifier, data.splits[split]["text"]) for split in ("dev", "test")}
    parameters = sum(each.numel() for each in classifier.network.parameters())
    pieces = classifier.network.table.num_embeddings
    note = (
        f"{settings.model} is a {source.config.model_type} model of {parameters / 1e6:,.1f} million parameters and "
        f"{pieces:,} word pieces, with {head}; texts are read up to {classifier.length} pieces (longer are "
        f"{longer['training']:,} training, {longer['dev']:,} dev and {longer['test']:,} test texts)."
    )
    return classifier, pieces, (note,)


def _longer(classifier: EncoderClassifier, texts: Sequence[str]) -> int:
    return sum(classifier.is_cut(text) for text in texts)
