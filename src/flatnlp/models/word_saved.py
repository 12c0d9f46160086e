"""Word models on disk: ``config.json``, ``model.safetensors``, ``vocabulary.tsv``; no pickle."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save

from flatnlp.data.table import has_half_character
from flatnlp.data.vocabulary import Vocabulary
from flatnlp.errors import FlatnlpError
from flatnlp.files import read_json, write_json, written_whole
from flatnlp.models.weights_file import difference, shapes_in
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.models.word_network import ARCHITECTURES, WordNetwork, WordNetworkConfig
from flatnlp.resources.manifest import sha256_of

_VERSION = 1
_CONFIG, _WEIGHTS, _VOCABULARY = "config.json", "model.safetensors", "vocabulary.tsv"


def save_word_model(classifier: WordClassifier, folder: Path) -> None:
    """Write a word model. ``config.json`` comes last, so a folder that has one is complete."""
    weights = {name: tensor.detach().cpu().contiguous() for name, tensor in classifier.network.state_dict().items()}
    with written_whole(folder / _WEIGHTS) as temporary:
        temporary.write_bytes(save(weights))  # save_file would turn a full disk into an error of its own
    classifier.vocabulary.save(folder / _VOCABULARY)
    write_json(
        folder / _CONFIG,
        {
            "flatnlp_model": _VERSION,
            "classes": list(classifier.classes),
            "length": classifier.length,
            "network": asdict(classifier.network.config),
            "sha256": {name: sha256_of(folder / name) for name in (_WEIGHTS, _VOCABULARY)},
        },
    )


def load_word_model(folder: Path, device: str = "cpu") -> WordClassifier:
    """Read a word model.

    Args:
        folder: What ``save_word_model`` wrote.
        device: Where the network goes, in torch's words.

    Raises:
        FlatnlpError: If the folder is missing or damaged.
    """
    saved = read_json(folder / _CONFIG)
    try:
        config, classes, length = _described(saved)
        checksums = dict(saved.get("sha256", {}))
        with torch.device("meta"):  # nothing is allocated before the weights are known to be that large
            shape = WordNetwork(config, torch.empty(config.vocabulary, config.embedding_size)).state_dict()
    except (KeyError, TypeError, ValueError, RuntimeError, OverflowError) as error:
        raise FlatnlpError(
            f"{folder / _CONFIG} is not a flatnlp model's ({_reason(error)}); restore it or train anew."
        ) from error
    for name in (_WEIGHTS, _VOCABULARY):
        _check_whole(folder / name, checksums.get(name))
    try:
        wrong = difference(shape, shapes_in(folder / _WEIGHTS))
        if wrong:
            raise FlatnlpError(
                f"{folder / _WEIGHTS} does not belong to {_CONFIG} ({wrong}); restore both or train anew."
            )
        network = WordNetwork(config, torch.zeros(config.vocabulary, config.embedding_size))
        network.load_state_dict(load_file(folder / _WEIGHTS, device="cpu"))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise FlatnlpError(f"{folder / _WEIGHTS} is damaged ({_reason(error)}); restore it or train anew.") from error
    vocabulary = Vocabulary.load(folder / _VOCABULARY)
    if len(vocabulary.words) != config.vocabulary:
        raise FlatnlpError(
            f"{folder / _VOCABULARY} has {len(vocabulary.words)} words, {_CONFIG} says {config.vocabulary}; "
            "restore it or train anew."
        )
    return WordClassifier(network.to(device).eval(), vocabulary, classes, length)


def _described(saved: Mapping[str, Any]) -> tuple[WordNetworkConfig, list[str], int]:
    """What ``config.json`` says of the network, its classes and its length.

    Raises:
        KeyError, TypeError or ValueError: If it says nothing a network can be made of.
    """
    if saved["flatnlp_model"] != _VERSION:
        raise ValueError(f"it is of version {saved['flatnlp_model']}, this is for version {_VERSION}")
    config = WordNetworkConfig(**saved["network"])
    classes, length = [str(name) for name in saved["classes"]], int(saved["length"])
    sizes = (config.vocabulary, config.embedding_size, config.hidden, config.mask_hidden, length)
    if (
        config.architecture not in ARCHITECTURES
        or len(classes) != config.classes
        or min(sizes) < 1
        or not 0 <= config.dropout < 1
    ):
        raise ValueError("its settings contradict each other")
    if len(set(classes)) != len(classes) or any(map(has_half_character, classes)):
        raise ValueError("its classes are no different names")
    return config, classes, length


def _check_whole(path: Path, checksum: str | None) -> None:
    try:
        whole = checksum in (None, sha256_of(path))
    except OSError as error:
        raise FlatnlpError(
            f"{path} is missing or not readable ({error.strerror}); restore it or train anew."
        ) from error
    if not whole:
        raise FlatnlpError(f"{path} is damaged (its checksum is not that in {_CONFIG}); restore it or train anew.")


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
