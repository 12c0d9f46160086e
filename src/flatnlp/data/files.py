"""Data sets in files and folders."""

from collections.abc import Callable
from pathlib import Path

from flatnlp.data.arrow import read_parquet
from flatnlp.data.delimited import read_csv, read_tsv
from flatnlp.data.jsonl import read_jsonl
from flatnlp.data.table import Table
from flatnlp.errors import FlatnlpError

Reader = Callable[[Path, str | None, str | None], Table]

READERS: dict[str, Reader] = {
    ".csv": read_csv,
    ".csv.gz": read_csv,
    ".tsv": read_tsv,
    ".tsv.gz": read_tsv,
    ".jsonl": read_jsonl,
    ".jsonl.gz": read_jsonl,
    ".parquet": read_parquet,
}
SPLIT_NAMES = {"train": "train", "dev": "dev", "validation": "dev", "valid": "dev", "test": "test"}


def ending_of(path: Path) -> str | None:
    """The ending by which a data file is read, or None."""
    return next((ending for ending in READERS if path.name.lower().endswith(ending)), None)


def stem_of(path: Path) -> str:
    """The file's or folder's name without such an ending."""
    ending = ending_of(path)
    return path.name[: -len(ending)] if ending and path.is_file() else path.name


def read_file(path: Path, text_column: str | None = None, label_column: str | None = None) -> Table:
    """Read one data file by its ending.

    Raises:
        FlatnlpError: the ending is unknown, or the file is bad.
    """
    ending = ending_of(path)
    if ending is None:
        raise FlatnlpError(f"{path} has no known ending; data files end in {', '.join(READERS)}.")
    return READERS[ending](path, text_column, label_column)


def split_files(folder: Path) -> dict[str, Path]:
    """The files of a folder that hold splits: ``train``, ``dev`` (also ``validation``, ``valid``) and ``test``.

    Returns:
        Split name -> file; empty if there is none.

    Raises:
        FlatnlpError: there are two files for one split.
    """
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        split = SPLIT_NAMES.get(path.name.split(".", 1)[0].lower())
        if split is None or not path.is_file() or ending_of(path) is None:
            continue
        if split in found:
            raise FlatnlpError(
                f"The folder {folder} has two files for the {split} split, {found[split].name} and {path.name}; "
                "remove one."
            )
        found[split] = path
    return found


def read_folder(folder: Path, text_column: str | None = None, label_column: str | None = None) -> dict[str, Table]:
    """Read a folder with ``train.*`` and perhaps ``dev.*`` (``validation.*``, ``valid.*``) and ``test.*``.

    Returns:
        Split name -> table.

    Raises:
        FlatnlpError: there is no training file, there are two for one split, or one is bad.
    """
    files = split_files(folder)
    if "train" not in files:
        there = ", ".join(sorted(path.name for path in folder.iterdir())[:10]) or "nothing"
        raise FlatnlpError(
            f"The folder {folder} has no train file (it holds {there}); name it train with one of the endings "
            f"{', '.join(READERS)}."
        )
    return {split: read_file(path, text_column, label_column) for split, path in files.items()}
