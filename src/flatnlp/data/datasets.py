"""From a name, a file, a folder or the hub to train, dev and test."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from flatnlp.data.files import read_file, read_folder, split_files, stem_of
from flatnlp.data.given import Held
from flatnlp.data.hub import read_hub
from flatnlp.data.in_memory import SCHEME, fingerprint_of, read_in_memory
from flatnlp.data.rotten_tomatoes import read_rotten_tomatoes
from flatnlp.data.splits import DEV_SHARE, TEST_SHARE, hold_out
from flatnlp.data.spool import ROWS_AT_ONCE, Spool
from flatnlp.data.table import Table
from flatnlp.errors import FlatnlpError
from flatnlp.resources.catalogue import RESOURCES
from flatnlp.resources.locating import locate
from flatnlp.resources.resource import normalise

if TYPE_CHECKING:
    import datasets

SPLITS = ("train", "dev", "test")

CLASS_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sst2": ("negative", "positive"),
        "imdb": ("negative", "positive"),
        "ag-news": ("World", "Sports", "Business", "Sci/Tech"),
        "trec": ("ABBR", "ENTY", "DESC", "HUM", "LOC", "NUM"),
    }
)
"""The classes that the integer labels 0, 1, ... of the paper's data sets stand for."""


@dataclass(frozen=True)
class DataSet:
    """A data set with its three splits.

    Attributes:
        name: the catalogued name, the file's or folder's name, ``owner/name`` on the hub, or ``in-memory:`` and the
            fingerprint of rows that a program gave.
        splits: ``train``, ``dev`` and ``test``, each with the columns ``text`` (string) and ``label`` (ClassLabel),
            rows in the order of the source.
        classes: the class names; label ``i`` means ``classes[i]``.
        notes: sentences for the user: what was held out and how, what was left out and why.
        of_splits: those of the notes that are about the parting into splits, and mean nothing to who takes all rows.
    """

    name: str
    splits: "datasets.DatasetDict"
    classes: tuple[str, ...]
    notes: tuple[str, ...]
    of_splits: frozenset[str] = frozenset()


def load_data(
    spec: str | Held,
    *,
    text_column: str | None = None,
    label_column: str | None = None,
    seed: int = 0,
    progress: bool = True,
) -> DataSet:
    """Load a data set for single-text, single-label classification.

    A missing dev split is held out of the training rows (10 % of them), a missing test split too (20 %); the choice is
    seeded and stratified, and said in ``notes``. Labels that are all integers become classes in numerical order, other
    labels in alphabetical order, unless the source defines an order.

    Args:
        spec: a catalogued name (``rotten-tomatoes``, ``sst2``, ``trec``, ``ag_news``, ``imdb``); ``hf:owner/name`` or
            ``hf:owner/name:configuration``; a file (csv, tsv without quoting, jsonl, parquet; ``.gz`` of the first
            three); a folder with ``train.*`` and perhaps ``dev.*`` (``validation.*``, ``valid.*``) and ``test.*``; a
            pandas DataFrame, a ``datasets.Dataset``, or splits of them by name.
        text_column: the text column, where it is not called ``text``.
        label_column: the label column, where it is not called ``label``.
        seed: of what is held out.
        progress: show progress bars where something is downloaded.

    Raises:
        FlatnlpError: there is no such data set, or it is bad: a missing column, text or label, one class only, a label
            unseen in training, a file that is not UTF-8, too few rows to hold any out.
    """
    name, tables, notes = _read(spec, text_column, label_column, progress)
    train = tables["train"]
    _refuse_one_class(train)
    for split in ("dev", "test"):
        if split in tables:
            _refuse_unseen(tables[split], train)
    tables, held_out_notes = _complete(tables, seed)
    classes = _classes(tables["train"])
    # A file of the user that is called trec.csv is not trec.
    shown = _shown(classes, normalise(spec)) if isinstance(spec, str) else classes
    shared = _shared(tables)
    of_tables = [note for table in tables.values() for note in table.notes]
    notes = [*notes, *of_tables, *held_out_notes, *_blank(tables), *shared]
    of_splits = frozenset([*held_out_notes, *shared])
    return DataSet(name, _dataset_dict(tables, classes, shown), shown, tuple(notes), of_splits)


def _read(
    spec: str | Held, text_column: str | None, label_column: str | None, progress: bool
) -> tuple[str, dict[str, Table], list[str]]:
    if not isinstance(spec, str):
        tables, notes = read_in_memory(spec, text_column, label_column)
        return SCHEME + fingerprint_of(tables), tables, notes
    if spec.startswith(SCHEME):
        raise FlatnlpError(
            f"{spec} were data that a program held, and they were not kept; give them again from Python as "
            "dataset=..., or a file of them."
        )
    if spec.startswith("hf:"):
        tables, notes = read_hub(spec, text_column, label_column)
        return spec.removeprefix("hf:"), tables, notes
    resource = RESOURCES.get(normalise(spec))
    path = locate(spec, progress=progress, kind="datasets")
    name = resource.name if resource is not None and resource.kind == "datasets" else stem_of(path)
    if name == "rotten-tomatoes" and resource is not None and not split_files(path):
        tables, notes = read_rotten_tomatoes(path)
        return name, tables, notes
    if path.is_dir():
        return name, read_folder(path, text_column, label_column), []
    return name, {"train": read_file(path, text_column, label_column)}, []


def _refuse_one_class(train: Table) -> None:
    first = train.labels[0]
    if all(label == first for label in train.labels):
        raise FlatnlpError(
            f"{train.source}: every row has the label {first!r}, but a classifier needs at least two classes; check "
            "the label column (--label-column)."
        )


def _refuse_unseen(table: Table, train: Table) -> None:
    known = set(train.labels)
    for row, label in enumerate(table.labels):
        if label not in known:
            listed = ", ".join(sorted(known)[:10]) + (", ..." if len(known) > 10 else "")
            raise FlatnlpError(
                f"{table.where(row)}: the label {label!r} does not occur in the training split ({listed}); "
                "correct it or add training rows."
            )


def _complete(tables: Mapping[str, Table], seed: int) -> tuple[dict[str, Table], list[str]]:
    train = tables["train"]
    rows = len(train)
    complete = dict(tables)
    notes = []
    for split, share in (("test", TEST_SHARE), ("dev", DEV_SHARE)):
        if split in complete:
            continue
        count = max(1, round(share * rows))
        try:
            parts = hold_out(complete["train"].labels, count, seed)
        except ValueError:
            raise FlatnlpError(
                f"{train.source} has {rows:,} rows of {len(set(train.labels)):,} classes, too few to hold out "
                f"{share:.0%} for {split}; add rows or a {split} file."
            ) from None
        complete[split] = complete["train"].take(parts.held)
        complete["train"] = complete["train"].take(parts.kept)
        how = "stratified by class" if parts.stratified else "not stratified, there being too few rows for that"
        notes.append(
            f"There is no {split} split: {count:,} of the {rows:,} training rows are held out for it "
            f"(seed {seed}, {how})."
        )
    return {split: complete[split] for split in SPLITS}, notes


def _classes(train: Table) -> tuple[str, ...]:
    present = set(train.labels)
    if train.class_names is not None:
        return tuple(name for name in train.class_names if name in present)
    if all(re.fullmatch(r"[+-]?\d{1,18}", label, re.ASCII) for label in present):
        return tuple(sorted(present, key=lambda label: (int(label), label)))
    return tuple(sorted(present))


def _shown(classes: tuple[str, ...], name: str) -> tuple[str, ...]:
    names = CLASS_NAMES.get(name)
    if names is not None and classes == tuple(map(str, range(len(names)))):
        return names
    return classes


def _blank(tables: Mapping[str, Table]) -> list[str]:
    counts = {split: sum(not text.strip() for text in table.texts) for split, table in tables.items()}
    return [
        f"{_share(blank, len(tables[split]), split)} {'is empty; it is' if blank == 1 else 'are empty; they are'} kept."
        for split, blank in counts.items()
        if blank
    ]


def _shared(tables: Mapping[str, Table]) -> list[str]:
    in_training = np.unique(_hashes(tables["train"].texts))
    counts = {split: int(np.isin(_hashes(tables[split].texts), in_training).sum()) for split in ("dev", "test")}
    return [
        f"{_share(shared, len(tables[split]), split)} also occur{'s' * (shared == 1)} in the training split."
        for split, shared in counts.items()
        if shared
    ]


def _share(count: int, rows: int, split: str) -> str:
    """So many of a split's texts, in words."""
    return f"The only {split} text" if rows == 1 else f"{count:,} of the {rows:,} {split} texts"


def _hashes(texts: Sequence[str]) -> NDArray[np.int64]:
    """Each text as 8 bytes, alike for alike texts in this process."""
    return np.fromiter(map(hash, texts), np.int64, len(texts))


def _dataset_dict(tables: Mapping[str, Table], classes: Sequence[str], shown: Sequence[str]) -> "datasets.DatasetDict":
    import datasets

    index = {label: number for number, label in enumerate(classes)}
    features = datasets.Features({"text": datasets.Value("string"), "label": datasets.ClassLabel(names=list(shown))})
    return datasets.DatasetDict({split: _dataset(table, index, features) for split, table in tables.items()})


def _dataset(table: Table, index: Mapping[str, int], features: "datasets.Features") -> "datasets.Dataset":
    """The rows of a table, mapped from disk where they are many."""
    import datasets
    import pyarrow as pa
    from datasets.table import InMemoryTable

    spool = Spool({"text": pa.string(), "label": pa.int64()})
    content = sha256()  # what a data set is, to ``datasets``; given here, it does not pickle all rows to find one
    rows = zip(table.texts, table.labels, strict=True)
    while group := list(islice(rows, ROWS_AT_ONCE)):
        content.update(repr(group).encode())
        spool.add({"text": [text for text, _ in group], "label": [index[label] for _, label in group]})
    return datasets.Dataset(
        InMemoryTable(spool.table()),
        info=datasets.DatasetInfo(features=features),
        fingerprint=content.hexdigest()[:16],
    )
