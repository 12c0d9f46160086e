"""A victim, a tagger and a sentence encoder that answer at once, from hashes, behind the real caches."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.constraints.part_of_speech import PartOfSpeech
from flatnlp.attacks.constraints.positions import no_repeats, no_stop_words
from flatnlp.attacks.constraints.sentence_similarity import SentenceSimilarity
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.search.importance_greedy import ImportanceGreedy
from flatnlp.attacks.services.sentence_encoder import EncoderService
from flatnlp.attacks.services.tagger import Context, TaggerService
from flatnlp.models.classifier import Classifier, Key
from flatnlp.models.word_classifier import WordClassifier
from tests import tiny

_WIDTH = 384
"""Of the encodings, as MiniLM's."""


def instant_victim(victim: WordClassifier) -> WordClassifier:
    """The same keys and caches; probabilities from a checksum of the key."""

    def classify(keys: Sequence[Key]) -> NDArray[np.float64]:
        first = np.array([crc32(bytes(key)) for key in keys], dtype=np.float64) / 2**32  # type: ignore[arg-type]
        return np.stack([first, 1 - first], 1)

    victim.classify = classify  # type: ignore[method-assign]
    return victim


def instant_textfooler(kept: int | None = None) -> Recipe:
    """TextFooler's search over the tiny synonyms; all words are nouns, and most texts alike.

    Args:
        kept: What tagger and encoder remember; as much as the real ones if not said.
    """
    bound = {} if kept is None else {"kept": kept}

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.ones((len(texts), _WIDTH), np.float32)
        rows[:, 0] = [crc32(text.encode()) / 2**32 * 10 for text in texts]
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def tag(contexts: Sequence[Context]) -> list[str]:
        return ["NN"] * len(contexts)

    services = TaggerService(lambda: tag, "instant", **bound), EncoderService(lambda _: encode, "instant", **bound)
    constraints = no_repeats, no_stop_words(tiny.STOP_WORDS)
    search = ImportanceGreedy("deletion", (PartOfSpeech(),), SentenceSimilarity(0.8, 15, skip_shorter=False))
    return Recipe(search, tiny.Synonyms(), constraints, name="textfooler", services=services, draws=False)


def caches(victim: Classifier, recipe: Recipe) -> dict[str, int]:
    """How much each cache holds."""
    held = {"words": len(getattr(victim, "_pieces", ())), "offers": recipe.offers.cache_info().currsize}  # type: ignore[attr-defined]
    return held | {service.name: len(service._known) for service in recipe.services if hasattr(service, "_known")}
