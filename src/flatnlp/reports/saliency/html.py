"""Saliency maps as HTML: a piece for notebooks, and a page that needs nothing but itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from flatnlp import __version__
from flatnlp.reports.markup import Piece, pieces
from flatnlp.reports.saliency.explanation import Explanation
from flatnlp.reports.saliency.maps import METHODS, SaliencyMap, Segment, scale_of, segments
from flatnlp.reports.table import ABSENT, percent
from flatnlp.reports.templating import asset, render
from flatnlp.reports.visible import visible


@dataclass(frozen=True)
class _Drawn:
    """A segment as the template draws it; without ``classes`` it is bare text."""

    pieces: tuple[Piece, ...]
    classes: str
    strength: str
    said: str


@dataclass(frozen=True)
class _Row:
    word: str
    value: str
    importance: str
    swapped: bool


@dataclass(frozen=True)
class _Side:
    name: str
    title: str
    prediction: str
    prediction_probability: str
    label: str
    probability: str
    drawn: tuple[_Drawn, ...]
    rows: tuple[_Row, ...]
    masked: bool
    unseen: int


@dataclass(frozen=True)
class _Explained:
    model: str
    method: str
    label: str
    swapped: bool
    sides: tuple[_Side, ...]


def fragment(explanations: Sequence[Explanation]) -> str:
    """Draw explanations one below the other, with their own style; for a notebook or a page.

    Args:
        explanations: What to draw; the two maps of each share one scale.

    Returns:
        HTML in which no text of the user's is taken for HTML.
    """
    from markupsafe import Markup

    # Both come from this package alone, never from records.
    style = Markup(asset("saliency.css") + asset("fragment.css"))  # noqa: S704
    several = len({explanation.original.model for explanation in explanations}) > 1
    return render("saliency.html.j2", style=style, explanations=[_explained(each, several) for each in explanations])


def page(explanations: Sequence[Explanation]) -> str:
    """The same as a page of its own, for light and dark, paper and small screens."""
    from markupsafe import Markup

    body = Markup(fragment(explanations))  # noqa: S704 - the template has escaped it
    label = visible(explanations[0].original.label) if explanations else ""
    return render("explanation.html.j2", title=f"Which words speak for “{label}”?", version=__version__, body=body)


def _explained(explanation: Explanation, several: bool) -> _Explained:
    scale = scale_of(explanation.maps)
    original = explanation.original
    names = [("", "")]
    if explanation.adversarial is not None:
        other = f"Adversarial ({explanation.status})" if explanation.status else "Other text"
        names = [("Original → ", "Original"), (f"{other} → ", other)]
    return _Explained(
        model=visible(original.model) if several else "",
        method=METHODS.get(original.method, original.method),
        label=visible(original.label),
        swapped=any(saliency.swapped for saliency in explanation.maps),
        sides=tuple(
            _side(name, title, saliency, scale) for (name, title), saliency in zip(names, explanation.maps, strict=True)
        ),
    )


def _side(name: str, title: str, saliency: SaliencyMap, scale: float) -> _Side:
    return _Side(
        name=name,
        title=title,
        prediction=visible(saliency.prediction),
        prediction_probability=percent(saliency.prediction_probability),
        label=visible(saliency.label),
        probability=percent(saliency.probability),
        drawn=tuple(_drawn(segment) for segment in segments(saliency, scale)),
        rows=tuple(
            _Row(
                word=visible(saliency.raw[word.start : word.end]),
                value="not read" if word.value is None else f"{word.value:+.4f}",
                importance=ABSENT if word.importance is None else f"{word.importance:.3f}",
                swapped=saliency.is_swapped(word),
            )
            for word in saliency.words
        ),
        masked=saliency.masked,
        unseen=saliency.unseen,
    )


def _drawn(segment: Segment) -> _Drawn:
    classes = ["word"] if segment.word else []
    if segment.unseen:
        classes.append("unread")
    elif segment.strength:
        classes.append("for" if segment.strength > 0 else "against")
    if segment.swapped:
        classes.append("swapped" if segment.text else "place")
    strength = f"{abs(segment.strength):.3f}" if segment.strength else ""
    return _Drawn(pieces(segment.text), " ".join(classes), strength, _said(segment))


def _said(segment: Segment) -> str:
    if segment.word is None:
        return ""
    said = "not read by the model" if segment.word.value is None else f"{segment.word.value:+.4f}"
    return said if segment.word.importance is None else f"{said}, importance {segment.word.importance:.3f}"
