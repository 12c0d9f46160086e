"""Where an attack's time went, service by service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flatnlp.attacks.service import Spent


@dataclass(frozen=True, slots=True)
class TimeSpent:
    """The time of an attack.

    Attributes:
        seconds: Wall-clock seconds of the whole attack.
        services: Of these, each service's, by its name.
        processes: Seconds that each process of the job was at it, where there are several.
    """

    seconds: float
    services: Mapping[str, Spent]
    processes: tuple[float, ...] = ()

    def beside(self, seconds: Sequence[float]) -> "TimeSpent":
        """The same, and what each process of the job took."""
        return replace(self, processes=tuple(seconds) if len(seconds) > 1 else ())

    @property
    def idle(self) -> float:
        """Share of all processes' time in which one had no more to do and waited for the last."""
        longest = max(self.processes, default=0.0) * len(self.processes)
        return 1 - sum(self.processes) / longest if longest else 0.0

    @property
    def outside(self) -> float:
        """Seconds outside the services: the searches and the engine itself."""
        return max(0.0, self.seconds - sum(spent.seconds for spent in self.services.values()))

    def sentences(self) -> list[str]:
        """The same in words."""
        total = max(self.seconds, 1e-9)
        said = [f"The attack took {self.seconds:,.1f} seconds, {self.outside / total:.0%} of it outside the services."]
        if self.processes:
            shown = ", ".join(f"{seconds:,.1f}" for seconds in self.processes)
            said.append(
                f"The {len(self.processes)} processes took {shown} seconds and were idle {self.idle:.1%} of it."
            )
        for name, spent in self.services.items():
            model = f" ({spent.model_seconds:,.1f} in the model itself)" if spent.model_seconds else ""
            said.append(
                f"{name}: {spent.seconds:,.1f} seconds{model}, {spent.seconds / total:.0%}; {spent.calls:,} calls, "
                f"{spent.items:,} items, of which {spent.duplicates:,} were known already."
            )
        return said
