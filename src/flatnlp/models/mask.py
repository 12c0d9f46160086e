"""The word mask of FLAT: one importance per vocabulary word, learned from the word's own embedding.

``phi(w) = softmax(MLP(e_w))[1]``, a function of the input embedding alone, never of position or context.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from flatnlp.models.draws import Draws, exponential


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
    def sample(logits: Tensor, temperature: float = 1.0, draws: Draws | None = None) -> Tensor:
        """A hard 0/1 mask with straight-through gradients, ``[..., 2] -> [...]``.

        Gumbel-softmax (Jang et al. 2017), used in training only; at inference the mask is phi itself.

        Args:
            logits: Of (drop, keep).
            temperature: Of the softmax.
            draws: What is random, where the logits ``[rows, tokens, 2]`` are of a part of a batch.
        """
        if draws is None:
            return functional.gumbel_softmax(logits, tau=temperature, hard=True)[..., 1]
        soft = ((logits - draws.of_tokens(logits, exponential).log()) / temperature).softmax(-1)
        hard = torch.zeros_like(logits).scatter_(-1, soft.argmax(-1, keepdim=True), 1.0)
        return (hard - soft.detach() + soft)[..., 1]  # as torch's own, to the bit


class GroupMask(nn.Module):
    """One learned value for each group of words, 1 at first and for words in no group (the paper's table 10).

    No importance: nothing draws it towards 0 or 1 but the loss on clean texts, and it may leave that range.

    Args:
        vocabulary: Entries of the embedding table.
        groups: Number of groups.
    """

    group_of: Tensor

    def __init__(self, vocabulary: int, groups: int) -> None:
        super().__init__()
        self.values = nn.Parameter(torch.ones(groups))
        self.register_buffer("group_of", torch.full((vocabulary,), groups))

    def forward(self, ids: Tensor) -> Tensor:
        """Values of token ids, any shape."""
        values: Tensor = torch.cat([self.values, self.values.new_ones(1)])[self.group_of[ids]]
        return values


def bernoulli_entropy(importance: Tensor) -> Tensor:
    """Entropy in nats of keeping a word with probability phi, element by element."""
    p = importance.clamp(1e-6, 1 - 1e-6)
    return -(p * p.log() + (1 - p) * (1 - p).log())
