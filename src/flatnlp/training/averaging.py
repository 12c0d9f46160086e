"""Weights averaged over steps: what is evaluated, kept and attacked in the place of the last step's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import torch

from flatnlp.models.network import Network


class Average:
    """An exponential moving average of a network's trained weights (torch's ``AveragedModel``).

    Args:
        network: Whose.
        decay: Share of the average that stays at each step; the first step's weights begin it.
    """

    def __init__(self, network: Network, decay: float) -> None:
        from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

        self._network = cast(torch.nn.Module, network)  # as all networks are
        self._averaged = AveragedModel(
            self._network,
            multi_avg_fn=get_ema_multi_avg_fn(decay),  # type: ignore[no-untyped-call]
        )

    def update(self) -> None:
        """Take in the network's weights after a step."""
        self._averaged.update_parameters(self._network)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The network has the average's weights while this is open."""
        own = [each.detach().clone() for each in self._network.parameters()]
        self._put(list(self._averaged.module.parameters()))
        try:
            yield
        finally:
            self._put(own)

    @torch.no_grad()
    def _put(self, values: list[torch.Tensor]) -> None:
        for parameter, value in zip(self._network.parameters(), values, strict=True):
            parameter.copy_(value)
