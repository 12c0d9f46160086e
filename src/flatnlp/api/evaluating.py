"""Evaluate a classifier from Python: accuracy before and after attacks."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flatnlp.api.attacking import attacked
from flatnlp.api.examples import chosen_examples, name_of
from flatnlp.api.interpreting import method_names, own_data, run_of, save_interpretations
from flatnlp.api.loading import victim
from flatnlp.api.recipes_named import recipes_of
from flatnlp.api.saying import Say, silent
from flatnlp.attacks.bar import attack_bar
from flatnlp.attacks.ensemble import Ensemble, attack_with_all
from flatnlp.attacks.journal import attack_to_file, settings_for
from flatnlp.attacks.limits import Limits
from flatnlp.attacks.options import DEFAULTS, AttackOptions
from flatnlp.attacks.quality import QualityMeasure
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.attacks.results_file import settings_of
from flatnlp.data.given import Held, Labels, Texts, labels_of
from flatnlp.errors import FlatnlpError
from flatnlp.evaluation import Evaluation, evaluation_record, evaluations_table, interpretations, summarise
from flatnlp.interpret.measure import check_interpretable
from flatnlp.models.classifier import Classifier
from flatnlp.processes import Processes, joined
from flatnlp.progress import progress_bar

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class EvaluationResult:
    """Evaluations of one classifier under one or several attacks.

    Attributes:
        evaluations: By attack.
        described: Data set, split, and what an example was allowed to cost.
        seconds: Wall-clock time of the attacks.
    """

    evaluations: dict[str, Evaluation]
    described: dict[str, Any]
    seconds: float

    def record(self) -> dict[str, Any]:
        """The evaluation as JSON values, the first attack's at the top."""
        return {**evaluation_record(self.evaluations, **self.described), "seconds": self.seconds}

    def to_pandas(self) -> "pd.DataFrame":
        """One row per attack: SA, AA and its interval, success rate, words changed, queries, counts."""
        return evaluations_table(self.evaluations, **self.described)

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {evaluation.sentence()}" for name, evaluation in self.evaluations.items())

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return str(self.to_pandas().to_html(index=False, na_rep="–", float_format="{:.4g}".format))


def evaluate(
    model: Classifier | str | Path,
    texts: Texts | None = None,
    labels: Labels | None = None,
    *,
    attacks: str | Recipe | Sequence[str | Recipe] = ("pwws",),
    interpret: str | Sequence[str] | None = None,
    pairs: int | None = None,
    save: bool = False,
    quality: bool | QualityMeasure = False,
    options: AttackOptions = DEFAULTS,
    dataset: str | Path | Held | None = None,
    split: str = "test",
    limit: int | None = None,
    seed: int = 0,
    text_column: str | None = None,
    label_column: str | None = None,
    query_budget: int | None = None,
    time_limit: float | None = None,
    batch_size: int | None = None,
    device: str = "cpu",
    trust_remote_code: bool = False,
    show_progress: bool = False,
    say: Say = silent,
) -> EvaluationResult:
    """Standard and after-attack accuracy of a classifier, and whether its reasons hold under the attack.

    Args:
        model: A classifier, or the folder of one.
        texts: Texts to evaluate on, as in ``attack``; or name a ``dataset``; with neither, a run is evaluated on its
            own test texts.
        labels: Their true classes; needed with ``texts`` that have no label column.
        attacks: The recipes, at least one: names or such as you composed; as a string, separated by commas. An
            ``ensemble`` of the seven published attacks, or of others as ``ensemble:pwws+pso``, is survived by what
            survives each.
        interpret: Methods of interpretation, ``ig`` and ``lime``: how consistent their attributions are.
        pairs: Interpret only so many substituted pairs, a seeded sample.
        save: Write the interpretations into the run's folder, where its report finds them, and take the attack's
            results from there if they are of the same texts; else they are written there too.
        quality: Measure how near the adversarial texts are to their originals and how fluent: with MiniLM and a trigram
            model, or with a measure of your own.
        options: As in ``attack``.
        dataset: As in ``attack``, with the rest.
        split: See there.
        limit: See there.
        seed: See there.
        text_column: See there.
        label_column: See there.
        query_budget: See there; of an ensemble, what each member may ask.
        time_limit: See there, the same.
        batch_size: See there.
        device: See there.
        trust_remote_code: See there.
        show_progress: See there.
        say: See there.

    Raises:
        FlatnlpError: For everything the user can mend.
    """
    processes = joined(device)
    device = processes.own_device(device)
    show_progress, say = show_progress and processes.main, say if processes.main else silent
    if texts is not None and labels_of(texts, labels, label_column) is None:
        raise FlatnlpError("Texts were given without labels; accuracy needs the true classes.")
    limits = Limits(query_budget, time_limit)
    methods = method_names(interpret)
    if save and not methods:
        raise FlatnlpError("There is no interpretation to save; give --interpret ig or --interpret lime.")
    if pairs is not None and not methods:
        raise FlatnlpError("There is no interpretation to do of --pairs; give --interpret ig or --interpret lime.")
    if pairs is not None and pairs < 1:
        raise FlatnlpError(f"--pairs is {pairs}; it must be a number of 1 or more.")
    run = run_of(model) if save else None
    if texts is None and dataset is None:
        own = own_data(model, split)
        dataset, text_column, label_column = own["dataset"], own["text_column"], own["label_column"]
        limit = limit or own["limit"]
        options = own["options"] if options == DEFAULTS else options
    recipes = recipes_of(attacks, options)
    if save and any(isinstance(each, Ensemble) for each in recipes.values()):
        raise FlatnlpError("An ensemble is no attack of a run, so nothing of it can be saved there; leave out --save.")
    classifier = victim(model, device, batch_size, trust_remote_code)
    check_interpretable(classifier, methods)
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
    if quality is True:
        quality = QualityMeasure.named(device=device)
    started = time.perf_counter()
    evaluations, found = {}, {}
    for name, each in recipes.items():
        felled = None
        if isinstance(each, Ensemble):
            results, felled = _survivors(each, classifier, chosen, seed, limits, show_progress, processes)
        else:
            kept = run.attack(name, split) if run else None
            results = _results(each, classifier, chosen, kept, seed, limits, show_progress, processes)
        found[name] = processes.from_main(
            partial(
                interpretations,
                results,
                classifier,
                methods,
                attack=name,
                pairs=pairs,
                seed=seed,
                show_progress=show_progress,
            )
        )
        evaluations[name] = summarise(results, classifier.classes, found[name])
        if quality:
            evaluations[name] = replace(evaluations[name], quality=quality.of(results))
        if felled is not None:
            evaluations[name] = replace(evaluations[name], members=felled)
    if run:
        processes.from_main(partial(save_interpretations, run, split, found))
    described = (
        {"dataset": name_of(dataset), "split": split} if dataset is not None else {"dataset": None, "split": None}
    )
    return EvaluationResult(evaluations, described | limits.given(), time.perf_counter() - started)


def _survivors(
    ensemble: Ensemble,
    classifier: Classifier,
    examples: Sequence[Example],
    seed: int,
    limits: Limits,
    show_progress: bool,
    processes: Processes,
) -> tuple[list[AttackResult], dict[str, float]]:
    """Attack with all members; each member's share of the examples, felled after surviving those before it."""
    with progress_bar(ensemble.name, len(examples), "texts", show_progress) as advance:
        found = attack_with_all(ensemble, classifier, examples, lambda _: advance(), limits, seed, processes)
    return found.results, found.shares()


def _results(
    recipe: Recipe,
    classifier: Classifier,
    examples: Sequence[Example],
    path: Path | None,
    seed: int,
    limits: Limits,
    show_progress: bool,
    processes: Processes,
) -> list[AttackResult]:
    """Attack examples; where there is a path, what is there is taken, and what is not goes there."""
    if path is None:
        return attacked(recipe, classifier, examples, show_progress, seed, limits, processes=processes)
    settings = settings_for(recipe, classifier, examples, seed, limits)
    if path.exists() and settings_of(path) != settings:
        raise FlatnlpError(
            f"{path} is of other texts, or of another model, than this evaluation; to save into the run, "
            "evaluate its own test texts under its own attack: leave out --dataset, --limit, --seed and what is chosen "
            "about the attack."
        )
    with attack_bar(recipe.name, len(examples), show_progress, processes) as bar:
        found = attack_to_file(
            recipe,
            classifier,
            examples,
            path,
            settings,
            bar.on_result,
            seed=seed,
            limits=limits,
            processes=processes,
            on_earlier=bar.on_earlier,
        )
        return list(found)
