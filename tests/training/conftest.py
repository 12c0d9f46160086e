from collections.abc import Callable

import pytest
import torch

from flatnlp.models.word_network import WordNetwork, WordNetworkConfig


@pytest.fixture
def make_network() -> Callable[..., WordNetwork]:
    """A network over 12 token ids with random weights and no dropout."""

    def make(masked: bool = True, classes: int = 2) -> WordNetwork:
        with torch.random.fork_rng():
            torch.manual_seed(3)
            vectors = torch.randn(12, 4)
            vectors[0] = 0
            network = WordNetwork(WordNetworkConfig("cnn", 12, 4, classes, masked, hidden=5, dropout=0.0), vectors)
            for parameter in network.parameters():
                torch.nn.init.normal_(parameter, std=0.5)
            if network.mask is not None:
                torch.nn.init.normal_(network.mask.output.weight, std=0.1)
                torch.nn.init.zeros_(network.mask.output.bias)
        return network.eval()

    return make
