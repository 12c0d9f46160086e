"""Settings that go beyond the paper: off unless asked for, and then a run's record says nothing of them.

So runs made before there was such a setting keep their address and are gone on with as before.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

REFRESH = ("round", "epoch")
"""When the training data are attacked."""

PAIRS = ("attacked", "vocabulary")
"""Whose importances L_imp compares."""

VOCABULARIES = ("train", "vectors")
"""Which words a word model knows."""

VIEWS = ("random", "importance", "gradient")
"""How the words of a synonym view are chosen (``training.views``)."""

OFF: Mapping[str, Any] = MappingProxyType(
    {
        "refresh_attack": "round",
        "keep_adversarial": None,
        "adversarial_weight": 1.0,
        "importance_pairs": "attacked",
        "average_weights": None,
        "vocabulary": "train",
        "smooth_vectors": None,
        "views": None,
        "view_share": 0.25,
        "views_weight": 1.0,
    }
)
"""What each of them is where it is off."""

CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"refresh_attack": REFRESH, "importance_pairs": PAIRS, "vocabulary": VOCABULARIES, "views": VIEWS}
)
"""What may be said for those that are names."""


def without_what_is_off(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings without those above that are as they are where they are off."""
    return {name: value for name, value in values.items() if name not in OFF or value != OFF[name]}
