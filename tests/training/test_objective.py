"""The objective against its formula, computed by hand from the parts."""

from collections.abc import Callable

import pytest
import torch

from flatnlp.models.word_network import WordNetwork
from flatnlp.training.adversarial import AdversarialTexts, Replacements, importance_distance
from flatnlp.training.batches import EncodedTexts, batch_of
from flatnlp.training.objective import Beyond, objective

Make = Callable[..., WordNetwork]
CLEAN = EncodedTexts([[2, 3, 4, 5], [6], [7, 8]], [0, 1, 1])
ADVERSARIAL = AdversarialTexts(
    EncodedTexts([[2, 9, 4, 5], [10, 8]], [0, 1]), Replacements([[((3,), (9,))], [((7,), (10,)), ((8,), (2, 3))]]), 0.0
)


def cross_entropy(network: WordNetwork, texts: EncodedTexts) -> float:
    losses = []
    for ids, label in zip(texts.ids, texts.labels, strict=True):
        logits = network(torch.tensor([list(ids)]), torch.tensor([len(ids)])).logits[0]
        losses.append(-logits.log_softmax(0)[label].item())
    return sum(losses) / len(losses)


def phi(network: WordNetwork, token: int) -> float:
    return network.importance(torch.tensor([token]))[0].item()


def entropy(network: WordNetwork, texts: EncodedTexts) -> float:
    per_text = []
    for ids in texts.ids:
        p = torch.tensor([phi(network, token) for token in ids])
        per_text.append((-(p * p.log() + (1 - p) * (1 - p).log())).mean().item())
    return sum(per_text) / len(per_text)


def distance(network: WordNetwork) -> float:
    first = abs(phi(network, 3) - phi(network, 9))
    second = abs(phi(network, 7) - phi(network, 10))
    third = abs(phi(network, 8) - (phi(network, 2) + phi(network, 3)) / 2)
    return (first + second + third) / 2


def test_the_whole_objective_is_its_formula(make_network: Make) -> None:
    network = make_network()
    loss = objective(network, batch_of(CLEAN, range(3), "cpu"), (ADVERSARIAL, [0, 1]), beta=0.3, gamma=0.7)
    clean = cross_entropy(network, CLEAN) - 0.3 * entropy(network, CLEAN)
    adversarial = cross_entropy(network, ADVERSARIAL.texts) - 0.3 * entropy(network, ADVERSARIAL.texts)
    assert loss.total.item() == pytest.approx(clean + adversarial + 0.7 * distance(network), abs=1e-5)
    assert loss.importance_distance is not None
    assert loss.importance_distance.item() == pytest.approx(distance(network), abs=1e-6)


def test_the_parts_are_reported_before_their_weights_and_without_their_graph(make_network: Make) -> None:
    network = make_network()
    loss = objective(network, batch_of(CLEAN, range(3), "cpu"), (ADVERSARIAL, [0, 1]), beta=0.3, gamma=0.7)
    detached = loss.detached()
    expected = {
        **{"total": loss.total.item(), "clean": cross_entropy(network, CLEAN)},
        **{"adversarial": cross_entropy(network, ADVERSARIAL.texts), "importance_distance": distance(network)},
        "entropy": (entropy(network, CLEAN) + entropy(network, ADVERSARIAL.texts)) / 2,
    }
    parts = {name: part for name, part in vars(detached).items() if part is not None}
    assert {name: part.item() for name, part in parts.items()} == pytest.approx(expected, abs=1e-5)
    assert loss.total.requires_grad
    assert not any(part.requires_grad for part in parts.values())
    alone = objective(network, batch_of(CLEAN, range(3), "cpu"), None, beta=0.3, gamma=0.7).detached()
    assert alone.adversarial is alone.importance_distance is None
    assert alone.entropy is not None
    assert alone.entropy.item() == pytest.approx(entropy(network, CLEAN), abs=1e-5)


def test_without_a_mask_only_the_cross_entropies_are_left(make_network: Make) -> None:
    network = make_network(masked=False)
    loss = objective(network, batch_of(CLEAN, range(3), "cpu"), (ADVERSARIAL, [0, 1]), beta=0.3, gamma=0.7)
    expected = cross_entropy(network, CLEAN) + cross_entropy(network, ADVERSARIAL.texts)
    assert loss.total.item() == pytest.approx(expected, abs=1e-5)
    assert loss.entropy is None
    assert loss.importance_distance is None


@pytest.mark.parametrize("adversarial", [None, (ADVERSARIAL, [])])
def test_without_adversarial_examples_only_the_clean_part_is_left(make_network: Make, adversarial: object) -> None:
    network = make_network()
    loss = objective(network, batch_of(CLEAN, range(3), "cpu"), adversarial, beta=0.5, gamma=9)  # type: ignore[arg-type]
    expected = cross_entropy(network, CLEAN) - 0.5 * entropy(network, CLEAN)
    assert loss.total.item() == pytest.approx(expected, abs=1e-5)


def test_beta_pulls_importances_towards_one_half_and_gamma_pulls_pairs_together(make_network: Make) -> None:
    network = make_network()
    batch = batch_of(CLEAN, range(3), "cpu")

    def after_steps(beta: float, gamma: float) -> tuple[float, float]:
        torch.manual_seed(0)
        torch.nn.init.normal_(network.mask.output.weight)  # type: ignore[union-attr]
        optimizer = torch.optim.Adam(network.mask.parameters(), lr=0.005)  # type: ignore[union-attr]
        for _ in range(200):
            optimizer.zero_grad()
            objective(network, batch, (ADVERSARIAL, [0, 1]), beta, gamma).total.backward()
            optimizer.step()
        return entropy(network, CLEAN), distance(network)

    assert after_steps(100, 0)[0] > 0.68
    assert after_steps(0, 100)[1] < 0.02


def test_beyond_the_paper_it_is_the_weighted_sum_of_all_parts(make_network: Make) -> None:
    network = make_network()
    clean = batch_of(CLEAN, range(3), "cpu")
    swapped = EncodedTexts([[2, 11, 4, 5], [6], [7, 1]], CLEAN.labels)  # 3 became 11, 8 became the unknown word
    pairs = Replacements([[((2,), (5,))], [((4,), (6,))], [((7,), (8, 9))]])
    view = batch_of(swapped, range(3), "cpu")
    parts = cross_entropy(network, CLEAN) - 0.3 * entropy(network, CLEAN)
    parts += 0.5 * (cross_entropy(network, ADVERSARIAL.texts) - 0.3 * entropy(network, ADVERSARIAL.texts))
    parts += 2 * (cross_entropy(network, swapped) - 0.3 * entropy(network, swapped))

    loss = objective(network, clean, (ADVERSARIAL, [0, 1]), 0.3, 0.7, Beyond(0.5, view, 2.0))
    shift = distance(network) + abs(phi(network, 3) - phi(network, 11)) / 3
    assert loss.total.item() == pytest.approx(parts + 0.7 * shift, abs=1e-5)
    assert loss.views is not None
    assert loss.views.item() == pytest.approx(cross_entropy(network, swapped), abs=1e-6)

    loss = objective(network, clean, (ADVERSARIAL, [0, 1]), 0.3, 0.7, Beyond(0.5, view, 2.0, (pairs, [0, 2, 2])))
    first, last = phi(network, 2) - phi(network, 5), phi(network, 7) - (phi(network, 8) + phi(network, 9)) / 2
    assert loss.total.item() == pytest.approx(parts + 0.7 * (abs(first) + 2 * abs(last)) / 3, abs=1e-5)


def test_of_a_part_of_a_step_each_mean_counts_by_its_own_share(make_network: Make) -> None:
    network = make_network()
    swapped = EncodedTexts([[2, 11, 4, 5], [6], [7, 8]], CLEAN.labels)
    beyond = Beyond(0.5, batch_of(swapped, range(3), "cpu"), 2.0)
    clean = batch_of(CLEAN, range(3), "cpu")
    loss = objective(network, clean, (ADVERSARIAL, [0, 1]), 0.3, 0.7, beyond, shares=(0.25, 0.6))
    whole = [
        cross_entropy(network, each) - 0.3 * entropy(network, each) for each in (CLEAN, ADVERSARIAL.texts, swapped)
    ]
    apart = 0.6 * distance(network) + 0.25 * abs(phi(network, 3) - phi(network, 11)) / 3
    expected = 0.25 * whole[0] + 0.5 * 0.6 * whole[1] + 2 * 0.25 * whole[2] + 0.7 * apart
    assert loss.total.item() == pytest.approx(expected, abs=1e-5)


def test_no_pair_gives_no_distance(make_network: Make) -> None:
    assert importance_distance(make_network(), Replacements([[], []]), [0, 1]).item() == 0
    assert importance_distance(make_network(), Replacements([[]]), []).item() == 0


def test_padding_changes_nothing(make_network: Make) -> None:
    network = make_network()
    narrow = objective(network, batch_of(CLEAN, [1], "cpu"), None, 0.4, 0)
    padded = batch_of(CLEAN, [1], "cpu")
    wide = type(padded)(torch.nn.functional.pad(padded.ids, (0, 6)), padded.lengths, padded.labels)
    assert objective(network, wide, None, 0.4, 0).total.item() == pytest.approx(narrow.total.item(), abs=1e-6)
