"""The LSTM text classifier of the FLAT paper: one layer, one direction, maximum over time."""

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


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

    def forward(self, embedded: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Logits of a batch.

        Args:
            embedded: ``[batch, tokens, d]``, zero beyond each text's length.
            lengths: ``[batch]`` tokens per text; ``None`` when all fill the batch.

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
        logits: Tensor = self.output(self.dropout(torch.amax(states, 1)))
        return logits
