"""Synonym views: which words are swapped, for what, and what that does to L_imp."""

from collections.abc import Callable

import pytest
import torch
from torch.nn import functional

from flatnlp.models.word_network import WordNetwork
from flatnlp.training.batches import Batch
from flatnlp.training.synonyms import Substitutes
from flatnlp.training.views import importance_shift, view

Make = Callable[..., WordNetwork]
SUBSTITUTES = Substitutes(
    torch.tensor([9, 10, 11, 1]),  # 3 may become 9 or 10, 5 may become 11, 7 may become the unknown word
    torch.tensor([0, 0, 0, 0, 2, 2, 3, 3, 4, 4, 4, 4]),
    torch.tensor([0, 0, 0, 2, 0, 1, 0, 1, 0, 0, 0, 0]),
)
BATCH = Batch(
    torch.tensor([[2, 3, 4, 5, 7], [3, 2, 2, 0, 0], [2, 4, 6, 8, 0]]), torch.tensor([5, 3, 4]), torch.tensor([0, 1, 1])
)


def changed(swapped: Batch) -> list[list[int]]:
    return [row.nonzero().flatten().tolist() for row in swapped.ids != BATCH.ids]


@pytest.mark.parametrize("how", ["random", "importance", "gradient"])
def test_only_words_with_synonyms_become_others_and_only_their_own(make_network: Make, how: str) -> None:
    allowed = {3: {9, 10}, 5: {11}, 7: {1}}
    network = make_network().train()
    for _ in range(20):
        swapped = view(network, BATCH, SUBSTITUTES, how, share=0.4)
        for own, other in zip(BATCH.ids.flatten().tolist(), swapped.ids.flatten().tolist(), strict=True):
            assert other == own or other in allowed[own]
        numbers = [len(places) for places in changed(swapped)]
        assert numbers[0] <= 2
        assert numbers[1] <= 1
        assert numbers[2] == 0
        assert how == "gradient" or numbers == [2, 1, 0]
        assert swapped.lengths is BATCH.lengths
        assert swapped.labels is BATCH.labels
    assert network.training
    assert all(each.grad is None for each in network.parameters())


def test_at_random_every_synonym_and_every_place_comes_up(make_network: Make) -> None:
    network, seen = make_network(), set()
    for _ in range(60):
        row = view(network, BATCH, SUBSTITUTES, "random", share=0.2).ids[0].tolist()
        seen.add(tuple(row))
    assert seen == {(2, 9, 4, 5, 7), (2, 10, 4, 5, 7), (2, 3, 4, 11, 7), (2, 3, 4, 5, 1)}


def test_important_words_are_swapped_more_often(make_network: Make) -> None:
    network = make_network()
    phi = network.importance(torch.tensor([3, 5, 7])).tolist()
    times = torch.zeros(5)
    for _ in range(2000):
        times[changed(view(network, BATCH, SUBSTITUTES, "importance", share=0.2))[0]] += 1
    shares = (times[[1, 3, 4]] / 2000).tolist()
    assert shares == pytest.approx([each / sum(phi) for each in phi], abs=0.04)


def first_order_gain(network: WordNetwork, row: list[int], label: int, place: int, other: int) -> float:
    """The derivative of the loss on the way from a word to its substitute, by finite differences."""
    with torch.no_grad():
        folded = network.folded_vectors().double()
        body = network.body.double()
        losses = []
        for step in (1e-6, -1e-6):
            read = folded[torch.tensor([row])].clone()
            read[0, place] += step * (folded[other] - folded[row[place]])
            losses.append(functional.cross_entropy(body(read, torch.tensor([len(row)])), torch.tensor([label])).item())
    network.float()
    return (losses[0] - losses[1]) / 2e-6


@pytest.mark.parametrize("masked", [True, False])
def test_by_gradient_the_swap_that_raises_the_loss_most_comes_first(make_network: Make, masked: bool) -> None:
    network = make_network(masked)
    row, label = BATCH.ids[0].tolist(), 0
    gains = {
        (place, other): first_order_gain(network, row, label, place, other)
        for place, others in ((1, (9, 10)), (3, (11,)), (4, (1,)))
        for other in others
    }
    best = max(gains, key=lambda swap: gains[swap])
    assert gains[best] > 0
    torch.manual_seed(0)  # so that every substitute is among the draws
    row_now = view(network, BATCH, SUBSTITUTES, "gradient", share=0.2).ids[0].tolist()
    expected = list(row)
    expected[best[0]] = best[1]
    assert row_now == expected
    all_of_them = view(network, BATCH, SUBSTITUTES, "gradient", share=0.9)
    for place, others in ((1, (9, 10)), (3, (11,)), (4, (1,))):
        rises = max(gains[place, other] for other in others) > 0
        assert (place in changed(all_of_them)[0]) == rises


def test_the_shift_of_importances_is_summed_over_swaps_and_leaves_the_unknown_word_out(make_network: Make) -> None:
    network = make_network()
    swapped = Batch(BATCH.ids.clone(), BATCH.lengths, BATCH.labels)
    swapped.ids[0] = torch.tensor([2, 9, 4, 11, 1])
    swapped.ids[1, 0] = 10
    phi = network.importance(torch.arange(12)).tolist()
    by_hand = (abs(phi[3] - phi[9]) + abs(phi[5] - phi[11]) + abs(phi[3] - phi[10])) / 3
    assert importance_shift(network, BATCH, swapped).item() == pytest.approx(by_hand, abs=1e-6)
