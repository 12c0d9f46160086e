"""TextAttack on a flatnlp victim: the other side of every comparison.

TextAttack runs its own recipe (``compared``) with its own defaults, on the same resources. The victim
is the same too, and TextAttack calls it in the batches of 32 that are its default. It may use flatnlp's fast inference
(``WordClassifier.classify``), so what is compared is the attack and not the model behind it.

Its saliency probe, the string ``[UNK]``, becomes the model's unknown token as in flatnlp, never the cleaned word "unk".
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import textattack_offline
import torch
from compared import pwws
from numpy.typing import NDArray

from flatnlp.attacks.result import Example
from flatnlp.data.vocabulary import UNKNOWN_ID
from flatnlp.models.rows import ID_BYTES, matrix_of, row_of
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.resources import locate
from flatnlp.text import clean

ABSENT = "TextAttack is not installed in this environment (benchmarks/README.md says how), so its side is left out."

_PROBE = "[UNK]"

Victim = Callable[[list[str]], NDArray[np.float64]]
"""Raw strings -> class probabilities ``[n, classes]``."""


@dataclass(frozen=True, slots=True)
class PeerResult:
    """What TextAttack made of one example.

    Attributes:
        index: The example's.
        status: ``successful``, ``failed`` or ``skipped``.
        adversarial: The last text its search stood at.
        queries: As it counts them.
        words_changed: How many words of the last text it counts as modified.
    """

    index: int
    status: str
    adversarial: str
    queries: int
    words_changed: int = 0


class Peer:
    """TextAttack on a victim.

    Args:
        victim: What it attacks.
        build: Its ``ModelWrapper`` -> its ``Attack``.
    """

    def __init__(self, victim: Victim, build: Callable[[Any], Any] = pwws) -> None:
        textattack_offline.prepare([locate("wordnet"), locate("stopwords")])
        import textattack
        import transformers

        textattack.shared.utils.logger.setLevel(logging.ERROR)  # it warns of every victim it does not know by name
        transformers.logging.set_verbosity_error()

        class Wrapper(textattack.models.wrappers.ModelWrapper):
            model = None

            def __call__(self, texts: list[str]) -> NDArray[np.float64]:
                return victim(texts)

        self._attack = build(Wrapper())

    def forget(self) -> None:
        """Drop what its caches hold of earlier attacks."""
        self._attack.clear_cache()

    def synonyms(self, word: str) -> list[str]:
        """What its WordNet substitution offers for a word, in alphabetical order."""
        return sorted(self._attack.transformation._get_replacement_words(word))

    def attack(self, example: Example) -> PeerResult:
        """Attack one example."""
        from textattack.attack_results import SkippedAttackResult, SuccessfulAttackResult

        result = self._attack.attack(example.text, example.label)
        if isinstance(result, SkippedAttackResult):
            status = "skipped"
        else:
            status = "successful" if isinstance(result, SuccessfulAttackResult) else "failed"
        changed = result.perturbed_result.attacked_text.attack_attrs["modified_indices"]
        return PeerResult(example.index, status, result.perturbed_text(), result.num_queries, len(changed))


class WordVictim:
    """A word model as a function of strings, and the time spent in it.

    Args:
        classifier: The model.
        fast: Whether to use flatnlp's inference, else the network's plain forward pass. In small batches the plain one
            can be the faster; TextAttack is timed with the one that is faster for it.
    """

    def __init__(self, classifier: WordClassifier, fast: bool = True) -> None:
        self.classifier = classifier
        self.seconds = 0.0
        self._infer = classifier.classify if fast else partial(plain_forward, classifier)

    def row(self, raw: str) -> bytes:
        """Encode a text whose ``[UNK]`` stands for the unknown token; cut to the model's length."""
        ids: list[int] = []
        for i, part in enumerate(raw.split(_PROBE)):
            ids += [UNKNOWN_ID] * (i > 0) + self.classifier.vocabulary.encode(clean(part))
        return row_of(ids[: self.classifier.length] or [UNKNOWN_ID])

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities."""
        rows = [self.row(text) for text in texts]
        begin = time.perf_counter()
        probabilities = self._infer(rows)
        self.seconds += time.perf_counter() - begin
        return probabilities


def plain_forward(classifier: WordClassifier, rows: Sequence[bytes]) -> NDArray[np.float64]:
    """Probabilities of one batch from ``WordNetwork.forward``, the module as it was trained, on a padded batch."""
    ids = torch.from_numpy(matrix_of(rows))
    lengths = torch.tensor([len(row) // ID_BYTES for row in rows])
    with torch.inference_mode():
        probabilities: NDArray[np.float64] = classifier.network(ids, lengths).logits.double().softmax(1).numpy()
    return probabilities
