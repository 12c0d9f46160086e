"""Load a trained model."""

from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

from flatnlp.errors import FlatnlpError
from flatnlp.models.classifier import Classifier
from flatnlp.models.saved import load_model

if TYPE_CHECKING:
    from flatnlp.models.trained import TrainedClassifier


def load(model: str | Path, device: str = "cpu", trust_remote_code: bool = False) -> "TrainedClassifier":
    """Load a trained model.

    Args:
        model: A run's folder, the ``model`` folder in it, the folder of any ``transformers`` text classifier, or
            ``hf:owner/name`` for one on the Hugging Face hub.
        device: Where to compute, in torch's words.
        trust_remote_code: Run code that a ``transformers`` model brings along; read it first.

    Raises:
        FlatnlpError: If the folder is missing or damaged, or the device cannot be used.
    """
    check_device(device)
    return load_model(model, device, trust_remote_code)


def victim(
    model: Classifier | str | Path,
    device: str = "cpu",
    batch_size: int | None = None,
    trust_remote_code: bool = False,
) -> Classifier:
    """A classifier, loaded where it is not one yet, that classifies at most so many texts at once.

    Args:
        model: A classifier, or what ``load`` takes. A classifier that was given is not changed.
        device: Where to compute, for a model loaded here.
        batch_size: Texts at once, at most; as the classifier is if not said.
        trust_remote_code: As in ``load``.

    Raises:
        FlatnlpError: As ``load``, and if that is no number of 1 or more.
    """
    if batch_size is not None and batch_size < 1:
        raise FlatnlpError(f"--batch-size is {batch_size}; it must be a number of 1 or more.")
    classifier = model if isinstance(model, Classifier) else load(model, device, trust_remote_code)
    if batch_size is not None:
        classifier = copy(classifier)
        classifier.batch_size = batch_size
    return classifier


def check_device(device: str) -> None:
    """Refuse a device that cannot be used, before any work.

    Raises:
        FlatnlpError: If torch cannot make and read a tensor there.
    """
    import torch

    try:
        torch.zeros(1, device=device).cpu()  # "meta" can be made, but not read
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise FlatnlpError(f"--device {device} cannot be used here ({reason}); try --device cpu.") from error
