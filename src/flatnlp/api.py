"""What a user calls from Python, and the command line with it: load, train, attack, evaluate, demo."""

import difflib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flatnlp.attacks.journal import attack_to_file, claim, settings_for
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes import recipe
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.data import DataSet, load_data
from flatnlp.errors import FlatnlpError
from flatnlp.evaluation import Evaluation, evaluation_record, run_attack, sample, summarise
from flatnlp.files import check_writable
from flatnlp.models.classifier import Classifier
from flatnlp.models.saved import load_model
from flatnlp.progress import progress_bar
from flatnlp.reports.page import write_report
from flatnlp.text import Text
from flatnlp.training.settings import TrainSettings
from flatnlp.training.train import TrainResult, train_run

if TYPE_CHECKING:
    from flatnlp.models.word_classifier import WordClassifier

SPLITS = ("train", "dev", "test", "all")
DEMO_METHODS = ("base", "adv", "flat")

Say = Callable[[str], None]
"""Told what happens, a sentence at a time."""


def _silent(_: str) -> None:
    pass


def load(model: str | Path, device: str = "cpu") -> "WordClassifier":
    """Load a trained model.

    Args:
        model: A run's folder, or the ``model`` folder in it.
        device: Where to compute, in torch's words.

    Raises:
        FlatnlpError: If the folder is missing or damaged, or the device cannot be used.
    """
    _check_device(device)
    return load_model(model, device)


def train(
    settings: TrainSettings | None = None,
    *,
    output: str | Path,
    overwrite: bool = False,
    resume: bool = False,
    device: str = "cpu",
    show_progress: bool = False,
    say: Say = _silent,
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
            raise FlatnlpError(f"There is no training setting {name!r}; {_choose(name, sorted(known))}")
    _check_device(device)
    options = _plain(options)
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
    dataset: str | Path,
    *,
    split: str = "test",
    limit: int | None = None,
    seed: int = 0,
    text_column: str | None = None,
    label_column: str | None = None,
    show_progress: bool = False,
    say: Say = _silent,
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
        show_progress: Whether to show bars on standard error where something is downloaded.
        say: Told what is to be known of the data.

    Raises:
        FlatnlpError: If the data cannot be read, or has a class that the classifier was not trained on.
    """
    if split not in SPLITS:
        raise FlatnlpError(f"There is no split {split!r}; {_choose(split, SPLITS)}")
    data = load_data(str(dataset), text_column=text_column, label_column=label_column, progress=show_progress)
    numbers = _class_numbers(data, classifier)
    for note in data.notes:
        say(note)
    texts: list[str] = []
    labels: list[int] = []
    for name in SPLITS[:-1] if split == "all" else (split,):
        texts += data.splits[name]["text"]
        labels += [numbers[label] for label in data.splits[name]["label"]]
    return sample(texts, labels, limit, seed)


def truncation(classifier: Classifier, texts: Sequence[str]) -> str | None:
    """A sentence about texts that are longer than the classifier reads; ``None`` if there are none."""
    longer = sum(classifier.words_seen(text) < len(text.spans) for text in map(Text.of, texts))
    if not longer:
        return None
    return (
        f"{longer:,} of the {len(texts):,} texts are longer than the model reads; the words beyond its length are cut "
        "off and never attacked."
    )


def attack(
    model: Classifier | str | Path,
    texts: Sequence[str] | None = None,
    labels: Sequence[str | int] | None = None,
    *,
    attack: str = "pwws",
    dataset: str | Path | None = None,
    split: str = "test",
    limit: int | None = None,
    seed: int = 0,
    text_column: str | None = None,
    label_column: str | None = None,
    output: str | Path | None = None,
    overwrite: bool = False,
    resume: bool = False,
    device: str = "cpu",
    show_progress: bool = False,
    say: Say = _silent,
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
        output: A Parquet file for the results. They are kept as they come, so that an interrupted attack can go on.
        overwrite: Replace the file that is there.
        resume: Go on with the attack that was interrupted; a finished one is only read.
        device: Where to compute, for a model loaded here.
        show_progress: Whether to show a bar on standard error.
        say: Told what is to be known of the texts.

    Returns:
        One result per example, in their order.

    Raises:
        FlatnlpError: For everything the user can mend.
    """
    chosen_recipe = recipe(attack)
    path = None if output is None else Path(output)
    if overwrite and resume:
        raise FlatnlpError("Give --resume or --overwrite, not both: an attack is either gone on with or begun anew.")
    if path is not None:
        check_writable(path)
        if not overwrite:
            claim(path, overwrite, resume)
    classifier = model if isinstance(model, Classifier) else load(model, device)
    chosen = _chosen(
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
    if path is None:
        return _attacked(chosen_recipe, classifier, chosen, show_progress)
    claim(path, overwrite, resume)  # what is overwritten is given up only now that all else is known to be good
    settings = settings_for(chosen_recipe, classifier, chosen)
    with progress_bar(attack, len(chosen), "texts", show_progress) as advance:
        return attack_to_file(chosen_recipe, classifier, chosen, path, settings, lambda _: advance(), overwrite)


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
    attacks: str | Sequence[str] = ("pwws",),
    dataset: str | Path | None = None,
    split: str = "test",
    limit: int | None = None,
    seed: int = 0,
    text_column: str | None = None,
    label_column: str | None = None,
    device: str = "cpu",
    show_progress: bool = False,
    say: Say = _silent,
) -> EvaluationResult:
    """Standard and after-attack accuracy of a classifier.

    Args:
        model: A classifier, or the folder of one.
        texts: Texts to evaluate on; or name a ``dataset``.
        labels: Their true classes; needed with ``texts``.
        attacks: The recipes, at least one; as a string, separated by commas.
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
    recipes = {name: recipe(name) for name in attack_names(attacks)}
    classifier = model if isinstance(model, Classifier) else load(model, device)
    chosen = _chosen(
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
        name: summarise(_attacked(each, classifier, chosen, show_progress), classifier.classes)
        for name, each in recipes.items()
    }
    described = {"dataset": str(dataset), "split": split} if dataset is not None else {"dataset": None, "split": None}
    return EvaluationResult(evaluations, described, time.perf_counter() - started)


def demo(
    output: str | Path = "runs/demo",
    *,
    device: str = "cpu",
    show_progress: bool = False,
    say: Say = _silent,
    **options: Any,
) -> list[Path]:
    """The main job on the embedded default: base, adv and flat on review sentences, attacked, in one report.

    Runs that are there already are taken up, not done again.

    Args:
        output: Folder of the three runs and of ``report.html``.
        device: Where to compute, in torch's words.
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
        train(output=folder, resume=True, device=device, show_progress=show_progress, say=say, **settings)
        runs.append(folder)
    write_report(runs, Path(output) / "report.html")
    return runs


def attack_names(attacks: str | Sequence[str]) -> tuple[str, ...]:
    """Names of recipes, each once, from a list or from a string with commas.

    Raises:
        FlatnlpError: If there are none.
    """
    listed = attacks.split(",") if isinstance(attacks, str) else attacks
    names = tuple(dict.fromkeys(name.strip() for name in listed if name.strip()))
    if not names:
        raise FlatnlpError("No attack is named; give at least one, for example --attack pwws.")
    return names


def _check_device(device: str) -> None:
    import torch

    try:
        torch.zeros(1, device=device).cpu()  # "meta" can be made, but not read
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise FlatnlpError(f"--device {device} cannot be used here ({reason}); try --device cpu.") from error


def _plain(options: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as JSON can hold them: paths as strings, the attacks as a tuple of names."""
    plain = {name: str(value) if isinstance(value, Path) else value for name, value in options.items()}
    return {**plain, "attacks": attack_names(plain["attacks"])} if "attacks" in plain else plain


def _choose(name: str, choices: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, choices, 1)
    return f"did you mean {near[0]}?" if near else f"choose one of {', '.join(choices)}."


def _chosen(
    classifier: Classifier,
    texts: Sequence[str] | None,
    labels: Sequence[str | int] | None,
    dataset: str | Path | None,
    *,
    say: Say,
    **options: Any,
) -> list[Example]:
    """The texts of one's own or those of a data set, as examples; says what is to be known of them."""
    if texts is not None:
        chosen = _own_examples(classifier, texts, labels)
    elif dataset is not None:
        chosen = examples_of(classifier, dataset, say=say, **options)
    else:
        raise FlatnlpError("There is nothing to attack; give texts or a dataset.")
    if not chosen:
        raise FlatnlpError("There is nothing to attack; the list of texts is empty, give at least one.")
    note = truncation(classifier, [example.text for example in chosen])
    if note:
        say(note)
    return chosen


def _attacked(
    recipe: Recipe, classifier: Classifier, examples: Sequence[Example], show_progress: bool
) -> list[AttackResult]:
    with progress_bar(recipe.name, len(examples), "texts", show_progress) as advance:
        return run_attack(recipe, classifier, examples, lambda _: advance())


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
    if isinstance(texts, str):
        raise FlatnlpError("The texts are one string; give a list of strings.")
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
