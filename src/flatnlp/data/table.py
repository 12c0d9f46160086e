"""Texts and labels as read, before classes and splits are known."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from flatnlp.data.spool import SpooledStrings
from flatnlp.errors import FlatnlpError

DEFAULT_TEXT_COLUMN = "text"
DEFAULT_LABEL_COLUMN = "label"


@dataclass(frozen=True)
class Table:
    """One file's or one split's texts and labels.

    Attributes:
        source: the file or split in words, for messages.
        texts: one text per row, possibly empty.
        labels: one label per row, as a string.
        positions: the line (or row) number of each row, counted from 1.
        unit: what ``positions`` counts: ``line`` or ``row``.
        class_names: the classes in their defined order, where the source defines one.
        notes: sentences about what was left out while reading.
    """

    source: str
    texts: Sequence[str]
    labels: Sequence[str]
    positions: Sequence[int]
    unit: str = "line"
    class_names: tuple[str, ...] | None = None
    notes: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.texts)

    def where(self, index: int) -> str:
        """The place of row ``index`` (from 0) in words."""
        return f"{self.source}, {self.unit} {self.positions[index]:,}"

    def take(self, indices: Sequence[int]) -> "Table":
        """The table of the rows at ``indices``, in that order."""
        texts = SpooledStrings()
        for i in indices:
            texts.add(self.texts[i])
        return Table(
            self.source,
            texts.strings(),
            [self.labels[i] for i in indices],
            array("q", (self.positions[i] for i in indices)),
            self.unit,
            self.class_names,
        )


def _refuse_other_separators(found: Sequence[str], source: str) -> None:
    """A single column whose name holds a separator: spreadsheets write semicolons where the comma is decimal.

    Raises:
        FlatnlpError: If it looks so.
    """
    for separator, called in ((";", "semicolons"), ("\t", "tabs"), (",", "commas")):
        if len(found) == 1 and separator in found[0]:
            raise FlatnlpError(
                f"The columns of {source} seem to be separated by {called} (its one column is {found[0]!r}); save it "
                "as csv with commas, or with tabs and the ending .tsv."
            )


def column_positions(found: Sequence[str], source: str, text_column: str | None, label_column: str | None) -> list[int]:
    """Where the text and the label column are.

    Args:
        found: the column names there are.
        source: the file or split in words.
        text_column: the name asked for, or None for ``text``.
        label_column: the name asked for, or None for ``label``.

    Returns:
        Two indices into ``found``.

    Raises:
        FlatnlpError: a column is missing, there twice, or both are the same.
    """
    positions = []
    for given, default, option in (
        (text_column, DEFAULT_TEXT_COLUMN, "--text-column"),
        (label_column, DEFAULT_LABEL_COLUMN, "--label-column"),
    ):
        name = given if given is not None else default
        if list(found).count(name) > 1:
            raise FlatnlpError(f"{source} has the column {name!r} more than once; rename all but one.")
        if name not in found:
            _refuse_other_separators(found, source)
            raise FlatnlpError(
                f"{source} has no column {name!r}: it has {_listed(found)}; name the right one with {option}."
            )
        positions.append(list(found).index(name))
    if positions[0] == positions[1]:
        raise FlatnlpError(
            f"{source}: the text and the label cannot both be the column {found[positions[0]]!r}; "
            "name two different ones with --text-column and --label-column."
        )
    return positions


def label_string(value: object, where: str) -> str:
    """A label of any plain type as a string.

    Args:
        value: what the file holds.
        where: the place in words.

    Raises:
        FlatnlpError: it is missing, a list (several labels per text), a fraction or no plain value.
    """
    if value is None or value != value or (isinstance(value, str) and value.strip().lower() in ("", "nan")):
        raise FlatnlpError(f"{where}: the label is missing; give it one or remove the row.")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not value.is_integer():
        raise FlatnlpError(f"{where}: the label {value} is a fraction, but flatnlp needs classes, not scores.")
    if isinstance(value, int | float):
        return str(int(value))
    if isinstance(value, str):
        if has_half_character(value):
            raise FlatnlpError(
                f"{where}: the label holds half a surrogate pair (\\ud800 to \\udfff); write the whole character."
            )
        return value.strip()
    if isinstance(value, list | tuple):
        raise FlatnlpError(f"{where}: the label is a list, but flatnlp takes one label per text.")
    raise FlatnlpError(f"{where}: the label is a {type(value).__name__}, but it must be a string or an integer.")


def has_half_character(text: str) -> bool:
    """Whether a string holds half a surrogate pair, which json can spell and no file can hold."""
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)


def _listed(names: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(repr(name[:40]) for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
