"""The stop words that attacks leave alone."""

from flatnlp.attacks.constraints.positions import no_stop_words
from flatnlp.attacks.recipe import PositionConstraint
from flatnlp.resources import locate


def no_english_stop_words() -> PositionConstraint:
    """NLTK's English stop words are left alone, in any case of letters.

    Raises:
        FlatnlpError: If the list cannot be had.
    """
    path = locate("stopwords") / "corpora" / "stopwords" / "english"
    return no_stop_words(path.read_text(encoding="utf-8").split())
