from collections.abc import Callable

import pytest
import torch

from flatnlp.models.word_network import WordNetwork
from flatnlp.training.averaging import Average


def test_the_average_moves_by_its_share_and_stands_in_only_for_a_while(
    make_network: Callable[..., WordNetwork],
) -> None:
    network = make_network()
    average = Average(network, 0.75)
    bias = network.body.output.bias  # type: ignore[union-attr]
    for value in (1.0, 3.0, -2.0):
        torch.nn.init.constant_(bias, value)
        average.update()
    with average.in_place():
        assert bias.tolist() == pytest.approx([0.75 * (0.75 * 1 + 0.25 * 3) + 0.25 * -2] * 2)
        assert bias.requires_grad
    assert bias.tolist() == [-2, -2]


def test_the_weights_come_back_after_an_error(make_network: Callable[..., WordNetwork]) -> None:
    network = make_network()
    average = Average(network, 0.5)
    average.update()
    torch.nn.init.zeros_(network.body.output.bias)  # type: ignore[union-attr]
    with pytest.raises(KeyboardInterrupt), average.in_place():
        raise KeyboardInterrupt
    assert network.body.output.bias.tolist() == [0, 0]  # type: ignore[union-attr]
