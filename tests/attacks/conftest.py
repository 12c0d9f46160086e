from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flatnlp.attacks.substitutions.wordnet import WordNetSynonyms


@pytest.fixture(scope="session")
def wordnet_answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file in which ``synonyms`` keeps its answers."""
    return tmp_path_factory.mktemp("derived") / "wordnet.json"


@pytest.fixture(scope="session")
def synonyms(fetched: Callable[[str], Path], wordnet_answers: Path) -> Iterator[WordNetSynonyms]:
    """WordNet's synonyms; NLTK takes seconds to read WordNet, so once for all tests."""
    fetched("wordnet")
    synonyms = WordNetSynonyms(wordnet_answers)
    yield synonyms
    synonyms.close()
