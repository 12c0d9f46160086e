"""One epoch: every clean example once, every adversarial example once, spread evenly over the same steps."""

from collections.abc import Callable, Sequence
from statistics import fmean
from typing import NotRequired, TypedDict, cast

import numpy as np
import torch

from flatnlp.errors import FlatnlpError
from flatnlp.models.draws import Draws
from flatnlp.models.network import Network
from flatnlp.models.precision import Precision, computing_in
from flatnlp.models.word_network import WordNetwork
from flatnlp.processes import ALONE, Processes
from flatnlp.training.adversarial import AdversarialTexts
from flatnlp.training.batches import Batch, EncodedTexts, batch_of, batches
from flatnlp.training.objective import Beyond, Loss, objective
from flatnlp.training.optimization import Optimization
from flatnlp.training.parts import draws_of, part_of
from flatnlp.training.settings import ResolvedSettings
from flatnlp.training.synonyms import NO_SYNONYMS, Synonyms
from flatnlp.training.views import view

_PAIRS_PER_STEP = 1024
"""Pairs of the vocabulary whose importances are compared in a step; all of them would take longer than the rest."""


class Losses(TypedDict):
    """Means over the steps of an epoch; ``None`` for what the method has not."""

    loss: float
    clean_loss: float
    adversarial_loss: float | None
    entropy: float | None
    importance_distance: float | None
    views_loss: NotRequired[float | None]


def train_epoch(
    network: Network,
    optimization: Optimization,
    clean: EncodedTexts,
    adversarial: AdversarialTexts | None,
    settings: ResolvedSettings,
    seed: tuple[int, ...],
    on_step: Callable[[], None] = lambda: None,
    synonyms: Synonyms = NO_SYNONYMS,
    processes: Processes = ALONE,
) -> Losses:
    """Train for one epoch.

    Args:
        network: Changed in place.
        optimization: Of its parameters.
        clean: D.
        adversarial: D', or ``None``.
        settings: Batch size, beta, gamma, precision.
        seed: All randomness of the epoch (order, dropout, masks) hangs on it, and on nothing that ran before.
        on_step: Called after each step.
        synonyms: What the settings need of them.
        processes: Of the job; each does its part of every batch. Masks and dropout of word networks are those of one
            process; an encoder's own dropout is drawn apart.

    Raises:
        FlatnlpError: If the loss or the gradient is not finite; the message names the step and its batch, by the
                texts' places in the training data from 0.
    """
    device = network.device
    random = np.random.default_rng(seed)
    steps = -(-len(clean) // settings.batch_size)
    clean_batches = batches(clean, steps, random)
    adversarial_batches = batches(adversarial.texts, steps, random) if adversarial else None
    losses: list[Loss] = []
    network.train()
    with torch.random.fork_rng():
        seeded = int(random.integers(2**63))
        torch.manual_seed(seeded + processes.number)
        shared = _Shared(seeded, device, processes)
        for step, members in enumerate(clean_batches):
            own = part_of(members.tolist(), processes)
            adverse_members = next(adversarial_batches).tolist() if adversarial_batches else []
            adverse = part_of(adverse_members, processes)
            draws = draws_of(own, members.tolist(), clean, shared.on_device)
            with computing_in(cast(Precision, settings.precision), device):
                batch = batch_of(clean, own.members, device)
                loss = objective(
                    optimization.parallel,
                    batch,
                    (adversarial, adverse.members) if adversarial else None,
                    settings.beta,
                    settings.gamma,
                    _beyond(network, batch, settings, synonyms, draws, shared.on_cpu),
                    (own.share, adverse.share),
                    (
                        draws,
                        draws_of(adverse, adverse_members, adversarial.texts, shared.on_device)
                        if adversarial
                        else None,
                    ),
                )
            norm = optimization.learn(loss.total, step, steps)
            if not (torch.isfinite(loss.total) and torch.isfinite(norm)):
                raise FlatnlpError(
                    f"The loss or its gradient became NaN or infinite at step {step + 1} of {steps} (its batch is of "
                    f"the training texts {_listed(members.tolist())}); lower --learning-rate or --clip."
                )
            losses.append(loss.detached())
            on_step()
    network.eval()
    means: Losses = {
        "loss": _mean([loss.total for loss in losses]) or 0.0,
        "clean_loss": _mean([loss.clean for loss in losses]) or 0.0,
        "adversarial_loss": _mean([loss.adversarial for loss in losses]),
        "entropy": _mean([loss.entropy for loss in losses]),
        "importance_distance": _mean([loss.importance_distance for loss in losses]),
    }
    if synonyms.substitutes is not None:
        means["views_loss"] = _mean([loss.views for loss in losses])
    return means if processes.count == 1 else _together(processes.gather(means))


def _together(parts: Sequence[Losses]) -> Losses:
    """The losses of the whole batches, from those of their parts (whose shares average to 1)."""
    mean = {name: None if value is None else fmean(each[name] for each in parts) for name, value in parts[0].items()}  # type: ignore[literal-required]
    return cast(Losses, mean)


class _Shared:
    """Generators that are in the same state in all processes of a job; ``None`` where there is one process."""

    def __init__(self, seed: int, device: str, processes: Processes) -> None:
        self.on_cpu = torch.Generator().manual_seed(seed) if processes.count > 1 else None
        on_cpu = self.on_cpu is None or torch.device(device).type == "cpu"
        self.on_device = self.on_cpu if on_cpu else torch.Generator(device).manual_seed(seed)


def _beyond(
    network: Network,
    batch: Batch,
    settings: ResolvedSettings,
    synonyms: Synonyms,
    draws: Draws | None,
    generator: torch.Generator | None,
) -> Beyond:
    """What the step has beyond the paper's parts; where all of that is off, no randomness is spent on it."""
    swapped, pairs = None, None
    if synonyms.substitutes is not None and settings.views_chosen is not None:
        words = cast(WordNetwork, network)  # encoders are refused by the settings
        swapped = view(words, batch, synonyms.substitutes, settings.views_chosen, settings.view_share, draws)
    if synonyms.pairs is not None:
        drawn = torch.randint(len(synonyms.pairs.pairs), (_PAIRS_PER_STEP,), generator=generator)
        pairs = synonyms.pairs, drawn.tolist()
    return Beyond(settings.adversarial_weight, swapped, settings.views_weight, pairs)


def _listed(members: Sequence[int], most: int = 8) -> str:
    shown = ", ".join(map(str, members[:most]))
    return shown + (f" and {len(members) - most} more" if len(members) > most else "")


def _mean(values: Sequence[torch.Tensor | None]) -> float | None:
    present = [value for value in values if value is not None]
    return float(torch.stack(present).mean()) if present else None
