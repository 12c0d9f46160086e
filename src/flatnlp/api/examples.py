"""Texts of one's own, or those of a data set, as examples in the numbering of a classifier."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from flatnlp.api.saying import Say, silent
from flatnlp.attacks.examples import DataSetExamples, chosen_rows
from flatnlp.attacks.result import Example
from flatnlp.data import DataSet, load_data
from flatnlp.data.datasets import CLASS_NAMES
from flatnlp.data.given import Held, Labels, Texts, labels_of, texts_of
from flatnlp.errors import FlatnlpError, choose_from
from flatnlp.models.classifier import Classifier
from flatnlp.resources.resource import normalise

SPLITS = ("train", "dev", "test", "all")


def examples_of(
    classifier: Classifier,
    dataset: str | Path | Held,
    *,
    split: str = "test",
    limit: int | None = None,
    seed: int = 0,
    text_column: str | None = None,
    label_column: str | None = None,
    show_progress: bool = False,
    say: Say = silent,
) -> Sequence[Example]:
    """Examples of a data set, their labels in the classifier's numbering; of a large one they stay on disk.

    Args:
        classifier: Whose classes count.
        dataset: Name, ``hf:owner/name``, file or folder; or what a program holds, as in ``load_data``.
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
        raise FlatnlpError(f"There is no split {split!r}; {choose_from(split, SPLITS)}")
    spec = str(dataset) if isinstance(dataset, Path) else dataset
    data = load_data(spec, text_column=text_column, label_column=label_column, progress=show_progress)
    numbers = _class_numbers(data, classifier)
    for note in data.notes:
        if split != "all" or note not in data.of_splits:
            say(note)
    if split == "all":
        import datasets

        rows = datasets.concatenate_datasets([data.splits[name] for name in SPLITS[:-1]])
    else:
        rows = data.splits[split]
    return DataSetExamples(rows, numbers, chosen_rows(len(rows), limit, seed))


def truncation(classifier: Classifier, texts: Iterable[str]) -> str | None:
    """A sentence about texts that are longer than the classifier reads; ``None`` if there are none."""
    longer = count = 0
    for raw in texts:
        longer += not classifier.reads_all(raw)
        count += 1
    if not longer:
        return None
    return (
        f"{longer:,} of the {count:,} texts are longer than the model reads; the words beyond its length are cut "
        "off and never attacked."
    )


def name_of(dataset: str | Path | Held) -> str:
    """What a record calls a data set."""
    return str(dataset) if isinstance(dataset, str | Path) else f"a {type(dataset).__name__}"


def chosen_examples(
    classifier: Classifier,
    texts: Texts | None,
    labels: Labels | None,
    dataset: str | Path | Held | None,
    *,
    say: Say,
    **options: Any,
) -> Sequence[Example]:
    """The texts of one's own or those of a data set, as examples; says what is to be known of them."""
    if texts is not None:
        columns = {name: options[name] for name in ("text_column", "label_column") if name in options}
        chosen: Sequence[Example] = _own_examples(classifier, texts, labels, **columns)
    elif dataset is not None:
        chosen = examples_of(classifier, dataset, say=say, **options)
    else:
        raise FlatnlpError("There is nothing to attack; give texts or a dataset.")
    if not chosen:
        raise FlatnlpError("There is nothing to attack; the list of texts is empty, give at least one.")
    note = truncation(classifier, (example.text for example in chosen))
    if note:
        say(note)
    return chosen


def _class_numbers(data: DataSet, classifier: Classifier) -> list[int]:
    """For each class of the data, its number in the classifier: by name, whatever the capitals.

    A ready classifier may have no names (``LABEL_0`` ...): then the data's labels must be numbers themselves.
    """
    ours, theirs = data.classes, classifier.classes
    for known in (theirs, tuple(map(str.casefold, theirs))):
        wanted = ours if known == theirs else tuple(map(str.casefold, ours))
        if len(set(known)) == len(known) and len(set(wanted)) == len(wanted) and set(wanted) <= set(known):
            return [known.index(name) for name in wanted]
    if all(name == f"LABEL_{i}" for i, name in enumerate(theirs)):
        if len(ours) == len(theirs) and _are_numbers(data):
            return list(range(len(ours)))
        cure = "give its config.json an id2label with these names"
        if len(ours) > len(theirs):
            cure = "use a model of these classes, such as one that `flatnlp train --model` makes of it"
        raise FlatnlpError(
            f"The model tells {len(theirs)} classes without names apart ({theirs[0]}, ...), and {data.name} has "
            f"{len(ours)} ({', '.join(ours[:10])}); {cure}."
        )
    name = next(name for name in ours if name not in theirs)
    raise FlatnlpError(
        f"{data.name} has the class {name!r}, which the model was not trained on (it knows {', '.join(theirs)}); "
        "rename the labels or use another model."
    )


def _are_numbers(data: DataSet) -> bool:
    """Whether the labels of a data set are integers: by their names, or because their names stand for such."""
    return CLASS_NAMES.get(normalise(data.name)) == data.classes or data.classes == tuple(
        str(i) for i in range(len(data.classes))
    )


def _own_examples(
    classifier: Classifier,
    texts: Texts,
    labels: Labels | None,
    text_column: str | None = None,
    label_column: str | None = None,
) -> list[Example]:
    listed = texts_of(texts, text_column)
    known = labels_of(texts, labels, label_column)
    numbers = classifier.numbers_of(classifier.predict(listed) if known is None else known, len(listed))
    return [Example(i, raw, number) for i, (raw, number) in enumerate(zip(listed, numbers, strict=True))]
