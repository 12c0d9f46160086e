"""What a user may choose about the attacks, beside which."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class AttackOptions:
    """Choices that several recipes share; ``None`` leaves each recipe its own default.

    Attributes:
        synonyms: Synonym space: a name or file of word vectors, or of a neighbour list.
        encoder: Sentence encoder: ``minilm``, ``use``, ``none``, or the folder of another.
        tagger: Part-of-speech tagger: ``nltk`` or ``spacy``.
        language_model: Language model: a name, a ``.lm.bin`` file, or the folder of a causal model of ``transformers``.
        masked_model: Masked language model: a name, a folder, or ``hf:owner/name``.
    """

    synonyms: str | None = None
    encoder: str | None = None
    tagger: str | None = None
    language_model: str | None = None
    masked_model: str | None = None

    def given(self) -> dict[str, str]:
        """What is chosen, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}


DEFAULTS = AttackOptions()
"""Every recipe as it is."""
