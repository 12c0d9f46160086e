"""Causal language models of ``transformers`` (GPT-2 and its like): how probable words are after others."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.services.language_model_files import read_language_model
from flatnlp.errors import FlatnlpError

_BATCH = 64
_MOST_TOKENS = 256


class CausalModel:
    """A causal language model; a word's probability is that of its tokens, one after the other.

    Args:
        name: A folder, or a name on the Hugging Face hub.

    Raises:
        FlatnlpError: If it cannot be loaded, or is no causal one.
    """

    order = None

    def __init__(self, name: str | Path) -> None:
        from transformers import MODEL_FOR_MASKED_LM_MAPPING

        self._tokenizer, self._model = read_language_model(str(name), "AutoModelForCausalLM", "language model")
        config = self._model.config
        if type(config) in MODEL_FOR_MASKED_LM_MAPPING and not getattr(config, "is_decoder", False):
            raise FlatnlpError(
                f"{name} is a {config.model_type} model, which also reads the words that follow, so it is no causal "
                "language model; name one such as GPT-2's."
            )
        self.identity = f"causal {Path(str(name)).name}"
        self._device = "cpu"
        self._longest = min(int(getattr(config, "max_position_embeddings", None) or _MOST_TOKENS), _MOST_TOKENS)
        start = self._tokenizer.bos_token_id
        self._start = self._tokenizer.eos_token_id if start is None else start

    def place_on(self, device: str) -> None:
        """Compute on this device, in torch's words, from now on."""
        self._device = device
        self._model.to(device)

    def log_probabilities(self, contexts: Sequence[tuple[Sequence[str], Sequence[str]]]) -> list[NDArray[np.float64]]:
        """Natural logarithm of the probability of each word that may follow.

        A word without tokens, or a text that begins with it in a model without a start token, has the probability of
        one token among equals.
        """
        rows: list[tuple[list[int], list[int]]] = []
        for before, words in contexts:
            past = self._tokens(" ".join(before))
            past = ([] if self._start is None else [self._start]) + past
            for word in words:
                own = self._tokens(f" {word}" if before else word)[: self._longest - 1]
                rows.append((past[-(self._longest - len(own)) :], own))
        values = np.zeros(len(rows))
        order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]) + len(rows[i][1]))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            values[batch] = self._score([rows[i] for i in batch])
        return np.split(values, np.cumsum([len(words) for _, words in contexts])[:-1])

    def _tokens(self, text: str) -> list[int]:
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def _score(self, rows: Sequence[tuple[list[int], list[int]]]) -> list[float]:
        import torch

        longest = max(1, *(len(past) + len(own) for past, own in rows))
        ids = torch.zeros(len(rows), longest, dtype=torch.long)
        there = torch.zeros_like(ids)
        for i, (past, own) in enumerate(rows):
            ids[i, : len(past) + len(own)] = torch.tensor(past + own, dtype=torch.long)
            there[i, : len(past) + len(own)] = 1
        with torch.inference_mode():
            logits = self._model(input_ids=ids.to(self._device), attention_mask=there.to(self._device)).logits
            logs = logits.double().log_softmax(-1).cpu()
        uniform = -math.log(logits.shape[-1])
        scores = []
        for i, (past, own) in enumerate(rows):
            score = 0.0 if own else uniform
            for j, token in enumerate(own, len(past)):
                score += float(logs[i, j - 1, token]) if j else uniform
            scores.append(score)
        return scores
