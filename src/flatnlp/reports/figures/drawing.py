"""What all figures share: the look, and the files they become."""

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from flatnlp.errors import FlatnlpError
from flatnlp.files import written_whole
from flatnlp.reports.cells import guard

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#6A5A00")
"""Okabe and Ito's colours, which most colour-blind people tell apart (the last darkened for white paper)."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DASHES: tuple[str | tuple[float, tuple[float, ...]], ...] = ("-", (0, (5, 2)), (0, (1.2, 1.6)), (0, (6, 2, 1.2, 2)))
HATCHES = ("", "///", "...", "xxx", "\\\\\\", "++")
INK, SOFT, RULE = "#1c1b19", "#5a5751", "#d9d6cf"

FORMATS = ("svg", "pdf", "png")
_UNDATED: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}
_STYLE: dict[str, Any] = {
    "svg.fonttype": "path",  # text as outlines: what stands beside and under it fits on every machine
    "svg.hashsalt": "flatnlp",
    "pdf.fonttype": 42,
    "savefig.dpi": 200,
    "font.size": 9,
    "text.color": INK,
    "text.parse_math": False,  # a dollar in a text or a name is a dollar
    "axes.labelcolor": INK,
    "axes.edgecolor": SOFT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.7,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
    "lines.linewidth": 1.6,
    "lines.markersize": 5,
}

Cell = str | int | float | bool | None


def drawn(size: tuple[float, float], draw: "Callable[[Figure], None]", **settings: Any) -> "Figure":
    """Make a figure in the house's look, whatever the user's own settings of Matplotlib are.

    Args:
        size: Width and height in inches.
        draw: Draws into the figure.
        settings: Further settings of ``matplotlib.figure.Figure``.
    """
    from matplotlib import style
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with style.context(["default", _STYLE]):
        figure = Figure(figsize=size, **settings)
        FigureCanvasAgg(figure)
        draw(figure)
    return figure


def save_picture(figure: "Figure", path: Path) -> Path:
    """Write a figure in the format that the file's name ends with, whole or not at all.

    The same figure gives the same bytes: no date is written.

    Raises:
        FlatnlpError: If the ending is none of svg, pdf, png, or the file cannot be written.
    """
    form = check_picture(path)
    with written_whole(path) as temporary:
        _render(figure, temporary, form)
    return path


def render_png(figure: "Figure", file: BinaryIO, dots_per_inch: int) -> None:
    """Write a figure as PNG into an open file."""
    _render(figure, file, "png", dpi=dots_per_inch)


def _render(figure: "Figure", target: Path | BinaryIO, form: str, **settings: Any) -> None:
    import warnings

    from matplotlib import style

    with style.context(["default", _STYLE]), warnings.catch_warnings():
        # A character that the font lacks becomes a box; that is no reason to give up the picture.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure.savefig(target, format=form, metadata=_UNDATED[form], facecolor="white", **settings)


def check_picture(path: Path) -> str:
    """The format that a picture's name ends with.

    Raises:
        FlatnlpError: If it is none of svg, pdf, png.
    """
    form = path.suffix.removeprefix(".").lower()
    if form not in FORMATS:
        raise FlatnlpError(f"The picture {path} should end in .svg, .pdf or .png; name it so.")
    return form


def save_data(header: Sequence[str], rows: Iterable[Sequence[Cell]], path: Path) -> Path:
    """Write the data behind a figure as csv; nothing is rounded, what is absent is empty."""
    with written_whole(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([guard(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return path


def save_figure(figure: "Figure", header: Sequence[str], rows: Iterable[Sequence[Cell]], stem: Path) -> list[Path]:
    """Write a figure as svg, pdf and png and its data as csv.

    Args:
        figure: What was drawn.
        header: Column names of the data.
        rows: The data.
        stem: The files' name without ending.

    Returns:
        The files.
    """
    pictures = [save_picture(figure, stem.with_name(f"{stem.name}.{form}")) for form in FORMATS]
    return [*pictures, save_data(header, rows, stem.with_name(f"{stem.name}.csv"))]
