"""``python -m tests.soak.rows FILE``: a data set as large as one likes, real sentences repeated with noise.

The sentences are those of ``rotten-tomatoes`` (a resource); each time one comes, other made-up words stand in it, so
that no two rows are alike. The file's ending says how it is written.
"""

import argparse
import csv
import gzip
import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

_AT_ONCE = 10_000


def main() -> int:
    """Write the file."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.rows", description=__doc__)
    parser.add_argument("file", type=Path, help="Ends in .csv, .csv.gz, .jsonl, .jsonl.gz or .parquet.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    write(given.file, noisy(sentences(), given.rows, given.seed))
    return 0


def sentences() -> list[tuple[str, str]]:
    """The sentences of rotten-tomatoes and their labels."""
    from flatnlp.data import load_data

    data = load_data("rotten-tomatoes")
    return [(row["text"], data.classes[row["label"]]) for split in data.splits.values() for row in split]


def noisy(texts: list[tuple[str, str]], rows: int, seed: int = 0) -> Iterator[tuple[str, str]]:
    """So many rows: the texts over and over, one to three made-up words anywhere in each."""
    random = Random(seed)
    for row in range(rows):
        text, label = texts[row % len(texts)]
        words = text.split()
        for _ in range(random.randrange(1, 4)):
            words.insert(random.randrange(len(words) + 1), f"w{random.randrange(10**9)}")
        yield " ".join(words), label


def write(path: Path, rows: Iterator[tuple[str, str]]) -> None:
    """Write rows with the columns text and label."""
    if path.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = pa.schema({"text": pa.string(), "label": pa.string()})
        with pq.ParquetWriter(path, schema) as writer:
            while some := list(islice(rows, _AT_ONCE)):
                writer.write_table(pa.table(list(zip(*some, strict=True)), schema=schema))
        return
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="") as file:
        if ".csv" in path.suffixes:
            csv.writer(file, lineterminator="\n").writerows([("text", "label")])
            csv.writer(file, lineterminator="\n").writerows(rows)
        else:
            file.writelines(json.dumps({"text": text, "label": label}) + "\n" for text, label in rows)


if __name__ == "__main__":
    sys.exit(main())
