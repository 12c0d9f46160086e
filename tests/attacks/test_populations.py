"""The searches over populations, on a victim whose every score is known."""

from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatnlp.attacks.constraints.positions import no_repeats, no_stop_words
from flatnlp.attacks.constraints.substitute import SubstituteConstraint
from flatnlp.attacks.constraints.words_changed import WordsChanged
from flatnlp.attacks.engine import Engine
from flatnlp.attacks.recipe import Recipe, Search
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.attacks.search.genetic import Genetic, ImprovedGenetic
from flatnlp.attacks.search.particle_swarm import ParticleSwarm
from flatnlp.attacks.search.together import together
from flatnlp.errors import FlatnlpError
from flatnlp.text import Text
from tests.attacks.toys import Lexicon, bag_of_words

MAKERS: tuple[Callable[..., Search], ...] = (Genetic, ImprovedGenetic, ParticleSwarm)
WORDS = ["good", "bad", "fun", "dull", "film", "plot", "the"]
WEIGHTS = {"good": 1.2, "bad": -1.1, "fun": 0.7, "dull": -0.8, "film": 0.1, "plot": -0.05, "fine": 0.3, "poor": -0.9}
ENTRIES = {"good": ("fine", "poor"), "bad": ("poor",), "fun": ("fine", "dull"), "film": ("plot", "fine"), "the": ("a",)}


def recipe(search: Search, entries: dict[str, tuple[str, ...]], repeats: bool = False) -> Recipe:
    stop = no_stop_words(("the", "is"))
    return Recipe(search, Lexicon(entries), [stop] if repeats else [no_repeats, stop])


def attack(
    search: Search,
    entries: dict[str, tuple[str, ...]],
    weights: dict[str, float],
    text: str,
    label: int = 1,
    repeats: bool = False,
) -> AttackResult:
    (result,) = Engine(recipe(search, entries, repeats), bag_of_words(weights)).run([Example(0, text, label)])
    return result


@pytest.mark.parametrize("make", MAKERS)
def test_finds_the_pair_of_swaps_that_it_takes(make: Callable[..., Search]) -> None:
    # 2.0 + 2.0 + 1.0 = 5.0; only both of great and fun swapped (-1.0 and -2.0) bring it under 0: -2.0.
    weights = {"great": 2, "fun": 2, "film": 1, "grand": -1, "silly": -2, "movie": 1}
    entries = {"great": ("grand",), "fun": ("silly",), "film": ("movie",)}
    result = attack(make(population=6, iterations=20), entries, weights, "A great, FUN film.")
    assert result.status == "successful"
    assert result.adversarial.raw.startswith("A grand, SILLY ")
    assert result.predictions == (1, 0)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("text", ["", "the", "nothing", "... !"])
def test_texts_without_a_word_to_swap_are_unattackable(make: Callable[..., Search], text: str) -> None:
    result = attack(make(population=3, iterations=2), ENTRIES, {}, text, 0)
    assert (result.status, result.queries, result.adversarial.raw) == ("unattackable", 1, text)


@pytest.mark.parametrize("make", MAKERS)
def test_a_text_of_one_word(make: Callable[..., Search]) -> None:
    held = attack(make(population=3, iterations=2), {"good": ("fine",)}, {"good": 1, "fine": 0.5}, "good")
    assert (held.status, held.adversarial.raw) == ("failed", "fine")
    fallen = attack(make(population=3, iterations=2), {"good": ("fine",)}, {"good": 1, "fine": -0.5}, "good")
    assert (fallen.status, fallen.adversarial.raw) == ("successful", "fine")


texts_strategy = st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), min_size=1, max_size=8)


@pytest.mark.parametrize("make", MAKERS)
@settings(max_examples=12)
@given(texts=texts_strategy, width=st.integers(1, 9), batch=st.integers(1, 50), seed=st.integers(0, 3))
def test_a_result_depends_on_its_own_example_and_the_seed_alone(
    make: Callable[..., Search], texts: list[str], width: int, batch: int, seed: int
) -> None:
    examples = [Example(i, text, i % 2) for i, text in enumerate(texts)]
    chosen = recipe(make(population=4, iterations=3), ENTRIES)
    alone = [next(Engine(chosen, bag_of_words(WEIGHTS, 7), 1, seed).run([example])) for example in examples]
    company = list(Engine(chosen, bag_of_words(WEIGHTS, batch), width, seed).run(reversed(examples)))
    assert sorted(company, key=lambda result: result.example.index) == alone


@pytest.mark.parametrize("make", MAKERS)
@settings(max_examples=12)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=7), label=st.integers(0, 1))
def test_words_become_nothing_but_their_own_substitutes(
    make: Callable[..., Search], words: list[str], label: int
) -> None:
    result = attack(make(population=5, iterations=4), ENTRIES, WEIGHTS, " ".join(words), label)
    for word, now in zip(words, result.adversarial.words, strict=True):
        assert now == word or (now in ENTRIES.get(word, ()) and word != "the")


def test_the_improved_genetic_search_may_go_through_a_substitute_of_a_substitute() -> None:
    weights = {"good": 2.0, "fine": 1.0, "okay": -1.0}
    entries = {"good": ("fine",), "fine": ("okay",)}
    result = attack(ImprovedGenetic(population=4, iterations=10), entries, weights, "good the", repeats=True)
    assert (result.status, result.adversarial.raw) == ("successful", "okay the")
    held = attack(Genetic(population=4, iterations=10), entries, weights, "good the")
    assert (held.status, held.adversarial.raw) == ("failed", "fine the")


def test_queries_of_a_population_by_hand() -> None:
    # One word with two substitutes, none of which raises the score.
    entries, weights = {"good": ("fine", "nice")}, {"good": 1, "fine": 2, "nice": 3}
    # Genetic: the text itself; each of 3 members asks for both once.
    assert attack(Genetic(population=3, iterations=0), entries, weights, "good").queries == 1 + 3 * 2
    # The improved one begins with a text per word; "the" has no substitutes and asks nothing, and the second word is
    # asked about once per word of the text: 2 x 2. The first word's member draws a random word until all are tried.
    random_first = {0, 2, 4}
    found = attack(ImprovedGenetic(population=3, iterations=0), entries, weights, "the good", repeats=True).queries
    assert found - 1 - 2 * 2 in random_first
    # The swarm asks for all substitutes once, whatever its size.
    assert attack(ParticleSwarm(population=3, iterations=0), entries, weights, "good").queries == 1 + 2


def test_what_the_last_generation_finds_counts() -> None:
    weights = {"great": 2, "fun": 2, "grand": -1, "silly": -1.5}
    entries = {"great": ("grand",), "fun": ("silly",)}
    result = attack(Genetic(population=8, iterations=1), entries, weights, "great fun")
    assert result.status == "successful"


def asked(constraint: SubstituteConstraint, original: Text, text: Text, position: int, words: Sequence[str]) -> Any:
    """What a constraint that asks no service allows."""
    generator: Generator[Any, Any, Sequence[str]] = constraint.allowed(original, text, position, words)
    with pytest.raises(StopIteration) as end:
        next(generator)
    return list(end.value.value)


def test_no_more_than_a_share_of_the_words_may_differ() -> None:
    original = Text.of("a b c d e f")
    limit = WordsChanged(0.2)  # two of six
    assert asked(limit, original, original, 0, ["x"]) == ["x"]
    assert asked(limit, original, original.replace(0, "x"), 1, ["y"]) == ["y"]
    twice = original.replace(0, "x").replace(1, "y")
    assert asked(limit, original, twice, 2, ["z"]) == []
    assert asked(limit, original, twice, 1, ["z", "b"]) == ["z", "b"]
    thrice = twice.replace(2, "z")  # as breeding may bring about
    assert asked(limit, original, thrice, 2, ["q", "c"]) == ["c"]
    assert asked(limit, Text.of("a"), Text.of("a"), 0, ["x"]) == ["x"]


@given(st.lists(st.integers(0, 3), max_size=5))
def test_searches_side_by_side_get_their_own_answers(lengths: list[int]) -> None:
    def search(number: int, length: int) -> Generator[Any, Any, list[Any]]:
        got = []
        for step in range(length):
            if step % 2:
                got += yield (number, "a"), (number, "b")
            else:
                got.append((yield [number, step]))
        return got

    running = together([search(number, length) for number, length in enumerate(lengths)])
    turns = 0
    try:
        wanted = next(running)
        while True:
            turns += 1
            wanted = running.send(tuple(str(each) for each in wanted))
    except StopIteration as end:
        results = end.value
    assert turns == max(lengths, default=0)
    for number, (length, got) in enumerate(zip(lengths, results, strict=True)):
        assert all(str(number) in each for each in got)
        assert len(got) == sum(1 + step % 2 for step in range(length))


@pytest.mark.parametrize("name", ["genetic", "iga", "pso"])
def test_the_recipes_of_the_registry_attack_real_sentences(name: str, fetched: Callable[[str], Path]) -> None:
    from flatnlp.attacks.options import AttackOptions
    from flatnlp.attacks.recipes import RECIPES
    from flatnlp.attacks.recipes import recipe as made

    for resource in RECIPES[name].resources:
        if resource != "counter-fitted":
            fetched(resource)
    try:
        attack = made(name, AttackOptions(synonyms="counterfitted_glove_100d"))
    except FlatnlpError as error:
        pytest.skip(str(error))
    words = {"good": 1.0, "film": 1.0, "great": 1.5, "decent": -3.0, "excellent": -3.0, "movie": -2.0, "big": -3.0}
    (result,) = Engine(attack, bag_of_words(words)).run([Example(0, "A good film with a great story.", 1)])
    assert result.status == "successful"
    assert 1 <= result.words_changed <= (2 if name == "iga" else 3)
