"""A text explained, alone or beside the one that an attack or the user put against it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from flatnlp.files import check_writable, written_whole
from flatnlp.reports.saliency.maps import SaliencyMap

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Group


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

    def record(self) -> dict[str, Any]:
        """The explanation as JSON values: status, and for each text its words with spans, attributions, importances."""
        names = ("original", "adversarial")
        return {"status": self.status} | {
            name: None if saliency is None else asdict(saliency)
            for name, saliency in zip(names, (self.original, self.adversarial), strict=True)
        }

    def __rich__(self) -> "Group":
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


@dataclass(frozen=True)
class Explanations(Sequence[Explanation]):
    """Explanations in the order of their texts; notebooks and Rich consoles show them.

    Attributes:
        items: The explanations.
    """

    items: tuple[Explanation, ...]

    @overload
    def __getitem__(self, index: int) -> Explanation: ...
    @overload
    def __getitem__(self, index: slice) -> "Explanations": ...
    def __getitem__(self, index: int | slice) -> "Explanation | Explanations":
        return Explanations(self.items[index]) if isinstance(index, slice) else self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Explanation]:
        return iter(self.items)

    def __rich__(self) -> "Group":
        """What a Rich console prints."""
        from rich.console import Group

        return Group(*self.items)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from flatnlp.reports.saliency.html import fragment

        return fragment(self.items)

    def to_pandas(self) -> "pd.DataFrame":
        """One row per word of each text: explanation, text, position, word, swapped, attribution, importance, ...

        A word that the model did not read has no attribution.
        """
        import pandas as pd

        return pd.DataFrame.from_records(
            [
                {
                    "explanation": number,
                    "text": name,
                    "position": position,
                    "word": saliency.raw[word.start : word.end],
                    "swapped": saliency.is_swapped(word),
                    "attribution": word.value,
                    "importance": word.importance,
                    "label": saliency.label,
                    "probability": saliency.probability,
                    "prediction": saliency.prediction,
                    "model": saliency.model,
                    "method": saliency.method,
                }
                for number, explanation in enumerate(self.items)
                for name, saliency in zip(("original", "adversarial"), explanation.maps, strict=False)
                for position, word in enumerate(saliency.words)
            ]
        )

    def save_html(self, path: str | Path) -> Path:
        """Write a page that needs nothing but itself, whole or not at all.

        Raises:
            FlatnlpError: If the file cannot be written.
        """
        from flatnlp.reports.saliency.html import page

        path = Path(path)
        with written_whole(path) as temporary:
            temporary.write_text(page(self.items), encoding="utf-8", newline="\n")
        return path

    def save_picture(self, path: str | Path) -> Path:
        """Write a picture, whole or not at all.

        Args:
            path: A file that ends in .png, .svg or .pdf.

        Raises:
            FlatnlpError: If it ends otherwise, or cannot be written.
        """
        from flatnlp.reports.figures.drawing import save_picture
        from flatnlp.reports.figures.saliency import draw

        return save_picture(draw(self.items), Path(path))


def check_files(html: Path | None, picture: Path | None) -> None:
    """Refuse files that could not be written, before the work that is to fill them.

    Raises:
        FlatnlpError: If the picture is of no known kind, or a file cannot be made there.
    """
    from flatnlp.reports.figures.drawing import check_picture

    if picture:
        check_picture(picture)
    for path in filter(None, (html, picture)):
        check_writable(path)
