"""A named resource: what it is, where it lives and how it is had."""

from dataclasses import dataclass, field
from typing import Literal

from flatnlp.resources.sources import Source

Kind = Literal["datasets", "vectors", "lexicons", "models", "nltk"]
KINDS: tuple[Kind, ...] = ("datasets", "vectors", "lexicons", "models", "nltk")


@dataclass(frozen=True)
class Resource:
    """One named outside thing.

    Attributes:
        name: its name; ``-`` and ``_`` are the same.
        kind: the folder it lives in, under ``$FLATNLP_RESOURCES`` and in the cache.
        licence: as its publisher states it.
        size: bytes on disk once there, about.
        used_by: what needs it.
        description: one sentence.
        sources: the routes, tried in order; none means that the user has to place it.
        expects: paths that must exist inside its folder for it to count as present.
        instead: what else the user can do where it cannot be had, as the end of a sentence.
    """

    name: str
    kind: Kind
    licence: str
    size: int
    used_by: str
    description: str
    sources: tuple[Source, ...] = ()
    expects: tuple[str, ...] = field(default=())
    instead: str = ""


def normalise(name: str) -> str:
    """The one spelling of a name: lower case, ``-`` for ``_``."""
    return name.lower().replace("_", "-")
