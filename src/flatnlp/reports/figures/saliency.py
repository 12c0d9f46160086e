"""Figure 3: the words of original and adversarial texts, shaded, under several models."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from flatnlp.reports.figures.drawing import RULE, SOFT, Cell, drawn
from flatnlp.reports.figures.shading import LINE, Placed, place, ruler, shade, width_of, write
from flatnlp.reports.saliency.explanation import Explanation
from flatnlp.reports.saliency.maps import METHODS, SaliencyMap, SaliencyWord, Segment, scale_of, segments
from flatnlp.reports.table import percent
from flatnlp.reports.visible import visible

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEADER = ("model", "text", "position", "word", "swapped", "attribution", "importance", "label", "prediction")

_WIDTH, _MARGIN, _SIDE, _GAP = 7.2, 0.15, 1.3, 0.1
"""Inches: of the page, around it, of the column with the predictions, between blocks."""
_BASELINE = 0.075


def rows(explanations: Sequence[Explanation]) -> Iterator[tuple[Cell, ...]]:
    """The data behind the figure, a row for each word; a word that was not read has no attribution."""
    for explanation in explanations:
        for name, saliency in zip(("original", "adversarial"), explanation.maps, strict=False):
            for position, word in enumerate(saliency.words):
                shown = visible(saliency.raw[word.start : word.end])
                values = (word.value, word.importance, visible(saliency.label), visible(saliency.prediction))
                yield visible(saliency.model), name, position, shown, saliency.is_swapped(word), *values


def draw(explanations: Sequence[Explanation]) -> "Figure":
    """Draw pairs one below the other; the two maps of a pair share one scale.

    Blue over a line speaks for the class, orange and hatched against it; the more, the darker and the thicker the
    line. Swapped words are framed. So it reads without colours too.

    Args:
        explanations: At least one; one for each model or text, in the order to show them.

    Returns:
        The figure, 7.2 inches wide and as high as the texts need.
    """
    measure = ruler()
    room = _WIDTH - 2 * _MARGIN - _SIDE
    blocks = [
        [(saliency, place(segments(saliency, scale_of(each.maps)), room, measure)) for saliency in each.maps]
        for each in explanations
    ]
    high = [_MARGIN + LINE + sum(_GAP + _lines(placed) * LINE for _, placed in block) + _GAP for block in blocks]
    height = sum(high) + 2 * LINE

    def fill(figure: "Figure") -> None:
        top = height
        for number, (explanation, block, below) in enumerate(zip(explanations, blocks, high, strict=True)):
            if number:
                _rule(figure, top)
            _write_block(figure, explanation, block, top - _MARGIN)
            top -= below
        _write_key(figure, explanations[0].original, measure, top)

    return drawn((_WIDTH, height), fill)


def _write_block(
    figure: "Figure", explanation: Explanation, block: Sequence[tuple[SaliencyMap, list[Placed]]], top: float
) -> None:
    top -= LINE
    write(figure, visible(explanation.original.model), _MARGIN, top + _BASELINE, weight="bold")
    names = ("original", "adversarial" if explanation.status else "other text")
    for name, (saliency, placed) in zip(names, block, strict=False):
        top -= _GAP
        _write_side(figure, name if len(block) > 1 else "", saliency, top)
        for each in placed:
            shade(figure, each, _MARGIN + _SIDE, top)
        top -= _lines(placed) * LINE


def _write_side(figure: "Figure", name: str, saliency: SaliencyMap, top: float) -> None:
    said = f"{_shortened(visible(saliency.prediction))} {percent(saliency.prediction_probability)} %"
    write(figure, said, _MARGIN, top - LINE + _BASELINE, size=8.5)
    write(figure, name, _MARGIN, top - 2 * LINE + _BASELINE + 0.06, size=7.5, colour=SOFT)


def _lines(placed: Sequence[Placed]) -> int:
    return max(2, 1 + max((each.line for each in placed), default=0))


def _shortened(text: str) -> str:
    return text if len(text) <= 11 else text[:10] + "…"


def _rule(figure: "Figure", y: float) -> None:
    from matplotlib.lines import Line2D

    ends = [_MARGIN, _WIDTH - _MARGIN]
    figure.add_artist(Line2D(ends, [y, y], transform=figure.dpi_scale_trans, color=RULE, linewidth=0.8))


def _write_key(figure: "Figure", saliency: SaliencyMap, measure: Any, top: float) -> None:
    word = SaliencyWord(0, 0, 1.0)
    samples = (
        Segment(f"speaks for {_shortened(visible(saliency.label))}", word, 0.8, swapped=False),
        Segment("against it", word, -0.8, swapped=False),
        Segment("swapped", None, 0.0, swapped=True),
    )
    _rule(figure, top)
    method = METHODS.get(saliency.method, saliency.method)
    write(figure, method, _MARGIN, top - 1.4 * LINE + _BASELINE, size=7.5, colour=SOFT)
    left = 0.1
    for sample in samples:
        width = width_of(sample.text, sample, measure)
        shade(figure, Placed(sample.text, sample, left, width, 0), _MARGIN + _SIDE, top - 0.4 * LINE)
        left += width + 0.3
