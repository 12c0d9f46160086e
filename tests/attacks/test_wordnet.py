from pathlib import Path

import pytest

from flatnlp.attacks.recipes import recipe
from flatnlp.attacks.substitutions.wordnet import WordNetSynonyms
from flatnlp.errors import FlatnlpError


def test_synonyms_are_single_words_in_order_without_the_word_itself(synonyms: WordNetSynonyms) -> None:
    film = synonyms.candidates("Film")
    assert "movie" in film
    assert "motion_picture" not in film
    assert "film" not in film
    assert list(film) == sorted(film)
    assert synonyms.candidates("american") == tuple(w for w in synonyms.candidates("american") if w != "American")
    assert synonyms.candidates("zzzz") == synonyms.candidates("the") == ()


def test_inflected_words_are_found_by_their_lemma(synonyms: WordNetSynonyms) -> None:
    assert "movie" in synonyms.candidates("films")


def test_a_second_process_reads_the_cache_and_not_wordnet(
    synonyms: WordNetSynonyms, wordnet_answers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = synonyms.candidates("film")
    synonyms.close()
    again = WordNetSynonyms(wordnet_answers)
    monkeypatch.setattr(WordNetSynonyms, "_wordnet", property(lambda _: pytest.fail("WordNet was opened")))
    assert again.candidates("film") == film


def test_unknown_recipes_name_the_nearest() -> None:
    with pytest.raises(FlatnlpError, match="did you mean pwws"):
        recipe("pws")
    with pytest.raises(FlatnlpError, match="choose one of"):
        recipe("zzz")
