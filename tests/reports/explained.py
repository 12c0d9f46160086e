"""Saliency maps made up for the tests."""

from collections.abc import Sequence

from flatnlp.reports.saliency.explanation import Explanation
from flatnlp.reports.saliency.maps import SaliencyMap, SaliencyWord
from flatnlp.text import Text

HOSTILE = "<script>alert(1)</script> $x$ [red]bad[/red] \x1b[31mred\u202e </style> fine"


def saliency(
    raw: str,
    values: Sequence[float | None],
    swapped: Sequence[str] = (),
    importances: Sequence[float] = (),
    model: str = "cnn flat",
    prediction: str = "positive",
    probability: float = 0.9,
) -> SaliencyMap:
    """A map for 'positive'; words beyond the values were not read, swapped words are given as they stand."""
    spans = Text.of(raw).spans
    values = [*values, *[None] * len(spans)][: len(spans)]
    weights = importances or [None] * len(spans)
    words = [SaliencyWord(*span, value, weight) for span, value, weight in zip(spans, values, weights, strict=True)]
    marks = tuple((raw.index(word), raw.index(word) + len(word)) for word in swapped)
    predicted = probability if prediction == "positive" else 1 - probability
    return SaliencyMap(model, raw, tuple(words), "ig", "positive", probability, prediction, predicted, marks)


def pair(model: str = "cnn flat") -> Explanation:
    """A film that is dull, and one that is slow."""
    return Explanation(
        saliency("A dull film, told well.", [0.1, -0.4, 0.0, 0.05], ["dull"], [0.2, 0.9, 0.5, 0.5, 0.5], model),
        saliency(
            "A slow film, told well.",
            [0.1, 0.2, 0.0, 0.05],
            ["slow"],
            [0.2, 0.8, 0.5, 0.5, 0.5],
            model,
            "negative",
            0.3,
        ),
        "successful",
    )
