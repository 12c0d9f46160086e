"""TextFooler without an encoder against what TextAttack 0.3.11's did with the same sentences, neighbours and tags.

``textattack_textfooler.json`` was recorded by ``benchmarks/record_textattack.py``; only the last test needs a resource.
flatnlp differs from TextAttack on purpose in two habits: stop words are left alone also where they begin a sentence,
and a word that stands twice in its context has the tag of its own place (``PartOfSpeech``).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from flatnlp.attacks.constraints.part_of_speech import PartOfSpeech
from flatnlp.attacks.constraints.positions import no_repeats, no_stop_words
from flatnlp.attacks.engine import Engine
from flatnlp.attacks.recipe import PositionConstraint, Recipe
from flatnlp.attacks.recipes.textfooler import stop_words
from flatnlp.attacks.request import Tags
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.attacks.search.importance_greedy import ImportanceGreedy
from flatnlp.attacks.service import Memory, Spent
from flatnlp.attacks.services.tagger import tagger
from flatnlp.text import Text, match_case
from tests.attacks.hashed_victim import hashed_victim

RECORDED = json.loads((Path(__file__).parent / "textattack_textfooler.json").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = RECORDED["cases"]
IDS = [f"{case['classes']}-{case['text'][:40]}" for case in CASES]
STOP_WORDS = frozenset(stop_words())

OTHER_TAG = (2, "The striker scored twice in the second half to seal the win.")
"""Asks 145 queries instead of 143: substitutes that stand in the context already have another tag there."""


class Recorded:
    """The neighbours of the sentences' words."""

    def candidates(self, word: str) -> tuple[str, ...]:
        return tuple(RECORDED["synonyms"].get(word, "").split())

    def close(self) -> None:
        pass


class RecordedTags:
    """NLTK's tags of the sentences' words and their neighbours."""

    name = "tagger"
    handles = Tags

    def __init__(self) -> None:
        self.spent = Spent()
        self.known = {
            (request.before, word, request.after): tag
            for request, tags in tagged()
            for word, tag in zip(request.words, tags, strict=True)
        }

    def answer(self, requests: Sequence[tuple[Tags, Memory]]) -> list[list[str]]:
        return [[self.known[each.before, word, each.after] for word in each.words] for each, _ in requests]

    def close(self) -> None:
        pass


def tagged() -> Iterator[tuple[Tags, list[str]]]:
    """What is asked at every position that has neighbours, and the answer."""
    for raw, by_position in RECORDED["tags"].items():
        text = Text.of(raw)
        for position, tags in by_position.items():
            word = text.word(int(position))
            near = [match_case(each, word) for each in Recorded().candidates(word)]
            yield next(PartOfSpeech().allowed(text, text, int(position), near)), tags.split()


def attack(case: Mapping[str, Any], stop_words: PositionConstraint) -> AttackResult:
    search = ImportanceGreedy("deletion", (PartOfSpeech(),))
    recipe = Recipe(search, Recorded(), (no_repeats, stop_words), services=(RecordedTags(),))
    (result,) = Engine(recipe, hashed_victim(case["classes"])).run([Example(0, case["text"], case["label"])])
    return result


def outcome(result: AttackResult) -> tuple[str, str]:
    """TextAttack knows no word for unattackable."""
    status = "failed" if result.status == "unattackable" else result.status
    return status, result.adversarial.raw


def no_lower_case_stop_words(text: Text, position: int) -> bool:
    return text.word(position) not in STOP_WORDS


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_with_textattacks_stop_words_all_is_the_same(case: dict[str, Any]) -> None:
    result = attack(case, no_lower_case_stop_words)
    assert outcome(result) == (case["status"], case["adversarial"])
    if result.status != "unattackable":  # TextAttack probes all words before it finds that it has no substitute
        more = 2 if (case["classes"], case["text"]) == OTHER_TAG else 0
        assert result.queries == case["queries"] + more


def test_without_them_only_words_that_they_protect_differ() -> None:
    constraint = no_stop_words(STOP_WORDS)
    differing = 0
    for case in CASES:
        result = attack(case, constraint)
        if outcome(result) != (case["status"], case["adversarial"]):
            differing += 1
            theirs = Text.of(case["adversarial"]).words
            changed = [own for own, word in zip(Text.of(case["text"]).words, theirs, strict=True) if own != word]
            assert STOP_WORDS.intersection(word.lower() for word in changed)
    assert differing == 10


def test_flatnlp_tags_as_was_recorded(fetched: Callable[[str], Path]) -> None:
    fetched("perceptron-tagger")
    requests, tags = zip(*tagged(), strict=True)
    assert tagger().answer([(each, Memory(0)) for each in requests]) == list(tags)
