"""How an attack is going: queries per second and success so far."""

import time
from collections import deque
from collections.abc import Mapping

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
        rate = f", {(queries - before) / (now - then):,.0f} queries/s" if now > then else ""
        return self._share() + rate

    def add_earlier(self, counts: Mapping[str, int]) -> str:
        """Count results that were there already, and say how it stands."""
        self._attacked += counts["successful"] + counts["failed"]
        self._successful += counts["successful"]
        return self._share()

    def _share(self) -> str:
        return f"{self._successful / max(1, self._attacked):.0%} successful"
