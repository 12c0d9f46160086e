"""An attack's way from the original to the adversarial text, one edit at a time."""

from dataclasses import dataclass

from flatnlp.models.classifier import Classifier
from flatnlp.text import Edit, Text

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Step:
    """One text on the way, and what the model says of it.

    Attributes:
        edit: What was changed just before; ``None`` for the original.
        text: The text.
        new: Characters of the word that has just come.
        earlier: Characters of the words that earlier edits have changed.
        probabilities: One per class.
    """

    edit: Edit | None
    text: Text
    new: Spans
    earlier: Spans
    probabilities: tuple[float, ...]


def steps(classifier: Classifier, original: Text, last: Text) -> tuple[Step, ...]:
    """Make the edits of a text again, in the order of the search that made them, and ask the model after each.

    Args:
        classifier: The model that was attacked.
        original: The text before the edits.
        last: The text after them.

    Returns:
        The original first, the last text last; the original alone where nothing was changed.
    """
    texts = [original]
    for edit in last.edits:
        texts.append(texts[-1].redo(edit))
    probabilities = classifier.classify([classifier.encode(text) for text in texts])
    return tuple(
        Step(edit, text, *_marked(text, edit), tuple(row))
        for edit, text, row in zip((None, *last.edits), texts, probabilities.tolist(), strict=True)
    )


def _marked(text: Text, edit: Edit | None) -> tuple[Spans, Spans]:
    """The word of the last edit, and those of the edits before it."""
    if edit is None:
        return (), ()
    earlier = sorted(text.changed - {edit.position})
    return (text.spans[edit.position],), tuple(text.spans[position] for position in earlier)
