"""Encoders on disk: a folder that plain ``transformers`` loads, and beside it what flatnlp needs to go on.

``model.safetensors`` is *folded*: phi is multiplied into the embedding table. ``flatnlp.safetensors`` holds the table
as it was trained, the mask network and phi of the whole vocabulary. No pickle.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from flatnlp.errors import FlatnlpError
from flatnlp.files import folder_written_whole, read_json, write_json
from flatnlp.models.encoder_classifier import EncoderClassifier
from flatnlp.models.encoder_network import EncoderNetwork
from flatnlp.models.encoder_source import EncoderSource, load_body, load_tokenizer, longest, open_encoder, quiet

_BESIDE, _ABOUT, _VERSION = "flatnlp.safetensors", "flatnlp.json", 1
_TABLE, _PHI, _MASK = "embeddings", "importance", "mask."


def save_encoder(classifier: EncoderClassifier, folder: Path) -> None:
    """Write the folder, whole or not at all; what was there is replaced."""
    try:
        with folder_written_whole(Path(folder)) as whole:
            _write(classifier, whole)
    except SafetensorError as error:  # what a full disk is to save_pretrained
        reason = str(error).splitlines()[0].rstrip(".")
        raise FlatnlpError(f"Cannot write {folder}: {reason}; free some space or choose another place.") from error


def load_encoder(
    name: str,
    device: str = "cpu",
    *,
    classes: Sequence[str] | None = None,
    masked: bool | None = None,
    length: int | None = None,
    checkpointing: bool = False,
    trusted: bool = False,
) -> EncoderClassifier:
    """Load an encoder: one that flatnlp has trained, any ready classifier, or one to be trained.

    Args:
        name: As in ``open_encoder``; of a run's folder, its ``model``.
        device: Where the network goes, in torch's words.
        classes: What it is to be trained to tell apart. A classifier of the same names (or of as many that have no
            names, ``LABEL_0`` ...) keeps its last layer; any other model gets a new one, from torch's present seed.
            If not given, the model must be a classifier, and its own names count.
        masked: Whether it is to have a mask; a mask that was saved with it is taken up. If not given, it has one where
            one was saved.
        length: Tokens read of a text; all that the model can if not given.
        checkpointing: As in ``load_body``.
        trusted: As in ``open_encoder``.

    Raises:
        FlatnlpError: If it cannot be had, or is refused (``encoder_source``).
    """
    source = open_encoder(name, trusted)
    if classes is None and not source.has_head:
        raise FlatnlpError(
            f"{name} is an encoder without a classification layer; train it first with `flatnlp train --model {name}`."
        )
    chosen = tuple(classes or source.classes)
    tokenizer = load_tokenizer(source)
    body = load_body(source, chosen, new_head=not keeps_head(source, chosen), checkpointing=checkpointing)
    if body.get_input_embeddings().num_embeddings < len(tokenizer):
        raise FlatnlpError(
            f"{name} has {body.get_input_embeddings().num_embeddings:,} embeddings for the {len(tokenizer):,} tokens "
            "of its tokenizer; they do not belong together."
        )
    beside = _read_beside(source)
    network = EncoderNetwork(body, special_ids(tokenizer), bool(beside) if masked is None else masked)
    if beside and network.mask is not None:
        _take_up(network, beside, source)
    limit = longest(source, tokenizer)
    return EncoderClassifier(network.to(device).eval(), tokenizer, chosen, min(limit, length or limit))


def keeps_head(source: EncoderSource, classes: Sequence[str]) -> bool:
    """Whether a model's classification layer tells these classes apart."""
    own = source.classes
    unnamed = own == tuple(f"LABEL_{i}" for i in range(len(own)))
    return source.has_head and len(own) == len(classes) and (unnamed or own == tuple(classes))


def special_ids(tokenizer: Any) -> list[int]:
    """Tokens that are never masked; the unknown token is a word like any other."""
    return [i for i in tokenizer.all_special_ids if i != tokenizer.unk_token_id]


def _write(classifier: EncoderClassifier, folder: Path) -> None:
    network, tokenizer = classifier.network, classifier.tokenizer
    body = network.body
    weights = body.state_dict()
    table = network.table.weight
    (name,) = (key for key, value in body.named_parameters() if value is table)
    if network.mask is not None:
        weights[name] = network.folded_weight()
    with quiet():
        body.save_pretrained(folder, state_dict=weights)
        before, tokenizer.model_max_length = tokenizer.model_max_length, classifier.length
        try:
            tokenizer.save_pretrained(folder)
        finally:
            tokenizer.model_max_length = before
    if network.mask is not None:
        beside = {_MASK + key: value.detach().cpu().contiguous() for key, value in network.mask.state_dict().items()}
        beside[_TABLE] = table.detach().cpu().contiguous()
        beside[_PHI] = network.importance(torch.arange(len(table), device=table.device)).detach().cpu()
        save_file(beside, folder / _BESIDE)
    write_json(folder / _ABOUT, {"flatnlp_encoder": _VERSION, "length": classifier.length})
    for path in folder.iterdir():
        path.chmod(0o644)


def _read_beside(source: EncoderSource) -> Mapping[str, Tensor]:
    folder = Path(source.place)
    if not (folder / _ABOUT).is_file():
        return {}
    about = read_json(folder / _ABOUT)
    if about.get("flatnlp_encoder") != _VERSION:
        raise FlatnlpError(
            f"{folder / _ABOUT} is of version {about.get('flatnlp_encoder')!r}, this is for version {_VERSION}; use "
            "the flatnlp that wrote it."
        )
    path = folder / _BESIDE
    if not path.is_file():
        return {}
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise _damaged(path, error) from error


def _take_up(network: EncoderNetwork, beside: Mapping[str, Tensor], source: EncoderSource) -> None:
    """The unfolded embeddings and the mask."""
    assert network.mask is not None
    try:
        network.mask.load_state_dict(
            {key.removeprefix(_MASK): value for key, value in beside.items() if key.startswith(_MASK)}
        )
        with torch.no_grad():
            network.table.weight.copy_(beside[_TABLE])
    except (KeyError, RuntimeError) as error:
        raise _damaged(Path(source.place) / _BESIDE, error) from error


def _damaged(path: Path, error: Exception) -> FlatnlpError:
    reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
    return FlatnlpError(f"{path} is damaged ({reason}); restore it or train anew.")
