"""Words set into lines and shaded, in inches from the lower left of a figure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flatnlp.reports.figures.drawing import INK
from flatnlp.reports.saliency.maps import Segment
from flatnlp.reports.visible import visible

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LINE = 0.235
"""Height of a line in inches."""
SIZE = 10.0
"""Of the letters, in points."""
_MOST_CHARACTERS = 3000
_LONGEST = 60
_DPI = 200
_FOR, _AGAINST, _UNREAD = "#0072B2", "#D55E00", "#8a867e"


@dataclass(frozen=True)
class Placed:
    """A segment, or a part of one, at its place: inches from the left of the text, and the number of its line."""

    text: str
    segment: Segment
    left: float
    width: float
    line: int


def ruler() -> Any:
    """Make what measures text: Matplotlib's Agg renderer."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    canvas: Any = FigureCanvasAgg(Figure(dpi=_DPI))
    return canvas.get_renderer()


def place(found: Sequence[Segment], room: float, measure: Any) -> list[Placed]:
    """Break a text into lines: at white space, and inside what has 60 characters without any.

    Args:
        found: The text's segments.
        room: Length of a line in inches.
        measure: From ``ruler``.

    Returns:
        The parts at their places; of a text beyond 3,000 characters the rest is an ellipsis.
    """
    placed: list[Placed] = []
    left, line, characters = 0.0, 0, 0
    for segment in found:
        for part in _parts(segment):
            if characters > _MOST_CHARACTERS:
                return [*placed, Placed(" …", Segment(" …", None, 0.0, swapped=False), left, 0.2, line)]
            width = width_of(part, segment, measure)
            if left + width > room and left:
                left, line = 0.0, line + 1
                if part.isspace():
                    continue
            placed.append(Placed(part, segment, left, width, line))
            left += width
            characters += len(part)
    return placed


def width_of(text: str, segment: Segment, measure: Any) -> float:
    """The width of a part in inches, in the letters of its segment."""
    import warnings

    from matplotlib.font_manager import FontProperties

    font = FontProperties(size=SIZE, weight="bold" if segment.swapped else "normal")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        width, _, _ = measure.get_text_width_height_descent(text, font, False)
    return float(width) / _DPI


def shade(figure: "Figure", placed: Placed, left: float, top: float) -> None:
    """Draw one part of a text.

    Args:
        figure: Where.
        placed: What.
        left: Left edge of the text in inches.
        top: Upper edge of its first line in inches from below.
    """
    segment, x, y = placed.segment, left + placed.left, top - (placed.line + 1) * LINE
    size = abs(segment.strength)
    if segment.word and size >= 0.02:
        colour = _FOR if segment.strength > 0 else _AGAINST
        _box(figure, (x, y + 0.03), placed.width, LINE - 0.05, facecolor=colour, alpha=0.62 * size)
        if segment.strength < 0:
            hatched = {"fill": False, "edgecolor": colour, "alpha": 0.25 + 0.3 * size, "hatch": "/////"}
            _box(figure, (x, y + 0.03), placed.width, LINE - 0.05, **hatched)
        _box(figure, (x, y + 0.01), placed.width, 0.012 + 0.03 * size, facecolor=colour)
    if segment.swapped and segment.text and not placed.text.isspace():
        frame = {"fill": False, "edgecolor": INK, "linewidth": 0.9}
        _box(figure, (x - 0.01, y + 0.002), placed.width + 0.02, LINE - 0.015, **frame)
    weight = "bold" if segment.swapped else "normal"
    write(figure, placed.text, x, y + 0.075, weight=weight, colour=_UNREAD if segment.unseen else INK)


def write(
    figure: "Figure", text: str, x: float, y: float, size: float = SIZE, weight: str = "normal", colour: str = INK
) -> None:
    """Write a text whose line begins at a place given in inches; nothing in it is taken for mathematics."""
    letters: dict[str, Any] = {"fontsize": size, "fontweight": weight, "color": colour}
    figure.text(x, y, text, transform=figure.dpi_scale_trans, parse_math=False, **letters)


def _box(figure: "Figure", corner: tuple[float, float], width: float, height: float, **look: Any) -> None:
    from matplotlib.patches import Rectangle

    look = {"linewidth": 0, **look}
    figure.add_artist(Rectangle(corner, width, height, transform=figure.dpi_scale_trans, **look))


def _parts(segment: Segment) -> Iterator[str]:
    if not segment.text and segment.swapped:
        yield "‸"
    parts: list[str] = []
    for character in visible(segment.text):
        if parts and character.isspace() == parts[-1].isspace() and len(parts[-1]) < _LONGEST:
            parts[-1] += character
        else:
            parts.append(character)
    for part in parts:
        yield " " if part.isspace() else part
