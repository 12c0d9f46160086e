"""Greedy search over all positions, with words replaced, inserted and merged, by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from flatnlp.attacks.constraints.positions import no_repeats, no_stop_words
from flatnlp.attacks.constraints.sentence_similarity import SentenceSimilarity
from flatnlp.attacks.engine import Engine
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.request import Fill, Similarity, Tags
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.attacks.results_file import read_results, write_results
from flatnlp.attacks.search.all_positions import AllPositions
from flatnlp.attacks.search.changes import Gap
from flatnlp.attacks.search.greedy import weighted_saliency
from flatnlp.attacks.search.importance_greedy import ImportanceGreedy
from flatnlp.attacks.search.random_order import random_order
from flatnlp.attacks.service import Memory, Spent
from flatnlp.attacks.substitutions.masked import MaskedSubstitutes
from tests.attacks.toys import Lexicon, bag_of_words


class Answers:
    """A service from a function."""

    name = "answers"

    def __init__(self, handles: type, answer: Any) -> None:
        self.handles, self._answer, self.spent, self.asked = handles, answer, Spent(), []

    def answer(self, requests: Sequence[tuple[Any, Memory]]) -> list[Any]:
        self.asked += [request for request, _ in requests]
        return [self._answer(request) for request, _ in requests]

    def close(self) -> None:
        pass


def model(words: Mapping[tuple[str, str], tuple[str, ...]]) -> Answers:
    """A masked language model: what may stand between the word before and the word after."""

    def fill(request: Fill) -> tuple[str, ...]:
        left, right = request.left.split(), request.right.split()
        return words.get((left[-1] if left else "", right[0] if right else ""), ())[: request.most]

    return Answers(Fill, fill)


def tagger(tags: Mapping[str, str]) -> Answers:
    return Answers(Tags, lambda request: [tags.get(word, "X") for word in request.words])


def attack(recipe: Recipe, weights: Mapping[str, float], text: str, label: int = 1) -> AttackResult:
    (result,) = Engine(recipe, bag_of_words(weights)).run([Example(0, text, label)])
    return result


def test_the_best_change_of_all_is_made_first() -> None:
    entries = {"good": ("fine", "okay"), "fun": ("silly",), "film": ("movie",)}
    weights = {"good": 2, "fine": 1, "okay": 1.5, "fun": 1, "silly": -2, "film": 1, "movie": 0.5}
    result = attack(Recipe(AllPositions(), Lexicon(entries), [no_repeats]), weights, "good fun film")
    # 4.0; fun -> silly: 1.0; good -> fine: 0.0 (the first class of two that are equal).
    assert [(edit.original, edit.substitute) for edit in result.adversarial.edits] == [
        ("fun", "silly"),
        ("good", "fine"),
    ]
    assert (result.status, result.queries) == ("successful", 1 + 4 + 3)


def test_it_goes_on_where_nothing_is_gained_until_nothing_is_left() -> None:
    result = attack(
        Recipe(AllPositions(), Lexicon({"good": ("great",)}), [no_repeats]), {"good": 1, "great": 2}, "good"
    )
    assert (result.status, result.adversarial.raw) == ("failed", "great")


@pytest.mark.parametrize("text", ["", "the", "none known"])
def test_texts_without_a_word_to_change_are_unattackable(text: str) -> None:
    for search in (AllPositions(), random_order):
        result = attack(Recipe(search, Lexicon({"the": ("a",)}), [no_stop_words(["the"])]), {}, text, 0)
        assert (result.status, result.queries) == ("unattackable", 1)


def test_no_greedy_attack_does_better_than_all_positions_on_sums() -> None:
    entries = {"good": ("fine", "bad"), "fun": ("dull", "nice"), "film": ("plot",)}
    weights = {"good": 1.2, "fun": 0.7, "film": 0.1, "fine": 0.3, "bad": -1.1, "dull": -0.8, "plot": -0.05, "nice": 0.9}
    for text in ("good fun film", "fun film fun", "good good film", "film"):
        ceiling, other, floor = (
            attack(Recipe(search, Lexicon(entries), [no_repeats]), weights, text)
            for search in (AllPositions(), weighted_saliency, random_order)
        )
        succeeded = [result.status == "successful" for result in (ceiling, other, floor)]
        assert succeeded[0] >= max(succeeded)
        if succeeded[0] and succeeded[1]:
            assert ceiling.words_changed <= other.words_changed


def clare(fills: Answers, tags: Answers, **options: Any) -> Recipe:
    return Recipe(
        AllPositions(insert=Gap(50, where=(no_repeats,)), merge=Gap(50, 0.005), most_steps=1, **options),
        MaskedSubstitutes(50),
        [no_repeats, no_stop_words(["the"])],
        services=(fills, tags),
    )


def test_words_are_inserted_and_merged_where_that_is_best(tmp_path: Any) -> None:
    fills = model({("the", "film"): ("poor",), ("the", "was"): ("thing",), ("was", "."): ("weak",)})
    tags = tagger({"the": "DET", "nice": "ADJ", "film": "NOUN", "was": "VERB", "good": "ADJ"})
    weights = {"nice": 2, "good": 2, "film": 1, "weak": -1, "poor": 1.5, "thing": -1}
    # 5.0. "nice" -> "poor": 4.5; "nice film" -> "thing" (ADJ + NOUN): 1.0, the best; then "good" -> "weak": -2.0.
    result = attack(clare(fills, tags), weights, "the nice film was good .")
    assert result.adversarial.raw == "the thing was weak ."
    assert [edit.kind for edit in result.adversarial.edits] == ["merge", "replace"]
    assert result.adversarial.origins == (0, 1, 3, 4)
    assert (result.status, result.words, result.words_changed) == ("successful", 5, 2)
    write_results([result], tmp_path / "r.parquet")
    assert read_results(tmp_path / "r.parquet") == [result]


def test_a_word_is_put_before_another() -> None:
    fills = model({("a", "film"): ("Bad",)})
    result = attack(clare(fills, tagger({})), {"film": 1, "bad": -3}, "a film")
    assert result.adversarial.raw == "a Bad film"
    assert result.adversarial.origins == (0, None, 1)
    assert result.status == "successful"


def test_a_word_may_come_before_a_stop_word_but_not_before_one_that_was_put_there() -> None:
    fills = model({("", "the"): ("bad",), ("", "bad"): ("worse",), ("bad", "the"): ("worse",), ("", "film"): ("poor",)})
    result = attack(clare(fills, tagger({})), {"film": 4, "the": 1, "bad": -3, "worse": -9, "poor": -1}, "the film")
    # TextAttack's stop words are for swaps alone: "the" is not replaced, "bad the film" is possible.
    assert [edit.kind for edit in result.adversarial.edits] == ["insert", "insert"]
    assert result.adversarial.raw == "bad worse the film"
    assert result.status == "successful"


def test_insertions_end() -> None:
    fills = Answers(Fill, lambda request: ("so",))
    result = attack(clare(fills, tagger({})), {"film": 1, "so": 1}, "the film")
    assert result.status == "failed"
    assert len(result.adversarial.edits) <= 2


@pytest.mark.parametrize("lazy", [True, False])
def test_what_is_not_similar_enough_is_not_made(lazy: bool) -> None:
    fills = model({("", "film"): ("bad", "poor")})
    cosines = Answers(Similarity, lambda request: np.array([0.1 if "bad" in each else 0.99 for each in request.others]))
    similarity = SentenceSimilarity(0.7, window=15, skip_shorter=False, against_original=True)
    recipe = clare(fills, tagger({}), similarity=similarity, lazy=lazy)
    recipe = Recipe(recipe.search, recipe.substitutions, recipe.constraints, services=(*recipe.services, cosines))
    result = attack(recipe, {"good": 1, "bad": -3, "poor": -2}, "good film")
    assert (result.status, result.adversarial.raw) == ("successful", "poor film")
    assert cosines.asked[0].reference == "good film"


def test_substitutes_in_context_go_with_any_search() -> None:
    weights = {"good": 2, "film": 1, "weak": -4}
    for search in (ImportanceGreedy("deletion"), AllPositions(), random_order):
        fills = model({("a", "film"): ("GOOD", "weak", "weak")})
        result = attack(Recipe(search, MaskedSubstitutes(3), [no_repeats], services=(fills,)), weights, "a Good film")
        assert (result.status, result.adversarial.raw) == ("successful", "a Weak film")
