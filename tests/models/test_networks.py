"""LSTM and CNN: padding never counts, and the fast inference gives the answers of the plain forward pass."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from flatnlp.models.rows import matrix_of, row_of
from flatnlp.models.word_classifier import WordClassifier

ARCHITECTURES = ["cnn", "lstm"]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("masked", [False, True])
def test_padding_does_not_change_a_logit(
    make_classifier: Callable[..., WordClassifier], architecture: str, masked: bool
) -> None:
    network = make_classifier(architecture, masked).network
    ids = torch.tensor([[5, 9, 3, 0, 0, 0, 0], [7, 0, 0, 0, 0, 0, 0], [4, 5, 6, 7, 8, 9, 2]])
    lengths = torch.tensor([3, 1, 7])
    together = network(ids, lengths).logits
    for row, length in zip(range(3), lengths.tolist(), strict=True):
        alone = network(ids[row : row + 1, :length], torch.tensor([length])).logits
        torch.testing.assert_close(together[row : row + 1], alone, atol=1e-6, rtol=1e-5)


rows_strategy = st.lists(st.lists(st.integers(1, 41), min_size=1, max_size=9), min_size=1, max_size=30)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("masked", [False, True])
def test_inference_is_the_folded_forward_pass(
    make_classifier: Callable[..., WordClassifier], architecture: str, masked: bool
) -> None:
    network = make_classifier(architecture, masked).network
    inference = network.inference()

    @settings(max_examples=40, deadline=None, database=None, derandomize=True)
    @given(rows_strategy)
    def check(rows: list[list[int]]) -> None:
        # Variants of one another, as an attack makes them, so that shared beginnings and duplicates occur.
        rows = rows + [[*rows[0][:i], 3, *rows[0][i + 1 :]] for i in range(len(rows[0]))]
        encoded = [row_of(row) for row in rows]
        with torch.inference_mode():
            fast = inference(encoded)
            slow = network(torch.from_numpy(matrix_of(encoded)), torch.tensor([len(row) for row in rows])).logits
        torch.testing.assert_close(fast, slow, atol=2e-5, rtol=1e-4)

    check()


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_probabilities_do_not_depend_on_company_to_the_last_bit(
    make_classifier: Callable[..., WordClassifier], architecture: str
) -> None:
    classifier = make_classifier(architecture, masked=True)
    random = np.random.default_rng(0)
    keys = [row_of(random.integers(1, 42, random.integers(1, 12)).tolist()) for _ in range(300)]
    together = classifier.classify(keys)
    order = random.permutation(len(keys))
    assert (classifier.classify([keys[i] for i in order]) == together[order]).all()
    for part in (1, 2, 13, 60):
        assert (classifier.classify(keys[:part]) == together[:part]).all()


def test_training_samples_masks_and_inference_does_not(make_classifier: Callable[..., WordClassifier]) -> None:
    network = make_classifier("cnn", masked=True).network
    ids, lengths = torch.tensor([[5, 9, 3, 8]]), torch.tensor([4])
    network.body.dropout.p = 0.0
    assert torch.equal(network(ids, lengths).logits, network(ids, lengths).logits)
    network.train()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        draws = torch.cat([network(ids, lengths).logits for _ in range(10)])
    assert len(draws.unique(dim=0)) > 1


def test_same_word_at_different_places_has_one_importance(make_classifier: Callable[..., WordClassifier]) -> None:
    network = make_classifier("lstm", masked=True).network
    importance = network(torch.tensor([[5, 9, 5, 5]]), torch.tensor([4])).importance
    assert importance is not None
    first, other, second, third = importance[0].tolist()
    assert first == second == third != other
