"""Data sets of the Hugging Face hub that are not catalogued."""

from collections.abc import Callable
from typing import Any

from flatnlp.data.arrow import UNLABELLED, table_from_arrow
from flatnlp.data.files import SPLIT_NAMES
from flatnlp.data.table import DEFAULT_LABEL_COLUMN, DEFAULT_TEXT_COLUMN, Table, column_positions
from flatnlp.errors import FlatnlpError

HubLoader = Callable[[str, str | None], Any]
"""``(owner/name, configuration) -> datasets.DatasetDict``."""


def load_from_hub(repo_id: str, config: str | None) -> Any:
    """``datasets.load_dataset`` without remote code.

    Raises:
        FlatnlpError: the hub cannot be reached, or has no such data set.
    """
    import datasets

    try:
        return datasets.load_dataset(repo_id, config)
    # The hub client raises many kinds of exception; to the user they all mean that the data set cannot be had.
    except Exception as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise FlatnlpError(
            f"The data set hf:{repo_id} cannot be loaded from the Hugging Face hub ({reason}); check its name "
            "(hf:owner/name, or hf:owner/name:configuration) and the network."
        ) from error


def read_hub(
    spec: str,
    text_column: str | None = None,
    label_column: str | None = None,
    load: HubLoader = load_from_hub,
) -> tuple[dict[str, Table], list[str]]:
    """Read ``hf:owner/name`` or ``hf:owner/name:configuration``.

    Args:
        spec: as above.
        text_column: the text column, or None for ``text``.
        label_column: the label column, or None for ``label``.
        load: how the hub is asked.

    Returns:
        Split name -> table, and sentences about splits that were left out.

    Raises:
        FlatnlpError: it cannot be loaded, has no training split, holds sentence pairs or several labels per text, or a
            column is missing.
    """
    repo_id, _, config = spec.removeprefix("hf:").partition(":")
    if repo_id.count("/") > 1 or not repo_id.strip("/"):
        raise FlatnlpError(f"{spec!r} is no name on the Hugging Face hub; write hf:owner/name.")
    splits = load(repo_id, config or None)
    tables: dict[str, Table] = {}
    notes: list[str] = []
    for theirs, data in splits.items():
        ours = SPLIT_NAMES.get(str(theirs).lower())
        if ours is None or ours in tables:
            notes.append(f"The split {theirs!r} of {spec} is not used.")
            continue
        source = f"{spec}, split {theirs}"
        _refuse_pairs(data.column_names, source, text_column)
        label_name = label_column if label_column is not None else DEFAULT_LABEL_COLUMN
        if ours != "train" and _all_withheld(data, label_name):
            notes.append(f"The split {theirs!r} of {spec} has no labels and is not used.")
            continue
        chosen = [
            data.column_names[at] for at in column_positions(data.column_names, source, text_column, label_column)
        ]
        data = data.select_columns(chosen)
        arrow = data.with_format("arrow")[:].replace_schema_metadata(data.features.arrow_schema.metadata)
        tables[ours] = table_from_arrow(arrow, source, text_column, label_column)
    if "train" not in tables:
        there = ", ".join(map(str, splits)) or "none"
        raise FlatnlpError(f"{spec} has no split 'train' (its splits are {there}), so nothing can be trained on it.")
    return tables, notes


_PAIRS = (
    ("sentence1", "sentence2"),
    ("premise", "hypothesis"),
    ("question1", "question2"),
    ("text1", "text2"),
    ("question", "sentence"),
    ("query", "passage"),
)


def _all_withheld(data: Any, label_column: str) -> bool:
    if label_column not in data.column_names:
        return True
    labels = data.select_columns([label_column]).with_format("arrow")[:].column(label_column)
    import pyarrow as pa

    if pa.types.is_nested(labels.type):  # several labels per text: refused where the rows are read
        return False
    return set(labels.unique().to_pylist()) <= {UNLABELLED, None}


def _refuse_pairs(columns: list[str], source: str, text_column: str | None) -> None:
    if text_column is not None or DEFAULT_TEXT_COLUMN in columns:
        return
    for first, second in _PAIRS:
        if first in columns and second in columns:
            raise FlatnlpError(
                f"{source} holds pairs of sentences ({first!r} and {second!r}), but flatnlp takes single texts; to use "
                "one of them alone, name it with --text-column."
            )
