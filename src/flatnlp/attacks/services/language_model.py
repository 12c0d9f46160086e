"""Language models as a service: how probable words are after others."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.request import NextWord
from flatnlp.attacks.service import Memory, Placeable, Spent
from flatnlp.resources import locate

DEFAULT_MODEL = "en-us-lm"
_KEPT = 200_000

Context = tuple[Sequence[str], Sequence[str]]
"""The words before, from the beginning of the text, and the words that may follow."""


class LanguageModel(Protocol):
    """Any model that says how probable a word is after others."""

    @property
    def order(self) -> int | None:
        """How many words it looks at, the one in question among them; ``None`` for all."""
        ...

    @property
    def identity(self) -> str:
        """What tells it from other models."""
        ...

    def log_probabilities(self, contexts: Sequence[Context]) -> list[NDArray[np.float64]]:
        """For each context, the natural logarithm of the probability of each word that may follow.

        A word that the model does not know must get a finite number, so that words can be put in order.
        """
        ...


class LanguageModelService:
    """Answers ``NextWord`` requests; what was asked before is not asked of the model again.

    Args:
        model: The model.
    """

    name = "language model"
    handles = NextWord

    def __init__(self, model: LanguageModel) -> None:
        self.model = model
        self.spent = Spent()
        self._device = "cpu"
        self._known: dict[tuple[tuple[str, ...], tuple[str, ...]], NDArray[np.float64]] = {}

    @property
    def identity(self) -> str:
        """What tells its answers from another's."""
        return self.model.identity

    def answer(self, requests: Sequence[tuple[NextWord, Memory]]) -> list[NDArray[np.float64]]:
        """Log-probabilities, one array per request."""
        if len(self._known) > _KEPT:
            self._known.clear()
        keys = [(self._seen(request.before), request.words) for request, _ in requests]
        new = [key for key in dict.fromkeys(keys) if key not in self._known]
        if new:
            self._known.update(zip(new, self.model.log_probabilities(new), strict=True))
        self.spent.items += len(keys)
        self.spent.duplicates += len(keys) - len(new)
        return [self._known[key] for key in keys]

    def place_on(self, device: str) -> None:
        """Compute on this device from now on, if the model computes on any; what another has answered is forgotten."""
        if isinstance(self.model, Placeable) and device != self._device:
            self._device = device
            self.model.place_on(device)
            self._known.clear()

    def close(self) -> None:
        """Forget what was asked."""
        self._known.clear()

    def _seen(self, before: tuple[str, ...]) -> tuple[str, ...]:
        """The words before that the model can look at; one more says that these are not the first of the text."""
        order = self.model.order
        return before if order is None else before[-order:]


def language_model_named(spec: str = DEFAULT_MODEL) -> LanguageModel:
    """The language model of a name or path.

    Args:
        spec: A name among the resources; a file in SphinxBase's binary form (``.lm.bin``); the folder, or the name on
            the Hugging Face hub as ``hf:owner/name``, of a causal language model of ``transformers``.

    Raises:
        FlatnlpError: If there is none, or it is damaged.
    """
    from flatnlp.attacks.services.causal_model import CausalModel
    from flatnlp.attacks.services.ngram_model import NgramModel

    if spec.startswith("hf:"):
        return CausalModel(spec.removeprefix("hf:"))
    path = locate(spec, kind="models")
    found = sorted(path.glob("*.lm.bin")) if path.is_dir() else [path]
    return NgramModel(found[0]) if found else CausalModel(path)
