"""The LSTM text classifier of the FLAT paper: one layer, one direction, maximum over time."""

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from flatnlp.models.draws import Draws, dropped


class LSTM(nn.Module):
    """Embedded texts -> class logits.

    Args:
        embedding_size: Size d of the input embeddings.
        classes: Number of classes.
        hidden: Size of the hidden state (the paper states none; 150 is ours).
        dropout: Dropout on the pooled hidden states.
    """

    def __init__(self, embedding_size: int, classes: int, hidden: int = 150, dropout: float = 0.5) -> None:
        super().__init__()
        self.lstm = nn.LSTM(embedding_size, hidden, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(hidden, classes)

    def forward(self, embedded: Tensor, lengths: Tensor | None = None, draws: Draws | None = None) -> Tensor:
        """Logits of a batch.

        Args:
            embedded: ``[batch, tokens, d]``, zero beyond each text's length.
            lengths: ``[batch]`` tokens per text; ``None`` when all fill the batch.
            draws: What is random in training, where the texts are a part of a batch.

        Returns:
            ``[batch, classes]``.
        """
        if lengths is None:
            states, _ = self.lstm(embedded)
        else:
            packed = pack_padded_sequence(embedded, lengths.cpu(), batch_first=True, enforce_sorted=False)
            states, _ = pad_packed_sequence(
                self.lstm(packed)[0], batch_first=True, padding_value=float("-inf"), total_length=embedded.shape[1]
            )
        logits: Tensor = self.output(dropped(torch.amax(states, 1), self.dropout.p, self.training, draws))
        return logits

    def scaled(self, embedded: Tensor, lengths: Tensor, scales: Tensor) -> Tensor:
        """Logits of ``scale * embedded`` for many scales, the input projected once for all of them.

        Args:
            embedded: ``[batch, tokens, d]``.
            lengths: ``[batch]`` tokens per text.
            scales: ``[k]``.

        Returns:
            ``[batch, k, classes]``; gradients flow to ``embedded`` alone.
        """
        into, recurrent, bias_into, bias_recurrent = (weight.detach() for weight in self.lstm.all_weights[0])
        projected = embedded @ into.T
        bias, back, scale = bias_into + bias_recurrent, recurrent.T.contiguous(), scales.view(1, -1, 1)
        hidden = cell = embedded.new_zeros(len(embedded), len(scales), self.lstm.hidden_size)
        states = []
        for step in projected.unbind(1):
            gates = torch.addcmul(bias, scale, step.unsqueeze(1)) + hidden @ back
            entry, forget, candidate, exit_ = gates.chunk(4, -1)
            cell = forget.sigmoid() * cell + entry.sigmoid() * candidate.tanh()
            hidden = exit_.sigmoid() * cell.tanh()
            states.append(hidden)
        beyond = torch.arange(len(states), device=lengths.device) >= lengths.unsqueeze(1)
        largest = torch.stack(states, 1).masked_fill(beyond[:, :, None, None], float("-inf")).amax(1)
        logits: Tensor = self.output(self.dropout(largest))
        return logits
