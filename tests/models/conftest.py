from collections.abc import Callable

import pytest
import torch

from flatnlp.data import Vocabulary
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.models.word_network import WordNetwork, WordNetworkConfig

WORDS = [f"w{i}" for i in range(40)]


@pytest.fixture
def make_classifier() -> Callable[..., WordClassifier]:
    """A small classifier with random weights; masked ones have importances well apart from each other."""

    def make(architecture: str = "cnn", masked: bool = False, length: int = 12, classes: int = 3) -> WordClassifier:
        vocabulary = Vocabulary.from_texts([WORDS])
        with torch.random.fork_rng():
            torch.manual_seed(7)
            vectors = torch.randn(len(vocabulary), 8)
            vectors[0] = 0
            config = WordNetworkConfig(architecture, len(vocabulary), 8, classes, masked, hidden=6, dropout=0.5)
            network = WordNetwork(config, vectors)
            for parameter in network.parameters():
                torch.nn.init.normal_(parameter, std=0.7)
        return WordClassifier(network.eval(), vocabulary, [f"class {i}" for i in range(classes)], length)

    return make
