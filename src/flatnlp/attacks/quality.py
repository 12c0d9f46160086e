"""How good adversarial texts are beside the robustness they measure: near in meaning, and as fluent as the original."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flatnlp.attacks.request import NextWord, Similarity
from flatnlp.attacks.result import AttackResult
from flatnlp.attacks.service import Memory
from flatnlp.attacks.services.language_model import DEFAULT_MODEL, LanguageModelService, language_model_named
from flatnlp.attacks.services.sentence_encoder import EncoderService, encoder
from flatnlp.text import Text

DEFAULT_ENCODER = "minilm:bf16"
RAREST = 1e-7
"""No word counts as less probable than this: what a model gives to words that it lacks says only that it lacks them."""

_AT_ONCE = 256


@dataclass(frozen=True)
class Quality:
    """Of the successful adversarial texts, beside their originals.

    Attributes:
        texts: How many there are; the values below are ``None`` if none.
        similarity: Mean cosine of a text's encoding and its original's.
        perplexity_before: Of the originals under the language model: ``exp`` of the mean negative log-probability of
            all their words, none counted as rarer than ``RAREST``.
        perplexity_after: Of the adversarial texts.
    """

    texts: int
    similarity: float | None
    perplexity_before: float | None
    perplexity_after: float | None

    @property
    def perplexity_ratio(self) -> float | None:
        """How many times as perplexing the adversarial texts are; ``None`` if there are none."""
        if self.perplexity_before is None or self.perplexity_after is None:
            return None
        return self.perplexity_after / self.perplexity_before

    def record(self) -> dict[str, float | int | None]:
        """As JSON values."""
        return {
            "texts": self.texts,
            "similarity": self.similarity,
            "perplexity_before": self.perplexity_before,
            "perplexity_after": self.perplexity_after,
            "perplexity_ratio": self.perplexity_ratio,
        }


@dataclass(frozen=True)
class QualityMeasure:
    """What measures it.

    Attributes:
        similarity: The sentence encoder.
        language_model: The language model.
    """

    similarity: EncoderService
    language_model: LanguageModelService

    @classmethod
    def named(
        cls, sentence_encoder: str = DEFAULT_ENCODER, language_model: str = DEFAULT_MODEL, device: str = "cpu"
    ) -> "QualityMeasure":
        """The measure with an encoder and a language model of these names.

        Args:
            sentence_encoder: As ``sentence_encoder.encoder`` takes it.
            language_model: As ``language_model_named`` takes it.
            device: Where they compute, in torch's words.

        Raises:
            FlatnlpError: If one of them cannot be had.
        """
        measure = cls(encoder(sentence_encoder), LanguageModelService(language_model_named(language_model)))
        measure.similarity.place_on(device)
        measure.language_model.place_on(device)
        return measure

    def of(self, results: Sequence[AttackResult]) -> Quality:
        """Measure the successful ones among the results of an attack."""
        successful = [result for result in results if result.status == "successful"]
        if not successful:
            return Quality(0, None, None, None)
        cosines: list[float] = []
        for start in range(0, len(successful), _AT_ONCE):
            part = successful[start : start + _AT_ONCE]
            asked = [(Similarity(each.example.text, (each.adversarial.raw,)), Memory(0)) for each in part]
            cosines += [float(answer[0]) for answer in self.similarity.answer(asked)]
        return Quality(
            len(successful),
            float(np.mean(cosines)),
            self._perplexity([each.example.text for each in successful]),
            self._perplexity([each.adversarial.raw for each in successful]),
        )

    def _perplexity(self, texts: Sequence[str]) -> float | None:
        """Over all words of all texts."""
        total, count = 0.0, 0
        for start in range(0, len(texts), _AT_ONCE):
            asked = []
            for text in texts[start : start + _AT_ONCE]:
                words = Text.of(text).words
                asked += [(NextWord(tuple(words[:i]), (word,)), Memory(0)) for i, word in enumerate(words)]
            total += sum(max(float(answer[0]), math.log(RAREST)) for answer in self.language_model.answer(asked))
            count += len(asked)
        return math.exp(-total / count) if count else None
