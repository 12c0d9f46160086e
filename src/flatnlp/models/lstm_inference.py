"""The LSTM over a fixed table of word vectors, with shared beginnings computed once.

With frozen (and folded) vectors the input projection is a look-up. And the texts an attack asks about are variants of
one text: in sorted order each lies beside one that begins alike, so the state after a beginning is computed for the
first row that has it and used for all. The answers are those of ``LSTM.forward`` up to the rounding of float32.

As tanh(x) = 2 sigmoid(2x) - 1, one sigmoid serves all four gates. To save passes over memory, cells are kept doubled
and hidden states halved; the weights make up for it.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from flatnlp.models.lstm import LSTM
from flatnlp.models.row_wise import narrow_linear, whole_blocks
from flatnlp.models.rows import matrix_of


class LSTMInference:
    """An LSTM's inference over rows of token ids.

    Args:
        lstm: The trained network.
        table: ``[vocabulary, d]``.
        rows_at_once: Rows per forward pass: the more, the more beginnings are shared, and the less stays in the cache.
    """

    def __init__(self, lstm: LSTM, table: Tensor, rows_at_once: int = 2048) -> None:
        cell = lstm.lstm
        into, recurrent, bias_into, bias_recurrent = (weight.detach() for weight in cell.all_weights[0])
        scale = torch.ones(4, cell.hidden_size, device=table.device)
        scale[2] = 2  # the candidate's: its sigmoid is to be a tanh
        scale = scale.view(-1)
        self._projected = (table @ into.T + bias_into + bias_recurrent) * scale
        self._times_recurrent = _product_with((2 * scale.unsqueeze(1) * recurrent).contiguous())
        self._size = cell.hidden_size
        self._output = 2 * lstm.output.weight.detach(), lstm.output.bias.detach().clone()
        self._rows_at_once = rows_at_once

    def __call__(self, rows: Sequence[bytes]) -> Tensor:
        """Logits ``[rows, classes]``."""
        device = self._projected.device
        pooled = torch.empty(len(rows), self._size, device=device)
        room = _Room(self._size, min(len(rows), self._rows_at_once), device)
        order = sorted(range(len(rows)), key=rows.__getitem__)
        for start in range(0, len(order), self._rows_at_once):
            batch = order[start : start + self._rows_at_once]
            ids = torch.from_numpy(matrix_of([rows[i] for i in batch])).to(device)
            pooled[batch] = self._pooled(ids, room)
        return narrow_linear(pooled, *self._output)

    def _pooled(self, ids: Tensor, room: "_Room") -> Tensor:
        """Half the maximum over time of the hidden states, ``[rows, hidden]``; ids are sorted and padded with 0."""
        lengths = ids.count_nonzero(1)
        begins = ids > 0  # does row i, up to this token, begin unlike row i-1? Then it has a state of its own
        begins[1:] &= (ids[1:] != ids[:-1]).cumsum(1) > 0
        begins, tokens = begins.T.contiguous(), ids.T.contiguous()
        owners = begins.cumsum(1) - 1  # which of the states at this token is each row's
        ends = torch.split_with_sizes(
            lengths.argsort(stable=True), lengths.bincount(minlength=len(tokens) + 1).tolist()
        )
        answer = torch.empty(len(ids), self._size, device=ids.device)
        hidden = cell = torch.zeros(1, self._size, device=ids.device)
        pooled = torch.full_like(hidden, float("-inf"))
        for step in range(len(tokens)):
            rows = whole_blocks(begins[step].nonzero().squeeze(1))
            before = owners[step - 1].index_select(0, rows).clamp_(min=0) if step else torch.zeros_like(rows)
            gates = _taken(self._projected, tokens[step].index_select(0, rows), room.gates)
            gates.add_(self._times_recurrent(_taken(hidden, before, room.before))).sigmoid_()
            entry, forget, candidate, exit_ = gates.chunk(4, 1)
            cell = _taken(cell, before, room.cells[step % 2]).mul_(forget)
            cell.sub_(entry, alpha=2).addcmul_(entry, candidate, value=4)
            hidden = torch.sigmoid(cell, out=room.hidden[: len(rows)]).sub_(0.5).mul_(exit_)
            pooled = _taken(pooled, before, room.pooled[step % 2])
            torch.maximum(pooled, hidden, out=pooled)
            ended = ends[step + 1]
            if len(ended):
                answer.index_copy_(0, ended, pooled.index_select(0, owners[step].index_select(0, ended)))
        return answer


class _Room:
    """Memory for the states of a step and the one before, used again and again: new memory is not in the cache."""

    def __init__(self, size: int, rows: int, device: torch.device) -> None:
        rows = len(whole_blocks(torch.empty(rows)))
        self.gates = torch.empty(rows, 4 * size, device=device)
        self.before, self.hidden = (torch.empty(rows, size, device=device) for _ in range(2))
        self.cells, self.pooled = torch.empty(2, 2, rows, size, device=device)


def _taken(states: Tensor, rows: Tensor, room: Tensor) -> Tensor:
    """Rows of the states, put into room that is there."""
    return torch.index_select(states, 0, rows, out=room[: len(rows)])


def _product_with(weight: Tensor) -> Callable[[Tensor], Tensor]:
    """``rows -> rows @ weight.T``.

    On a CPU oneDNN's, where it can be had: torch's own product is MKL's, which leaves half of the speed of AMD's
    processors unused.
    """
    fast = getattr(torch.ops.mkldnn, "_linear_pointwise", None)
    if weight.device.type != "cpu" or fast is None:
        transposed = weight.T.contiguous()
        return lambda rows: rows @ transposed
    return lambda rows: fast(rows, weight, None, "none", [], "")
