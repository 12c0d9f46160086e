"""Figure 5: how far apart the importances of words and their synonyms are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flatnlp.reports.figures.drawing import COLOURS, HATCHES, INK, Cell, drawn
from flatnlp.reports.visible import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEADER = ("run", "word", "synonym", "rank", "distance", "importance", "synonym_importance", "difference")


@dataclass(frozen=True)
class SynonymPair:
    """A word and one of its nearest neighbours in a synonym space.

    Attributes:
        word: The word.
        synonym: The neighbour.
        rank: 1 for the nearest.
        distance: Cosine distance of the two in that space.
        importance: The word's importance.
        synonym_importance: The neighbour's.
    """

    word: str
    synonym: str
    rank: int
    distance: float
    importance: float
    synonym_importance: float

    @property
    def difference(self) -> float:
        """L1 difference of the two importances."""
        return abs(self.importance - self.synonym_importance)


@dataclass(frozen=True)
class SynonymSpread:
    """The pairs of one model."""

    run: str
    pairs: tuple[SynonymPair, ...]


def rows(spreads: Sequence[SynonymSpread]) -> Iterator[tuple[Cell, ...]]:
    """The data behind the figure, a row for each pair under each model."""
    for spread in spreads:
        for pair in spread.pairs:
            words = visible(spread.run), visible(pair.word), visible(pair.synonym)
            yield *words, pair.rank, pair.distance, pair.importance, pair.synonym_importance, pair.difference


def draw(spreads: Sequence[SynonymSpread]) -> "Figure":
    """Draw a box for all pairs of each model, and boxes by rank of the neighbour.

    Boxes span the quartiles, whiskers the 5th to the 95th percentile, a line marks the median.

    Args:
        spreads: One for each model.
    """

    def fill(figure: "Figure") -> None:
        whole, ranks = figure.subplots(1, 2, width_ratios=(1, 3), sharey=True)
        _boxes(whole, [[[pair.difference for pair in spread.pairs]] for spread in spreads], ["all pairs"])
        whole.set_ylabel("|φ(word) − φ(synonym)|")
        found = sorted({pair.rank for spread in spreads for pair in spread.pairs})
        by_rank = [
            [[pair.difference for pair in spread.pairs if pair.rank == rank] for rank in found] for spread in spreads
        ]
        handles = _boxes(ranks, by_rank, [f"{rank}\n{_mean_distance(spreads, rank):.2f}" for rank in found])
        ranks.set_ylim(bottom=0)
        ranks.set_xlabel("rank of the synonym, and its mean cosine distance below")
        words = len({pair.word for spread in spreads for pair in spread.pairs})
        ranks.set_title(f"{words:,} words")
        figure.legend(handles, [visible(spread.run) for spread in spreads], loc="outside upper center", ncols=3)

    return drawn((7.2, 3.6), fill, layout="constrained")


def _boxes(axes: "Axes", runs: Sequence[Sequence[Sequence[float]]], labels: Sequence[str]) -> list[Any]:
    width = 0.8 / max(len(runs), 1)
    handles = []
    for number, groups in enumerate(runs):
        places = [place + (number + 0.5) * width - 0.4 for place in range(len(groups))]
        made = axes.boxplot(
            groups,
            positions=places,
            widths=0.85 * width,
            whis=(5, 95),
            showfliers=False,
            patch_artist=True,
            manage_ticks=False,
            medianprops={"color": INK, "linewidth": 1.4},
            boxprops={
                "facecolor": COLOURS[number % len(COLOURS)] + "66",
                "edgecolor": INK,
                "hatch": HATCHES[number % len(HATCHES)],
                "linewidth": 0.7,
            },
            whiskerprops={"color": INK, "linewidth": 0.7},
            capprops={"color": INK, "linewidth": 0.7},
        )
        handles.append(made["boxes"][0])
    axes.set_xticks(range(len(labels)), labels)
    axes.tick_params(axis="x", length=0)
    axes.grid(axis="y")
    return handles


def _mean_distance(spreads: Sequence[SynonymSpread], rank: int) -> float:
    found = [pair.distance for spread in spreads for pair in spread.pairs if pair.rank == rank]
    return sum(found) / len(found)
