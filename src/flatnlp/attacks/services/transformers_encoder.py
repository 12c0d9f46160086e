"""Sentence encoders that transformers reads, sentence-transformers' folders among them."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flatnlp.errors import FlatnlpError

_ROWS, _STEP = 8, 4
"""Rows of every batch, and what its length is a multiple of. A text's own length alone decides the shape of its batch,
so its encoding does not depend on what shares it. On the processors it was measured on, larger batches are no faster,
and with more rows, or with a shape for every length, more rows are there only to fill up."""

_LONGEST = 512
_MODULES = ("Transformer", "Pooling", "Normalize")


class TransformersEncoder:
    """An encoder of transformers with its tokens' mean (or its first token) as the encoding of a text.

    Args:
        folder: ``config.json``, ``model.safetensors`` and a tokenizer; where sentence-transformers' ``modules.json``
            and ``1_Pooling/config.json`` are there, they say how tokens are pooled.
        bf16: Whether to compute in bfloat16 where that is safe (``torch.autocast``).
        device: Where to compute, in torch's words.

    Raises:
        FlatnlpError: If the folder holds no such encoder.
    """

    def __init__(self, folder: Path, bf16: bool = False, device: str = "cpu") -> None:
        import torch
        from transformers import AutoModel, AutoTokenizer

        self._first_token = _pools_first_token(folder)
        try:
            with _quiet():
                self._tokenizer: Any = AutoTokenizer.from_pretrained(
                    folder, local_files_only=True, trust_remote_code=False
                )
                self._model: Any = AutoModel.from_pretrained(
                    folder, local_files_only=True, use_safetensors=True, dtype=torch.float32, trust_remote_code=False
                ).eval()
        except Exception as error:  # whatever transformers and its parts raise of a damaged or foreign folder
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".:")
            raise FlatnlpError(f"The folder {folder} holds no readable sentence encoder ({reason}).") from error
        if getattr(self._model.config, "is_encoder_decoder", False):
            raise FlatnlpError(f"The folder {folder} holds an encoder with a decoder; name a sentence encoder's.")
        positions = getattr(self._model.config, "max_position_embeddings", _LONGEST)
        self._longest = min(_LONGEST, int(positions))
        self._model.to(device)
        self._device = torch.device(device)
        self._bf16 = bf16

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encodings of length 1, ``[texts, width]``; texts longer than the encoder reads are cut."""
        ids = self._tokenizer(list(texts), truncation=True, max_length=self._longest)["input_ids"]
        by_length: dict[int, list[int]] = {}
        for i, tokens in enumerate(ids):
            by_length.setdefault(-(-len(tokens) // _STEP) * _STEP, []).append(i)
        found: dict[int, NDArray[np.float32]] = {}
        for length, members in sorted(by_length.items()):
            for start in range(0, len(members), _ROWS):
                chosen = members[start : start + _ROWS]
                rows = self._batch([ids[i] for i in chosen], min(length, self._longest))
                found.update(zip(chosen, rows, strict=True))
        return np.stack([found[i] for i in range(len(texts))])

    def _batch(self, ids: list[list[int]], length: int) -> NDArray[np.float32]:
        """Encodings of a batch of texts, filled up to this length and to the rows of every batch."""
        import torch

        filled = ids + [ids[0]] * (_ROWS - len(ids))
        pad = self._tokenizer.pad_token_id or 0
        tokens = torch.tensor([each + [pad] * (length - len(each)) for each in filled], device=self._device)
        own = torch.tensor([[1] * len(each) + [0] * (length - len(each)) for each in filled], device=self._device)
        faster = torch.autocast(self._device.type, dtype=torch.bfloat16) if self._bf16 else nullcontext()
        with torch.inference_mode(), faster:
            states = self._model(input_ids=tokens, attention_mask=own).last_hidden_state.float()
        within = own.unsqueeze(2).float()
        pooled = states[:, 0] if self._first_token else (states * within).sum(1) / within.sum(1)
        units: NDArray[np.float32] = torch.nn.functional.normalize(pooled, dim=1)[: len(ids)].cpu().numpy()
        return units


def _pools_first_token(folder: Path) -> bool:
    """Whether the first token stands for the text; else it is the mean of all.

    Raises:
        FlatnlpError: If the folder asks for something else.
    """
    try:
        modules = json.loads((folder / "modules.json").read_bytes())
        kinds = [str(module["type"]).rpartition(".")[2] for module in modules]
        unknown = [kind for kind in kinds if kind not in _MODULES]
        pooling: dict[str, Any] = json.loads((folder / "1_Pooling" / "config.json").read_bytes())
        modes = [name for name, chosen in pooling.items() if name.startswith("pooling_mode_") and chosen is True]
    except FileNotFoundError:
        return False
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise FlatnlpError(f"{folder} has a damaged modules.json or 1_Pooling/config.json; get it again.") from error
    if unknown or modes not in (["pooling_mode_mean_tokens"], ["pooling_mode_cls_token"]):
        named = ", ".join(unknown or modes) or "no pooling"
        raise FlatnlpError(f"The encoder in {folder} uses {named}; only mean or first-token pooling is known here.")
    return modes == ["pooling_mode_cls_token"]


@contextmanager
def _quiet() -> Iterator[None]:
    """Transformers without its progress bars and loading reports while the block runs."""
    from transformers.utils import logging

    switch: Any = logging
    verbosity, bars = switch.get_verbosity(), switch.is_progress_bar_enabled()
    switch.set_verbosity_error()
    switch.disable_progress_bar()
    try:
        yield
    finally:
        switch.set_verbosity(verbosity)
        if bars:
            switch.enable_progress_bar()
