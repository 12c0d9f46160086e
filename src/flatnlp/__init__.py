"""Text classifiers that keep their prediction and their reasons when words are swapped for synonyms.

Names are imported on first use, so that ``import flatnlp`` stays quick and loads no deep-learning library.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from flatnlp.api.attacking import attack
    from flatnlp.api.comparing import compare
    from flatnlp.api.demonstration import demo
    from flatnlp.api.evaluating import evaluate
    from flatnlp.api.explaining import explain
    from flatnlp.api.importances import importance
    from flatnlp.api.loading import load
    from flatnlp.api.trainer import FlatTrainer
    from flatnlp.api.training import train
    from flatnlp.attacks.recipe import Recipe
    from flatnlp.errors import FlatnlpError
    from flatnlp.models.classifier import CallableClassifier, Classifier
    from flatnlp.training.settings import TrainSettings

_HOMES = {
    "CallableClassifier": "flatnlp.models.classifier",
    "Classifier": "flatnlp.models.classifier",
    "FlatTrainer": "flatnlp.api.trainer",
    "FlatnlpError": "flatnlp.errors",
    "Recipe": "flatnlp.attacks.recipe",
    "TrainSettings": "flatnlp.training.settings",
    "attack": "flatnlp.api.attacking",
    "compare": "flatnlp.api.comparing",
    "demo": "flatnlp.api.demonstration",
    "evaluate": "flatnlp.api.evaluating",
    "explain": "flatnlp.api.explaining",
    "importance": "flatnlp.api.importances",
    "load": "flatnlp.api.loading",
    "train": "flatnlp.api.training",
}

__all__ = [
    "CallableClassifier",
    "Classifier",
    "FlatTrainer",
    "FlatnlpError",
    "Recipe",
    "TrainSettings",
    "__version__",
    "attack",
    "compare",
    "demo",
    "evaluate",
    "explain",
    "importance",
    "load",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'flatnlp' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
