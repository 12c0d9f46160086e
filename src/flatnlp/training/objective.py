"""The objective of FLAT: ``L(D) + L(D') + gamma * L_imp`` with ``L = mean(CE(f(W*x), y) - beta * H(q))``.

Beyond the paper ``L(D')`` may have a weight, ``L`` of synonym views may come with another, and ``L_imp`` may be that of
any pairs of words (``training.settings``).

This is the only place where the parts meet; the methods differ in which parts are there (``docs/how-it-works.md``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional

from flatnlp.models.draws import Draws
from flatnlp.models.mask import bernoulli_entropy
from flatnlp.models.network import Network
from flatnlp.training.adversarial import AdversarialTexts, Replacements, importance_distance
from flatnlp.training.batches import Batch, batch_of
from flatnlp.training.views import importance_shift


@dataclass(frozen=True)
class Loss:
    """The objective and its parts, all scalars, before their weights; ``None`` where the method has no such part.

    Attributes:
        total: What is minimised.
        clean: Cross entropy on D.
        adversarial: Cross entropy on D'.
        entropy: Mean entropy of the masks over the words of D (and D').
        importance_distance: L_imp.
        views: Cross entropy on the synonym views.
    """

    total: Tensor
    clean: Tensor
    adversarial: Tensor | None
    entropy: Tensor | None
    importance_distance: Tensor | None
    views: Tensor | None = None

    def detached(self) -> "Loss":
        """The same numbers without their graph."""
        parts = (self.adversarial, self.entropy, self.importance_distance, self.views)
        return Loss(
            self.total.detach(), self.clean.detach(), *(part if part is None else part.detach() for part in parts)
        )


@dataclass(frozen=True)
class Beyond:
    """What a step has beyond the paper's.

    Attributes:
        adversarial_weight: Of L(D').
        view: Synonym view of the clean batch, or ``None``.
        views_weight: Of its loss.
        pairs: Pairs of words, and the members of them whose importances L_imp compares in this step, in the place of
            the swapped words'.
    """

    adversarial_weight: float = 1.0
    view: Batch | None = None
    views_weight: float = 1.0
    pairs: tuple[Replacements, Sequence[int]] | None = None


_NOTHING = Beyond()


def objective(
    network: Network,
    clean: Batch,
    adversarial: tuple[AdversarialTexts, Sequence[int]] | None,
    beta: float,
    gamma: float,
    beyond: Beyond = _NOTHING,
    shares: tuple[float, float] = (1.0, 1.0),
    draws: tuple[Draws | None, Draws | None] = (None, None),
) -> Loss:
    """The loss of one step.

    Args:
        network: In training mode.
        clean: A batch of D.
        adversarial: D' and the members of it in this step; ``None`` or no members where there are none.
        beta: Weight of the entropy.
        gamma: Weight of the importance distance.
        beyond: What there is beside the paper's parts.
        shares: How much the means over the clean and over the adversarial members count: 1 each, unless they are only
            a part of the step's (``training.parts``).
        draws: What is random in the clean and in the adversarial members, where they are a part.
    """
    clean_loss, entropy = _cross_entropy_and_mask_entropy(network, clean, shares[0], draws[0])
    total = clean_loss if entropy is None else clean_loss - beta * entropy
    loss = view_loss = None
    distances = []
    if adversarial is not None and len(adversarial[1]):
        examples, members = adversarial
        weight = beyond.adversarial_weight
        batch = batch_of(examples.texts, members, str(clean.ids.device))
        loss, own = _cross_entropy_and_mask_entropy(network, batch, shares[1], draws[1])
        total = total + weight * loss
        if entropy is not None and own is not None:
            total = total - weight * beta * own
            entropy = (entropy + own) / 2
            distances.append(shares[1] * importance_distance(network, examples.replacements, members))
    if beyond.view is not None:
        view_loss, own = _cross_entropy_and_mask_entropy(network, beyond.view, shares[0], draws[0])
        total = total + beyond.views_weight * (view_loss if own is None else view_loss - beta * own)
        if own is not None:
            distances.append(shares[0] * importance_shift(network, clean, beyond.view))
    if beyond.pairs is not None and entropy is not None:
        distances = [importance_distance(network, *beyond.pairs)]
    distance = sum(distances[1:], distances[0]) if distances else None
    if distance is not None:
        total = total + gamma * distance
    return Loss(total, clean_loss, loss, entropy, distance, view_loss)


def _cross_entropy_and_mask_entropy(
    network: Network, batch: Batch, share: float, draws: Draws | None
) -> tuple[Tensor, Tensor | None]:
    """Both averaged over examples, the entropy first over each text's real tokens: no padding, no special ones.

    Times the share.
    """
    output = network(batch.ids, batch.lengths, draws)
    loss = share * functional.cross_entropy(output.logits, batch.labels)
    if output.importance is None:
        return loss, None
    per_text = (bernoulli_entropy(output.importance) * output.real).sum(1) / output.real.sum(1).clamp(min=1)
    return loss, share * per_text.mean()
