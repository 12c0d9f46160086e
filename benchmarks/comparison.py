"""What two attacks made of the same examples, and why they differ."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from textattack_peer import PeerResult

from flatnlp.attacks.result import AttackResult

SAME = "agrees"
UNATTACKABLE = "no word has a substitute: TextAttack probes every word all the same"
MORE_WORDS = "TextAttack counts a mark such as a backtick as a word, or as part of one"
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
        return comparable(self.status[0]) == self.status[1]

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


def compared(ours: AttackResult, theirs: PeerResult, cause: str) -> Comparison:
    """One example's results side by side."""
    return Comparison(
        index=ours.example.index,
        text=ours.example.text,
        status=(ours.status, theirs.status),
        adversarial=(ours.adversarial.raw, theirs.adversarial),
        queries=(ours.queries, theirs.queries),
        cause=cause,
    )


def probed_besides(our_words: Sequence[str], their_words: Sequence[str], stop_words: Collection[str]) -> int:
    """How many words TextAttack probes that are none to flatnlp, those that flatnlp alone probes taken off."""
    ours, theirs = (sum(word not in stop_words for word in words) for words in (our_words, their_words))
    return theirs - ours


def outcome(result: AttackResult | PeerResult) -> tuple[str, str, int]:
    """Status, last text and number of queries."""
    text = result.adversarial if isinstance(result, PeerResult) else result.adversarial.raw
    return comparable(result.status), text, result.queries


def comparable(status: str) -> str:
    """A status in TextAttack's words: it has none for unattackable."""
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
