"""Where an attack's time went, service by service."""

from collections.abc import Mapping
from dataclasses import dataclass

from flatnlp.attacks.service import Spent


@dataclass(frozen=True, slots=True)
class TimeSpent:
    """The time of an attack.

    Attributes:
        seconds: Wall-clock seconds of the whole attack.
        services: Of these, each service's, by its name.
    """

    seconds: float
    services: Mapping[str, Spent]

    @property
    def outside(self) -> float:
        """Seconds outside the services: the searches and the engine itself."""
        return max(0.0, self.seconds - sum(spent.seconds for spent in self.services.values()))

    def sentences(self) -> list[str]:
        """The same in words."""
        total = max(self.seconds, 1e-9)
        said = [f"The attack took {self.seconds:,.1f} seconds, {self.outside / total:.0%} of it outside the services."]
        for name, spent in self.services.items():
            model = f" ({spent.model_seconds:,.1f} in the model itself)" if spent.model_seconds else ""
            said.append(
                f"{name}: {spent.seconds:,.1f} seconds{model}, {spent.seconds / total:.0%}; {spent.calls:,} calls, "
                f"{spent.items:,} items, of which {spent.duplicates:,} were known already."
            )
        return said
