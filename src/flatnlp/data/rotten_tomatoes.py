"""The default data set: review sentences, split so that no film is in two splits."""

import bz2
import csv
import hashlib
import io
from collections import Counter
from pathlib import Path

from flatnlp.data.table import Table
from flatnlp.data.unpacking import bomb, most_bytes
from flatnlp.errors import FlatnlpError

CORPUS = "rotten_tomatoes_corpus_full.csv.bz2"
DEV_SHARE = TEST_SHARE = 0.10

# Chosen because it gives the splits nearly the same share of fresh sentences: 58, 56 and 57 %.
_SALT = "flatnlp 0 "


def read_rotten_tomatoes(folder: Path) -> tuple[dict[str, Table], list[str]]:
    """Read the corpus and split it by film, always in the same way (about 80/10/10 by rows).

    Plot summaries are left out, and so is every repetition of a sentence. Films that share a sentence (the same film
    under two names) count as one. Films go to the splits in the order of the sha256 of their (salted) names, so the
    split depends on no seed and on no library's version.

    Args:
        folder: the fetched resource.

    Returns:
        Split name -> table with the labels ``fresh`` and ``rotten``, and sentences about what was done.

    Raises:
        FlatnlpError: the file is damaged.
    """
    path = folder / CORPUS
    try:
        content = _unpacked(path).decode("utf-8")
        records = list(csv.DictReader(io.StringIO(content, newline=""), strict=True))
        plots = sum(record["category"] == "plot" for record in records)
        rows = [
            (number, record["text"], record["category"], record["movie_name"])
            for number, record in enumerate(records, start=1)
            if record["category"] in ("fresh", "rotten")
        ]
    except (OSError, ValueError, EOFError, KeyError, csv.Error) as error:
        raise FlatnlpError(
            f"{path} is damaged ({error}); remove its folder and run 'flatnlp resources fetch rotten-tomatoes'."
        ) from error
    film_of = _films([(text, film) for _, text, _, film in rows])
    unique = list({text: (number, text, label, film_of[film]) for number, text, label, film in reversed(rows)}.values())
    split_of = _split_films(Counter(film for *_, film in unique))
    tables = {}
    for split in ("train", "dev", "test"):
        chosen = sorted(row for row in unique if split_of[row[3]] == split)
        numbers, texts, labels, _ = zip(*chosen, strict=True)
        tables[split] = Table(str(path), texts, labels, numbers, "row")
    notes = [
        f"The splits of rotten-tomatoes are fixed; none of its {len(split_of):,} films is in two of them.",
        f"{plots:,} plot summaries and {len(rows) - len(unique):,} repeated sentences of rotten-tomatoes are left out.",
    ]
    return tables, notes


def _unpacked(path: Path) -> bytes:
    """The file's bytes; at most as many as it may unpack to.

    Raises:
        OSError, EOFError or ValueError: If it is missing, damaged, or a bomb.
    """
    limit = most_bytes(path)
    with bz2.open(path) as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise ValueError(bomb(limit))
    return content


def _films(sentences: list[tuple[str, str]]) -> dict[str, str]:
    """Film name -> the first of all names linked to it by shared sentences."""
    leader: dict[str, str] = {}

    def lead(film: str) -> str:
        while leader.setdefault(film, film) != film:
            film = leader[film]
        return film

    film_with: dict[str, str] = {}
    for text, film in sentences:
        one, other = sorted((lead(film), lead(film_with.setdefault(text, film))))
        leader[other] = one
    return {film: lead(film) for _, film in sentences}


def _split_films(sizes: Counter[str]) -> dict[str, str]:
    total = sizes.total()
    split_of: dict[str, str] = {}
    done = 0
    for film in sorted(sizes, key=lambda film: hashlib.sha256((_SALT + film).encode("utf-8")).digest()):
        share = done / total
        split_of[film] = "test" if share < TEST_SHARE else "dev" if share < TEST_SHARE + DEV_SHARE else "train"
        done += sizes[film]
    return split_of
