"""Word models on disk: ``config.json``, ``model.safetensors``, ``vocabulary.tsv``; no pickle."""

from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from flatnlp.data.vocabulary import Vocabulary
from flatnlp.errors import FlatnlpError
from flatnlp.files import read_json, write_json, written_whole
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.models.word_network import ARCHITECTURES, WordNetwork, WordNetworkConfig

_CONFIG, _WEIGHTS, _VOCABULARY = "config.json", "model.safetensors", "vocabulary.tsv"


def save_model(classifier: WordClassifier, folder: Path) -> None:
    """Write a word model. ``config.json`` comes last, so a folder that has one is complete."""
    weights = {name: tensor.detach().cpu().contiguous() for name, tensor in classifier.network.state_dict().items()}
    with written_whole(folder / _WEIGHTS) as temporary:
        save_file(weights, temporary)
    classifier.vocabulary.save(folder / _VOCABULARY)
    write_json(
        folder / _CONFIG,
        {
            "flatnlp_model": 1,
            "classes": list(classifier.classes),
            "length": classifier.length,
            "network": asdict(classifier.network.config),
        },
    )


def load_model(folder: str | Path, device: str = "cpu") -> WordClassifier:
    """Read a word model; a run folder stands for the ``model`` folder in it.

    Args:
        folder: What ``save_model`` or ``flatnlp train`` wrote.
        device: Where the network goes, in torch's words.

    Raises:
        FlatnlpError: If the folder is missing or damaged.
    """
    folder = Path(folder)
    if (folder / "model" / _CONFIG).is_file():
        folder = folder / "model"
    if not (folder / _CONFIG).is_file():
        raise FlatnlpError(
            f"{folder} is not a model folder (it has no {_CONFIG}); give a folder that `flatnlp train` wrote."
        )
    saved = read_json(folder / _CONFIG)
    try:
        config = WordNetworkConfig(**saved["network"])
        classes, length = [str(name) for name in saved["classes"]], int(saved["length"])
        if config.architecture not in ARCHITECTURES or len(classes) != config.classes or length < 1:
            raise ValueError("its settings contradict each other")
        network = WordNetwork(config, torch.zeros(config.vocabulary, config.embedding_size))
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise FlatnlpError(
            f"{folder / _CONFIG} is not a flatnlp model's ({error}); restore it or train anew."
        ) from error
    try:
        network.load_state_dict(load_file(folder / _WEIGHTS, device="cpu"))
    except (OSError, SafetensorError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise FlatnlpError(
            f"{folder / _WEIGHTS} is missing or damaged ({reason}); restore it or train anew."
        ) from error
    vocabulary = Vocabulary.load(folder / _VOCABULARY)
    if len(vocabulary.words) != config.vocabulary:
        raise FlatnlpError(
            f"{folder / _VOCABULARY} has {len(vocabulary.words)} words, {_CONFIG} says {config.vocabulary}; "
            "restore it or train anew."
        )
    return WordClassifier(network.to(device).eval(), vocabulary, classes, length)
