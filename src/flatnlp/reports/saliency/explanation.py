"""A text explained, alone or beside the one that an attack or the user put against it."""

from dataclasses import dataclass

from flatnlp.reports.saliency.maps import SaliencyMap


@dataclass(frozen=True)
class Explanation:
    """A saliency map, or the two of a pair.

    Attributes:
        original: The map of the text.
        adversarial: That of the text beside it, if any.
        status: How the attack ended that made it: ``successful``, ``failed``, ``skipped``, ``unattackable``.
    """

    original: SaliencyMap
    adversarial: SaliencyMap | None = None
    status: str | None = None

    @property
    def maps(self) -> tuple[SaliencyMap, ...]:
        """One or two maps."""
        return (self.original,) if self.adversarial is None else (self.original, self.adversarial)

    def __rich__(self) -> object:
        """What a Rich console prints."""
        from flatnlp.reports.saliency.terminal import shaded

        return shaded(self)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return self.to_html()

    def to_html(self) -> str:
        """A piece of HTML with its own style, for notebooks and pages."""
        from flatnlp.reports.saliency.html import fragment

        return fragment([self])
