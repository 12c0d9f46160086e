"""bfloat16 against float32: the tolerances that docs/ROBUSTNESS.md states."""

from pathlib import Path

import numpy as np
import pytest
import torch

from flatnlp.models.encoder_saved import load_encoder
from flatnlp.models.precision import Precision, computing_in
from flatnlp.training.batches import EncodedTexts, batch_of
from flatnlp.training.objective import objective
from tests import tiny
from tests.models.encoders import write_encoder

PROBABILITY, LOSS, DIRECTION = 0.02, 0.02, 0.99


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_encoder("bert", tmp_path_factory.mktemp("bert"), classes=("neg", "pos"), initializer_range=0.1)


def test_probabilities_in_bfloat16_are_those_of_float32_within_the_tolerance(folder: Path) -> None:
    classifier = load_encoder(str(folder), masked=True)
    texts = [text for text, _ in tiny.rows()]
    exact = classifier.predict_proba(texts)
    classifier.precision = "bf16"
    rough = classifier.predict_proba(texts)
    assert 0 < np.abs(exact - rough).max() <= PROBABILITY


def test_the_loss_and_its_gradient_in_bfloat16_are_those_of_float32_within_the_tolerance(folder: Path) -> None:
    classifier = load_encoder(str(folder), masked=True)
    rows = tiny.rows()[:32]
    texts = EncodedTexts([classifier.ids(text) for text, _ in rows], [int(label == "pos") for _, label in rows])

    def loss_and_gradient(precision: Precision) -> tuple[float, torch.Tensor]:
        classifier.network.zero_grad()
        with computing_in(precision, "cpu"):
            loss = objective(classifier.network, batch_of(texts, range(32), "cpu"), None, 0.1, 0.001).total
        loss.backward()
        parts = [each.grad.flatten() for each in classifier.network.parameters() if each.grad is not None]
        return float(loss.detach()), torch.cat(parts)

    exact, slope = loss_and_gradient("float32")
    rough, rough_slope = loss_and_gradient("bf16")
    assert rough != exact
    assert abs(rough - exact) <= LOSS * abs(exact)
    assert torch.cosine_similarity(slope, rough_slope, dim=0) >= DIRECTION
    assert slope.norm() > 0
