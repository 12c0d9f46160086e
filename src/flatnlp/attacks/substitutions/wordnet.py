"""WordNet synonyms, as PWWS uses them."""

import json
import warnings
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from flatnlp.errors import FlatnlpError
from flatnlp.files import write_json
from flatnlp.resources import locate
from flatnlp.resources.places import cache_root
from flatnlp.text import is_one_word

_KEPT = 200_000
"""Words remembered; beyond it only such as have synonyms, and those are no more than WordNet's."""


class WordNetSynonyms:
    """Lemmas of all synsets of a word, phrases left out, in alphabetical order.

    As TextAttack 0.3.11's ``WordSwapWordNet``, but for forms of the word itself that differ only in capitals. Reading
    WordNet takes NLTK seconds, so answers are kept in the user's cache and WordNet is opened only for new words.

    Args:
        cache: File of the answers; one in the user's cache folder if not given.
    """

    def __init__(self, cache: Path | None = None) -> None:
        self._folder = locate("wordnet")
        self._cache = cache or cache_root() / "derived" / "wordnet-synonyms.json"
        self._known = _read(self._cache)
        self._asked_anew = 0

    def candidates(self, word: str) -> tuple[str, ...]:
        """Synonyms of a word, in any case of letters."""
        word = word.lower()
        known = self._known.get(word)
        if known is None:
            lemmas = {lemma for synset in self._wordnet.synsets(word) for lemma in synset.lemma_names()}
            known = tuple(
                sorted(lemma for lemma in lemmas if "_" not in lemma and lemma.lower() != word and is_one_word(lemma))
            )
            if known or len(self._known) < _KEPT:  # of words without synonyms there is no end
                self._known[word] = known
                self._asked_anew += 1
        return known

    def close(self) -> None:
        """Keep for the next process what was asked in this one."""
        if self._asked_anew:
            with suppress(FlatnlpError):  # where the cache cannot be written, it is only slower
                write_json(self._cache, {**_read(self._cache), **self._known})
            self._asked_anew = 0
        if "_wordnet" in self.__dict__:
            for file in self._wordnet._data_file_map.values():  # NLTK has no way to close what it opens lazily
                file.close()
            self._wordnet._data_file_map.clear()  # it opens them again where it must

    @cached_property
    def _wordnet(self) -> Any:
        import nltk
        from nltk.corpus.reader.wordnet import WordNetCorpusReader

        if str(self._folder) not in nltk.data.path:
            nltk.data.path.append(str(self._folder))  # NLTK reads nothing outside the folders listed there
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The multilingual functions")  # English alone is meant
            return WordNetCorpusReader(str(self._folder / "corpora" / "wordnet"), None)


def _read(cache: Path) -> dict[str, tuple[str, ...]]:
    """What earlier processes asked; nothing if there is no readable cache (it is only a cache)."""
    try:
        return {str(word): tuple(map(str, synonyms)) for word, synonyms in json.loads(cache.read_bytes()).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
