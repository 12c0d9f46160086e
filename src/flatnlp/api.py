"""What a user calls from Python, and the command line with it: load, train, attack, evaluate, demo."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flatnlp.attacks.recipes import recipe
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.data import DataSet, load_data
from flatnlp.errors import FlatnlpError
from flatnlp.evaluation import Evaluation, evaluation_record, run_attack, sample, summarise
from flatnlp.models.classifier import Classifier
from flatnlp.models.saved import load_model
from flatnlp.progress import progress_bar
from flatnlp.reports.page import write_report
from flatnlp.training.settings import TrainSettings
from flatnlp.training.train import TrainResult, train_run

if TYPE_CHECKING:
    from flatnlp.models.word_classifier import WordClassifier

SPLITS = ("train", "dev", "test", "all")
DEMO_METHODS = ("base", "adv", "flat")


def load(model: str | Path, device: str = "cpu") -> "WordClassifier":
    """Load a trained model.

    Args:
        model: A run's folder, or the ``model`` folder in it.
        device: Where to compute, in torch's words.

    Raises:
        FlatnlpError: If the folder is missing or damaged.
    """
    return load_model(model, device)


def train(
    settings: TrainSettings | None = None,
    *,
    output: str | Path,
    overwrite: bool = False,
    resume: bool = False,
    device: str = "cpu",
    show_progress: bool = False,
    say: Callable[[str], None] = lambda _: None,
    **options: Any,
) -> TrainResult:
    """Train a classifier and write its run folder, the report included.

    Args:
        settings: All settings; or give them one by one as ``options`` (or both: the options win).
        output: The run's folder.
        overwrite: Replace the run that is there.
        resume: Go on with the run that is there.
        device: Where to compute, in torch's words.
        show_progress: Whether to show bars on standard error.
        say: Told what happens, a sentence at a time.
        options: Fields of ``TrainSettings``, for example ``dataset="reviews.csv", method="flat"``.

    Raises:
        FlatnlpError: For everything the user can mend.
    """
    known = {field.name for field in fields(TrainSettings)}
    for name in options:
        if name not in known:
            raise FlatnlpError(f"There is no training setting {name!r}; the settings are {', '.join(sorted(known))}.")
    if settings is None and "dataset" not in options:
        raise FlatnlpError("No data set is named; give dataset=..., a name or a file.")
    settings = TrainSettings(**options) if settings is None else replace(settings, **options)
    result = train_run(
        settings,
        Path(output),
        overwrite=overwrite,
        resume=resume,
        device=device,
        show_progress=show_progress,
        say=say,
    )
    write_report([result.folder], result.folder / "report.html")
    return result


def examples_of(
    classifier: Classifier,
    dataset: str,
    *,
    split: str = "test",
    limit: int | None = None,
    seed: int = 0,
    text_column: str | None = None,
    label_column: str | None = None,
) -> list[Example]:
    """Examples of a data set, their labels in the classifier's numbering.

    Args:
        classifier: Whose classes count.
        dataset: Name, ``hf:owner/name``, file or folder.
        split: ``train``, ``dev``, ``test``, or ``all`` for every row there is.
        limit: The first so many of a seeded shuffle; all if not said.
        seed: Of the shuffle.
        text_column: Column of the texts.
        label_column: Column of the labels.

    Raises:
        FlatnlpError: If the data cannot be read, or has a class that the classifier was not trained on.
    """
    if split not in SPLITS:
        raise FlatnlpError(f"There is no split {split!r}; choose one of {', '.join(SPLITS)}.")
    data = load_data(dataset, text_column=text_column, label_column=label_column)
    numbers = _class_numbers(data, classifier)
    texts: list[str] = []
    labels: list[int] = []
    for name in SPLITS[:-1] if split == "all" else (split,):
        texts += data.splits[name]["text"]
        labels += [numbers[label] for label in data.splits[name]["label"]]
    return sample(texts, labels, limit, seed)


def attack(
    model: Classifier | str | Path,
    texts: Sequence[str] | None = None,
    labels: Sequence[str | int] | None = None,
    *,
    attack: str = "pwws",
    dataset: str | None = None,
    split: str = "test",
    limit: int | None = None,
    seed: int = 0,
    text_column: str | None = None,
    label_column: str | None = None,
    device: str = "cpu",
    show_progress: bool = False,
) -> list[AttackResult]:
    """Attack a classifier on texts of one's own or on a data set.

    Args:
        model: A classifier, or the folder of one.
        texts: Texts to attack; or name a ``dataset``.
        labels: Their true classes, by name or number; the model's own predictions if not given.
        attack: The recipe.
        dataset: As in ``examples_of``, with the four arguments after it.
        split: See there.
        limit: See there.
        seed: See there.
        text_column: See there.
        label_column: See there.
        device: Where to compute, for a model loaded here.
        show_progress: Whether to show a bar on standard error.

    Returns:
        One result per example, in their order.

    Raises:
        FlatnlpError: For everything the user can mend.
    """
    classifier = model if isinstance(model, Classifier) else load_model(model, device)
    if texts is not None:
        chosen = _own_examples(classifier, texts, labels)
    elif dataset is not None:
        chosen = examples_of(
            classifier,
            dataset,
            split=split,
            limit=limit,
            seed=seed,
            text_column=text_column,
            label_column=label_column,
        )
    else:
        raise FlatnlpError("There is nothing to attack; give texts or a dataset.")
    if not chosen:
        raise FlatnlpError("There is nothing to attack; the texts are none.")
    with progress_bar(attack, len(chosen), "texts", show_progress) as advance:
        return run_attack(recipe(attack), classifier, chosen, lambda _: advance())


@dataclass(frozen=True)
class EvaluationResult:
    """Evaluations of one classifier under one or several attacks.

    Attributes:
        evaluations: By attack.
        described: Data set, split and model, in words.
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
    attacks: Sequence[str] = ("pwws",),
    dataset: str | None = None,
    split: str = "test",
    limit: int | None = None,
    seed: int = 0,
    text_column: str | None = None,
    label_column: str | None = None,
    device: str = "cpu",
    show_progress: bool = False,
) -> EvaluationResult:
    """Standard and after-attack accuracy of a classifier.

    Args:
        model: A classifier, or the folder of one.
        texts: Texts to evaluate on; or name a ``dataset``.
        labels: Their true classes; needed with ``texts``.
        attacks: The recipes, at least one.
        dataset: As in ``attack``, with the rest.
        split: See there.
        limit: See there.
        seed: See there.
        text_column: See there.
        label_column: See there.
        device: See there.
        show_progress: See there.

    Raises:
        FlatnlpError: For everything the user can mend.
    """
    if texts is not None and labels is None:
        raise FlatnlpError("Texts were given without labels; accuracy needs the true classes.")
    classifier = model if isinstance(model, Classifier) else load_model(model, device)
    started = time.perf_counter()
    evaluations = {}
    for name in attacks:
        results = attack(
            classifier,
            texts,
            labels,
            attack=name,
            dataset=dataset,
            split=split,
            limit=limit,
            seed=seed,
            text_column=text_column,
            label_column=label_column,
            show_progress=show_progress,
        )
        evaluations[name] = summarise(results, classifier.classes)
    if not evaluations:
        raise FlatnlpError("No attack is named; give at least one, for example pwws.")
    described = {"dataset": dataset, "split": split if dataset else None}
    return EvaluationResult(evaluations, described, time.perf_counter() - started)


def demo(
    output: str | Path = "runs/demo",
    *,
    show_progress: bool = False,
    say: Callable[[str], None] = lambda _: None,
    **options: Any,
) -> list[Path]:
    """The main job on the embedded default: base, adv and flat on review sentences, attacked, in one report.

    Runs that are there already are taken up, not done again.

    Args:
        output: Folder of the three runs and of ``report.html``.
        show_progress: Whether to show bars on standard error.
        say: Told what happens, a sentence at a time.
        options: Fields of ``TrainSettings`` to change.

    Returns:
        The runs' folders.
    """
    runs = []
    for method in DEMO_METHODS:
        folder = Path(output) / method
        say(f"Training {method} in {folder}")
        settings = {"dataset": "rotten-tomatoes", "method": method, **options}
        train(output=folder, resume=True, show_progress=show_progress, say=say, **settings)
        runs.append(folder)
    write_report(runs, Path(output) / "report.html")
    return runs


def _class_numbers(data: DataSet, classifier: Classifier) -> list[int]:
    """For each class of the data, its number in the classifier."""
    for name in data.classes:
        if name not in classifier.classes:
            raise FlatnlpError(
                f"{data.name} has the class {name!r}, which the model was not trained on (it knows "
                f"{', '.join(classifier.classes)}); rename the labels or use another model."
            )
    return [classifier.classes.index(name) for name in data.classes]


def _own_examples(classifier: Classifier, texts: Sequence[str], labels: Sequence[str | int] | None) -> list[Example]:
    if labels is None:
        labels = classifier.predict(texts)
    if len(labels) != len(texts):
        raise FlatnlpError(f"There are {len(texts)} texts but {len(labels)} labels; give one label per text.")
    numbers = {name: i for i, name in enumerate(classifier.classes)}
    examples = []
    for i, (text, label) in enumerate(zip(texts, labels, strict=True)):
        number = numbers.get(label) if isinstance(label, str) else int(label)
        if number is None or not 0 <= number < len(classifier.classes):
            raise FlatnlpError(f"Label {i} is {label!r}; the model's classes are {', '.join(classifier.classes)}.")
        examples.append(Example(i, str(text), number))
    return examples
