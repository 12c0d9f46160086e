"""A transformer encoder with the word mask in front of it: the trainable network of an encoder model."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from flatnlp.models.draws import Draws
from flatnlp.models.mask import WordMask
from flatnlp.models.network import Output

INITIAL_IMPORTANCE = 0.9
"""Where phi starts for an encoder. The word models' 0.5 drops every second word and halves every embedding that the
encoder was pretrained on; docs/RESULTS.md has what that costs."""

MASK_HIDDEN = 100


class EncoderNetwork(nn.Module):
    """Token ids -> logits.

    The mask multiplies the *input word embeddings*, the rows of the embedding table, before positions are added, and
    goes in as ``inputs_embeds``. So phi is a function of the word piece alone, whatever the encoder does afterwards.

    Args:
        body: A ``transformers`` model for sequence classification whose ``forward`` takes ``inputs_embeds``.
        special: Token ids that are never masked and have no importance: special and padding tokens.
        masked: Whether the words are masked by learned importances (``vmask``, ``flat``).
    """

    special: Tensor

    def __init__(self, body: Any, special: list[int], masked: bool) -> None:
        super().__init__()
        self.body = body
        table: nn.Embedding = body.get_input_embeddings()
        never = torch.zeros(table.num_embeddings, dtype=torch.bool)
        never[[i for i in special if i < table.num_embeddings]] = True
        self.register_buffer("special", never, persistent=False)
        self.mask = WordMask(table.embedding_dim, MASK_HIDDEN, INITIAL_IMPORTANCE) if masked else None

    @property
    def device(self) -> str:
        """Where its weights are, in torch's words."""
        return str(self.special.device)

    @property
    def table(self) -> nn.Embedding:
        """The table of input word embeddings, ``[vocabulary, d]``; d may differ from the encoder's hidden size."""
        embeddings: nn.Embedding = self.body.get_input_embeddings()
        return embeddings

    def forward(self, ids: Tensor, lengths: Tensor, draws: Draws | None = None) -> Output:
        """Logits of a padded batch: with sampled 0/1 masks in training, with phi itself otherwise.

        Args:
            ids: ``[batch, tokens]`` with the special tokens, 0 beyond each text's length.
            lengths: ``[batch]``, at least 1 each.
            draws: What is random in the masks, where the texts are a part of a batch. The encoder's own dropout
                does not hang on it.
        """
        within = torch.arange(ids.shape[1], device=ids.device) < lengths.unsqueeze(1)
        real = within & ~self.special[ids]
        embedded = self.table(ids)
        importance = None
        if self.mask is not None:
            logits = self._mask_logits(self.mask, embedded)
            importance = logits.softmax(-1)[..., 1]
            mask = self.mask.sample(logits, draws=draws) if self.training else importance
            embedded = embedded * mask.where(real, 1).unsqueeze(-1)
        return Output(self.logits(embedded, within), importance, real)

    def logits(self, embedded: Tensor, within: Tensor | None = None) -> Tensor:
        """Class logits of input embeddings.

        Args:
            embedded: ``[batch, tokens, d]``.
            within: ``[batch, tokens]``, false for padding; ``None`` where there is none.
        """
        answer = self.body(inputs_embeds=embedded, attention_mask=None if within is None else within.long())
        logits: Tensor = answer.logits.float()
        return logits

    def importance(self, ids: Tensor) -> Tensor:
        """Phi of token ids, any shape; 1 for special tokens and where there is no mask."""
        embedded = self.table(ids)
        if self.mask is None:
            return torch.ones_like(embedded[..., 0])
        return self._mask_logits(self.mask, embedded).softmax(-1)[..., 1].masked_fill(self.special[ids], 1)

    @torch.no_grad()
    def folded_table(self) -> Tensor:
        """``phi(w) * e_w`` for the whole vocabulary, ``[vocabulary, d]``: the mask is gone.

        What the encoder's embedding module does to a row (some scale it) is in it; rows of special tokens are as they
        were.
        """
        ids = torch.arange(self.table.num_embeddings, device=self.special.device)
        folded: Tensor = self.importance(ids).unsqueeze(-1) * self.table(ids)
        return folded

    @torch.no_grad()
    def folded_weight(self) -> Tensor:
        """The embedding weight to be saved in the place of the masked one, ``[vocabulary, d]``."""
        ids = torch.arange(self.table.num_embeddings, device=self.special.device)
        return self.importance(ids).unsqueeze(-1) * self.table.weight

    @staticmethod
    def _mask_logits(mask: WordMask, embedded: Tensor) -> Tensor:
        """In float32 whatever the encoder computes in: L_imp is about small differences."""
        with torch.autocast(embedded.device.type, enabled=False):
            return mask.logits(embedded.float())


def embed(table: Tensor, ids: Tensor) -> Tensor:
    """Rows of a table, ``[..., tokens] -> [..., tokens, d]``."""
    rows: Tensor = functional.embedding(ids, table)
    return rows
