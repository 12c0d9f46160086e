"""Where on the path from 0 to 1 an integral is sampled, and with which weights."""

import numpy as np
from numpy.typing import NDArray

Rule = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Points and their weights, both ``[steps]``."""


def gauss_legendre(steps: int) -> Rule:
    """Points and weights ``[steps]`` of the Gauss-Legendre rule on [0, 1], Captum's default (``gausslegendre``)."""
    points, weights = np.polynomial.legendre.leggauss(steps)
    return 0.5 * (1 + points), 0.5 * weights
