"""The CNN over a fixed table of word vectors: its first layer becomes a look-up.

With frozen (and folded) vectors, what a word adds to a window at offset ``j`` is one row of ``table @ W_j``, so all
rows are computed once and a window is the sum of its words' rows. The answers are those of ``CNN.forward`` up to the
rounding of float32, at several times its speed.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from flatnlp.models.cnn import CNN
from flatnlp.models.row_wise import narrow_linear
from flatnlp.models.rows import ID_BYTES, matrix_of


class CNNInference:
    """A CNN's inference over rows of token ids.

    Args:
        cnn: The trained network.
        table: ``[vocabulary, d]``, the padding row (0) zero.
        tokens_at_once: Tokens per forward pass; on a CPU, what keeps the windows within the cache.
    """

    def __init__(self, cnn: CNN, table: Tensor, tokens_at_once: int = 4096) -> None:
        self._widths = cnn.widths
        self._tables = [
            torch.einsum("vd,mdj->vjm", table, weight.detach()).reshape(-1, len(weight)) for weight in cnn.weights
        ]
        self._biases = [bias.detach().clone() for bias in cnn.biases]
        self._output = cnn.output.weight.detach().clone(), cnn.output.bias.detach().clone()
        self._device = table.device
        self._tokens_at_once = tokens_at_once

    def __call__(self, rows: Sequence[bytes]) -> Tensor:
        """Logits ``[rows, classes]``. Rows of equal length share a batch, so no batch holds padding."""
        logits = torch.empty(len(rows), self._output[0].shape[0], device=self._device)
        lengths = np.fromiter(map(len, rows), np.int64, len(rows))
        order = lengths.argsort(kind="stable")
        for members in np.split(order, np.flatnonzero(np.diff(lengths[order])) + 1) if len(rows) else ():
            at_once = max(1, self._tokens_at_once * ID_BYTES // int(lengths[members[0]]))
            for start in range(0, len(members), at_once):
                batch = members[start : start + at_once]
                ids = torch.from_numpy(matrix_of([rows[i] for i in batch.tolist()])).to(self._device)
                logits[torch.from_numpy(batch)] = narrow_linear(self._pooled(ids), *self._output)
        return logits

    def _pooled(self, ids: Tensor) -> Tensor:
        pooled = []
        for width, table, bias in zip(self._widths, self._tables, self._biases, strict=True):
            entries = functional.pad(ids * width, (width - 1, width - 1)).unfold(1, width, 1)
            entries = entries + torch.arange(width, device=ids.device)
            windows = functional.embedding_bag(entries.reshape(-1, width), table, mode="sum")
            pooled.append(windows.view(*entries.shape[:2], -1).amax(1) + bias)
        return torch.cat(pooled, 1).relu()
