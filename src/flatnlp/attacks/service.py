"""Services: what answers the requests of all running searches, in full batches."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from flatnlp.models.classifier import Key


@dataclass(slots=True)
class Memory:
    """What is remembered of one example while it is attacked; gone when its search ends.

    Attributes:
        label: The true label.
        rows: Key of a text that the victim was asked about -> its entry in the lists below.
        scores: Score of each text.
        reached: Whether each reached the goal.
        probabilities: Class probabilities of each.
        queries: Texts that the victim was asked about so far, repetitions counted.
        kept: What other services keep of the example, each under its own name.
    """

    label: int
    rows: dict[Key, int] = field(default_factory=dict)
    scores: list[float] = field(default_factory=list)
    reached: list[bool] = field(default_factory=list)
    probabilities: list[NDArray[np.float64]] = field(default_factory=list)
    queries: int = 0
    kept: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Spent:
    """Where a service's time went. The engine counts calls and seconds, the service the rest.

    Attributes:
        calls: Times it was called, once a turn at most.
        items: What it was asked for, in its own unit (texts, windows, words).
        duplicates: Of these, answered without work because they were known already.
        seconds: Wall-clock seconds in it.
        model_seconds: Of these, in the model itself.
        tokens: Tokens that the model was given, where it counts them (encoders).
        padding: Of these, such as only fill up batches: work for nothing.
    """

    calls: int = 0
    items: int = 0
    duplicates: int = 0
    seconds: float = 0.0
    model_seconds: float = 0.0
    tokens: int = 0
    padding: int = 0


class Service(Protocol):
    """Answers one type of request.

    Attributes:
        spent: Where its time went.
    """

    spent: Spent

    @property
    def name(self) -> str:
        """What it is called where the time is reported."""
        ...

    @property
    def handles(self) -> type:
        """The type of request that it answers; an attribute of the class will do."""
        ...

    def answer(self, requests: Sequence[tuple[Any, Memory]]) -> list[Any]:
        """One answer per request, each with the memory of the example that asks.

        An answer depends on its request and its example alone, never on the others it shares a batch with.
        """
        ...

    def close(self) -> None:
        """Keep what is worth keeping for the next process and let go of what is held; it may be used again."""
        ...


@runtime_checkable
class Placeable(Protocol):
    """A service whose model can be put where the victim is."""

    def place_on(self, device: str) -> None:
        """Compute on this device, in torch's words, from now on."""
        ...
