"""The sentence encoder's part of a recipe: the constraint, the service behind it, and what tells it from others."""

from collections.abc import Mapping
from dataclasses import dataclass

from flatnlp.attacks.constraints.sentence_similarity import SentenceSimilarity
from flatnlp.attacks.service import Service
from flatnlp.attacks.services.sentence_encoder import with_threshold


@dataclass(frozen=True)
class SimilarityPart:
    """What a recipe takes over.

    Attributes:
        constraint: For the search; ``None`` without an encoder.
        services: None or one.
        setting: For the recipe's settings.
    """

    constraint: SentenceSimilarity | None
    services: tuple[Service, ...]
    setting: str


def similarity_part(encoder: str, thresholds: Mapping[str, float], against_original: bool = False) -> SimilarityPart:
    """The part for an encoder as a user names it.

    Args:
        encoder: As in ``with_threshold``, or ``none`` to do without.
        thresholds: The recipe's own, by the encoder's name.
        against_original: As in ``SentenceSimilarity``.

    Raises:
        FlatnlpError: If there is no such encoder, or no threshold for it.
    """
    if encoder == "none":
        return SimilarityPart(None, (), "none")
    chosen = with_threshold(encoder, thresholds)
    constraint = SentenceSimilarity(chosen.threshold, against_original=against_original)
    return SimilarityPart(constraint, (chosen.service,), f"{chosen.service.identity} {chosen.threshold}")
