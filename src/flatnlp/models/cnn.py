"""The convolutional text classifier of Kim (2014), as the FLAT paper uses it: widths 3, 4, 5, maximum over time."""

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from flatnlp.models.draws import Draws, dropped


class CNN(nn.Module):
    """Embedded texts -> class logits.

    Each width slides over every window that touches the text at all (``width - 1`` zero vectors on both sides, as in
    Kim's code), so any text of one token or more has windows and no logit depends on how far a batch was padded.

    Args:
        embedding_size: Size d of the input embeddings.
        classes: Number of classes.
        maps: Feature maps per width.
        widths: Window widths in tokens.
        dropout: Dropout on the pooled features.
    """

    def __init__(
        self,
        embedding_size: int,
        classes: int,
        maps: int = 100,
        widths: tuple[int, ...] = (3, 4, 5),
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.widths = widths
        self.convolutions = nn.ModuleList(nn.Conv1d(embedding_size, maps, width, padding=width - 1) for width in widths)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(maps * len(widths), classes)

    @property
    def weights(self) -> list[Tensor]:
        """Per width, ``[maps, d, width]``."""
        return [cast(nn.Conv1d, each).weight for each in self.convolutions]

    @property
    def biases(self) -> list[Tensor]:
        """Per width, ``[maps]``."""
        return [cast(Tensor, cast(nn.Conv1d, each).bias) for each in self.convolutions]

    def forward(self, embedded: Tensor, lengths: Tensor | None = None, draws: Draws | None = None) -> Tensor:
        """Logits of a batch.

        Args:
            embedded: ``[batch, tokens, d]``, zero beyond each text's length.
            lengths: ``[batch]`` tokens per text; ``None`` when all fill the batch.
            draws: What is random in training, where the texts are a part of a batch.

        Returns:
            ``[batch, classes]``.
        """
        features = functional.relu(self._largest(embedded, lengths, self.biases))
        logits: Tensor = self.output(dropped(features, self.dropout.p, self.training, draws))
        return logits

    def scaled(self, embedded: Tensor, lengths: Tensor, scales: Tensor) -> Tensor:
        """Logits of ``scale * embedded`` for many scales above 0, the windows computed once for all of them.

        A window's sum grows with the scale, so the largest window stays the largest.

        Args:
            embedded: ``[batch, tokens, d]``, zero beyond each text's length.
            lengths: ``[batch]`` tokens per text.
            scales: ``[k]``.

        Returns:
            ``[batch, k, classes]``.
        """
        sums = self._largest(embedded, lengths, [None] * len(self.widths))
        features = functional.relu(sums.unsqueeze(1) * scales.unsqueeze(-1) + torch.cat(self.biases))
        logits: Tensor = self.output(self.dropout(features))
        return logits

    def _largest(self, embedded: Tensor, lengths: Tensor | None, biases: Sequence[Tensor | None]) -> Tensor:
        """Maximum of each feature map over the windows that touch the text, ``[batch, widths * maps]``."""
        channels = embedded.transpose(1, 2)
        pooled = []
        for width, weight, bias in zip(self.widths, self.weights, biases, strict=True):
            windows = functional.conv1d(channels, weight, bias, padding=width - 1)
            if lengths is not None:
                window = torch.arange(windows.shape[2], device=windows.device)
                beyond = window >= (lengths + width - 1).unsqueeze(1)
                windows = windows.masked_fill(beyond.unsqueeze(1), float("-inf"))
            pooled.append(windows.amax(2))
        return torch.cat(pooled, 1)
