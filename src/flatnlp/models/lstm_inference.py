"""The LSTM over a fixed table of word vectors, with shared beginnings computed once.

With frozen (and folded) vectors the input projection is a look-up. And the texts an attack asks about are variants of
one text: in sorted order each lies beside one that begins alike, so the state after a beginning is computed for the
first row that has it and used for all. The answers are those of ``LSTM.forward`` up to the rounding of float32.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from flatnlp.models.lstm import LSTM
from flatnlp.models.row_wise import narrow_linear, whole_blocks
from flatnlp.models.rows import matrix_of


class LSTMInference:
    """An LSTM's inference over rows of token ids.

    Args:
        lstm: The trained network.
        table: ``[vocabulary, d]``.
        rows_at_once: Rows per forward pass; on a CPU, what keeps the gates of a step within the cache.
    """

    def __init__(self, lstm: LSTM, table: Tensor, rows_at_once: int = 2048) -> None:
        cell = lstm.lstm
        into, recurrent, bias_into, bias_recurrent = (weight.detach() for weight in cell.all_weights[0])
        # tanh(x) = 2 sigmoid(2x) - 1: with the candidate's columns doubled, one sigmoid serves all four gates.
        scale = torch.ones(4, cell.hidden_size, device=table.device)
        scale[2] = 2
        scale = scale.view(-1)
        self._projected = (table @ into.T + bias_into + bias_recurrent) * scale
        self._recurrent = _product_with((recurrent.T * scale).contiguous())
        self._size = cell.hidden_size
        self._output = lstm.output.weight.detach().clone(), lstm.output.bias.detach().clone()
        self._rows_at_once = rows_at_once

    def __call__(self, rows: Sequence[bytes]) -> Tensor:
        """Logits ``[rows, classes]``."""
        device = self._projected.device
        pooled = torch.empty(len(rows), self._size, device=device)
        order = sorted(range(len(rows)), key=rows.__getitem__)
        for start in range(0, len(order), self._rows_at_once):
            batch = order[start : start + self._rows_at_once]
            pooled[batch] = self._pooled(torch.from_numpy(matrix_of([rows[i] for i in batch])).to(device))
        return narrow_linear(pooled, *self._output)

    def _pooled(self, ids: Tensor) -> Tensor:
        """Maximum over time of the hidden states, ``[rows, hidden]``; ids are sorted and padded with 0."""
        lengths = ids.count_nonzero(1)
        begins = ids > 0  # does row i, up to this token, begin unlike row i-1? Then it has a state of its own
        begins[1:] &= (ids[1:] != ids[:-1]).cumsum(1) > 0
        begins, tokens = begins.T.contiguous(), ids.T.contiguous()
        owners = begins.cumsum(1) - 1  # which of the states at this token is each row's
        answer = torch.empty(len(ids), self._size, device=ids.device)
        hidden = cell = torch.zeros(1, self._size, device=ids.device)
        pooled = torch.full_like(hidden, float("-inf"))
        for step in range(len(tokens)):
            rows = whole_blocks(begins[step].nonzero().squeeze(1))
            before = owners[step - 1].index_select(0, rows).clamp_(min=0) if step else torch.zeros_like(rows)
            gates = self._projected.index_select(0, tokens[step].index_select(0, rows))
            gates = gates.add_(self._recurrent(hidden.index_select(0, before))).sigmoid_()
            entry, forget, candidate, exit_ = gates.chunk(4, 1)
            cell = cell.index_select(0, before).mul_(forget).add_(candidate.mul_(2).sub_(1).mul_(entry))
            hidden = (2 * cell).sigmoid_().mul_(2).sub_(1).mul_(exit_)
            pooled = torch.maximum(pooled.index_select(0, before), hidden)
            ended = (lengths == step + 1).nonzero().squeeze(1)
            answer[ended] = pooled.index_select(0, owners[step].index_select(0, ended))
        return answer


def _product_with(weight: Tensor) -> Callable[[Tensor], Tensor]:
    """``rows -> rows @ weight``.

    On a CPU with oneDNN, where it can be had: torch's own product is MKL's, which leaves half of the speed of AMD's
    processors unused.
    """
    if weight.device.type != "cpu" or not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return lambda rows: rows @ weight
    laid_out = weight.T.contiguous().to_mkldnn()
    return lambda rows: functional.linear(rows.to_mkldnn(), laid_out).to_dense()
