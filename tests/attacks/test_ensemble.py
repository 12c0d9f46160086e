"""An ensemble: robust is what survives every member."""

from pathlib import Path

import pytest

import flatnlp
from flatnlp.attacks.ensemble import Ensemble, attack_with_all, together
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes import RECIPES
from flatnlp.attacks.recipes.entry import RecipeEntry
from flatnlp.attacks.result import Example
from flatnlp.attacks.search.greedy import weighted_saliency
from flatnlp.errors import FlatnlpError
from flatnlp.evaluation import run_attack
from tests.attacks.toys import Lexicon, bag_of_words
from tests.tiny import CommandLine

WEIGHTS = {"good": 1, "fun": 1, "bad": -3, "dull": -3, "odd": -3, "fine": 0.5}
TEXTS = ["good", "fun", "strange", "good fun", "bad"]
LABELS = ["positive", "positive", "negative", "positive", "positive"]


def made(name: str, entries: dict[str, tuple[str, ...]]) -> Recipe:
    return Recipe(weighted_saliency, Lexicon(entries), name=name)


def members() -> tuple[Recipe, ...]:
    return made("first", {"good": ("bad",)}), made("second", {"good": ("dull",), "fun": ("fine", "dull")})


def test_each_member_attacks_what_has_survived_those_before_it() -> None:
    examples = [
        Example(i, text, int(label == "positive")) for i, (text, label) in enumerate(zip(TEXTS, LABELS, strict=True))
    ]
    told: list[int] = []
    found = attack_with_all(
        Ensemble(members()), bag_of_words(WEIGHTS), examples, lambda result: told.append(result.example.index)
    )
    assert [result.status for result in found.results] == [
        "successful",  # good, by the first
        "successful",  # fun, by the second
        "unattackable",
        "successful",  # good fun, by the first
        "skipped",
    ]
    assert found.felled == {"first": 2, "second": 1}
    assert sorted(told) == [0, 1, 2, 3, 4]
    assert found.results[1].adversarial.raw == "dull"
    assert found.results[1].queries == 1 + (1 + 1 + 2 + 2)  # the first asks for the text alone


def test_members_that_attacked_one_by_one_come_to_the_same() -> None:
    examples = [
        Example(i, text, int(label == "positive")) for i, (text, label) in enumerate(zip(TEXTS, LABELS, strict=True))
    ]
    victim = bag_of_words(WEIGHTS)
    all_three = (*members(), made("third", {"fun": ("odd",), "strange": ("bad",)}))
    found = attack_with_all(Ensemble(all_three), victim, examples)
    alone = {member.name: run_attack(member, victim, examples) for member in all_three}
    assert together(alone) == found
    assert found.shares() == {"first": 2 / 5, "second": 1 / 5, "third": 0.0}
    alone["second"] = alone["second"][1:3]  # a sample: what not all have attacked is left out
    assert [result.example.index for result in together(alone).results] == [1, 2]


def test_a_failure_outlives_a_member_that_finds_nothing_to_attack() -> None:
    ensemble = Ensemble((made("weak", {"good": ("fine",)}), made("none", {})))
    (result,) = attack_with_all(ensemble, bag_of_words(WEIGHTS), [Example(0, "good", 1)]).results
    assert (result.status, result.adversarial.raw, result.queries) == ("failed", "fine", 4 + 1)


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    for recipe in members():
        entry = RecipeEntry(recipe.name, lambda recipe=recipe: recipe, "s", "s", "c", "none")
        monkeypatch.setitem(RECIPES, recipe.name, entry)


@pytest.mark.usefixtures("registered")
def test_the_accuracy_under_an_ensemble_with_each_members_share() -> None:
    evaluated = flatnlp.evaluate(bag_of_words(WEIGHTS), TEXTS, LABELS, attacks="ensemble:first+second,first")
    evaluation = evaluated.evaluations["ensemble:first+second"]
    assert evaluation.after_attack_accuracy == 1 / 5
    assert evaluation.members == {"first": 2 / 5, "second": 1 / 5}
    assert "brought down, in this order, by first 40.0%, second 20.0%" in evaluation.sentence()
    assert evaluated.record()["attacks"]["ensemble:first+second"]["members"] == {"first": 0.4, "second": 0.2}
    assert "members" not in evaluated.record()["attacks"]["first"]
    alone = evaluated.evaluations["first"]
    assert alone.after_attack_accuracy == 2 / 5
    assert "query_budget" not in evaluated.record()


@pytest.mark.usefixtures("registered")
def test_an_evaluation_counts_what_its_limits_leave_unsaid_as_failed() -> None:
    evaluated = flatnlp.evaluate(
        bag_of_words(WEIGHTS), TEXTS, LABELS, attacks="ensemble:first+second,first", query_budget=4, time_limit=1e6
    )
    ensemble, alone = evaluated.evaluations.values()
    assert ensemble.members == {"first": 1 / 5, "second": 0.0}  # good alone can be had for so few
    assert (ensemble.after_attack_accuracy, alone.after_attack_accuracy) == (3 / 5, 3 / 5)
    assert (evaluated.record()["query_budget"], evaluated.record()["time_limit"]) == (4, 1e6)
    with pytest.raises(FlatnlpError, match="query budget of 0"):
        flatnlp.evaluate(bag_of_words(WEIGHTS), TEXTS, LABELS, query_budget=0)


@pytest.mark.usefixtures("registered")
def test_what_an_ensemble_cannot_do_is_said() -> None:
    with pytest.raises(FlatnlpError, match="no attack named 'firts'"):
        flatnlp.evaluate(bag_of_words(WEIGHTS), TEXTS, LABELS, attacks="ensemble:firts")
    with pytest.raises(FlatnlpError, match="can only be evaluated; name one attack, or give it to flatnlp evaluate"):
        flatnlp.attack(bag_of_words(WEIGHTS), TEXTS, attack="ensemble:first+second")


@pytest.mark.usefixtures("registered")
def test_the_command_prints_the_shares(command_line: CommandLine, tiny_run: Path, tiny_data: Path) -> None:
    out = command_line.done("evaluate", tiny_run, "--dataset", tiny_data, "--attack", "ensemble:pwws+first")
    assert out.startswith("ensemble:pwws+first: accuracy")
    assert "brought down, in this order, by first " in out
