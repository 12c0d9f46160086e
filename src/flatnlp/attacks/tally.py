"""How an attack is going: queries per second and success so far."""

import time
from collections import deque

from flatnlp.attacks.result import AttackResult

_WINDOW = 500


class Tally:
    """Counts results as they come; the rate is the latest's, so what an earlier call had finished does not count."""

    def __init__(self) -> None:
        self._attacked = self._successful = self._queries = 0
        self._latest: deque[tuple[float, int]] = deque(maxlen=_WINDOW)

    def add(self, result: AttackResult) -> str:
        """Count a result and say how it stands."""
        self._attacked += result.status in ("successful", "failed")
        self._successful += result.status == "successful"
        self._queries += result.queries
        self._latest.append((time.perf_counter(), self._queries))
        (then, before), (now, queries) = self._latest[0], self._latest[-1]
        rate = f"{(queries - before) / (now - then):,.0f} queries/s, " if now > then else ""
        return f"{rate}{self._successful / max(1, self._attacked):.0%} successful"
