"""What models say of one sentence, and what becomes of it under attack."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flatnlp.api.saliency import attributions, saliency_map, swapped_by
from flatnlp.attacks.limits import Limits
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes import RECIPES, recipe
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.errors import FlatnlpError
from flatnlp.evaluation import run_attack
from flatnlp.interpret.measure import check_interpretable, check_method
from flatnlp.models.classifier import Classifier
from flatnlp.playground.models import Models
from flatnlp.playground.steps import Step, steps
from flatnlp.reports.saliency.explanation import Explanation
from flatnlp.resources import status
from flatnlp.text import Text

LONGEST = 2000
"""Characters of a text that the playground takes."""
LIMITS = Limits(queries=20_000, seconds=30)
"""What one attack may cost, so that nobody waits for long behind it."""


@dataclass(frozen=True)
class Tried:
    """What one model says.

    Attributes:
        model: What it is called.
        classes: Its classes.
        steps: The text, and after an attack every text on the way to the last.
        explanation: The words of the first text, and of the last where it is another.
        result: How the attack ended; ``None`` where there was none.
    """

    model: str
    classes: tuple[str, ...]
    steps: tuple[Step, ...]
    explanation: Explanation
    result: AttackResult | None = None


def recipes_here() -> list[str]:
    """Names of the attacks whose outside files are on this machine."""
    here = {row.name for row in status() if row.present}
    return [entry.name for entry in RECIPES.values() if here.issuperset(entry.resources)]


def checked(text: str, chosen: Sequence[str]) -> str:
    """The text without the space around it, if it can be tried.

    Raises:
        FlatnlpError: If it has no words or is too long, or no model is chosen.
    """
    text = text.strip()
    if not chosen:
        raise FlatnlpError("No model is chosen; tick at least one.")
    if len(text) > LONGEST:
        raise FlatnlpError(f"The text has {len(text):,} characters; the playground takes {LONGEST:,}, so shorten it.")
    if not Text.of(text).spans:
        raise FlatnlpError("There is no word to read; type a sentence.")
    return text


def predict(models: Models, chosen: Sequence[str], text: str, method: str = "ig") -> Iterator[Tried]:
    """What each of the chosen models says of a text, and which words say it.

    Args:
        models: Those there are.
        chosen: Names of some.
        text: The sentence.
        method: ``ig`` or ``lime``.

    Raises:
        FlatnlpError: If the text or a choice cannot be served.
    """
    text = checked(text, chosen)
    for name in chosen:
        classifier = models.load(name)
        predicted = int(classifier.predict_proba([text])[0].argmax())
        yield _tried(name, classifier, text, predicted, method, None)


def attack(
    models: Models, chosen: Sequence[str], text: str, method: str = "ig", named: str | Recipe = "pwws"
) -> Iterator[Tried]:
    """Attack what each of the chosen models says of a text: each model by itself, on the class that it predicts.

    Args:
        models: Those there are.
        chosen: Names of some.
        text: The sentence.
        method: ``ig`` or ``lime``.
        named: The recipe.

    Raises:
        FlatnlpError: If the text or a choice cannot be served.
    """
    text = checked(text, chosen)
    made = recipe(named)
    for name in chosen:
        classifier = models.load(name)
        predicted = int(classifier.predict_proba([text])[0].argmax())
        result = run_attack(made, classifier, [Example(0, text, predicted)], limits=LIMITS)[0]
        yield _tried(name, classifier, text, predicted, method, result)


def _tried(name: str, classifier: Classifier, text: str, label: int, method: str, result: AttackResult | None) -> Tried:
    check_interpretable(classifier, [check_method(method)])
    original = Text.of(text)
    last = result.adversarial if result else original
    texts = [original, last] if last.edits else [original]
    spans = swapped_by(result) if result else ((),)
    maps = [
        saliency_map(classifier, found, label, model=name, method=method, swapped=swapped)
        for found, swapped in zip(attributions(classifier, texts, method), spans, strict=False)
    ]
    beside = maps[1] if len(maps) > 1 else None
    explanation = Explanation(maps[0], beside, result.status if result and beside else None)
    return Tried(name, classifier.classes, steps(classifier, original, last), explanation, result)
