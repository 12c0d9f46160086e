"""Load a trained model."""

from pathlib import Path
from typing import TYPE_CHECKING

from flatnlp.errors import FlatnlpError
from flatnlp.models.saved import load_model

if TYPE_CHECKING:
    from flatnlp.models.trained import TrainedClassifier


def load(model: str | Path, device: str = "cpu") -> "TrainedClassifier":
    """Load a trained model.

    Args:
        model: A run's folder, the ``model`` folder in it, the folder of any ``transformers`` text classifier, or
            ``hf:owner/name`` for one on the Hugging Face hub.
        device: Where to compute, in torch's words.

    Raises:
        FlatnlpError: If the folder is missing or damaged, or the device cannot be used.
    """
    check_device(device)
    return load_model(model, device)


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
