"""The tagger as a service: parts of speech of words in their contexts."""

from collections import OrderedDict
from collections.abc import Callable, Sequence

from flatnlp.attacks.request import Tags
from flatnlp.attacks.service import Memory, Spent
from flatnlp.attacks.services.universal_tags import UNIVERSAL
from flatnlp.errors import FlatnlpError, choose_from
from flatnlp.resources import locate

Context = tuple[tuple[str, ...], str, tuple[str, ...]]
"""Words before, the word, words after."""

PennTagger = Callable[[Sequence[Context]], list[str]]
"""The Penn Treebank tag of the word in each context."""

TAGGERS = ("nltk", "spacy")
_KEPT = 200_000


class TaggerService:
    """Answers ``Tags`` requests with universal tags; what was asked before is remembered.

    Args:
        load: Gives the tagger, which is loaded when the first question comes.
        identity: What tells this tagger from others.
        kept: Answers remembered; the oldest are forgotten.
    """

    name = "tagger"
    handles = Tags

    def __init__(self, load: Callable[[], PennTagger], identity: str, kept: int = _KEPT) -> None:
        self.spent = Spent()
        self.identity = identity
        self._load = load
        self._tagger: PennTagger | None = None
        self._kept = kept
        self._known: OrderedDict[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], list[str]] = OrderedDict()

    def answer(self, requests: Sequence[tuple[Tags, Memory]]) -> list[list[str]]:
        """One list of tags per request."""
        keys = [(request.before, tuple(request.words), request.after) for request, _ in requests]
        asked = dict.fromkeys(key for key in keys if key not in self._known)
        contexts = [(before, word, after) for before, words, after in asked for word in words]
        if self._tagger is None:
            self._tagger = self._load()
        tags = iter([UNIVERSAL.get(tag, "X") for tag in self._tagger(contexts)])
        answers = {key: [next(tags) for _ in key[1]] for key in asked}
        found = [answers[key] if key in answers else self._known[key] for key in keys]
        self._known.update(answers)
        while len(self._known) > self._kept:
            self._known.popitem(last=False)
        self.spent.items += sum(len(words) for _, words, _ in keys)
        self.spent.duplicates += sum(len(words) for _, words, _ in keys) - len(contexts)
        return found

    def close(self) -> None:
        """Nothing to keep."""


def tagger(name: str = "nltk") -> TaggerService:
    """The tagger of a name.

    Args:
        name: ``nltk`` (the averaged perceptron, resource ``perceptron-tagger``) or ``spacy`` (extra ``spacy``).

    Raises:
        FlatnlpError: If there is none of that name, or what it needs cannot be had.
    """
    if name == "nltk":
        folder = locate("perceptron-tagger")

        def perceptron() -> PennTagger:
            from flatnlp.attacks.services.perceptron import Perceptron

            return Perceptron(folder).tag

        return TaggerService(perceptron, "nltk")
    if name == "spacy":
        from flatnlp.attacks.services.spacy_tagger import PIPELINE, SpacyTagger

        found = SpacyTagger()
        return TaggerService(lambda: found.tag, f"spacy {PIPELINE}")
    raise FlatnlpError(f"There is no tagger named {name!r}; {choose_from(name, TAGGERS)}")
