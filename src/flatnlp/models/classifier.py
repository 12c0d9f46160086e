"""The contract of everything that can be attacked, evaluated and explained.

The attack engine never sees token ids or tensors. It asks a classifier to *encode* texts and their one-word variants
into keys, drops the keys it has seen, and asks for the probabilities of the rest. What a key is (ids as bytes for word
models, a string for a callable) is the classifier's own affair; equal keys must mean equal probabilities.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from flatnlp.data.given import Labels, Texts, labels_of, texts_of
from flatnlp.errors import FlatnlpError
from flatnlp.text import Text

if TYPE_CHECKING:
    from flatnlp.models.embedded import Embedded

Key = Any  # hashable, of the classifier's choosing

_SHOWN = 6

UNKNOWN = None
"""As a substitute: the classifier's own unknown token, whatever it is called, never a word that spells it."""


class Classifier(ABC):
    """Texts to class probabilities.

    Attributes:
        classes: Class names; column ``i`` of every probability array belongs to ``classes[i]``.
        path_steps: How many steps integrated gradients take if not told: so many that their completeness error is
            below 1 % for 99 % of texts, as far as that was measured.
        path_tokens: How many tokens of such paths go through the network at once if not told.
        perturbations: How many perturbations of a text LIME classifies if not told.
        batch_size: How many texts an attack or ``predict_proba`` has it classify at once, at most; as many as there are
            if ``None``. On a CPU no answer hangs on it.
        tokens: Tokens computed so far, where they are counted (encoders).
        padding: Of these, such as only fill up batches.
    """

    classes: tuple[str, ...]
    path_steps: int = 50
    path_tokens: int = 16384
    perturbations: int = 5000
    batch_size: int | None = None
    tokens: int = 0
    padding: int = 0

    @property
    def device(self) -> str:
        """Where it computes, in torch's words; an attack's other models are put there too."""
        return "cpu"

    @abstractmethod
    def encode(self, text: Text) -> Key:
        """The key of a text."""

    @abstractmethod
    def encode_variants(self, text: Text, positions: Sequence[int], substitutes: Sequence[str | None]) -> list[Key]:
        """The keys of the texts in which the word at ``positions[i]`` is ``substitutes[i]``.

        An empty substitute deletes the word, ``UNKNOWN`` puts the model's unknown token in its place.
        """

    def encode_subsets(self, text: Text, kept: NDArray[np.bool_]) -> list[Key]:
        """The keys of what is left of a text where words are removed and all between them stays.

        Args:
            text: The text.
            kept: ``[n, words seen]``, the words that are left in each of the n; the words not seen are never left.
        """
        ends = [end for _, end in text.spans[: kept.shape[1]]]
        separators = [text.raw[a:b] for a, b in zip([0, *ends], [start for start, _ in text.spans], strict=False)]
        words = text.words
        tail = "" if kept.shape[1] < len(text.spans) else text.raw[ends[-1] if ends else 0 :]
        parts = list(zip(separators, words, strict=False))
        return [
            self.encode(
                Text.of("".join(gap + word * stays for (gap, word), stays in zip(parts, row, strict=False)) + tail)
            )
            for row in kept.tolist()
        ]

    @abstractmethod
    def classify(self, keys: Sequence[Key]) -> NDArray[np.float64]:
        """Probabilities ``[len(keys), classes]``; a row depends on its key alone."""

    def classify_in_batches(self, keys: Sequence[Key]) -> NDArray[np.float64]:
        """The same, at most ``batch_size`` keys at once."""
        if self.batch_size is None or len(keys) <= self.batch_size:
            return self.classify(keys)
        starts = range(0, len(keys), self.batch_size)
        return np.concatenate([self.classify(keys[start : start + self.batch_size]) for start in starts])

    def identity(self) -> str:
        """What tells this classifier from others when an interrupted attack is taken up; empty where nothing does."""
        return ""

    def words_seen(self, text: Text) -> int:
        """How many leading words of a text the model reads before its maximal length cuts the rest off."""
        return len(text.spans)

    def reads_all(self, raw: str) -> bool:
        """Whether the model sees all words of a raw string; what is asked of every text, so a model may know sooner."""
        text = Text.of(raw)
        return self.words_seen(text) == len(text.spans)

    def embed(self, texts: Sequence[Text]) -> "Embedded":  # noqa: ARG002
        """Texts at the input of the folded network, for gradients.

        Raises:
            FlatnlpError: If there is nothing but probabilities, as with a callable.
        """
        raise FlatnlpError(
            "This classifier gives probabilities and no gradients, which integrated gradients need; use LIME."
        )

    def word_importance(self, words: Sequence[str]) -> NDArray[np.float64]:
        """Phi ``[words]``, the mean over a word's tokens: 1 without a mask, NaN for a word without tokens."""
        return np.ones(len(words))

    @property
    def classes_(self) -> NDArray[np.str_]:
        """The class names as scikit-learn has them: an array, in the order of ``predict_proba``'s columns."""
        return np.array(self.classes)

    def predict_proba(self, texts: Texts) -> NDArray[np.float64]:
        """Probabilities ``[texts, classes]`` of raw strings, as in scikit-learn.

        Args:
            texts: Strings: a list, an array, a pandas column; or a DataFrame or ``datasets.Dataset`` with a column
                ``text``.

        Raises:
            FlatnlpError: If the texts are one string, a text is no string, or a probability is NaN or infinite.
        """
        texts = texts_of(texts)
        probabilities = self.classify_in_batches([self.encode(Text.of(raw)) for raw in texts])
        if not np.isfinite(probabilities).all():
            raise FlatnlpError(
                f"The model answered NaN or infinity for {texts[_first_bad(probabilities)]!r:.80}; its weights are "
                "damaged, so restore it or train anew."
            )
        return probabilities

    def predict(self, texts: Texts) -> list[str]:
        """The most probable class name of each raw string; the first of equals.

        A list and no array, for names are compared one by one: ``sklearn.metrics`` takes it as it is.

        Raises:
            FlatnlpError: As ``predict_proba``.
        """
        return [self.classes[i] for i in self.predict_proba(texts).argmax(1)]

    def score(self, texts: Texts, labels: Labels | None = None) -> float:
        """Accuracy, as in scikit-learn.

        Args:
            texts: As in ``predict_proba``.
            labels: Their true classes, by name or number; those in the column ``label`` if not given.

        Raises:
            FlatnlpError: As ``predict_proba``; if there are no texts or no labels, or a label is unknown.
        """
        listed = texts_of(texts)
        known = labels_of(texts, labels)
        if known is None:
            raise FlatnlpError("Texts were given without labels; accuracy needs the true classes.")
        numbers = self.numbers_of(known, len(listed))
        if not listed:
            raise FlatnlpError("There is nothing to score; the list of texts is empty, give at least one.")
        return float((self.predict_proba(listed).argmax(1) == np.array(numbers)).mean())

    def numbers_of(self, labels: Sequence[str | int], texts: int) -> list[int]:
        """Labels as class numbers.

        Args:
            labels: Class names (whatever their capitals, where that tells them apart) or numbers. Where the names are
                whole numbers themselves (stars from 1 to 5), a number means the class of that name.
            texts: How many there must be.

        Raises:
            FlatnlpError: If there are more or fewer, or one is no class of this classifier.
        """
        if len(labels) != texts:
            counted = [f"{n} {what}{'' if n == 1 else 's'}" for n, what in ((texts, "text"), (len(labels), "label"))]
            raise FlatnlpError(f"{counted[0]} came with {counted[1]}; give one label per text.")
        names = {name: i for i, name in enumerate(self.classes)}
        folded = {name.casefold(): i for name, i in names.items()}
        by_name: dict[Any, int] = {**(folded if len(folded) == len(names) else {}), **names}
        numerals = all(name.lstrip("+-").isdecimal() for name in names)
        by_number = {int(name) if numerals else i: i for name, i in names.items()}
        numbers = []
        for i, label in enumerate(labels):
            known: Mapping[Any, int] = by_name if isinstance(label, str) else by_number
            number = None
            if isinstance(label, Hashable):
                number = known.get(label, known.get(label.casefold()) if isinstance(label, str) else None)
            if number is None:
                raise FlatnlpError(f"Label {i + 1} is {label!r}; the model's classes are {', '.join(self.classes)}.")
            numbers.append(number)
        return numbers

    def __repr__(self) -> str:
        named = ", ".join(self.classes[:_SHOWN]) + (", ..." if len(self.classes) > _SHOWN else "")
        return f"<{type(self).__name__}{self.described()}: {len(self.classes)} classes ({named})>"

    def described(self) -> str:
        """What ``repr`` says of it behind its type's name."""
        return ""


class CallableClassifier(Classifier):
    """Any function from strings to probabilities, made attackable. It cannot be trained.

    Args:
        function: ``list[str] -> array [n, classes]`` of probabilities.
        classes: The class names.
        unknown: What stands for an unknown word in a string (TextAttack's probe is ``[UNK]``).
        batch_size: Strings per call, at most.
    """

    def __init__(
        self,
        function: Callable[[list[str]], Any],
        classes: Sequence[str],
        unknown: str = "[UNK]",
        batch_size: int | None = 32,
    ) -> None:
        self.function = function
        self.classes = tuple(classes)
        self.unknown = unknown
        self.batch_size = batch_size

    def encode(self, text: Text) -> Hashable:
        """The raw string itself."""
        return text.raw

    def encode_variants(self, text: Text, positions: Sequence[int], substitutes: Sequence[str | None]) -> list[Key]:
        """The raw strings of the variants."""
        return [
            text.with_word(position, self.unknown if substitute is UNKNOWN else substitute)
            for position, substitute in zip(positions, substitutes, strict=True)
        ]

    def classify(self, keys: Sequence[Key]) -> NDArray[np.float64]:
        """Call the function, batch by batch.

        Raises:
            FlatnlpError: If it returns something other than finite numbers of the right shape.
        """
        rows = [np.zeros((0, len(self.classes)))]
        at_once = self.batch_size or len(keys)
        for start in range(0, len(keys), at_once or 1):
            batch = list(keys[start : start + at_once])
            answer = np.asarray(self.function(batch), dtype=np.float64)
            if answer.shape != (len(batch), len(self.classes)):
                raise FlatnlpError(
                    f"The classifier returned an array of shape {answer.shape} for {len(batch)} texts and "
                    f"{len(self.classes)} classes; it must return one row of class probabilities per text."
                )
            if not np.isfinite(answer).all():
                raise FlatnlpError(f"The classifier returned NaN or infinity for {batch[_first_bad(answer)]!r:.80}.")
            rows.append(answer)
        return np.concatenate(rows)


def _first_bad(answer: NDArray[np.float64]) -> int:
    return int(np.flatnonzero(~np.isfinite(answer).all(1))[0])
