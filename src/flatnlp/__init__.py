"""Text classifiers that keep their prediction and their reasons when words are swapped for synonyms.

Names are imported on first use, so that ``import flatnlp`` stays quick and loads no deep-learning library.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from flatnlp.errors import FlatnlpError as FlatnlpError

_HOMES = {
    "FlatnlpError": "flatnlp.errors",
}

__all__ = ["FlatnlpError", "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'flatnlp' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
