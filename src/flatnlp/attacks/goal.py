"""Goals: what an attack is after, as a score to raise and a test for having arrived."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Goal = Callable[
    [NDArray[np.float64], NDArray[np.int64]],
    tuple[NDArray[np.float64], NDArray[np.bool_]],
]
"""Probabilities ``[n, classes]`` and true labels ``[n]`` -> scores ``[n]`` and whether the goal is reached ``[n]``."""


def untargeted(
    probabilities: NDArray[np.float64], labels: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Any other class: score ``1 - p(label)``, reached when another class is the most probable.

    As TextAttack's ``UntargetedClassification``; among equal probabilities the first class is the prediction.
    """
    return 1.0 - probabilities[np.arange(len(labels)), labels], probabilities.argmax(1) != labels
