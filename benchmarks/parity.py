"""Does flatnlp's PWWS do what TextAttack's does? Both attack the same examples of the same victim.

Prints the share of examples with the same status, the same adversarial text and the same number of queries, and every
example whose status differs, or its text by more than capitals, with the cause where one is found. A cause is found by
experiment: flatnlp attacks the example again with TextAttack's habits, and the difference is explained only if both
then agree.
"""

import argparse
import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import textattack_offline
import textattack_peer
import torch
from textattack_peer import Peer, PeerResult, WordVictim
from victims import DATASET, KEPT_IN, victim

from flatnlp.attacks.constraints.positions import no_repeats
from flatnlp.attacks.recipes import recipe
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.data import load_data
from flatnlp.evaluation import run_attack, sample
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.resources import locate
from flatnlp.text import Text

SAME = "agrees"
UNATTACKABLE = "no word has a substitute: TextAttack probes every word all the same"
MORE_WORDS = "TextAttack counts a mark such as a backtick as a word, or as part of one"
CASE_FORMS = "TextAttack offers substitutes that differ from the word in capitals only"
CAPITAL_STOP_WORDS = "TextAttack attacks stop words that are written with a capital"
CAPITALS = "flatnlp gives a substitute the capitals of its word"
UNREAD = "TextAttack probes words beyond those that the model reads"
SAME_TO_VICTIM = "a tie: both texts are one and the same to the victim"
UNEXPLAINED = "not explained"


@dataclass(frozen=True)
class Comparison:
    """One example, attacked by both.

    Attributes:
        index: The example's.
        text: The original.
        status: flatnlp's and TextAttack's.
        adversarial: flatnlp's and TextAttack's.
        queries: flatnlp's and TextAttack's.
        cause: Why they differ.
    """

    index: int
    text: str
    status: tuple[str, str]
    adversarial: tuple[str, str]
    queries: tuple[int, int]
    cause: str

    @property
    def same_status(self) -> bool:
        """Whether both succeeded, failed or skipped; TextAttack calls failed what flatnlp calls unattackable."""
        return _comparable(self.status[0]) == self.status[1]

    @property
    def same_text(self) -> bool:
        """Whether both ended at the same string."""
        return self.adversarial[0] == self.adversarial[1]

    @property
    def same_but_for_capitals(self) -> bool:
        """Whether both ended at the same string in small letters."""
        return self.adversarial[0].lower() == self.adversarial[1].lower()

    @property
    def same_queries(self) -> bool:
        """Whether both asked equally often."""
        return self.queries[0] == self.queries[1]


class WithCaseForms:
    """WordNet synonyms with the forms of the word itself that differ in capitals only, as TextAttack offers them."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def candidates(self, word: str) -> tuple[str, ...]:
        """All of TextAttack's, in alphabetical order."""
        return tuple(self._peer.synonyms(word))

    def close(self) -> None:
        """Nothing to keep."""


class Comparer:
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
            Comparison(
                index=first.example.index,
                text=first.example.text,
                status=(first.status, other.status),
                adversarial=(first.adversarial.raw, other.adversarial),
                queries=(first.queries, other.queries),
                cause=self._cause(first, forms, both, other),
            )
            for first, forms, both, other in zip(*runs, theirs, strict=True)
        ]

    def _no_stop_word_as_it_stands(self, text: Text, position: int) -> bool:
        return text.word(position) not in self._stop_words

    def _cause(self, ours: AttackResult, forms: AttackResult, both: AttackResult, theirs: PeerResult) -> str:
        if _outcome(ours) == _outcome(theirs):
            return SAME
        raw = ours.example.text
        if ours.status == both.status == "unattackable" and theirs.adversarial == raw:
            return UNATTACKABLE
        from textattack.shared.utils import words_from_text

        our_words, their_words = Text.of(raw).words, words_from_text(raw)
        unread = self._classifier.words_seen(Text.of(raw)) < len(our_words)
        status, text, queries = _outcome(both)
        their_status, their_text, their_queries = _outcome(theirs)
        causes = {
            CASE_FORMS: _outcome(forms) != _outcome(ours),
            CAPITAL_STOP_WORDS: _outcome(both) != _outcome(forms),
            MORE_WORDS: our_words != their_words,
            CAPITALS: text != their_text and text.lower() == their_text.lower(),
            UNREAD: unread,
        }
        probes = sum(word not in self._stop_words for word in their_words)
        probes -= sum(word not in self._stop_words for word in our_words)
        if (status, text.lower()) == (their_status, their_text.lower()) and (
            queries + probes == their_queries or unread
        ):
            return "; ".join(cause for cause, applies in causes.items() if applies) or UNEXPLAINED
        if self._victim.row(ours.adversarial.raw) == self._victim.row(theirs.adversarial):
            return SAME_TO_VICTIM
        return UNEXPLAINED


def _outcome(result: AttackResult | PeerResult) -> tuple[str, str, int]:
    text = result.adversarial if isinstance(result, PeerResult) else result.adversarial.raw
    return _comparable(result.status), text, result.queries


def _comparable(status: str) -> str:
    return "failed" if status == "unattackable" else status


def report(compared: list[Comparison]) -> dict[str, object]:
    """The figures of a comparison; queries are averaged over the examples that both attacked."""
    attacked = [each for each in compared if each.status[0] in ("successful", "failed")]
    means = [sum(each.queries[side] for each in attacked) / max(len(attacked), 1) for side in (0, 1)]
    return {
        "examples": len(compared),
        "same_status": sum(each.same_status for each in compared) / len(compared),
        "same_adversarial_text": sum(each.same_text for each in compared) / len(compared),
        "same_but_for_capitals": sum(each.same_but_for_capitals for each in compared) / len(compared),
        "same_queries": sum(each.same_queries for each in compared) / len(compared),
        "queries_flatnlp": means[0],
        "queries_textattack": means[1],
        "causes": dict(Counter(each.cause for each in compared).most_common()),
        "statuses": {str(key): value for key, value in Counter(each.status for each in compared).items()},
    }


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="cnn", choices=("cnn", "lstm"))
    parser.add_argument("--dataset", default=DATASET)
    parser.add_argument("--examples", type=int, default=300, help="test examples (default 300)")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of examples")
    parser.add_argument("--models", type=Path, default=KEPT_IN, help="where the victims are kept")
    parser.add_argument("--json", type=Path, help="write figures and differing examples here")
    options = parser.parse_args()
    if not textattack_offline.available():
        raise SystemExit(textattack_peer.ABSENT)
    torch.set_num_threads(1)
    classifier = victim(options.model, options.models, options.dataset)
    test = load_data(options.dataset).splits["test"]
    examples = sample(list(test["text"]), list(test["label"]), options.examples, options.seed)
    compared = Comparer(classifier).compare(examples)
    figures = report(compared)
    print(
        f"\nPWWS on {len(compared)} {options.dataset} test examples, {options.model}, flatnlp against TextAttack 0.3.11"
    )
    print(f"same status            {figures['same_status']:8.2%}")
    print(f"same adversarial text  {figures['same_adversarial_text']:8.2%}")
    print(f"same but for capitals  {figures['same_but_for_capitals']:8.2%}")
    print(f"same queries           {figures['same_queries']:8.2%}")
    print(f"mean queries           {figures['queries_flatnlp']:8.2f} and {figures['queries_textattack']:.2f}")
    for cause, count in figures["causes"].items():
        print(f"{count:6}  {cause}")
    differing = [each for each in compared if not (each.same_status and each.same_but_for_capitals)]
    for each in differing:
        print(f"\nexample {each.index}, status {each.status}, queries {each.queries}: {each.cause}")
        print(f"  original    {each.text}\n  flatnlp     {each.adversarial[0]}\n  TextAttack  {each.adversarial[1]}")
    if not differing:
        print("No example differs in status, or in text by more than capitals.")
    if options.json:
        unlike = [asdict(each) for each in compared if each.cause != SAME]
        figures |= {"dataset": options.dataset, "model": options.model, "unlike": unlike}
        options.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
