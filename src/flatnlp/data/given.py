"""Texts and labels as programs hold them: lists, NumPy arrays, pandas columns and frames, data sets of ``datasets``.

Nothing is imported to tell them apart: who has a DataFrame has pandas.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, Union

from flatnlp.data.table import DEFAULT_LABEL_COLUMN, DEFAULT_TEXT_COLUMN
from flatnlp.errors import FlatnlpError, choose_from

if TYPE_CHECKING:
    import datasets
    import pandas as pd

Texts: TypeAlias = Union[Iterable[str], "pd.Series", "pd.DataFrame", "datasets.Dataset"]
"""Strings in any of these; of a frame or data set, the text column."""

Labels: TypeAlias = Union[Iterable[str | int], "pd.Series", "datasets.Dataset"]
"""Class names or numbers."""

Held: TypeAlias = Union[
    "pd.DataFrame", "datasets.Dataset", "datasets.DatasetDict", Mapping[str, "pd.DataFrame | datasets.Dataset"]
]
"""A data set in memory: rows to part into splits, or the splits by name."""


def is_frame(given: object) -> bool:
    """Whether it is a pandas DataFrame."""
    return hasattr(given, "columns") and hasattr(given, "iloc")


def is_dataset(given: object) -> bool:
    """Whether it is a ``datasets.Dataset`` (with its rows at hand, no stream)."""
    return hasattr(given, "column_names") and hasattr(given, "features") and hasattr(given, "select_columns")


def texts_of(given: Texts, column: str | None = None) -> list[str]:
    """The texts as a list of strings; of a frame or data set, those of a column.

    Args:
        given: The texts.
        column: The text column of a frame or data set, ``text`` if not said.

    Raises:
        FlatnlpError: If it is one string (which would be read letter by letter), a text is no string, or there is no
            such column.
    """
    if isinstance(given, str):
        raise FlatnlpError("The texts are one string; give a list of strings.")
    listed = list(_column(given, column or DEFAULT_TEXT_COLUMN, "text_column"))
    for number, text in enumerate(listed, 1):
        if not isinstance(text, str):
            raise FlatnlpError(f"Text {number} is {text!r:.60}, not a string; leave it out or make it one.")
    return listed


def labels_of(texts: Texts, labels: Labels | None, column: str | None = None) -> list[str | int] | None:
    """The labels as a list; where none are given, those in the label column beside the texts, if there is one.

    Class numbers of a data set become the names that it gives them.

    Args:
        texts: A frame or data set, perhaps with labels.
        labels: The labels, if given by themselves.
        column: The label column, ``label`` if not said.

    Raises:
        FlatnlpError: If a column that was named is not there.
    """
    name = column or DEFAULT_LABEL_COLUMN
    source: Any = texts if labels is None else labels
    if isinstance(source, str):
        raise FlatnlpError("The labels are one string; give a list, one label per text.")
    if labels is None and not (is_frame(texts) or is_dataset(texts)):
        return None
    if labels is None and column is None and name not in _names(source):
        return None
    names = getattr(source.features.get(name), "names", None) if is_dataset(source) else None
    values: list[str | int] = list(_column(source, name, "label_column"))
    if names is None:
        return values
    return [names[each] if isinstance(each, int) and 0 <= each < len(names) else each for each in values]


def _column(given: Any, name: str, argument: str) -> Iterable[Any]:
    if not (is_frame(given) or is_dataset(given)):
        if isinstance(given, Mapping):
            raise FlatnlpError("The texts are several splits; give one of them, such as data['test'].")
        if not isinstance(given, Iterable):
            raise FlatnlpError(f"A {type(given).__name__} is no list of texts; give a list, a column or a data set.")
        return given
    names = _names(given)
    if name not in names:
        raise FlatnlpError(f"There is no column {name!r} ({argument}); {choose_from(name, names)}")
    column: Iterable[Any] = given[name]
    return column


def _names(given: Any) -> list[str]:
    return [str(name) for name in (given.columns if is_frame(given) else given.column_names)]
