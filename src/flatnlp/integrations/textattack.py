"""TextAttack both ways: its recipes attack flatnlp's models, flatnlp's recipes attack its models.

Its recipes that ask a model for scores, or for the gradient of each word, can; those that take a PyTorch module and its
tokenizer apart (HotFlip) cannot.

TextAttack is imported when ``ModelWrapper`` is asked for, and for nothing else here.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from flatnlp.errors import FlatnlpError
from flatnlp.models.classifier import UNKNOWN, CallableClassifier, Classifier, Key
from flatnlp.text import Text

__all__ = ["ModelWrapper", "classifier"]

PROBE = "[UNK]"
"""What TextAttack writes in the place of a word to see what the word is worth."""

_SUM = 1e-6
"""How far from 1 the sum of a row may be before TextAttack takes its values for logits."""


class _Wrapped:
    """The part of ``ModelWrapper`` that needs nothing of TextAttack's.

    Args:
        model: A classifier, or the folder of one.
        device: Where to compute, for a model loaded here.
    """

    def __init__(self, model: Classifier | str | Path, device: str = "cpu") -> None:
        if not isinstance(model, Classifier):
            from flatnlp.api.loading import load

            model = load(model, device)
        self.model = model

    def __call__(self, text_input_list: Sequence[str], **_: Any) -> NDArray[np.float64]:
        """Probabilities ``[texts, classes]`` that sum to 1."""
        rows = self.model.classify([self._key(str(raw)) for raw in text_input_list])
        sums = rows.sum(1, keepdims=True)
        shares: NDArray[np.float64] = np.divide(rows, sums, out=rows.copy(), where=sums > 0)
        return shares

    def get_grad(self, text_input: str) -> dict[str, Any]:
        """The gradient of the predicted class's loss, for recipes that order words by it.

        Returns:
            ``gradient`` ``[words, d]``, the mean over a word's tokens of the gradient at their embeddings, zero for
            words that the model does not read, and ``ids``, their numbers.

        Raises:
            FlatnlpError: If the model gives no gradients.
        """
        import torch

        text = Text.of(text_input)
        embedded = self.model.embed([text])
        embeddings = embedded.embeddings.detach().clone().requires_grad_(True)
        logits = embedded.forward(embeddings, torch.zeros(1, dtype=torch.long, device=embeddings.device))
        loss = torch.nn.functional.cross_entropy(logits, logits.argmax(1))
        gradient = torch.autograd.grad(loss, embeddings)[0][0].double().cpu().numpy()
        owners = embedded.words[0].cpu().numpy()
        rows = np.zeros((len(text.spans), gradient.shape[1]))
        for word in set(owners[owners >= 0].tolist()):
            rows[word] = gradient[owners == word].mean(0)
        return {"ids": list(range(len(rows))), "gradient": rows}

    def _tokenize(self, inputs: Sequence[str]) -> list[list[str]]:
        """What ``get_grad`` has rows of: the words."""
        return [Text.of(raw).words for raw in inputs]

    def _key(self, raw: str) -> Key:
        """The key of a text in which TextAttack's probe is the model's unknown token and not a word that spells it."""
        before, probe, after = raw.partition(PROBE)
        if probe and not isinstance(self.model, CallableClassifier):
            text = Text.of(f"{before}unk{after}")
            span = (len(before), len(before) + 3)
            if span in text.spans:
                return self.model.encode_variants(text, [text.spans.index(span)], [UNKNOWN])[0]
        return self.model.encode(Text.of(raw))


if TYPE_CHECKING:
    ModelWrapper = _Wrapped


def __getattr__(name: str) -> Any:
    if name == "ModelWrapper":
        return _wrapper_class()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@lru_cache(maxsize=1)
def _wrapper_class() -> type:
    """``ModelWrapper``: a flatnlp model as TextAttack wants a victim.

    Raises:
        FlatnlpError: If TextAttack is not installed.
    """
    try:
        from textattack.models.wrappers import ModelWrapper as Base
    except ImportError as error:
        raise FlatnlpError(
            f"TextAttack cannot be imported ({error}); install it beside flatnlp with pip install textattack."
        ) from error
    return type(
        "ModelWrapper",
        (_Wrapped, Base),
        {"__module__": __name__, "__doc__": "A flatnlp classifier, or the folder of one, as a victim of TextAttack's."},
    )


def classifier(wrapper: Any, classes: Sequence[str], batch_size: int = 32) -> CallableClassifier:
    """A TextAttack ``ModelWrapper`` as a victim of flatnlp's attacks.

    What it answers is read as TextAttack reads it: rows that sum to 1 are probabilities, others logits.

    Args:
        wrapper: What TextAttack attacks: called with a list of strings, it gives a row of scores for each.
        classes: The class names, in the order of its columns.
        batch_size: Strings per call.
    """

    def probabilities(texts: list[str]) -> NDArray[np.float64]:
        scores = wrapper(texts)
        if hasattr(scores, "detach"):
            scores = scores.detach().cpu().numpy()
        rows = np.asarray(scores, dtype=np.float64)
        if rows.ndim == 1 and len(texts) == 1:  # TextAttack takes a single row without its brackets
            rows = rows[None]
        if rows.ndim != 2 or (np.abs(rows.sum(1) - 1) < _SUM).all():
            return rows
        powers = np.exp(rows - rows.max(1, keepdims=True))
        normed: NDArray[np.float64] = powers / powers.sum(1, keepdims=True)
        return normed

    return CallableClassifier(probabilities, classes, unknown=PROBE, batch_size=batch_size)
