"""PWWS on both sides, and with TextAttack's habits where the two differ."""

from dataclasses import replace

from comparison import (
    CAPITAL_STOP_WORDS,
    CAPITALS,
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
from flatnlp.attacks.recipes import recipe
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.evaluation import run_attack
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.resources import locate
from flatnlp.text import Text

CASE_FORMS = "TextAttack offers substitutes that differ from the word in capitals only"


class WithCaseForms:
    """WordNet synonyms with the forms of the word itself that differ in capitals only, as TextAttack offers them."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def candidates(self, word: str) -> tuple[str, ...]:
        """All of TextAttack's, in alphabetical order."""
        return tuple(self._peer.synonyms(word))

    def close(self) -> None:
        """Nothing to keep."""


class PwwsComparer:
    """Attacks every example with both, and with flatnlp once more for each of TextAttack's habits.

    Args:
        classifier: The victim.
    """

    def __init__(self, classifier: WordClassifier) -> None:
        self._classifier = classifier
        self._victim = WordVictim(classifier)
        self._peer = Peer(self._victim)
        file = locate("stopwords") / "corpora" / "stopwords" / "english"
        self._stop_words = frozenset(file.read_text(encoding="utf-8").split())

    def compare(self, examples: list[Example]) -> list[Comparison]:
        """One comparison per example."""
        ours = recipe("pwws")
        with_forms = replace(ours, substitutions=WithCaseForms(self._peer))
        with_both = replace(with_forms, constraints=(no_repeats, self._no_stop_word_as_it_stands))
        runs = [run_attack(each, self._classifier, examples) for each in (ours, with_forms, with_both)]
        theirs = [self._peer.attack(example) for example in examples]
        return [
            compared(first, other, self._cause(first, forms, both, other))
            for first, forms, both, other in zip(*runs, theirs, strict=True)
        ]

    def _no_stop_word_as_it_stands(self, text: Text, position: int) -> bool:
        return text.word(position) not in self._stop_words

    def _cause(self, ours: AttackResult, forms: AttackResult, both: AttackResult, theirs: PeerResult) -> str:
        if outcome(ours) == outcome(theirs):
            return SAME
        raw = ours.example.text
        if ours.status == both.status == "unattackable" and theirs.adversarial == raw:
            return UNATTACKABLE
        from textattack.shared.utils import words_from_text

        our_words, their_words = Text.of(raw).words, words_from_text(raw)
        unread = self._classifier.words_seen(Text.of(raw)) < len(our_words)
        status, text, queries = outcome(both)
        their_status, their_text, their_queries = outcome(theirs)
        causes = {
            CASE_FORMS: outcome(forms) != outcome(ours),
            CAPITAL_STOP_WORDS: outcome(both) != outcome(forms),
            MORE_WORDS: our_words != their_words,
            CAPITALS: text != their_text and text.lower() == their_text.lower(),
            UNREAD: unread,
        }
        probes = probed_besides(our_words, their_words, self._stop_words)
        if (status, text.lower()) == (their_status, their_text.lower()) and (
            queries + probes == their_queries or unread
        ):
            return "; ".join(cause for cause, applies in causes.items() if applies) or UNEXPLAINED
        if self._victim.row(ours.adversarial.raw) == self._victim.row(theirs.adversarial):
            return SAME_TO_VICTIM
        return UNEXPLAINED
