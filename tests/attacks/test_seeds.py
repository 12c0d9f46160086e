"""A seed reaches what draws at random, and nothing else hangs on it."""

from dataclasses import replace
from pathlib import Path

import pytest

import flatnlp
from flatnlp.attacks.ensemble import Ensemble, attack_with_all
from flatnlp.attacks.journal import settings_for
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes import RECIPES
from flatnlp.attacks.result import Example
from flatnlp.attacks.results_file import read_results, settings_of
from flatnlp.attacks.search.random_order import random_order
from tests import tiny
from tests.attacks.toys import Lexicon, bag_of_words
from tests.tiny import CommandLine

SUBSTITUTES = tuple(f"w{i}" for i in range(200))
DRAWING = Recipe(random_order, Lexicon({"good": SUBSTITUTES, "film": SUBSTITUTES}), name="drawing")
VICTIM = bag_of_words({"good": 1.0, "film": 0.5})
EXAMPLES = [Example(i, "good film", 1) for i in range(3)]


def test_a_seed_is_part_of_what_makes_results_only_where_something_is_drawn() -> None:
    alike = settings_for(DRAWING, VICTIM, EXAMPLES)
    assert settings_for(DRAWING, VICTIM, EXAMPLES, 3) == alike | {"seed": 3}
    assert settings_for(DRAWING, VICTIM, EXAMPLES, (0, 1)) == alike | {"seed": [0, 1]}
    still = replace(DRAWING, draws=False)
    assert settings_for(still, VICTIM, EXAMPLES, (3, 1)) == settings_for(still, VICTIM, EXAMPLES) == alike


def test_an_ensemble_hands_the_seed_to_its_members() -> None:
    def ended(seed: int) -> list[str]:
        found = attack_with_all(Ensemble((DRAWING,)), VICTIM, EXAMPLES, seed=seed)
        return [result.adversarial.raw for result in found.results]

    assert ended(0) == ended(0) != ended(1)


def test_evaluate_hands_the_seed_on(command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, ...]] = []

    def search(problem):  # type: ignore[no-untyped-def]
        seen.append(problem.seed)
        return (yield from random_order(problem))

    own = replace(DRAWING, search=search)
    flatnlp.evaluate(VICTIM, ["good film"], ["positive"], attacks=own, seed=7)
    monkeypatch.setitem(RECIPES, "own", replace(RECIPES["random"], name="own", make=lambda: own, options=()))
    flatnlp.evaluate(VICTIM, ["good film"], ["positive"], attacks="ensemble:own", seed=8)
    assert seen == [(7, 0), (8, 0)]
    del command_line


@pytest.fixture
def drawing_run(
    tmp_path: Path, tiny_data: Path, tiny_vectors: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> Path:
    del command_line
    monkeypatch.setitem(
        RECIPES, "pwws", replace(RECIPES["pwws"], make=lambda: Recipe(random_order, tiny.Synonyms(), name="pwws"))
    )
    tiny.train(tiny_data, tiny_vectors, tmp_path / "run", seed=5)
    return tmp_path / "run"


def test_attacks_in_training_draw_by_the_run_and_the_round(drawing_run: Path) -> None:
    adversarial = drawing_run / "rounds" / "01" / "adversarial.pwws.parquet"
    assert settings_of(adversarial)["seed"] == [5, 1]
    assert list(read_results(adversarial))
    # The test set is attacked alike for all runs, and as `flatnlp evaluate RUN` does.
    tested = drawing_run / "attacks" / "pwws.test.parquet"
    assert "seed" not in settings_of(tested)
    before = tested.read_bytes()
    found = flatnlp.evaluate(drawing_run, interpret="ig", pairs=3, save=True)
    assert found.evaluations["pwws"].examples > 0
    assert tested.read_bytes() == before
