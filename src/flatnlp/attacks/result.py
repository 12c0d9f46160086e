"""What an attack on one text came to."""

from dataclasses import dataclass
from typing import Literal

from flatnlp.text import Text

Status = Literal["successful", "failed", "skipped", "unattackable"]

Stopped = Literal["queries", "time"]


@dataclass(frozen=True, slots=True)
class Example:
    """A text to attack: its index in the data set, the raw string, and its true label."""

    index: int
    text: str
    label: int


@dataclass(frozen=True, slots=True)
class AttackResult:
    """The outcome for one example.

    Attributes:
        example: What was attacked.
        adversarial: The last text the search stood at, and the edits that led there; the original if nothing changed.
        status: ``successful``: the prediction changed; ``failed``: it held; ``skipped``: it was wrong before;
            ``unattackable``: right, and no word has a substitute that the recipe allows.
        predictions: Predicted class of the original and of the adversarial text.
        probabilities: Probability of the true label for both.
        queries: Texts the search asked about, the original among them, repetitions counted (as TextAttack counts).
        words: Words of the original.
        stopped: Which limit ended the search before its own end: ``queries`` or ``time``; ``None`` for neither. Such an
            example has ``failed`` at the text whose variants the search was asking about.
    """

    example: Example
    adversarial: Text
    status: Status
    predictions: tuple[int, int]
    probabilities: tuple[float, float]
    queries: int
    words: int
    stopped: Stopped | None = None

    @property
    def words_changed(self) -> int:
        """How many words of the adversarial text are other than the original's: swapped, inserted or merged ones.

        A word that was swapped and swapped back is not counted.
        """
        original, text = Text.of(self.example.text).words, self.adversarial
        alignment = text.alignment
        return sum([text.word(i)] != [original[position] for position in alignment[i]] for i in text.changed)

    def _repr_html_(self) -> str:
        """What a notebook shows: both texts, the changed words marked."""
        from flatnlp.attacks.result_html import pair_html

        return pair_html(self)
