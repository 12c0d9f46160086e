"""``group``: words clustered in a synonym space share one learned mask value, trained on clean data only."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from flatnlp.api.loading import load
from flatnlp.errors import FlatnlpError
from flatnlp.models.mask import GroupMask
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.models.word_network import WordNetwork, WordNetworkConfig
from flatnlp.training.groups import groups_of
from flatnlp.training.settings import TrainSettings
from tests import tiny

WORDS = ("<pad>", "<unk>", "good", "great", "bad", "awful", "zzz")


@pytest.fixture
def space(tmp_path: Path) -> str:
    """good and great point one way, bad and awful the other, in different lengths."""
    vectors = np.array([[1, 0.1], [9, 0.5], [-1, 0.1], [-5, 0.2]], dtype=np.float32)
    np.savez(tmp_path / "space.npz", words=np.array(WORDS[2:6]), vectors=vectors)
    return str(tmp_path / "space.npz")


def test_words_of_one_direction_are_one_group(space: str) -> None:
    groups = groups_of(WORDS, space, 2, seed=0)
    assert groups[2] == groups[3] != groups[4] == groups[5]
    assert groups[[0, 1, 6]].tolist() == [2, 2, 2]
    assert set(groups[2:6].tolist()) == {0, 1}
    assert groups.tolist() == groups_of(WORDS, space, 2, seed=0).tolist()


def test_more_groups_than_words_are_refused(space: str) -> None:
    with pytest.raises(FlatnlpError, match=r"has 4 of the words, too few for 5 groups; lower --groups"):
        groups_of(WORDS, space, 5, seed=0)


def test_values_begin_at_one_and_stay_there_for_words_in_no_group() -> None:
    mask = GroupMask(5, 2)
    ids = torch.arange(5)
    assert mask(ids).tolist() == [1] * 5
    mask.group_of.copy_(torch.tensor([2, 2, 0, 0, 1]))
    mask.values.data = torch.tensor([3.0, -1.0])
    assert mask(ids[None]).tolist() == [[1, 1, 3, 3, -1]]


@pytest.fixture
def network(make_network: Callable[..., WordNetwork]) -> WordNetwork:
    base = make_network(masked=False)
    config = WordNetworkConfig("cnn", 12, 4, 2, False, hidden=5, dropout=0.0, groups=3)
    grouped = WordNetwork(config, base.vectors).eval()
    grouped.load_state_dict({**grouped.state_dict(), **base.state_dict()})
    assert grouped.shared is not None
    grouped.shared.group_of.copy_(torch.tensor([3, 3, 0, 0, 1, 1, 2, 2, 0, 1, 2, 3]))
    return grouped


def test_it_is_the_network_without_a_mask_at_first(
    network: WordNetwork, make_network: Callable[..., WordNetwork]
) -> None:
    ids, lengths = torch.tensor([[2, 5, 7], [11, 1, 0]]), torch.tensor([3, 2])
    assert torch.equal(network(ids, lengths).logits, make_network(masked=False)(ids, lengths).logits)
    assert network(ids, lengths).importance is None  # nothing of the mask enters the loss


def test_the_folded_network_is_the_network(network: WordNetwork) -> None:
    assert network.shared is not None
    network.shared.values.data = torch.tensor([0.5, 2.0, -1.0])
    ids, lengths = torch.tensor([[2, 5, 7], [11, 1, 0]]), torch.tensor([3, 2])
    assert network.importance(ids).tolist() == [[0.5, 2.0, -1.0], [1.0, 1.0, 1.0]]
    folded = network.folded_vectors()
    assert torch.equal(folded[ids], network.folded(ids))
    assert torch.allclose(network.body(folded[ids], lengths), network(ids, lengths).logits)


def test_a_run_of_group_learns_its_values_and_loads_again(tiny_data: Path, tiny_vectors: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch, tiny.attack_in_the_place_of_pwws(patch):
        options = {"method": "group", "groups": 3, "synonyms": str(tiny_vectors), "test_limit": 4}
        result = tiny.train(tiny_data, tiny_vectors, tmp_path / "run", **options)
        again = tiny.train(tiny_data, tiny_vectors, tmp_path / "run", resume=True, **options)
    loaded = load(tmp_path / "run")
    texts = ["A good film.", "The plot was awful."]
    assert np.array_equal(loaded.predict_proba(texts), result.classifier.predict_proba(texts))
    assert np.array_equal(again.classifier.predict_proba(texts), loaded.predict_proba(texts))
    assert isinstance(loaded, WordClassifier)
    assert loaded.network.shared is not None
    values = loaded.network.shared.values.tolist()
    assert len(values) == 3
    assert all(value != 1 for value in values)
    known = set(loaded.importance(range(len(loaded.vocabulary))).tolist())
    assert known == {1.0, *values}
    assert not (tmp_path / "run" / "rounds").exists()


def test_encoders_have_no_groups() -> None:
    with pytest.raises(FlatnlpError, match="--method group is for cnn and lstm, and minilm is an encoder"):
        TrainSettings(dataset="d", model="minilm", method="group")
