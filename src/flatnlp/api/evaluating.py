"""Evaluate a classifier from Python: accuracy before and after attacks."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flatnlp.api.attacking import attacked
from flatnlp.api.examples import chosen_examples
from flatnlp.api.loading import load
from flatnlp.api.recipes_named import recipes_of
from flatnlp.api.saying import Say, silent
from flatnlp.attacks.recipe import Recipe
from flatnlp.errors import FlatnlpError
from flatnlp.evaluation import Evaluation, evaluation_record, summarise
from flatnlp.models.classifier import Classifier


@dataclass(frozen=True)
class EvaluationResult:
    """Evaluations of one classifier under one or several attacks.

    Attributes:
        evaluations: By attack.
        described: Data set, split and sample.
        seconds: Wall-clock time of the attacks.
    """

    evaluations: dict[str, Evaluation]
    described: dict[str, Any]
    seconds: float

    def record(self) -> dict[str, Any]:
        """The evaluation as JSON values, the first attack's at the top."""
        return {**evaluation_record(self.evaluations, **self.described), "seconds": self.seconds}


def evaluate(
    model: Classifier | str | Path,
    texts: Sequence[str] | None = None,
    labels: Sequence[str | int] | None = None,
    *,
    attacks: str | Recipe | Sequence[str | Recipe] = ("pwws",),
    dataset: str | Path | None = None,
    split: str = "test",
    limit: int | None = None,
    seed: int = 0,
    text_column: str | None = None,
    label_column: str | None = None,
    device: str = "cpu",
    show_progress: bool = False,
    say: Say = silent,
) -> EvaluationResult:
    """Standard and after-attack accuracy of a classifier.

    Args:
        model: A classifier, or the folder of one.
        texts: Texts to evaluate on; or name a ``dataset``.
        labels: Their true classes; needed with ``texts``.
        attacks: The recipes, at least one: names or such as you composed; as a string, separated by commas.
        dataset: As in ``attack``, with the rest.
        split: See there.
        limit: See there.
        seed: See there.
        text_column: See there.
        label_column: See there.
        device: See there.
        show_progress: See there.
        say: See there.

    Raises:
        FlatnlpError: For everything the user can mend.
    """
    if texts is not None and labels is None:
        raise FlatnlpError("Texts were given without labels; accuracy needs the true classes.")
    recipes = recipes_of(attacks)
    classifier = model if isinstance(model, Classifier) else load(model, device)
    chosen = chosen_examples(
        classifier,
        texts,
        labels,
        dataset,
        split=split,
        limit=limit,
        seed=seed,
        text_column=text_column,
        label_column=label_column,
        show_progress=show_progress,
        say=say,
    )
    started = time.perf_counter()
    evaluations = {
        name: summarise(attacked(each, classifier, chosen, show_progress), classifier.classes)
        for name, each in recipes.items()
    }
    described = {"dataset": str(dataset), "split": split} if dataset is not None else {"dataset": None, "split": None}
    return EvaluationResult(evaluations, described, time.perf_counter() - started)
