"""The engine: results do not depend on company, work is not done twice, a broken victim is named."""

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatnlp.attacks.engine import Engine
from flatnlp.attacks.limits import Limits
from flatnlp.attacks.recipe import Problem
from flatnlp.attacks.request import Score
from flatnlp.attacks.result import Example
from flatnlp.attacks.service import Memory, Spent
from flatnlp.errors import FlatnlpError
from flatnlp.models.classifier import CallableClassifier
from flatnlp.text import Text
from tests.attacks.toys import bag_of_words, toy_recipe

WORDS = ["good", "bad", "fun", "dull", "film", "plot", "the"]
WEIGHTS = {"good": 1.2, "bad": -1.1, "fun": 0.7, "dull": -0.8, "film": 0.1, "plot": -0.05, "fine": 0.3, "poor": -0.9}
ENTRIES = {"good": ("fine", "poor"), "bad": ("poor",), "fun": ("fine", "dull"), "film": ("plot", "fine"), "the": ("a",)}
texts_strategy = st.lists(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), min_size=1, max_size=25)


@settings(max_examples=30, deadline=None, database=None, derandomize=True)
@given(texts_strategy, st.integers(1, 40), st.integers(1, 50), st.randoms(use_true_random=False))
def test_results_do_not_depend_on_width_batch_size_or_order(
    texts: list[str], width: int, batch_size: int, random: "np.random.RandomState"
) -> None:
    examples = [Example(i, text, i % 2) for i, text in enumerate(texts)]
    alone = [next(Engine(toy_recipe(ENTRIES), bag_of_words(WEIGHTS, 7), 1).run([example])) for example in examples]
    shuffled = list(examples)
    random.shuffle(shuffled)
    together = list(Engine(toy_recipe(ENTRIES), bag_of_words(WEIGHTS, batch_size), width).run(shuffled))
    assert sorted(together, key=lambda result: result.example.index) == alone
    shards = [list(Engine(toy_recipe(ENTRIES), bag_of_words(WEIGHTS), width).run(examples[i::3])) for i in range(3)]
    assert sorted(chain(*shards), key=lambda result: result.example.index) == alone


def test_no_text_of_an_example_is_classified_twice() -> None:
    asked: Counter[str] = Counter()
    victim = bag_of_words(WEIGHTS)

    def counting(texts: list[str]) -> np.ndarray:
        asked.update(texts)
        return victim.function(texts)

    engine = Engine(toy_recipe(ENTRIES), CallableClassifier(counting, victim.classes))
    (result,) = engine.run([Example(0, "good fun film good", 1)])
    assert set(asked.values()) == {1}
    spent = engine.spent["victim"]
    assert spent.items - spent.duplicates == asked.total() < spent.items == result.queries


def test_examples_are_taken_in_only_as_places_come_free() -> None:
    taken = 0

    def endless() -> "object":
        nonlocal taken
        while True:
            taken += 1
            yield Example(taken, "good fun", 1)

    results = Engine(toy_recipe(ENTRIES), bag_of_words(WEIGHTS), width=4).run(endless())  # type: ignore[arg-type]
    for _ in range(20):
        next(results)
    assert taken <= 20 + 2 * 4


@pytest.mark.parametrize(
    "answer",
    [
        lambda texts: np.full((len(texts), 2), np.nan),
        lambda texts: np.full((len(texts), 2), np.inf),
        lambda texts: np.full((len(texts), 3), 1 / 3),
        lambda texts: np.full((len(texts) + 1, 2), 0.5),
        lambda texts: np.full(len(texts), 0.5),
    ],
)
def test_a_broken_victim_is_one_clear_error(answer: object) -> None:
    victim = CallableClassifier(answer, ["a", "b"])  # type: ignore[arg-type]
    with pytest.raises(FlatnlpError, match="classifier returned"):
        list(Engine(toy_recipe(ENTRIES), victim).run([Example(0, "good", 1)]))


def test_what_a_broken_contract_costs_is_said_even_when_the_victim_does_not_check() -> None:
    class Careless(CallableClassifier):
        def classify(self, keys: Sequence[str]) -> np.ndarray:
            return np.full((len(keys), 2), np.nan)

    victim = Careless(lambda texts: texts, ["a", "b"])
    with pytest.raises(FlatnlpError, match="NaN or infinity"):
        list(Engine(toy_recipe(ENTRIES), victim).run([Example(0, "good", 1)]))


@dataclass(frozen=True)
class Length:
    text: Text


class Lengths:
    name = "lengths"
    handles = Length

    def __init__(self) -> None:
        self.spent = Spent()
        self.batches: list[int] = []
        self.closed = 0

    def answer(self, requests: Sequence[tuple[Length, Memory]]) -> list[int]:
        self.batches.append(len(requests))
        self.spent.items += len(requests)
        return [len(request.text.raw) for request, _ in requests]

    def close(self) -> None:
        self.closed += 1


def ask_both(problem: Problem) -> Generator[Any, Any, Text | None]:
    if not problem.positions(problem.text):
        return None
    length, scores = yield Length(problem.text), Score(problem.text, [0], ["x" * 3])
    again = yield Length(problem.text)
    assert length == again == len(problem.text.raw)
    assert scores.scores.shape == (1,)
    return problem.text.replace(0, "x" * 3)


def test_a_recipe_brings_its_services_and_a_search_may_ask_several_things_in_one_turn() -> None:
    lengths = Lengths()
    recipe = replace(toy_recipe(ENTRIES), search=ask_both, services=(lengths,))
    engine = Engine(recipe, bag_of_words(WEIGHTS))
    results = list(engine.run(Example(i, "good " * (i + 1), 1) for i in range(5)))
    assert [result.adversarial.words[0] for result in results] == ["xxx"] * 5
    assert lengths.batches == [5, 5]
    assert (engine.spent["lengths"].calls, engine.spent["lengths"].items, engine.spent["victim"].calls) == (2, 10, 2)
    assert next(engine.run([Example(0, "...", 0)])).status == "unattackable"
    recipe.close()
    assert lengths.closed == recipe.substitutions.closed == 1  # type: ignore[attr-defined]


def swap_at_random(problem: Problem) -> Generator[Any, Any, Text | None]:
    text = problem.text
    for position in (0, 1):
        text = text.replace(position, f"x{problem.random.integers(10**9)}")
        yield Score(text)
    return text


def test_randomness_hangs_on_the_seed_and_the_index_alone() -> None:
    recipe = replace(toy_recipe(ENTRIES), search=swap_at_random)
    examples = [Example(i, "good fun", 1) for i in (0, 1, 7, 1000)]

    def swapped(seed: int, width: int, chosen: list[Example]) -> dict[int, str]:
        engine = Engine(recipe, bag_of_words(WEIGHTS), width, seed)
        return {result.example.index: result.adversarial.raw for result in engine.run(chosen)}

    together = swapped(3, 50, examples)
    assert len(set(together.values())) == 4
    assert swapped(3, 1, examples[::-1]) == together
    assert swapped(3, 1, examples[2:3]) == {7: together[7]}
    assert not set(together.values()) & set(swapped(4, 50, examples).values())


@settings(max_examples=20, deadline=None, database=None, derandomize=True)
@given(texts_strategy, st.integers(1, 40), st.integers(1, 30))
def test_a_query_budget_ends_what_would_go_beyond_and_nothing_else(texts: list[str], budget: int, width: int) -> None:
    examples = [Example(i, text, i % 2) for i, text in enumerate(texts)]
    key = lambda result: result.example.index  # noqa: E731
    free = sorted(Engine(toy_recipe(ENTRIES), bag_of_words(WEIGHTS)).run(examples), key=key)
    limited = Engine(toy_recipe(ENTRIES), bag_of_words(WEIGHTS), width, limits=Limits(queries=budget))
    for without, result in zip(free, sorted(limited.run(examples), key=key), strict=True):
        assert result.queries <= budget
        if without.queries <= budget:
            assert result == without
        else:
            assert (result.status, result.stopped) == ("failed", "queries")


def test_a_budget_keeps_the_swaps_made_so_far() -> None:
    weights = {"good": 3.0, "fine": 1.0, "fun": 2.5, "okay": 2.0}
    entries = {"good": ("fine",), "fun": ("okay",)}
    example = Example(0, "good fun", 1)
    # 1 original, 2 probes and 2 swaps, 1 swap at the first position again: 6; the second position would make it 7.
    engine = Engine(toy_recipe(entries), bag_of_words(weights), limits=Limits(queries=6))
    (result,) = engine.run([example])
    assert (result.adversarial.raw, result.queries, result.stopped) == ("fine fun", 6, "queries")


def test_a_time_limit_ends_an_example_and_says_so() -> None:
    engine = Engine(toy_recipe(ENTRIES), bag_of_words(WEIGHTS), limits=Limits(seconds=1e-9))
    (result,) = engine.run([Example(0, "good fun", 1)])
    assert (result.status, result.stopped, result.queries) == ("failed", "time", 1)


@pytest.mark.parametrize("limits", [{"queries": 0}, {"seconds": 0.0}, {"seconds": float("nan")}])
def test_limits_that_leave_nothing_are_refused(limits: dict[str, Any]) -> None:
    with pytest.raises(FlatnlpError, match="leaves no"):
        Limits(**limits)


def test_a_victim_that_raises_is_one_clear_error() -> None:
    def broken(texts: list[str]) -> np.ndarray:
        raise KeyError("weights")

    with pytest.raises(FlatnlpError, match=r"The victim raised KeyError \('weights'\)"):
        list(Engine(toy_recipe(ENTRIES), CallableClassifier(broken, ["a", "b"])).run([Example(0, "good", 1)]))


def test_the_time_adds_up() -> None:
    engine = Engine(toy_recipe(ENTRIES), bag_of_words(WEIGHTS))
    list(engine.run([Example(0, "good fun", 1)]))
    spent = engine.time_spent
    victim = spent.services["victim"]
    assert 0 < victim.model_seconds <= victim.seconds <= spent.seconds
    assert spent.outside == pytest.approx(spent.seconds - victim.seconds)
    assert "victim" in spent.sentences()[1]
