"""The attacked texts of a run, read from ``attacks/<attack>.<split>.parquet``."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from flatnlp.errors import FlatnlpError

SUCCESSFUL = "successful"
FAILED = "failed"
SKIPPED = "skipped"
UNATTACKABLE = "unattackable"


@dataclass(frozen=True)
class Edit:
    """One change of a word: its characters in the original (none where it was inserted) and in the adversarial text.

    Several changes of one word have the same characters.
    """

    kind: str
    start: int
    end: int
    adversarial_start: int
    adversarial_end: int


@dataclass(frozen=True)
class Outcome:
    """How the attack on one example ended, without what it wrote."""

    index: int
    original: str
    status: str
    words: int


@dataclass(frozen=True)
class Pair:
    """An original text, what the attack made of it, and what the model said to both.

    The probabilities are those of the true label; predictions and label are class numbers.
    """

    index: int
    original: str
    adversarial: str
    label: int
    original_prediction: int
    adversarial_prediction: int
    original_probability: float
    adversarial_probability: float
    status: str
    queries: int
    edits: tuple[Edit, ...]


def pairs_file(run: Path, attack: str, split: str) -> Path | None:
    """Give the file of attacked texts, or ``None`` where the run has none or the names are no file names."""
    name = f"{attack}.{split}.parquet"
    path = run / "attacks" / name
    return path if Path(name).name == name and path.is_file() else None


def read_outcomes(path: Path) -> tuple[Outcome, ...]:
    """Read how the attack on each example ended, in the order of the file."""
    return tuple(Outcome(**row) for row in _read(path, _columns(Outcome), None))


def read_pairs(path: Path, indexes: Collection[int]) -> Mapping[int, Pair]:
    """Read the pairs with the given indexes.

    Raises:
        FlatnlpError: If the file is damaged, or an edit lies outside its text.
    """
    return {row["index"]: _pair(path, row) for row in _read(path, _columns(Pair), sorted(indexes))}


def read_all_pairs(path: Path) -> list[Pair]:
    """Read every pair, in the order of the file.

    Raises:
        FlatnlpError: As ``read_pairs``.
    """
    return [_pair(path, row) for row in _read(path, _columns(Pair), None)]


def _columns(kind: type[Outcome] | type[Pair]) -> list[str]:
    """Of a file of attacked texts those that a value is made of; its fields are called as they are."""
    return [field.name for field in fields(kind)]


def _read(path: Path, columns: Collection[str], indexes: list[int] | None) -> list[dict[str, Any]]:
    import pyarrow
    from pyarrow import parquet

    try:
        known = parquet.read_schema(path).names
        missing = [column for column in columns if column not in known]
        if missing:
            raise FlatnlpError(f"{path} has no column '{missing[0]}'; attack the run again.")
        wanted = None if indexes is None else [("index", "in", indexes)]
        rows: list[dict[str, Any]] = parquet.read_table(path, columns=list(columns), filters=wanted).to_pylist()
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise FlatnlpError(f"{path} is not a readable Parquet file; attack the run again.") from error
    for row in rows:
        absent = next((column for column in columns if row[column] is None and column != "edits"), None)
        if absent:
            raise FlatnlpError(f"{path}, example {row['index']} has no '{absent}'; attack the run again.")
    return rows


def _pair(path: Path, row: dict[str, Any]) -> Pair:
    names = ("kind", "start", "end", "adversarial_start", "adversarial_end")
    try:
        edits = tuple(Edit(**{name: edit[name] for name in names}) for edit in row.pop("edits") or ())
    except KeyError as error:
        raise FlatnlpError(f"{path}: the edits have no field {error}; attack the run again.") from error
    except TypeError as error:
        raise FlatnlpError(f"{path}: the edits are no list of changes; attack the run again.") from error
    pair = Pair(**row, edits=edits)
    for edit in edits:
        try:
            inside = 0 <= edit.start <= edit.end <= len(pair.original)
            inside = inside and 0 <= edit.adversarial_start <= edit.adversarial_end <= len(pair.adversarial)
        except TypeError:
            inside = False
        if not inside:
            raise FlatnlpError(f"{path}, example {pair.index} has an edit outside its text; attack the run again.")
    return pair
