"""How sure a mean is."""

import numpy as np
from numpy.typing import NDArray

_RESAMPLES = 1000


def bootstrap_interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """95 % percentile bootstrap interval of a mean, from 1,000 resamples with a fixed seed."""
    from scipy.stats import bootstrap

    if len(values) < 2 or (values == values[0]).all():
        return float(values[0]), float(values[0])
    interval = bootstrap(
        (values,), np.mean, n_resamples=_RESAMPLES, method="percentile", batch=100, rng=np.random.default_rng(0)
    ).confidence_interval
    return float(interval.low), float(interval.high)
