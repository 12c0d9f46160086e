"""What was tried, as HTML: a card per model, in which no text of the user's is taken for HTML."""

from collections.abc import Sequence
from dataclasses import dataclass

from flatnlp.playground.steps import Step
from flatnlp.playground.trying import Tried
from flatnlp.reports.markup import Piece, pieces
from flatnlp.reports.saliency.html import fragment
from flatnlp.reports.table import percent
from flatnlp.reports.templating import render
from flatnlp.reports.visible import visible

_MOST_CLASSES = 6


@dataclass(frozen=True)
class _Bar:
    name: str
    share: float
    percent: str


@dataclass(frozen=True)
class _Part:
    """A stretch of a text: ``new`` or ``earlier`` where an edit has changed it."""

    pieces: tuple[Piece, ...]
    kind: str


@dataclass(frozen=True)
class _Step:
    number: int
    change: tuple[str, str, str]
    parts: tuple[_Part, ...]
    prediction: str
    label: _Bar
    flipped: bool


@dataclass(frozen=True)
class _Card:
    model: str
    bars: tuple[_Bar, ...]
    left_out: int
    halves: bool
    verdict: str
    kind: str
    steps: tuple[_Step, ...]
    saliency: str


def cards(found: Sequence[Tried], waiting: Sequence[str] = ()) -> str:
    """Draw what was found.

    Args:
        found: One per model that has answered.
        waiting: Names of the models that have not yet.
    """
    return render("cards.html.j2", __package__, cards=[_card(each) for each in found], waiting=waiting, sentence="")


def sentence(said: str) -> str:
    """Draw the one sentence that stands where nothing could be found."""
    return render("cards.html.j2", __package__, cards=[], waiting=(), sentence=visible(said))


def _card(tried: Tried) -> _Card:
    from markupsafe import Markup

    label = max(range(len(tried.classes)), key=lambda i: tried.steps[0].probabilities[i])
    last = tried.steps[-1].probabilities
    likely = sorted(range(len(last)), key=lambda i: -last[i])[:_MOST_CLASSES]
    shown = range(len(last)) if len(last) <= _MOST_CLASSES else likely
    kind, verdict = _verdict(tried)
    return _Card(
        model=visible(tried.model),
        bars=tuple(_bar(tried, i, last) for i in shown),
        left_out=len(last) - len(shown),
        halves=len(tried.classes) == 2,
        verdict=verdict,
        kind=kind,
        steps=tuple(_step(tried, number, step, label) for number, step in enumerate(tried.steps) if tried.result),
        saliency=Markup(fragment([tried.explanation])),  # noqa: S704 - the reports' template has escaped it
    )


def _bar(tried: Tried, number: int, probabilities: Sequence[float]) -> _Bar:
    return _Bar(visible(tried.classes[number]), probabilities[number], percent(probabilities[number]))


def _step(tried: Tried, number: int, step: Step, label: int) -> _Step:
    predicted = max(range(len(step.probabilities)), key=lambda i: step.probabilities[i])
    edit = step.edit
    return _Step(
        number=number,
        change=(edit.kind, visible(edit.original), visible(edit.substitute)) if edit else ("", "", ""),
        parts=_parts(step),
        prediction=visible(tried.classes[predicted]),
        label=_bar(tried, label, step.probabilities),
        flipped=predicted != label,
    )


def _parts(step: Step) -> tuple[_Part, ...]:
    raw, parts, done = step.text.raw, [], 0
    marked = [(*span, "new") for span in step.new] + [(*span, "earlier") for span in step.earlier]
    for start, end, kind in [*sorted(marked), (len(raw), len(raw), "")]:
        parts += [_Part(pieces(raw[done:start]), ""), _Part(pieces(raw[start:end]), kind)]
        done = end
    return tuple(part for part in parts if part.pieces)


def _verdict(tried: Tried) -> tuple[str, str]:
    """How the attack ended, in a word for the style and in one for the reader."""
    result = tried.result
    if result is None:
        return "", ""
    cost = f"{result.words_changed} of {_counted(result.words, 'word')} changed, {_counted(result.queries, 'query')}"
    if result.status == "successful":
        return "flipped", f"Flipped to {visible(tried.classes[result.predictions[1]])}: {cost}."
    if result.status == "unattackable":
        return "none", "Nothing to swap: the attack may change none of these words."
    if result.stopped:
        return "held", f"Given up at the playground's limit of {result.stopped}, and held so far: {cost}."
    return "held", f"Held: {cost}, and the prediction is the same."


def _counted(number: int, what: str) -> str:
    many = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{number:,} {what if number == 1 else many}"
