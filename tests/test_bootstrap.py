"""The interval of a mean against one drawn by hand."""

import numpy as np
import pytest

from flatnlp.bootstrap import bootstrap_interval


def test_it_is_the_middle_95_percent_of_a_thousand_seeded_resamples() -> None:
    values = np.array([0.05, 0.37, 0.91, 0.62, 0.13])
    drawn = np.random.default_rng(0).integers(0, 5, (1000, 5))
    low, high = np.percentile(values[drawn].mean(1), [2.5, 97.5])
    assert bootstrap_interval(values) == pytest.approx((low, high), abs=1e-12)
    assert low < values.mean() < high


def test_two_different_values_have_an_interval() -> None:
    assert bootstrap_interval(np.array([0.0, 1.0])) == (0.0, 1.0)


def test_one_value_and_equal_values_are_their_own_interval_exactly() -> None:
    assert bootstrap_interval(np.array([0.3])) == (0.3, 0.3)
    assert bootstrap_interval(np.full(3, 0.1)) == (0.1, 0.1)  # whose mean, added up, is 0.10000000000000002
