"""Synonym views: a batch with some words of each text swapped for synonyms, made anew at every step.

How the words are chosen:

- ``random``: any words that have synonyms, any of their synonyms (augmentation; smoothing over random synonyms in the
  sense of SAFER, Ye et al. 2020, as a regulariser of training);
- ``importance``: words in proportion to their importance, any of their synonyms;
- ``gradient``: the swaps that raise the loss most to the first order, as in HotFlip (Ebrahimi et al. 2018) and, for
  training on synonyms, FGPM (Wang et al. 2021). All swaps of a text are chosen at once.
"""

import torch
from torch import Tensor
from torch.nn import functional

from flatnlp.data.vocabulary import UNKNOWN_ID
from flatnlp.models.draws import Draws, exponential, uniform
from flatnlp.models.network import Network
from flatnlp.models.word_network import WordNetwork
from flatnlp.training.batches import Batch
from flatnlp.training.synonyms import Substitutes

CONSIDERED = 12
"""Substitutes of a word of which ``gradient`` takes the worst: a random draw at each step, with repetitions."""


def view(
    network: WordNetwork,
    batch: Batch,
    substitutes: Substitutes,
    how: str,
    share: float,
    draws: Draws | None = None,
) -> Batch:
    """The batch with synonyms in the place of some words; labels and lengths stay.

    Args:
        network: Whose importances or gradients decide.
        batch: Clean texts.
        substitutes: What may stand for what.
        how: ``random``, ``importance`` or ``gradient``.
        share: Of a text's tokens so many are swapped, one at least; fewer where fewer have a synonym, and under
            ``gradient`` only swaps that raise the loss.
        draws: What is random, where the batch is a part of one.
    """
    counts = substitutes.counts[batch.ids]
    drawn = _drawn(batch.ids, substitutes, counts, CONSIDERED if how == "gradient" else 1, draws)
    if how == "gradient":
        scores, chosen = _gains(network, batch, drawn).max(2)
        others = drawn.gather(2, chosen.unsqueeze(2)).squeeze(2)
        swappable = (counts > 0) & (scores > 0)
    else:
        others, swappable = drawn.squeeze(2), counts > 0
        # The largest of log-weights plus Gumbel noise are a draw without replacement in proportion to the weights.
        empty = torch.empty(batch.ids.shape, device=batch.ids.device)
        scores = -torch.log(empty.exponential_() if draws is None else draws.of_tokens(empty, exponential))
        if how == "importance":
            with torch.no_grad():
                scores = scores + network.importance(batch.ids).clamp(min=1e-6).log()
    ranks = scores.masked_fill(~swappable, float("-inf")).argsort(1, descending=True).argsort(1)
    most = (share * batch.lengths).round().clamp(min=1).unsqueeze(1)
    return Batch(torch.where(swappable & (ranks < most), others, batch.ids), batch.lengths, batch.labels)


def importance_shift(network: Network, batch: Batch, swapped: Batch) -> Tensor:
    """L_imp of a view: mean over texts of the sum over swapped words of ``|phi(x_i) - phi(x'_i)|``.

    Swaps with the unknown word on one side are left out, as in ``importance_distance``.
    """
    known = (batch.ids != UNKNOWN_ID) & (swapped.ids != UNKNOWN_ID)
    shift = (network.importance(batch.ids) - network.importance(swapped.ids)).abs()
    return (shift * known).sum(1).mean()


def _drawn(ids: Tensor, substitutes: Substitutes, counts: Tensor, number: int, draws: Draws | None) -> Tensor:
    """Random substitutes of each token, ``[batch, tokens, number]``; the token itself where it has none."""
    empty = torch.empty(*ids.shape, number, device=ids.device)
    shares = empty.uniform_() if draws is None else draws.of_tokens(empty, uniform)
    picks = (shares * counts.unsqueeze(2)).long()
    picks = picks.minimum((counts - 1).clamp(min=0).unsqueeze(2))  # a draw of almost 1 may round up
    places = (substitutes.first[ids].unsqueeze(2) + picks).clamp(max=len(substitutes.ids) - 1)
    return torch.where(counts.unsqueeze(2) > 0, substitutes.ids[places], ids.unsqueeze(2))


def _gains(network: WordNetwork, batch: Batch, others: Tensor) -> Tensor:
    """To the first order, how much each swap raises the loss of the folded network, ``[batch, tokens, draws]``."""
    training = network.training
    network.eval()
    read = network.folded(batch.ids).requires_grad_()
    with torch.enable_grad(), torch.backends.cudnn.flags(enabled=False):
        loss = functional.cross_entropy(network.body(read, batch.lengths), batch.labels, reduction="sum")
        (slope,) = torch.autograd.grad(loss, read)
    network.train(training)
    with torch.no_grad():
        now = (slope * read).sum(-1, keepdim=True)
        gains: Tensor = torch.einsum("btd,btkd->btk", slope, network.folded(others)) - now
    return gains
