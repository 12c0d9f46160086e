"""Frozen word vectors, the word mask, and the LSTM or CNN above them: the trainable network of a word model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from flatnlp.models.cnn import CNN
from flatnlp.models.cnn_inference import CNNInference
from flatnlp.models.draws import Draws
from flatnlp.models.lstm import LSTM
from flatnlp.models.lstm_inference import LSTMInference
from flatnlp.models.mask import GroupMask, WordMask
from flatnlp.models.network import Output

ARCHITECTURES = ("cnn", "lstm")


@dataclass(frozen=True)
class WordNetworkConfig:
    """What a word network is made of; with its weights, all there is to know.

    Attributes:
        architecture: ``cnn`` or ``lstm``.
        vocabulary: Entries of the embedding table, padding (0) and unknown (1) among them.
        embedding_size: Size d of a word vector.
        classes: Number of classes.
        masked: Whether the words are masked by learned importances (``vmask``, ``flat``).
        hidden: Feature maps per width (CNN) or hidden size (LSTM).
        dropout: Dropout before the output layer.
        mask_hidden: Hidden size of the importance network.
        groups: Groups of words that share a mask value instead; 0 for none.
    """

    architecture: str
    vocabulary: int
    embedding_size: int
    classes: int
    masked: bool
    hidden: int
    dropout: float
    mask_hidden: int = 100
    groups: int = 0


class WordNetwork(nn.Module):
    """Token ids -> logits.

    Args:
        config: The parts.
        vectors: ``[vocabulary, d]`` frozen word vectors; the padding row must be zero.
    """

    vectors: Tensor

    def __init__(self, config: WordNetworkConfig, vectors: Tensor) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("vectors", vectors)
        self.mask = WordMask(config.embedding_size, config.mask_hidden) if config.masked else None
        self.shared = GroupMask(config.vocabulary, config.groups) if config.groups else None
        self.body: CNN | LSTM
        if config.architecture == "cnn":
            self.body = CNN(config.embedding_size, config.classes, maps=config.hidden, dropout=config.dropout)
        else:
            self.body = LSTM(config.embedding_size, config.classes, hidden=config.hidden, dropout=config.dropout)

    @property
    def device(self) -> str:
        """Where its weights are, in torch's words."""
        return str(self.vectors.device)

    def forward(self, ids: Tensor, lengths: Tensor, draws: Draws | None = None) -> Output:
        """Logits of a padded batch: with sampled 0/1 masks in training, with phi itself otherwise.

        Args:
            ids: ``[batch, tokens]``, 0 beyond each text's length.
            lengths: ``[batch]``, at least 1 each.
            draws: What is random in training, where the texts are a part of a batch.
        """
        embedded = self.vectors[ids]
        real = torch.arange(ids.shape[1], device=ids.device) < lengths.unsqueeze(1)
        if self.shared is not None:
            embedded = embedded * self.shared(ids).unsqueeze(-1)
        if self.mask is None:
            return Output(self.body(embedded, lengths, draws), None, real)
        logits = self.mask.logits(embedded)
        importance = logits.softmax(-1)[..., 1]
        mask = self.mask.sample(logits, draws=draws) if self.training else importance
        return Output(self.body(embedded * mask.unsqueeze(-1), lengths, draws), importance, real)

    def importance(self, ids: Tensor) -> Tensor:
        """Phi of token ids, any shape, or the values their groups share; 1 where there is no mask."""
        if self.shared is not None:
            values: Tensor = self.shared(ids)
            return values
        if self.mask is None:
            return torch.ones_like(ids, dtype=self.vectors.dtype)
        return self.mask.importance(self.vectors[ids])

    @torch.no_grad()
    def folded(self, ids: Tensor) -> Tensor:
        """``phi(w) * e_w`` of token ids, ``[...] -> [..., d]``."""
        embedded = self.vectors[ids]
        if self.mask is None and self.shared is None:
            return embedded
        return self.importance(ids).unsqueeze(-1) * embedded

    @torch.no_grad()
    def folded_vectors(self) -> Tensor:
        """``phi(w) * e_w`` for the whole vocabulary, ``[vocabulary, d]``: the mask is gone."""
        if self.mask is None and self.shared is None:
            return self.vectors
        return self.folded(torch.arange(len(self.vectors), device=self.vectors.device))

    @torch.no_grad()
    def inference(self) -> Callable[[Sequence[bytes]], Tensor]:
        """The folded network in its present state as a function: rows of token ids -> logits ``[rows, classes]``."""
        if isinstance(self.body, CNN):
            return CNNInference(self.body, self.folded_vectors())
        return LSTMInference(self.body, self.folded_vectors())
