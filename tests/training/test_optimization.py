"""The optimizer of a round, against plain torch."""

from collections.abc import Callable

import pytest
import torch

from flatnlp.models.word_network import WordNetwork
from flatnlp.training.optimization import optimization
from flatnlp.training.settings import TrainSettings

Make = Callable[..., WordNetwork]


def loss_of(network: WordNetwork, token: int) -> torch.Tensor:
    return network(torch.tensor([[token, 3]]), torch.tensor([2])).logits.square().sum()


def test_word_models_take_the_steps_of_adam_at_a_constant_rate(make_network: Make) -> None:
    ours, theirs = make_network(), make_network()
    optimizing = optimization(ours, TrainSettings(dataset="x", clip=1e9).resolved(), 3)
    adam = torch.optim.Adam(theirs.parameters(), lr=0.001)
    for step in range(3):
        optimizing.learn(loss_of(ours, 4 + step), step, 3)
        adam.zero_grad()
        loss_of(theirs, 4 + step).backward()
        adam.step()
    for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(one, other)


def test_encoders_rise_and_fall_linearly_and_spare_biases_from_decay(make_network: Make) -> None:
    network = make_network()
    settings = TrainSettings(dataset="x", model="bert-tiny", learning_rate=1.0, warmup=0.4, weight_decay=0.1)
    optimizing = optimization(network, settings.resolved(), 5)
    rates = []
    for step in range(5):
        rates.append(optimizing.schedule.get_last_lr()[0])
        optimizing.learn(0 * loss_of(network, 4), step, 5)
    assert rates == pytest.approx([0.5, 1.0, 1.0, 2 / 3, 1 / 3])
    decays = {group["weight_decay"]: {p.dim() for p in group["params"]} for group in optimizing.optimizer.param_groups}
    assert decays[0.0] == {1}
    assert 1 not in decays[0.1]


def test_batches_gathered_are_one_step_on_their_mean_and_the_last_of_an_epoch_may_be_fewer(make_network: Make) -> None:
    ours, theirs = make_network(), make_network()
    settings = TrainSettings(dataset="x", gradient_accumulation=2, clip=1e9).resolved()
    optimizing = optimization(ours, settings, 3)
    for batch in range(3):
        optimizing.learn(loss_of(ours, 4 + batch), batch, 3)
    adam = torch.optim.Adam(theirs.parameters(), lr=0.001)
    for tokens in ((4, 5), (6,)):
        adam.zero_grad()
        torch.stack([loss_of(theirs, token) for token in tokens]).mean().backward()
        adam.step()
    for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(one, other)
