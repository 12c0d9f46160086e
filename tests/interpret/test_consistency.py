"""Kendall's tau-b and top-k overlap, by hand and beside SciPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from flatnlp.interpret.consistency import kendall_tau, pair_consistency, partners, top_k_overlap
from flatnlp.text import Text

RISING = np.array([[1.0, 2.0, 3.0, 4.0]])
values = st.lists(st.sampled_from([-1.5, -1.0, 0.0, 0.25, 0.5, 2.0]), min_size=2, max_size=9)


def consistency(before: list[list[float]], after: list[list[float]], origins: object) -> tuple[float, list[float]]:
    tau, overlaps = pair_consistency(np.array(before), np.array(after), origins)  # type: ignore[arg-type]
    return tau, overlaps.tolist()


def test_identical_texts_give_one_and_one() -> None:
    assert consistency([[0.3, -0.1, 0.2]], [[0.3, -0.1, 0.2]], range(3)) == (1.0, [1.0] * 10)
    assert consistency([[0.3]], [[0.3]], range(1)) == (1.0, [1.0] * 10)
    assert consistency([[]], [[]], ()) == (1.0, [1.0] * 10)
    assert consistency([[0.0, 0.0]], [[0.0, 0.0]], range(2)) == (1.0, [1.0] * 10)


def test_reversed_rankings_give_minus_one() -> None:
    tau, overlaps = consistency([[1, 2, 3, 4]], [[4, 3, 2, 1]], range(4))
    assert tau == -1.0
    assert overlaps == pytest.approx([0, 0, 2 / 3, 1, *[1] * 6])


def test_with_two_classes_tau_is_equal_for_both_and_top_k_is_not() -> None:
    before, after = np.array([[0.4, 0.3, 0.2, 0.1]]), np.array([[0.4, 0.1, 0.2, 0.3]])
    rows = np.concatenate([before, -before]), np.concatenate([after, -after])
    first, second = kendall_tau(*rows)
    assert first == second == 0.0  # 3 of the 6 pairs are the same way round
    same = [(i, i) for i in range(4)]
    # Top 2 of the one class: words 0, 1 and words 0, 3; of the other: words 3, 2 and words 1, 2.
    assert top_k_overlap(*rows, same)[:, :3] == pytest.approx(np.array([[1, 1 / 2, 2 / 3], [0, 1 / 2, 1]]))
    assert pair_consistency(*rows, range(4))[1][0] == 1 / 2


def test_ties_by_hand() -> None:
    # Of 6 pairs of words 5 are untied in the first, 4 in the second, 3 in both, and these are the same way round.
    assert kendall_tau(np.array([[1, 1, 2, 3]]), np.array([[1, 2, 3, 3]])) == pytest.approx(4 / 5)
    # Equal attributions: the earlier word is the higher.
    overlaps = top_k_overlap(np.array([[1, 1, 1]]), np.array([[0, 1, 1]]), [(0, 0), (1, 1), (2, 2)])
    assert overlaps[0, :3].tolist() == [0, 1 / 2, 1]


def test_all_equal_on_one_side_has_no_tau_and_is_left_out() -> None:
    assert np.isnan(kendall_tau(np.array([[1.0, 1.0]]), np.array([[1.0, 2.0]]))).all()
    assert consistency([[1, 1], [1, 2]], [[1, 2], [1, 2]], range(2))[0] == 1.0
    assert np.isnan(consistency([[0.5]], [[0.7]], range(1))[0])


def test_k_is_at_most_the_number_of_words() -> None:
    assert consistency([[2, 1]], [[2, 1]], range(2))[1] == [1.0] * 10
    # Three words against two: from k = 2 on, the top two of each.
    assert top_k_overlap(np.array([[3, 2, 1]]), np.array([[1, 3]]), [(0, 0), (2, 1)])[0].tolist() == [0] + [0.5] * 9
    assert np.isnan(top_k_overlap(np.zeros((1, 0)), np.ones((1, 2)), [])).all()


def test_a_substitute_counts_as_its_word_and_an_inserted_word_as_none() -> None:
    original = Text.of("a good old film")
    replaced = original.replace(1, "great")
    inserted = replaced.insert(2, "very")  # a great very old film
    assert inserted.origins == (0, 1, None, 2, 3)
    tau, overlaps = consistency([[0.1, 0.9, 0.5, 0.3]], [[0.1, 0.8, 0.7, 0.6, 0.3]], inserted.origins)
    assert tau == 1.0
    assert overlaps[:4] == pytest.approx([1, 1 / 2, 2 / 3, 3 / 4])


def test_of_merged_words_the_second_has_no_partner() -> None:
    merged = Text.of("a good old film").merge(1, "fine")  # a fine film
    assert merged.origins == (0, 1, 3)
    tau, overlaps = consistency([[0.1, 0.2, 0.9, 0.5]], [[0.1, 0.3, 0.2]], merged.origins)
    # Aligned: 0.1 0.2 0.5 against 0.1 0.3 0.2, two of three pairs the same way round.
    assert tau == pytest.approx(1 / 3)
    # Tops of the first: old, film, good; of the second: fine (for good), film, a.
    assert overlaps[:3] == pytest.approx([0, 1 / 2, 2 / 3])


def test_words_that_the_model_did_not_read_have_no_partner() -> None:
    assert partners((0, None, 1, 2, 3), 3, 4) == [(0, 0), (1, 2), (2, 3)]
    assert partners((0, 1, 2, 3), 2, 4) == [(0, 0), (1, 1)]


@settings(max_examples=300, deadline=None, database=None, derandomize=True)
@given(values, st.data())
def test_tau_is_scipys(first: list[float], data: st.DataObject) -> None:
    size = len(first)
    second = data.draw(st.lists(st.sampled_from([0.0, 1.0, 2.5, 3.0]), min_size=size, max_size=size))
    ours = kendall_tau(np.array([first, second]), np.array([second, first]))
    expected = kendalltau(first, second).statistic if first != second else 1.0
    np.testing.assert_allclose(ours, [expected, expected], atol=1e-12)


@settings(max_examples=100, deadline=None, database=None, derandomize=True)
@given(values, st.randoms())
def test_top_k_is_what_sets_say(first: list[float], random: object) -> None:
    second = list(first)
    random.shuffle(second)  # type: ignore[attr-defined]
    same = [(i, i) for i in range(len(first))]
    ours = top_k_overlap(np.array([first]), np.array([second]), same)[0]
    for k in range(1, 11):
        most = min(k, len(first))
        tops = [
            set(sorted(range(len(each)), key=lambda i, each=each: (-each[i], i))[:most])  # type: ignore[misc]
            for each in (first, second)
        ]
        assert ours[k - 1] == pytest.approx(len(tops[0] & tops[1]) / most)
