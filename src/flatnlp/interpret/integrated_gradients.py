"""Integrated gradients (Sundararajan et al. 2017) at the input embeddings, for every class, many texts at once.

The attribution of token i is ``(x_i - b_i) * integral of d f(b + a (x - b)) / d x_i over a in [0, 1]``, summed over the
embedding dimension, then over the tokens of a word. ``x`` are the folded embeddings, so phi is held along the path;
the baseline ``b`` is zero at the words' tokens and ``x`` itself at special and padding tokens.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from flatnlp.errors import FlatnlpError
from flatnlp.interpret.attribution import Attribution
from flatnlp.interpret.quadrature import Rule, gauss_legendre
from flatnlp.models.classifier import Classifier
from flatnlp.models.embedded import Embedded
from flatnlp.text import Text

Target = Literal["probability", "logit"]

TOLERANCE = 0.01
"""Largest completeness error that is good enough."""

_SMALLEST_CHANGE = 0.05


def integrated_gradients(
    classifier: Classifier,
    texts: Sequence[Text],
    *,
    target: Target = "probability",
    steps: int | None = None,
    most_steps: int = 3200,
    tolerance: float = TOLERANCE,
    tokens_at_once: int | None = None,
    on_text: Callable[[], None] = lambda: None,
) -> list[Attribution]:
    """Attributions of texts by integrated gradients.

    Completeness says that a text's attributions to a class sum to ``f(x) - f(b)``. The error is the distance from
    that over ``max(|f(x) - f(b)|, 0.05)``, the largest of all classes. Texts whose error is above ``tolerance`` are
    done again with twice the steps until it is not, or until ``most_steps``; the error stands in the result either way.

    A text without words, and one whose words have no tokens, has nothing to attribute: its values are none, or 0.

    Args:
        classifier: One that gives gradients; a callable does not.
        texts: The texts.
        target: What is explained: each class's probability, or its logit.
        steps: Points of the Gauss-Legendre rule; the classifier's ``path_steps`` if not said.
        most_steps: Where doubling ends.
        tolerance: Largest error that is good enough.
        tokens_at_once: Tokens per forward pass, padding and steps counted; the classifier's ``path_tokens`` if not
            said.
        on_text: Called after each text.

    Raises:
        FlatnlpError: If the classifier gives no gradients, or gives NaN or infinity.
    """
    steps = classifier.path_steps if steps is None else steps
    tokens_at_once = classifier.path_tokens if tokens_at_once is None else tokens_at_once
    results: list[Attribution | None] = [None] * len(texts)
    pending = sorted(range(len(texts)), key=lambda i: len(texts[i].spans))
    while pending:
        again: list[int] = []
        last = 2 * steps > most_steps
        rule = gauss_legendre(steps)
        for members in _chunks(classifier, texts, pending, steps, tokens_at_once):
            for i, result in zip(
                members, _attribute(classifier, [texts[i] for i in members], target, rule), strict=True
            ):
                if last or result.error is None or result.error <= tolerance:
                    results[i] = result
                    on_text()
                else:
                    again.append(i)
        pending, steps = again, 2 * steps
    return [result for result in results if result is not None]


def _chunks(
    classifier: Classifier, texts: Sequence[Text], order: Sequence[int], steps: int, tokens_at_once: int
) -> list[list[int]]:
    """Texts of like length together, so many that their paths have about ``tokens_at_once`` tokens."""
    once = classifier.embed([texts[order[0]]]).once  # then a step costs about what a token does
    chunks: list[list[int]] = []
    for i in order:
        tokens = max(1, len(texts[i].spans))
        size = tokens + steps if once else tokens * steps
        if not chunks or (len(chunks[-1]) + 1) * size > tokens_at_once:
            chunks.append([])
        chunks[-1].append(i)
    return chunks


@dataclass(frozen=True)
class _Path:
    """Straight lines from baselines to texts: ``start + a * difference``, both ``[n, tokens, d]``."""

    start: Tensor
    difference: Tensor
    embedded: Embedded

    def logits(self, points: Tensor) -> Tensor:
        """``[n, k, tokens, d] -> [n, k, classes]``."""
        texts, steps = points.shape[:2]
        rows = torch.arange(texts, device=points.device).repeat_interleave(steps)
        return self.embedded.forward(points.flatten(0, 1), rows).view(texts, steps, -1)

    def at(self, positions: Tensor) -> Tensor:
        """Points on the lines, ``[k] -> [n, k, tokens, d]``."""
        return self.start.unsqueeze(1) + positions.view(-1, 1, 1) * self.difference.unsqueeze(1)

    def multiples(self, scales: Tensor) -> tuple[Tensor, Tensor] | None:
        """Texts, and logits ``[n, k, classes]`` of their multiples by way of the network's own short cut, if any."""
        if self.embedded.scaled is None or bool(self.start.any()):
            return None
        texts = self.difference.clone().requires_grad_()
        return texts, self.embedded.scaled(texts, torch.arange(len(texts), device=texts.device), scales)


def _attribute(classifier: Classifier, texts: Sequence[Text], target: Target, rule: Rule) -> list[Attribution]:
    embedded = classifier.embed(texts)
    of_words = (embedded.words >= 0).unsqueeze(-1)
    path = _Path(embedded.embeddings.masked_fill(of_words, 0), embedded.embeddings.masked_fill(~of_words, 0), embedded)
    with torch.no_grad():
        ends = path.logits(path.at(torch.tensor([0.0, 1.0], device=of_words.device)))
        probabilities = ends[:, 1].double().softmax(-1).cpu().numpy()
        changes = _outputs(ends.double(), target).diff(dim=1).squeeze(1)
    tokens = _integrals(path, target, rule).double()
    _check_finite(tokens, texts)
    errors = (tokens.sum(-1) - changes).abs() / changes.abs().clamp(min=_SMALLEST_CHANGE)
    words = _of_words(tokens, embedded.words)
    return [
        Attribution(text, values[:, :seen], shares, seen, len(rule[0]), error)
        for text, values, shares, error, seen in zip(
            texts,
            _widened(words, max((len(text.spans) for text in texts), default=0)),
            probabilities,
            errors.amax(1).tolist(),
            [classifier.words_seen(text) for text in texts],
            strict=True,
        )
    ]


def _outputs(logits: Tensor, target: Target) -> Tensor:
    return logits.softmax(-1) if target == "probability" else logits


def _integrals(path: _Path, target: Target, rule: Rule) -> Tensor:
    """Attributions of the tokens, ``[n, classes, tokens]``: a forward pass, and a backward pass for each class but one.

    Probabilities sum to 1, so the attributions of the last class are the others' sum with the sign turned.
    """
    where, weights = (torch.from_numpy(each).to(path.difference) for each in rule)
    multiples = path.multiples(where)
    if multiples is None:
        at = path.at(where).requires_grad_()
        logits = path.logits(at)
    else:  # the gradient at a multiple a*x is 1/a times that of the multiple's output by x
        at, logits = multiples
        weights = weights / where
    outputs = _outputs(logits, target)
    explained = outputs.shape[-1] - (target == "probability")
    values = []
    for label in range(explained):
        summed = outputs[..., label].sum() if multiples is None else (outputs[..., label] @ weights).sum()
        (gradient,) = torch.autograd.grad(summed, at, retain_graph=label + 1 < explained)
        mean = (weights @ gradient.flatten(2)).view_as(path.difference) if multiples is None else gradient
        values.append((mean * path.difference).sum(-1))
    if target == "probability":
        values.append(-torch.stack(values).sum(0) if values else torch.zeros_like(path.difference[..., 0]))
    return torch.stack(values, 1)


def _of_words(tokens: Tensor, words: Tensor) -> NDArray[np.float64]:
    """``[n, classes, tokens]`` summed over the tokens of each word, ``[n, classes, words with tokens, at most]``."""
    most = int(words.max()) + 1 if words.numel() else 0
    index = torch.where(words < 0, most, words).unsqueeze(1).expand_as(tokens)
    sums = torch.zeros(*tokens.shape[:2], most + 1, dtype=tokens.dtype, device=tokens.device)
    return sums.scatter_add(2, index, tokens)[..., :most].cpu().numpy()


def _widened(words: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    return np.pad(words, ((0, 0), (0, 0), (0, max(0, size - words.shape[2]))))


def _check_finite(tokens: Tensor, texts: Sequence[Text]) -> None:
    bad = ~torch.isfinite(tokens).flatten(1).all(1)
    if bad.any():
        text = texts[int(bad.nonzero()[0])]
        raise FlatnlpError(
            f"The model's gradients are NaN or infinite for {text.raw[:60]!r}; its weights are damaged or overflow, "
            "so train it anew or use LIME."
        )
