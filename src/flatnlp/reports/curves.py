"""Training curves as inline SVG: one small chart per quantity, one line per run."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from flatnlp.reports.records import EpochRecord, RunRecord

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = 6
_SIZE = (5.2, 2.9)
_DASHES: tuple[str | tuple[float, tuple[float, ...]], ...] = ("-", (0, (5, 2)), (0, (1.2, 1.6)), (0, (6, 2, 1.2, 2)))
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")

# Matplotlib knows no CSS variables, so it draws in colours that nothing else uses and the SVG text gets the variables.
_INK, _FAINT, _PAPER = "#010a01", "#010a02", "#010a03"
_STYLESHEET = {_INK: "var(--ink-soft)", _FAINT: "var(--rule)", _PAPER: "var(--paper)"} | {
    f"#010b{number:02x}": f"var(--series-{number})" for number in range(COLOURS)
}


@dataclass(frozen=True)
class Line:
    """What one run adds to a chart; ``kept`` is the place of the checkpoint that the run kept."""

    name: str
    style: int
    points: tuple[tuple[float, float], ...]
    kept: float | None = None


@dataclass(frozen=True)
class Chart:
    """A chart: what it shows, in words for those who cannot see it, and as SVG."""

    title: str
    description: str
    svg: str


@dataclass(frozen=True)
class _Quantity:
    title: str
    of_epoch: Callable[[EpochRecord], float | None]
    share: bool = False


_QUANTITIES = (
    _Quantity("Standard accuracy on dev, %", lambda epoch: epoch.dev_accuracy, share=True),
    _Quantity("After-attack accuracy on dev, %", lambda epoch: epoch.dev_after_attack_accuracy, share=True),
    _Quantity("Loss on clean texts", lambda epoch: epoch.clean_loss if epoch.clean_loss is not None else epoch.loss),
    _Quantity("Loss on adversarial texts", lambda epoch: epoch.adversarial_loss),
    _Quantity("Entropy of the word mask", lambda epoch: epoch.entropy),
    _Quantity("Importance distance of swapped words", lambda epoch: epoch.importance_distance),
)


def training_charts(runs: Sequence[RunRecord], names: Sequence[str], styles: Sequence[int]) -> tuple[Chart, ...]:
    """Draw what the runs recorded while training.

    Args:
        runs: The runs to draw into the same charts.
        names: The name of each run.
        styles: The number of each run's line style; colour, dashes and marker follow from it.

    Returns:
        A chart for each quantity that at least one run recorded.
    """
    charts = []
    last = max((x for run, name in zip(runs, names, strict=True) for x in _ends(run, name)), default=0.0)
    for quantity in _QUANTITIES:
        lines = tuple(_line(run, name, style, quantity) for run, name, style in zip(runs, names, styles, strict=True))
        lines = tuple(line for line in lines if line.points)
        if lines:
            charts.append(Chart(quantity.title, _describe(lines), _draw(quantity, lines, last)))
    return tuple(charts)


def line_chart(title: str, lines: Sequence[Line], along: str, unit: str) -> Chart:
    """Draw lines over whole numbers from 1, from 0 to 100 %.

    Args:
        title: What is drawn.
        lines: Lines in percent.
        along: Label of the axis below.
        unit: What a place on it is called in words.
    """

    def draw(axes: "Axes") -> None:
        for line in lines:
            axes.plot([x for x, _ in line.points], [y for _, y in line.points], **_look(line.style))
        axes.set_xlabel(along)
        axes.set_xticks(range(1, 1 + max(len(line.points) for line in lines)))
        axes.set_ylim(0, 102)

    return Chart(title, _describe(lines, unit), _svg(f"{title} {lines}", _SIZE, draw))


def legend_key(style: int) -> str:
    """Draw the short piece of line and the marker that stand beside a run's name in the legend."""
    return _svg(f"legend {style}", (0.5, 0.2), lambda axes: _draw_key(axes, style))


def _line(run: RunRecord, name: str, style: int, quantity: _Quantity) -> Line:
    numbers = [epoch.epoch for epoch in run.epochs]
    counted_on = all(before < after for before, after in pairwise(numbers))
    places = {
        (epoch.round, epoch.epoch): float(epoch.epoch if counted_on else position)
        for position, epoch in enumerate(run.epochs, 1)
    }

    def place(round_: int, epoch: int) -> float | None:
        if counted_on:
            return float(epoch)
        known = [key for key in places if key <= (round_, epoch)]
        return places[max(known)] if known else None

    found = [(place(epoch.round, epoch.epoch), quantity.of_epoch(epoch)) for epoch in run.epochs]
    scale = 100 if quantity.share else 1
    points = tuple(sorted((x, y * scale) for x, y in found if x is not None and y is not None))
    kept = place(run.selected.round, run.selected.epoch) if run.selected and quantity.share else None
    return Line(name, style, points, kept if any(x == kept for x, _ in points) else None)


def _describe(lines: Sequence[Line], unit: str = "epoch") -> str:
    parts = []
    for line in lines:
        (first, start), (last, end) = line.points[0], line.points[-1]
        if first == last:
            parts.append(f"{line.name}: {start:.3g} at {unit} {first:g}")
        else:
            parts.append(f"{line.name}: from {start:.3g} at {unit} {first:g} to {end:.3g} at {unit} {last:g}")
    return "; ".join(parts) + "."


def _ends(run: RunRecord, name: str) -> list[float]:
    """Give the last epoch of each of the run's lines, so that all charts span the same epochs."""
    lines = (_line(run, name, 0, quantity) for quantity in _QUANTITIES)
    return [line.points[-1][0] for line in lines if line.points]


def _draw(quantity: _Quantity, lines: Sequence[Line], last: float) -> str:
    def draw(axes: "Axes") -> None:
        from matplotlib.ticker import MaxNLocator

        for line in lines:
            xs, ys = [x for x, _ in line.points], [y for _, y in line.points]
            axes.plot(xs, ys, markevery=max(1, len(xs) // 12), **_look(line.style))
            for x, y in line.points:
                if x == line.kept:
                    axes.plot([x], [y], "o", markersize=11, markerfacecolor="none", markeredgecolor=_INK)
        axes.set_xlabel("Epoch")
        axes.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True, min_n_ticks=1, steps=[1, 2, 5, 10]))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
        axes.margins(y=0.12)
        axes.set_xlim(0, max(last, 1) * 1.04)
        if not quantity.share:
            axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))

    return _svg(f"{quantity.title} {lines}", _SIZE, draw)


def _draw_key(axes: "Axes", style: int) -> None:
    axes.set_axis_off()
    axes.plot([0, 1, 2], [0, 0, 0], markevery=[1], **_look(style))


def _look(style: int) -> dict[str, Any]:
    return {
        "color": f"#010b{style % COLOURS:02x}",
        "linestyle": _DASHES[style % len(_DASHES)],
        "marker": _MARKERS[style % len(_MARKERS)],
        "markeredgecolor": _PAPER,
    }


def _svg(salt: str, size: tuple[float, float], draw: "Callable[[Axes], None]") -> str:
    """Draw a figure whose SVG depends on nothing but what is drawn: not on the user's settings, nor on time."""
    import io

    from matplotlib import style
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    settings = {
        "svg.hashsalt": salt,
        "svg.fonttype": "none",
        "font.size": 10,
        "text.color": _INK,
        "axes.labelcolor": _INK,
        "axes.edgecolor": _FAINT,
        "axes.linewidth": 1,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.facecolor": "none",
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "grid.color": _FAINT,
        "grid.linewidth": 0.8,
        "xtick.color": _FAINT,
        "ytick.color": _FAINT,
        "xtick.labelcolor": _INK,
        "ytick.labelcolor": _INK,
        "ytick.major.size": 0,
        "lines.linewidth": 2,
        "lines.markersize": 7,
        "lines.markeredgewidth": 1,
    }
    with style.context(["default", settings]):
        figure = Figure(figsize=size, layout="constrained")
        figure.patch.set_alpha(0)
        draw(figure.add_subplot())
        file = io.StringIO()
        FigureCanvasSVG(figure)
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return _inline(file.getvalue())


def _inline(svg: str) -> str:
    """Make a stand-alone SVG fit to stand in a page: no prologue, no fixed size, no ids that repeat, CSS colours."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<svg[^>]*?viewBox="([^"]*)"[^>]*>', r'<svg viewBox="\1" aria-hidden="true" focusable="false">', svg)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg).replace("xlink:href", "href")
    svg = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", svg)
    return re.sub(r"#010[ab]\d\d", lambda found: _STYLESHEET[found[0]], svg)
