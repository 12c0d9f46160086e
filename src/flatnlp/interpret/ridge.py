"""Many weighted ridge regressions at once."""

import numpy as np
from numpy.typing import NDArray


def weighted_ridge(
    features: NDArray[np.float64],
    targets: NDArray[np.float64],
    weights: NDArray[np.float64],
    alpha: float = 1.0,
) -> NDArray[np.float64]:
    """Coefficients of ``sklearn.linear_model.Ridge(alpha, fit_intercept=True).fit(X, y, sample_weight=w)``.

    Args:
        features: ``[..., samples, features]``; a column of zeros gets the coefficient 0.
        targets: ``[..., samples, targets]``.
        weights: ``[..., samples]``, not all 0.
        alpha: Weight of the penalty; the intercept has none.

    Returns:
        ``[..., targets, features]``.
    """
    shares = (weights / weights.sum(-1, keepdims=True))[..., None, :]
    centred = features - shares @ features
    weighted = np.swapaxes(centred * weights[..., None], -1, -2)
    left = weighted @ centred + alpha * np.eye(features.shape[-1])
    return np.swapaxes(np.linalg.solve(left, weighted @ (targets - shares @ targets)), -1, -2)
