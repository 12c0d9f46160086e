import math

import pytest
import torch

from flatnlp.models.mask import GroupMask, WordMask, bernoulli_entropy


def test_importance_starts_at_one_half_and_stays_inside_zero_and_one() -> None:
    mask = WordMask(5)
    embeddings = torch.randn(4, 3, 5)
    assert torch.equal(mask.importance(embeddings), torch.full((4, 3), 0.5))
    torch.nn.init.normal_(mask.output.weight, std=0.1)
    importance = mask.importance(embeddings)
    assert ((importance > 0) & (importance < 1)).all()


def test_importance_hangs_on_the_embedding_alone() -> None:
    mask = WordMask(5)
    torch.nn.init.normal_(mask.output.weight, std=0.1)
    word, other = torch.randn(5), torch.randn(5)
    first = mask.importance(torch.stack([word, other, word]))
    assert first[0].item() == pytest.approx(first[2].item(), abs=1e-6)
    assert first[0].item() != pytest.approx(first[1].item(), abs=1e-6)


def test_samples_are_zero_or_one_as_often_as_the_importance_says_and_carry_gradients() -> None:
    logits = torch.tensor([0.0, math.log(3)]).expand(20_000, 2).clone().requires_grad_()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        sample = WordMask.sample(logits)
    assert set(sample.unique().tolist()) == {0.0, 1.0}
    assert sample.mean().item() == pytest.approx(0.75, abs=0.02)
    sample.sum().backward()
    assert logits.grad is not None
    assert logits.grad.abs().sum() > 0


@pytest.mark.parametrize(("p", "nats"), [(0.5, math.log(2)), (0.25, 0.562335), (0.0, 0.0), (1.0, 0.0)])
def test_entropy(p: float, nats: float) -> None:
    assert bernoulli_entropy(torch.tensor(p)).item() == pytest.approx(nats, abs=2e-5)


def test_importances_start_where_they_are_told_to() -> None:
    assert WordMask(3, initial=0.9).importance(torch.randn(2, 3)).tolist() == pytest.approx([0.9, 0.9])


def test_importance_by_hand() -> None:
    mask = WordMask(2, hidden_size=2)
    mask.hidden.weight.data, mask.hidden.bias.data = torch.tensor([[1.0, 0.0], [0.0, 2.0]]), torch.tensor([0.0, -1.0])
    mask.output.weight.data, mask.output.bias.data = torch.tensor([[1.0, 0.0], [0.0, 3.0]]), torch.tensor([0.5, 0.0])
    drop, keep = math.tanh(0.3) + 0.5, 3 * math.tanh(2 * 0.7 - 1)
    assert mask.logits(torch.tensor([0.3, 0.7])).tolist() == pytest.approx([drop, keep])
    expected = math.exp(keep) / (math.exp(keep) + math.exp(drop))
    assert mask.importance(torch.tensor([0.3, 0.7])).item() == pytest.approx(expected)


def test_words_of_a_group_share_one_value_which_starts_at_one() -> None:
    mask = GroupMask(5, 2)
    ids = torch.tensor([[0, 1], [4, 2]])
    assert mask(ids).tolist() == [[1, 1], [1, 1]]
    mask.group_of[1], mask.group_of[4] = 0, 1
    mask.values.data = torch.tensor([0.25, 3.0])
    assert mask(ids).tolist() == [[1, 0.25], [3, 1]]
    mask(ids).sum().backward()
    assert mask.values.grad is not None
    assert mask.values.grad.tolist() == [1, 1]
    assert set(mask.state_dict()) == {"values", "group_of"}
