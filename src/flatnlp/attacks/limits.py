"""Where an attack gives an example up: the engine's limits, the same for every recipe."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flatnlp.attacks.request import Score
from flatnlp.attacks.result import Stopped
from flatnlp.errors import FlatnlpError


@dataclass(frozen=True, slots=True)
class Limits:
    """What an example may cost. It has failed where it would cost more, and its result says which limit it was.

    Attributes:
        queries: Texts that the victim may be asked about, the original among them and repetitions counted. A request
            that would go beyond is not answered any more.
        seconds: Wall-clock seconds from its start on. Examples are attacked many at a time, so all that runs beside it
            counts, too. This is the one thing about an attack that is not deterministic.

    Raises:
        FlatnlpError: If a limit leaves nothing.
    """

    queries: int | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        if self.queries is not None and self.queries < 1:
            raise FlatnlpError(f"A query budget of {self.queries} leaves nothing to ask; give 1 or more.")
        if self.seconds is not None and not self.seconds > 0:
            raise FlatnlpError(f"A time limit of {self.seconds} seconds leaves no time; give more than 0.")

    def reached(self, queries: int, requests: Sequence[Any], began: float) -> Stopped | None:
        """Which limit an example meets that has asked so many queries, asks these requests, and began then.

        The original alone is always asked about, so that every example has a status.
        """
        if not queries:
            return None
        if self.queries is not None:
            asked = sum(len(each.positions) or 1 for each in requests if isinstance(each, Score))
            if queries + asked > self.queries:
                return "queries"
        if self.seconds is not None and time.perf_counter() - began > self.seconds:
            return "time"
        return None

    def given(self) -> dict[str, int | float]:
        """The limits that there are, by name."""
        limits = {"query_budget": self.queries, "time_limit": self.seconds}
        return {name: value for name, value in limits.items() if value is not None}


NO_LIMITS = Limits()
