"""Figure 4: importance, word frequency and substitution frequency against each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flatnlp.reports.figures.drawing import COLOURS, Cell, drawn
from flatnlp.reports.visible import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEADER = ("word", "importance", "frequency", "substitutions")


@dataclass(frozen=True)
class WordUse:
    """One word of the vocabulary.

    Attributes:
        word: The word.
        importance: Its importance to the mask, in (0, 1).
        frequency: How often it occurs in the training texts.
        substitutions: How often the attacks in training replaced it.
    """

    word: str
    importance: float
    frequency: int
    substitutions: int


@dataclass(frozen=True)
class Correlation:
    """Pearson's correlation of two of the three; ``None`` where one does not vary or there are fewer than three words.

    Attributes:
        x: Name of the one.
        y: Name of the other.
        n: Number of words.
        r: Correlation.
        p: Its two-sided p-value.
    """

    x: str
    y: str
    n: int
    r: float | None
    p: float | None


_PAIRS = (("frequency", "importance"), ("substitutions", "importance"), ("frequency", "substitutions"))
_NAMES = {
    "frequency": "word frequency in training",
    "substitutions": "times replaced by the attack",
    "importance": "importance φ",
}


def correlations(words: Sequence[WordUse]) -> tuple[Correlation, ...]:
    """Correlate as the paper's table 9 does.

    Args:
        words: The vocabulary. Word frequency counts over all of it, substitutions over words replaced at least once.

    Returns:
        Frequency and importance; substitutions and importance; frequency and substitutions.
    """
    return tuple(_correlation(x, y, _population(words, x, y)) for x, y in _PAIRS)


def rows(words: Sequence[WordUse]) -> Iterator[tuple[Cell, ...]]:
    """The data behind the figure, a row for each word."""
    return ((visible(each.word), each.importance, each.frequency, each.substitutions) for each in words)


def draw(words: Sequence[WordUse]) -> "Figure":
    """Draw scatter plots with Pearson's r, its p-value and the number of words.

    There are three; without replaced words the first alone.

    Frequencies stand on logarithmic axes, for most words are rare; r is that of the numbers themselves.

    Args:
        words: The vocabulary.
    """

    def fill(figure: "Figure") -> None:
        for place, found in enumerate(correlations(words), 1):
            if found.n or place == 1:
                axes = figure.add_subplot(1, len(_PAIRS), place)
                _scatter(axes, _population(words, found.x, found.y), found)

    return drawn((9.6, 3.3), fill, layout="constrained")


def _population(words: Sequence[WordUse], x: str, y: str) -> list[WordUse]:
    return [each for each in words if each.substitutions or "substitutions" not in (x, y)]


def _correlation(x: str, y: str, words: Sequence[WordUse]) -> Correlation:
    from scipy.stats import pearsonr

    xs, ys = _values(words, x), _values(words, y)
    if len(words) < 3 or len(set(xs)) < 2 or len(set(ys)) < 2:
        return Correlation(x, y, len(words), None, None)
    result = pearsonr(xs, ys)
    return Correlation(x, y, len(words), float(result.statistic), float(result.pvalue))


def _scatter(axes: "Axes", words: Sequence[WordUse], found: Correlation) -> None:
    look: dict[str, Any] = {"s": 7, "facecolors": "none", "edgecolors": COLOURS[0], "linewidths": 0.5, "alpha": 0.55}
    axes.scatter(_values(words, found.x), _values(words, found.y), rasterized=True, **look)
    for name, axis in ((found.x, axes.xaxis), (found.y, axes.yaxis)):
        if name != "importance" and words:
            positive = min(_values(words, name)) > 0
            axes.set(**{f"{axis.axis_name}scale": "log" if positive else "symlog"})
            axis.set_minor_formatter(lambda *_: "")
            axis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_xlabel(_NAMES[found.x])
    axes.set_ylabel(_NAMES[found.y])
    if found.y == "importance":
        axes.set_ylim(-0.03, 1.03)
    said = "r not defined" if found.r is None else f"r = {found.r:.3f}, p {_p(found.p)}"
    axes.set_title(f"{said}, n = {found.n:,}")


def _p(p: float | None) -> str:
    return "= –" if p is None else "< 0.001" if p < 0.001 else f"= {p:.3f}"


def _values(words: Sequence[WordUse], name: str) -> list[float]:
    return [float(getattr(each, name)) for each in words]
