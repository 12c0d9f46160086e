"""Models on disk, of every kind: folders without pickle."""

from pathlib import Path

from flatnlp.errors import FlatnlpError
from flatnlp.files import read_json
from flatnlp.models.encoder_classifier import EncoderClassifier
from flatnlp.models.trained import TrainedClassifier
from flatnlp.models.word_saved import load_word_model, save_word_model

_CONFIG = "config.json"


def save_model(classifier: TrainedClassifier, folder: Path) -> None:
    """Write a model; a folder with a ``config.json`` is complete."""
    if isinstance(classifier, EncoderClassifier):
        from flatnlp.models.encoder_saved import save_encoder

        save_encoder(classifier, folder)
    else:
        save_word_model(classifier, folder)


def load_model(model: str | Path, device: str = "cpu", trusted: bool = False) -> TrainedClassifier:
    """Read a model.

    Args:
        model: A folder that ``save_model`` or ``flatnlp train`` wrote (a run folder stands for the ``model`` in it), a
            folder of any ``transformers`` text classifier, or ``hf:owner/name`` for one on the Hugging Face hub.
        device: Where the network goes, in torch's words.
        trusted: Whether code that a ``transformers`` folder brings along may be run.

    Raises:
        FlatnlpError: If it is missing, damaged, or nothing that can be attacked.
    """
    if not str(model).startswith("hf:"):
        folder = Path(model)
        if (folder / "model" / _CONFIG).is_file():
            folder = folder / "model"
        if not (folder / _CONFIG).is_file():
            raise FlatnlpError(
                f"{folder} is not a model folder (it has no {_CONFIG}); give a folder that `flatnlp train` or "
                "transformers wrote, or hf:owner/name."
            )
        if "model_type" not in read_json(folder / _CONFIG):
            return load_word_model(folder, device)
        model = folder
    from flatnlp.models.encoder_saved import load_encoder

    return load_encoder(str(model), device, trusted=trusted)
