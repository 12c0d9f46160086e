"""PWWS against what TextAttack 0.3.11's did with the same sentences, WordNet and victim.

``textattack_pwws.json`` was recorded by ``benchmarks/record_textattack.py``; these tests need neither TextAttack nor a
network. flatnlp differs from TextAttack on purpose in three habits, and each difference below comes from one of them:

- a substitute takes the capitals of its word (``Rain`` -> ``Pelting``, not ``pelting``);
- stop words are left alone also where they begin a sentence (TextAttack makes ``A`` an ``angstrom``);
- forms of the word itself in other capitals are no substitutes (``american`` -> ``American``): they change no more than
  the number of queries here.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from flatnlp.attacks.constraints.positions import no_repeats, no_stop_words
from flatnlp.attacks.engine import Engine
from flatnlp.attacks.recipe import PositionConstraint, Recipe
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.attacks.search.greedy import weighted_saliency
from flatnlp.attacks.substitutions.wordnet import WordNetSynonyms
from flatnlp.text import Text
from tests.attacks.hashed_victim import hashed_victim

RECORDED = json.loads((Path(__file__).parent / "textattack_pwws.json").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = RECORDED["cases"]
IDS = [f"{case['classes']}-{case['text'][:40]}" for case in CASES]

KEPT_CAPITALS = {  # number of classes and what flatnlp makes of the sentence; TextAttack makes it in small letters
    (2, "Critic bonk the get-go season; viewers, however, quickly recede worry."),
    (3, "Critic know the first season; viewers, however, chop-chop lost interestingness."),
    (2, "CRACKING soundtrack, terrible dialogue, nice burden."),
    (3, "CRACKING soundtrack, terrible dialogue, nice burden."),
    (2, "Inunct prices climbed above $80 a barrel as supply tightened."),
    (3, "Petroleum prices climbed above $80 a barrel as ply tightened."),
    (2, "The museum's assembling of rarified coin was steal in Edge."),
    (3, "The museum's compendium of rarified coin was stolen in Edge."),
    (2, "URANIUM stockpile give eminent; gold and silver were apartment."),
    (3, "Ploughshare of the automaker lessen VII.V pct on Monday after weak sales."),
}
CAPITAL_STOP_WORDS = {  # TextAttack's outcome -> flatnlp's
    (2, "iodine laughed, iodine cried, iodine checked my watch."): "I laughed, I call, I delay my watch.",
    (2, "nobelium tale, no style, no gunpoint."): "No tale, no style, no gunpoint.",
    (3, "nobelium tale, no style, no gunpoint."): "No tale, no style, no gunpoint.",
    (2, "posterior a sequel be unspoiled than the master? This unmatchable is."): (
        "Can a sequel be unspoiled than the master? This unmatchable is."
    ),
    (3, "toilet a sequel be skilful than the master? This peerless is."): (
        "Can a continuation be skilful than the master? This peerless is."
    ),
}
STATUS_CHANGED = {  # of these, where the stop word made the difference between success and failure
    (2, "iodine laughed, iodine cried, iodine checked my watch."),
    (3, "toilet a sequel be skilful than the master? This peerless is."),
}


class Recorded:
    """WordNet's substitutes as TextAttack offered them."""

    def __init__(self, entries: Mapping[str, Sequence[str]], case_forms: bool) -> None:
        self.entries = entries
        self.case_forms = case_forms

    def candidates(self, word: str) -> tuple[str, ...]:
        offered = self.entries.get(word, ())
        return tuple(each for each in offered if self.case_forms or each.lower() != word.lower())

    def close(self) -> None:
        pass


def no_lower_case_stop_words(text: Text, position: int) -> bool:
    return text.word(position) not in RECORDED["stop_words"]


def attack(case: Mapping[str, Any], substitutions: Any, stop_words: PositionConstraint) -> AttackResult:
    recipe = Recipe(weighted_saliency, substitutions, (no_repeats, stop_words))
    engine = Engine(recipe, hashed_victim(case["classes"]))
    (result,) = engine.run([Example(0, case["text"], case["label"])])
    return result


def status(result: AttackResult) -> str:
    """TextAttack knows no word for unattackable."""
    return "failed" if result.status == "unattackable" else result.status


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_same_outcome(case: dict[str, Any]) -> None:
    substitutions = Recorded(RECORDED["synonyms"], case_forms=False)
    result = attack(case, substitutions, no_stop_words(RECORDED["stop_words"]))
    ours, theirs = result.adversarial.raw, case["adversarial"]
    assert (status(result) == case["status"]) == ((case["classes"], theirs) not in STATUS_CHANGED)
    if (case["classes"], theirs) in CAPITAL_STOP_WORDS:
        assert ours == CAPITAL_STOP_WORDS[case["classes"], theirs]
    elif (case["classes"], ours) in KEPT_CAPITALS:
        assert ours != theirs
        assert ours.lower() == theirs.lower()
    else:
        assert ours == theirs


def test_every_difference_that_is_listed_is_there() -> None:
    recorded = {(case["classes"], case["adversarial"]) for case in CASES}
    assert STATUS_CHANGED <= CAPITAL_STOP_WORDS.keys() <= recorded
    assert {(classes, text.lower()) for classes, text in KEPT_CAPITALS} <= {
        (classes, text.lower()) for classes, text in recorded
    }


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_with_textattacks_habits_even_the_queries_are_the_same(case: dict[str, Any]) -> None:
    result = attack(case, Recorded(RECORDED["synonyms"], case_forms=True), no_lower_case_stop_words)
    assert status(result) == case["status"]
    assert result.adversarial.raw.lower() == case["adversarial"].lower()
    if result.status != "unattackable":  # TextAttack probes all words before it finds that it has no substitute
        assert result.queries == case["queries"]


def test_wordnet_offers_what_textattack_offered(synonyms: WordNetSynonyms) -> None:
    recorded = Recorded(RECORDED["synonyms"], case_forms=False)
    words = sorted({word for case in CASES for word in Text.of(case["text"]).words})
    assert [(word, synonyms.candidates(word)) for word in words] == [
        (word, recorded.candidates(word)) for word in words
    ]


def test_the_stop_words_are_textattacks(fetched: Callable[[str], Path]) -> None:
    file = fetched("stopwords") / "corpora" / "stopwords" / "english"
    assert sorted(file.read_text(encoding="utf-8").split()) == RECORDED["stop_words"]
