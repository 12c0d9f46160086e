"""The word mask of FLAT: one importance per vocabulary word, learned from the word's own embedding.

DESIGN: ``phi(w) = softmax(MLP(e_w))[1]``, a function of the input embedding alone, never of position or context.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional


class WordMask(nn.Module):
    """Importance network: word embedding -> two logits (drop, keep).

    The weights of the last layer start at zero, so every importance starts at the same value.

    Args:
        embedding_size: Size d of the input embeddings.
        hidden_size: Width of the one hidden layer.
        initial: That value, in (0, 1).
    """

    def __init__(self, embedding_size: int, hidden_size: int = 100, initial: float = 0.5) -> None:
        super().__init__()
        self.hidden = nn.Linear(embedding_size, hidden_size)
        self.output = nn.Linear(hidden_size, 2)
        nn.init.zeros_(self.output.weight)
        nn.init.zeros_(self.output.bias)
        self.output.bias.data[1] = math.log(initial / (1 - initial))

    def logits(self, embeddings: Tensor) -> Tensor:
        """Logits of (drop, keep), ``[..., d] -> [..., 2]``."""
        logits: Tensor = self.output(torch.tanh(self.hidden(embeddings)))
        return logits

    def importance(self, embeddings: Tensor) -> Tensor:
        """phi, in (0, 1), ``[..., d] -> [...]``."""
        return self.logits(embeddings).softmax(-1)[..., 1]

    @staticmethod
    def sample(logits: Tensor, temperature: float = 1.0) -> Tensor:
        """A hard 0/1 mask with straight-through gradients, ``[..., 2] -> [...]``.

        Gumbel-softmax (Jang et al. 2017), used in training only; at inference the mask is phi itself.
        """
        return functional.gumbel_softmax(logits, tau=temperature, hard=True)[..., 1]


def bernoulli_entropy(importance: Tensor) -> Tensor:
    """Entropy in nats of keeping a word with probability phi, element by element."""
    p = importance.clamp(1e-6, 1 - 1e-6)
    return -(p * p.log() + (1 - p) * (1 - p).log())
