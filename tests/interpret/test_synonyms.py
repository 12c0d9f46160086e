import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_distances

from flatnlp.interpret.synonyms import nearest_neighbours


def test_hand_computed_neighbours() -> None:
    vectors = np.array([[1, 0], [0, 2], [3, 3], [0, 0]], np.float32)
    found = nearest_neighbours(["a", "b", "c", "nowhere"], vectors, count=5)
    assert [(each.word, each.neighbour, each.rank) for each in found] == [
        ("a", "c", 1),
        ("a", "b", 2),
        ("b", "c", 1),
        ("b", "a", 2),
        ("c", "a", 1),
        ("c", "b", 2),
    ]
    assert [each.distance for each in found[:2]] == pytest.approx([1 - 0.5**0.5, 1.0])


def test_agrees_with_scikit_learn_and_draws_the_same_words_whatever_their_order() -> None:
    random = np.random.default_rng(1)
    words = [f"w{i:03}" for i in range(300)]
    vectors = random.normal(size=(300, 8)).astype(np.float32)
    found = nearest_neighbours(words, vectors, sample=20, count=10, seed=3)
    assert len(found) == 200
    distances = cosine_distances(vectors.astype(np.float64))
    np.fill_diagonal(distances, np.inf)
    for each in found:
        row = np.sort(distances[words.index(each.word)])
        assert each.distance == pytest.approx(row[each.rank - 1])
    shuffled = random.permutation(300)
    again = nearest_neighbours([words[i] for i in shuffled], vectors[shuffled], sample=20, count=10, seed=3)
    assert again == found


def test_one_word_has_no_neighbour() -> None:
    assert nearest_neighbours(["a"], np.ones((1, 2), np.float32)) == []
    assert nearest_neighbours([], np.ones((0, 2), np.float32)) == []
