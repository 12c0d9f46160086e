"""One run from settings to an evaluated model on disk."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flatnlp.attacks.bar import attack_bar
from flatnlp.attacks.journal import attack_to_file, settings_for
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes import check_options, recipe
from flatnlp.data import DataSet
from flatnlp.evaluation import Evaluation, evaluation_record, evaluations_table, interpretations, summarise
from flatnlp.files import remove_left_over
from flatnlp.models.saved import load_model, save_model
from flatnlp.models.trained import TrainedClassifier
from flatnlp.processes import ALONE, Processes, told_of_lost_ones
from flatnlp.runs import Run, open_run
from flatnlp.training.card import write_card
from flatnlp.training.preparation import Prepared, examples, prepare
from flatnlp.training.rounds import train_rounds
from flatnlp.training.settings import METHODS, TrainSettings
from flatnlp.training.synonyms import check_synonyms
from flatnlp.training.tracking import tracked

if TYPE_CHECKING:
    import pandas as pd

_TEST_SEED = 0
"""Where the test split is sampled, runs of all seeds are tested on the same texts."""


@dataclass(frozen=True, repr=False)
class TrainResult:
    """What a run has come to.

    Attributes:
        folder: Everything it wrote.
        classifier: The chosen model.
        evaluations: By attack, on the test split.
    """

    folder: Path
    classifier: TrainedClassifier
    evaluations: Mapping[str, Evaluation]

    def to_pandas(self) -> "pd.DataFrame":
        """One row per attack on the test split: SA, AA and its interval, success rate, words changed, queries."""
        return evaluations_table(self.evaluations)

    def history(self) -> "pd.DataFrame":
        """One row per epoch: its round, the parts of the loss, SA and AA on the development data.

        Raises:
            FlatnlpError: If the run's metrics are damaged.
        """
        import pandas as pd

        lines = [line for line in Run(self.folder).metrics() if line["kind"] == "epoch"]
        return pd.DataFrame.from_records(lines).drop(columns="kind")

    def __repr__(self) -> str:
        tested = "".join(f"\n{name}: {evaluation.sentence()}" for name, evaluation in self.evaluations.items())
        return f"{self.classifier!r} in {self.folder}{tested}"


def train_run(
    settings: TrainSettings,
    output: Path,
    *,
    overwrite: bool = False,
    resume: bool = False,
    device: str = "cpu",
    show_progress: bool = True,
    say: Callable[[str], None] = lambda _: None,
    data: DataSet | None = None,
    processes: Processes = ALONE,
    track: Sequence[str] = (),
    trusted: bool = False,
) -> TrainResult:
    """Train, choose a checkpoint, attack the test split, write it all down.

    Args:
        settings: What to do.
        output: The run's folder.
        overwrite: Replace the run that is there.
        resume: Go on with the run that is there; what is finished is not computed again.
        device: Where to compute, in torch's words.
        show_progress: Whether to show bars.
        say: Told what happens, a sentence at a time.
        data: The data set, where a program holds it; ``settings.dataset`` is then its name, which hangs on the rows.
        processes: Of the job.
        track: Trackers that are told the metrics too, as ``check_trackers`` gives them.
        trusted: Whether code that the encoder brings along may be run.

    Raises:
        FlatnlpError: For everything the user can mend; what was finished stays on disk for ``resume``.
    """
    options = settings.attack_options
    # Groups of words are made in the space of synonyms, whatever the attack.
    grouped = METHODS[settings.method].grouped
    check_options(settings.attacks, replace(options, synonyms=None) if grouped else options)
    recipes = [recipe(name, options) for name in settings.attacks]
    check_synonyms(settings, recipes)
    resolved = settings.resolved()
    with open_run(output, resolved.record(), overwrite, resume, processes) as run:
        prepared = prepare(resolved, recipes, device, show_progress, data, trusted)
        for note in prepared.notes:
            say(note)
        run.record("data", _data_record(prepared))
        processes.from_main(lambda: remove_left_over(run.model))
        if not processes.from_main((run.model / "config.json").is_file):
            watching = tracked(run, track if processes.main else (), resolved.record())
            with told_of_lost_ones(), watching:
                train_rounds(run, prepared, recipes, resolved, show_progress, say)
            processes.from_main(lambda: save_model(prepared.classifier, run.model))
        classifier = load_model(run.model, device, trusted)  # what is tested is what others will load
        evaluations = {}
        for each in recipes:
            evaluations[each.name] = _evaluate(run, prepared, classifier, each, settings, show_progress)
        run.record(
            "evaluation",
            evaluation_record(
                evaluations, dataset=settings.dataset, split="test", model=settings.model, method=settings.method
            ),
        )
        if settings.interpret:
            run.record("interpretation", {"test": {name: each.interpretation for name, each in evaluations.items()}})
        processes.from_main(lambda: write_card(run.folder))
    return TrainResult(output, classifier, evaluations)


def _evaluate(
    run: Run,
    prepared: Prepared,
    classifier: TrainedClassifier,
    attack: Recipe,
    settings: TrainSettings,
    show_progress: bool,
) -> Evaluation:
    chosen = examples(prepared.data, "test", settings.test_limit, _TEST_SEED)
    described = settings_for(attack, classifier, chosen)
    path = run.attack(attack.name, "test")
    done_before, started = path.exists(), time.perf_counter()
    with attack_bar(f"{attack.name} on test", len(chosen), show_progress, run.processes) as bar:
        results = list(
            attack_to_file(
                attack,
                classifier,
                chosen,
                path,
                described,
                bar.on_result,
                processes=run.processes,
                on_earlier=bar.on_earlier,
            )
        )
    if not done_before:
        run.add_timing({"attack": attack.name, "split": "test", "seconds": time.perf_counter() - started})
    found = run.processes.from_main(
        lambda: interpretations(
            results, classifier, settings.interpret, attack=attack.name, show_progress=show_progress
        )
    )
    return summarise(results, classifier.classes, found)


def _data_record(prepared: Prepared) -> dict[str, object]:
    data = prepared.data
    sizes = {split: len(data.splits[split]) for split in ("dev", "test")}
    return {
        "name": data.name,
        "classes": list(data.classes),
        "train": len(prepared.train),
        **sizes,
        "vocabulary": prepared.vocabulary,
        "length": prepared.classifier.length,
        "notes": list(prepared.notes),
    }
