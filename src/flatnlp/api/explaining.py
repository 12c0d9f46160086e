"""Explain single texts: which words speak for a class, alone or beside another text."""

import difflib
from collections.abc import Sequence
from pathlib import Path

from flatnlp.api.attacking import attacked
from flatnlp.api.loading import load
from flatnlp.api.saliency import Spans, attributions, saliency_map, swapped_by
from flatnlp.api.saying import Say, silent
from flatnlp.attacks.options import DEFAULTS, AttackOptions
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes import check_options, recipe
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.data.given import Texts, texts_of
from flatnlp.errors import FlatnlpError, choose_from
from flatnlp.interpret.measure import check_interpretable, check_method
from flatnlp.models.classifier import Classifier
from flatnlp.progress import progress_bar
from flatnlp.reports.saliency.explanation import Explanation, Explanations
from flatnlp.text import Text


def explain(
    model: Classifier | str | Path,
    texts: str | Texts,
    *,
    against: str | Texts | None = None,
    attack: str | Recipe | None = None,
    options: AttackOptions = DEFAULTS,
    method: str = "ig",
    label: str | int | None = None,
    name: str | None = None,
    device: str = "cpu",
    trust_remote_code: bool = False,
    show_progress: bool = False,
    say: Say = silent,
) -> Explanations:
    """Say which words of texts speak for and against a class.

    Args:
        model: A classifier, or the folder of one.
        texts: The texts (as in ``attack``), or one.
        against: A text to put beside each; differing words are marked by comparing the two.
        attack: Or a recipe that makes the text beside each from it; what it swapped is marked.
        options: The named recipe's synonyms, sentence encoder and tagger, where they are not to be its own.
        method: ``ig`` (integrated gradients) or ``lime``.
        label: The class to explain, by name or number; for each text the one that the model predicts if not given. The
            text beside it is explained for the same class.
        name: What the model is called in pictures; the folder's name if not given.
        device: Where to compute, for a model loaded here.
        trust_remote_code: As in ``load``.
        show_progress: Whether to show bars on standard error.
        say: Told what is to be known of the texts.

    Returns:
        One explanation per text. A notebook and a Rich console show them shaded; ``to_pandas``, ``save_html`` and
        ``save_picture`` put them elsewhere. Words beyond the model's length are there without an attribution.

    Raises:
        FlatnlpError: If a text has no words, the class or method is unknown, the model gives no gradients, and for
            everything else that the user can mend.
    """
    listed = _listed(texts, "The text")
    others = None if against is None else _listed(against, "The text to put against it")
    if others is not None and len(others) != len(listed):
        raise FlatnlpError(f"There are {len(listed)} texts but {len(others)} to put against them; give one for each.")
    if others is not None and attack is not None:
        raise FlatnlpError("Give a text to put against it or an attack that makes one, not both.")
    check_method(method)
    if attack is None and options.given():
        raise FlatnlpError(f"--{next(iter(options.given())).replace('_', '-')} is an attack's; name one with --attack.")
    check_options([] if attack is None else [attack], options)
    made_by = None if attack is None else recipe(attack, options)
    classifier = model if isinstance(model, Classifier) else load(model, device, trust_remote_code)
    check_interpretable(classifier, [method])
    labels = _labels(classifier, listed, label)
    called = name or _name(model)
    results = None if made_by is None else _attacked(made_by, classifier, listed, show_progress, say)
    pairs = [
        (_pair_of(results[i]) if results else _compared(raw, others[i]) if others else (Text.of(raw), None, ((), ())))
        for i, raw in enumerate(listed)
    ]
    flat = [text for original, other, _ in pairs for text in (original, other) if text is not None]
    with progress_bar(method, len(flat), "texts", show_progress) as advance:
        found = iter(attributions(classifier, flat, method, advance))
    explanations = []
    for i, (_, other, spans) in enumerate(pairs):
        maps = [
            saliency_map(classifier, next(found), labels[i], model=called, method=method, swapped=swapped)
            for swapped in (spans if other is not None else ((),))
        ]
        beside = maps[1] if len(maps) > 1 else None
        explanations.append(Explanation(maps[0], beside, results[i].status if results else None))
    return Explanations(tuple(explanations))


def _listed(texts: str | Texts, what: str) -> list[str]:
    listed = [texts] if isinstance(texts, str) else texts_of(texts)
    if not listed:
        raise FlatnlpError("There is nothing to explain; the list of texts is empty, give at least one.")
    for number, raw in enumerate(listed, 1):
        if not Text.of(raw).spans:
            which = what if len(listed) == 1 else f"{what} number {number}"
            raise FlatnlpError(
                f"{which} has no words ({raw!r:.60}); there is nothing to explain, so give one with words."
            )
    return listed


def _labels(classifier: Classifier, texts: Sequence[str], label: str | int | None) -> list[int]:
    if label is None:
        return [int(row.argmax()) for row in classifier.predict_proba(texts)]
    number = classifier.classes.index(label) if label in classifier.classes else label
    if isinstance(number, str) or not 0 <= number < len(classifier.classes):
        raise FlatnlpError(f"There is no class {label!r}; {choose_from(str(label), classifier.classes)}")
    return [number] * len(texts)


def _name(model: Classifier | str | Path) -> str:
    if isinstance(model, Classifier):
        return "model"
    folder = Path(model).resolve()
    return folder.parent.name if folder.name == "model" else folder.name


def _attacked(
    made_by: Recipe, classifier: Classifier, texts: Sequence[str], show_progress: bool, say: Say
) -> list[AttackResult]:
    """Attack the model's own predictions, so that every text is attacked."""
    predicted = classifier.predict_proba(texts).argmax(1)
    examples = [Example(i, raw, int(predicted[i])) for i, raw in enumerate(texts)]
    results = attacked(made_by, classifier, examples, show_progress)
    for result in results:
        which = "the text" if len(texts) == 1 else f"text {result.example.index + 1}"
        if result.status == "failed":
            say(f"The attack did not change the prediction of {which}; its last try is shown.")
        elif result.status == "unattackable":
            say(f"The attack may change no word of {which}, so the two are the same.")
    return results


def _pair_of(result: AttackResult) -> tuple[Text, Text, tuple[Spans, Spans]]:
    return Text.of(result.example.text), result.adversarial, swapped_by(result)


def _compared(raw: str, other: str) -> tuple[Text, Text, tuple[Spans, Spans]]:
    """Two texts of the user's own: nothing tells which word became which, so what differs is found by comparing."""
    first, second = Text.of(raw), Text.of(other)
    matcher = difflib.SequenceMatcher(a=first.words, b=second.words, autojunk=False)
    differing = [block for block in matcher.get_opcodes() if block[0] != "equal"]
    return (
        first,
        second,
        (
            tuple(span for _, low, high, _, _ in differing for span in first.spans[low:high]),
            tuple(span for _, _, _, low, high in differing for span in second.spans[low:high]),
        ),
    )
