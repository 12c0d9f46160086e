"""The optimizer of a round: AdamW, its learning rate over the steps, gradient clipping and accumulation."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import Tensor
from torch.nn import Parameter
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR

from flatnlp.models.draws import Draws
from flatnlp.models.network import Network, Output
from flatnlp.training.settings import ResolvedSettings

if TYPE_CHECKING:
    from accelerate import Accelerator

_BIASES_AND_NORMS = 1
"""Biases and the weights of normalisation layers are the parameters of one dimension."""


@dataclass
class Optimization:
    """What turns a loss into a step.

    Attributes:
        accelerator: Accelerate's; it makes gradients and clips them.
        network: What is trained.
        parallel: The same; where several processes train it, its forward pass makes them share their gradients.
        optimizer: Of its parameters.
        schedule: Of the learning rate, one value per step.
        clip: Largest norm of the gradient.
        accumulation: Batches per step.
    """

    accelerator: "Accelerator"
    network: Network
    parallel: Network
    optimizer: Any
    schedule: Any
    clip: float
    accumulation: int

    def learn(self, loss: Tensor, batch: int, batches: int) -> Tensor:
        """Take in one batch's loss; step where enough are gathered, and at the end of the epoch.

        Args:
            loss: A scalar.
            batch: Number of the batch in its epoch, from 0.
            batches: Batches in the epoch.

        Returns:
            The norm of the gradient gathered so far.
        """
        first = batch // self.accumulation * self.accumulation
        gathered = min(self.accumulation, batches - first)
        self.accelerator.backward(loss if gathered == 1 else loss / gathered)
        if batch + 1 < first + gathered:
            return _norm(list(self.network.parameters()))
        norm = torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.clip)
        if torch.isfinite(norm):
            self.optimizer.step()
            self.schedule.step()
        self.optimizer.zero_grad(set_to_none=True)
        return norm


def optimization(network: Network, settings: ResolvedSettings, batches: int) -> Optimization:
    """A fresh optimizer for a round.

    Weight decay spares biases and normalisation weights, as in the paper's code. With ``warmup`` the learning rate
    rises linearly over that share of the steps and falls linearly to 0; without, it is constant.

    Args:
        network: What is trained.
        settings: Learning rate, warm-up, weight decay, clipping, accumulation.
        batches: Of the whole round.
    """
    from accelerate import Accelerator
    from accelerate.utils import DataLoaderConfiguration, DistributedDataParallelKwargs

    trained = [each for each in network.parameters() if each.requires_grad]
    groups = [
        {"params": [each for each in trained if each.dim() > _BIASES_AND_NORMS], "weight_decay": settings.weight_decay},
        {"params": [each for each in trained if each.dim() <= _BIASES_AND_NORMS], "weight_decay": 0.0},
    ]
    optimizer = AdamW([group for group in groups if group["params"]], lr=settings.learning_rate)
    steps = -(-batches // settings.gradient_accumulation)
    schedule = LambdaLR(optimizer, lambda step: _share(step, steps, settings.warmup))
    accelerator = Accelerator(
        device_placement=False,  # --device has placed the network already
        dataloader_config=DataLoaderConfiguration(split_batches=True),  # one step of the schedule is one of all
        kwargs_handlers=[DistributedDataParallelKwargs(broadcast_buffers=False)],  # they never change
    )
    with warnings.catch_warnings():
        # Newer torch has another name for broadcast_buffers, which older ones do not know.
        warnings.filterwarnings("ignore", "`broadcast_buffers` is deprecated", FutureWarning)
        parallel, optimizer, schedule = accelerator.prepare(network, optimizer, schedule)
    if parallel is not network:
        parallel = cast(Network, _Parallel(network, parallel))
    return Optimization(
        accelerator, network, parallel, optimizer, schedule, settings.clip, settings.gradient_accumulation
    )


@dataclass(frozen=True)
class _Parallel:
    """A network whose forward pass is that of its ``DistributedDataParallel``, and everything else its own."""

    network: Network
    forward: Callable[[Tensor, Tensor, Draws | None], Output]

    def __call__(self, ids: Tensor, lengths: Tensor, draws: Draws | None = None) -> Output:
        return self.forward(ids, lengths, draws)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.network, name)


def _share(step: int, steps: int, warmup: float | None) -> float:
    """Share of the learning rate at a step, from 0."""
    if warmup is None:
        return 1.0
    rising = int(warmup * steps)
    if step < rising:
        return (step + 1) / rising
    return max(0.0, (steps - step) / max(1, steps - rising))


def _norm(parameters: Sequence[Parameter]) -> Tensor:
    return torch.nn.utils.get_total_norm([each.grad for each in parameters if each.grad is not None])
