"""The objective of FLAT: ``L(D) + L(D') + gamma * L_imp`` with ``L = mean(CE(f(W*x), y) - beta * H(q))``.

This is the only place where the parts meet; the methods differ in which parts are there (DESIGN, section 2).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional

from flatnlp.models.mask import bernoulli_entropy
from flatnlp.models.network import Network
from flatnlp.training.adversarial import AdversarialTexts, importance_distance
from flatnlp.training.batches import Batch, batch_of


@dataclass(frozen=True)
class Loss:
    """The objective and its parts, all scalars, before their weights; ``None`` where the method has no such part.

    Attributes:
        total: What is minimised.
        clean: Cross entropy on D.
        adversarial: Cross entropy on D'.
        entropy: Mean entropy of the masks over the words of D (and D').
        importance_distance: L_imp.
    """

    total: Tensor
    clean: Tensor
    adversarial: Tensor | None
    entropy: Tensor | None
    importance_distance: Tensor | None

    def detached(self) -> "Loss":
        """The same numbers without their graph."""
        parts = (self.adversarial, self.entropy, self.importance_distance)
        return Loss(
            self.total.detach(), self.clean.detach(), *(part if part is None else part.detach() for part in parts)
        )


def objective(
    network: Network,
    clean: Batch,
    adversarial: tuple[AdversarialTexts, Sequence[int]] | None,
    beta: float,
    gamma: float,
) -> Loss:
    """The loss of one step.

    Args:
        network: In training mode.
        clean: A batch of D.
        adversarial: D' and the members of it in this step; ``None`` or no members where there are none.
        beta: Weight of the entropy.
        gamma: Weight of the importance distance.
    """
    clean_loss, clean_entropy = _cross_entropy_and_mask_entropy(network, clean)
    total = clean_loss if clean_entropy is None else clean_loss - beta * clean_entropy
    if adversarial is None or not len(adversarial[1]):
        return Loss(total, clean_loss, None, clean_entropy, None)
    examples, members = adversarial
    batch = batch_of(examples.texts, members, str(clean.ids.device))
    loss, entropy = _cross_entropy_and_mask_entropy(network, batch)
    total = total + loss
    if clean_entropy is None or entropy is None:
        return Loss(total, clean_loss, loss, None, None)
    distance = importance_distance(network, examples.replacements, members)
    total = total - beta * entropy + gamma * distance
    return Loss(total, clean_loss, loss, (clean_entropy + entropy) / 2, distance)


def _cross_entropy_and_mask_entropy(network: Network, batch: Batch) -> tuple[Tensor, Tensor | None]:
    """Both averaged over examples; the entropy first over each text's real tokens: no padding, no special ones."""
    output = network(batch.ids, batch.lengths)
    loss = functional.cross_entropy(output.logits, batch.labels)
    if output.importance is None:
        return loss, None
    per_text = (bernoulli_entropy(output.importance) * output.real).sum(1) / output.real.sum(1).clamp(min=1)
    return loss, per_text.mean()
