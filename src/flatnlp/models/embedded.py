"""A batch of texts as a network reads them: the embeddings that gradients are taken at."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Embedded:
    """A batch of texts at the input of the *folded* network.

    Attributes:
        embeddings: ``[n, tokens, d]``, folded input embeddings (phi(w) * e_w); padding is zero or the padding token's.
        words: ``[n, tokens]``, index of the text's word that each token belongs to; -1 for special and padding tokens.
        forward: ``(embeddings [m, tokens, d], rows [m]) -> logits [m, classes]``, differentiable; ``rows`` says which
            of the n texts each of the m is a version of.
        scaled: ``(embeddings [m, tokens, d], rows [m], scales [k]) -> logits [m, k, classes]``, differentiable: what
            ``forward`` gives for every multiple ``scales[j] * embeddings[i]``, all scales above 0, from a network that
            gives them at less than the price of k passes; ``None`` for others.
        once: Whether ``scaled`` goes over the tokens once, whatever the number of scales.
    """

    embeddings: Tensor
    words: Tensor
    forward: Callable[[Tensor, Tensor], Tensor]
    scaled: Callable[[Tensor, Tensor, Tensor], Tensor] | None = None
    once: bool = False
