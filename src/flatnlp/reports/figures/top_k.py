"""Figure 6: how many of the k most important words original and adversarial text share, for k = 1..10."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from flatnlp.reports.figures.drawing import COLOURS, DASHES, MARKERS, Cell, drawn
from flatnlp.reports.visible import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEADER = ("run", "panel", "method", "k", "top_k", "low", "high")


@dataclass(frozen=True)
class TopKCurve:
    """Top-k intersection of one run.

    Attributes:
        run: What the run is called.
        panel: What is drawn into the same panel, such as ``cnn on sst2, integrated gradients``.
        method: ``base``, ``adv``, ``flat``...; runs of one method in one panel are averaged.
        values: Intersection for k = 1, 2, ..., in [0, 1].
        intervals: The 95 % interval of each, or nothing.
    """

    run: str
    panel: str
    method: str
    values: tuple[float, ...]
    intervals: tuple[tuple[float, float], ...] = ()


def rows(curves: Sequence[TopKCurve]) -> Iterator[tuple[Cell, ...]]:
    """The data behind the figure, a row for each run and k."""
    for curve in curves:
        for position, value in enumerate(curve.values):
            low, high = curve.intervals[position] if curve.intervals else (None, None)
            names = visible(curve.run), visible(curve.panel), visible(curve.method)
            yield *names, position + 1, value, low, high


def draw(curves: Sequence[TopKCurve]) -> "Figure":
    """Draw a panel for each model and data set, a line for each method.

    A band is the 95 % interval of one run, or from the lowest to the highest of several.

    Args:
        curves: At least one.
    """
    panels = list(dict.fromkeys(curve.panel for curve in curves))
    methods = list(dict.fromkeys(curve.method for curve in curves))
    columns = min(3, len(panels))
    high = -(-len(panels) // columns)

    def fill(figure: "Figure") -> None:
        grid = figure.subplots(high, columns, squeeze=False, sharey=True)
        for position, axes in enumerate(grid.flat):
            if position >= len(panels):
                axes.set_axis_off()
                continue
            members = [curve for curve in curves if curve.panel == panels[position]]
            draw_panel(axes, members, methods)
            axes.set_title(visible(panels[position]))
            axes.set_xlabel("k")
            if position % columns == 0:
                axes.set_ylabel("top-k intersection")
        handles = [grid.flat[0].plot([], [], label=visible(m), **line_style(i))[0] for i, m in enumerate(methods)]
        figure.legend(handles=handles, loc="outside upper center", ncols=max(1, min(len(methods), 4)))

    return drawn((0.8 + 2.9 * columns, 0.5 + 2.6 * high), fill, layout="constrained")


def draw_panel(axes: "Axes", curves: Sequence[TopKCurve], methods: Sequence[str]) -> None:
    """Draw the curves of one panel; a method's place in ``methods`` gives its line style."""
    for number, method in enumerate(methods):
        members = [curve for curve in curves if curve.method == method]
        if not members:
            continue
        length = min(len(curve.values) for curve in members)
        xs = range(1, length + 1)
        look = line_style(number)
        axes.plot(xs, [fmean(curve.values[k] for curve in members) for k in range(length)], **look)
        bands = [_band(members, k) for k in range(length)]
        lows, highs = [low for low, _ in bands], [high for _, high in bands]
        axes.fill_between(xs, lows, highs, color=look["color"], alpha=0.15, linewidth=0)
    axes.set_ylim(0, 1.02)
    axes.grid(axis="y")
    axes.set_xticks(range(1, 1 + max((len(curve.values) for curve in curves), default=1)))


def line_style(number: int) -> dict[str, Any]:
    """Colour, dashes and marker of the so-manieth method: each alone tells methods apart."""
    return {
        "color": COLOURS[number % len(COLOURS)],
        "linestyle": DASHES[number % len(DASHES)],
        "marker": MARKERS[number % len(MARKERS)],
        "markeredgecolor": "white",
        "markeredgewidth": 0.6,
    }


def _band(members: Sequence[TopKCurve], k: int) -> tuple[float, float]:
    if len(members) == 1 and members[0].intervals:
        return members[0].intervals[k]
    return min(curve.values[k] for curve in members), max(curve.values[k] for curve in members)
