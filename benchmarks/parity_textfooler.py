"""TextFooler on both sides, and with TextAttack's habits where the two differ.

flatnlp's search is run with ``lazy=False``, which asks the sentence encoder before the victim, as TextAttack does; so
the queries can be compared. The lazy search, flatnlp's default, is run beside it.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from compared import COMPARED
from comparison import (
    CAPITAL_STOP_WORDS,
    MORE_WORDS,
    SAME,
    SAME_TO_VICTIM,
    UNATTACKABLE,
    UNEXPLAINED,
    UNREAD,
    Comparison,
    compared,
    outcome,
    probed_besides,
)
from textattack_peer import Peer, PeerResult, WordVictim

from flatnlp.attacks.constraints.positions import no_repeats
from flatnlp.attacks.recipes.textfooler import stop_words
from flatnlp.attacks.request import Tags
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.evaluation import run_attack
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.text import Text

FIRST_TAG = "TextAttack takes the tag of a word's first occurrence around its place"


@dataclass(frozen=True)
class Lazy:
    """The search that asks the sentence encoder as late as it can.

    Attributes:
        queries: Mean over the examples attacked.
        same_text: Share of examples that end at the same text as without being lazy.
    """

    queries: float
    same_text: float


@dataclass(frozen=True)
class TheirPartOfSpeech:
    """Parts of speech as TextAttack reads them: at the first occurrence around the place, marks counting as words."""

    def allowed(
        self,
        original: Text,
        text: Text,  # noqa: ARG002
        position: int,
        substitutes: Sequence[str],
    ) -> Generator[Tags, list[str], Sequence[str]]:
        """Those of the right part of speech."""
        from textattack.shared.utils import words_from_text

        words = words_from_text(original.raw)
        place = -1
        for word in original.words[: position + 1]:
            place = words.index(word, place + 1)
        before, after = tuple(words[max(place - 4, 0) : place]), tuple(words[place + 1 : place + 4])
        (own,) = yield _first(before, words[place], after)
        kept = []
        for word in substitutes:
            (tag,) = yield _first(before, word, after)
            if tag == own or {tag, own} <= {"NOUN", "VERB"}:
                kept.append(word)
        return kept


def _first(before: tuple[str, ...], word: str, after: tuple[str, ...]) -> Tags:
    around = (*before, word, *after)
    at = around.index(word)
    return Tags(around[:at], (word,), around[at + 1 :])


class TextFoolerComparer:
    """Attacks every example with both, and with flatnlp once more for each of TextAttack's habits.

    Args:
        name: Which TextFooler, a key of ``COMPARED``.
        classifier: The victim.
    """

    def __init__(self, name: str, classifier: WordClassifier) -> None:
        self._compared = COMPARED[name]
        self._classifier = classifier
        self._victim = WordVictim(classifier)
        self._peer = Peer(self._victim, self._compared.theirs)
        self._stop_words = frozenset(stop_words())
        self.lazy: Lazy | None = None

    def compare(self, examples: list[Example]) -> list[Comparison]:
        """One comparison per example."""
        ours = self._compared.ours()
        search: Any = ours.search
        eager = replace(ours, search=replace(search, lazy=False))
        first_tag = replace(eager, search=replace(search, lazy=False, constraints=(TheirPartOfSpeech(),)))
        both = replace(first_tag, constraints=(no_repeats, self._no_stop_word_as_it_stands))
        runs = [run_attack(each, self._classifier, examples) for each in (eager, first_tag, both)]
        lazy = run_attack(ours, self._classifier, examples)
        attacked = [each.queries for each in lazy if each.status in ("successful", "failed")]
        same = [a.adversarial.raw == b.adversarial.raw for a, b in zip(lazy, runs[0], strict=True)]
        self.lazy = Lazy(sum(attacked) / max(len(attacked), 1), sum(same) / len(same))
        theirs = [self._peer.attack(example) for example in examples]
        return [
            compared(first, other, self._cause(first, tags, everything, other))
            for first, tags, everything, other in zip(*runs, theirs, strict=True)
        ]

    def _no_stop_word_as_it_stands(self, text: Text, position: int) -> bool:
        return text.word(position) not in self._stop_words

    def _cause(self, ours: AttackResult, tags: AttackResult, both: AttackResult, theirs: PeerResult) -> str:
        if outcome(ours) == outcome(theirs):
            return SAME
        raw = ours.example.text
        if ours.status == both.status == "unattackable" and theirs.adversarial == raw:
            return UNATTACKABLE
        from textattack.shared.utils import words_from_text

        our_words, their_words = Text.of(raw).words, words_from_text(raw)
        unread = self._classifier.words_seen(Text.of(raw)) < len(our_words)
        causes = {
            FIRST_TAG: our_words == their_words and outcome(tags) != outcome(ours),
            CAPITAL_STOP_WORDS: outcome(both) != outcome(tags),
            MORE_WORDS: our_words != their_words,
            UNREAD: unread,
        }
        status, text, queries = outcome(both)
        their_status, their_text, their_queries = outcome(theirs)
        probes = probed_besides(our_words, their_words, self._stop_words)
        if (status, text) == (their_status, their_text) and (queries + probes == their_queries or unread):
            return "; ".join(cause for cause, applies in causes.items() if applies) or UNEXPLAINED
        if self._victim.row(ours.adversarial.raw) == self._victim.row(theirs.adversarial):
            return SAME_TO_VICTIM
        return UNEXPLAINED
