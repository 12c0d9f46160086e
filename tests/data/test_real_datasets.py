"""The paper's data sets and the default one, where they are on this machine."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from flatnlp.data import Vocabulary, load_data
from flatnlp.data.rotten_tomatoes import read_rotten_tomatoes
from flatnlp.errors import FlatnlpError

SIZES = {
    "sst2": (6_920, 872, 1_821),
    "trec": (5_000, 452, 500),
    "ag_news": (47_359, 6_000, 7_600),
    "imdb": (20_000, 5_000, 25_000),
}


@pytest.mark.parametrize("name", SIZES)
def test_the_papers_sets_have_their_sizes(resources_root: Path, name: str) -> None:
    data = load_data(name)
    assert tuple(len(data.splits[split]) for split in ("train", "dev", "test")) == SIZES[name]


def test_labels_mean_what_they_say(resources_root: Path) -> None:
    data = load_data("trec")
    first = data.splits["train"][0]
    assert first["text"] == "How many miles is it from NY to Austria ?"
    assert data.classes[first["label"]] == "NUM"
    sst2 = load_data("sst2")
    assert sst2.classes[sst2.splits["train"][0]["label"]] == "positive"


@pytest.mark.parametrize(("name", "types"), [("sst2", 13_818), ("trec", 8_008)])
def test_the_vocabularies_have_the_sizes_of_the_papers_cleaning(resources_root: Path, name: str, types: int) -> None:
    texts = load_data(name).splits["train"]["text"]
    vocabulary = Vocabulary.from_texts(re.findall(r"[a-z0-9]+", text.lower()) for text in texts)
    assert len(vocabulary) - 2 == types


def test_a_damaged_corpus_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "rotten_tomatoes_corpus_full.csv.bz2").write_bytes(b"BZh9 cut")
    with pytest.raises(FlatnlpError, match=r"is damaged .*flatnlp resources fetch rotten-tomatoes"):
        read_rotten_tomatoes(tmp_path)


def test_rotten_tomatoes_shares_no_film_and_no_sentence(fetched: Callable[[str], Path]) -> None:
    import bz2
    import csv
    import io

    folder = fetched("rotten-tomatoes")
    data = load_data("rotten_tomatoes")
    assert data.classes == ("fresh", "rotten")
    assert {split: len(rows) for split, rows in data.splits.items()} == {"train": 10_201, "dev": 1_259, "test": 1_292}
    content = bz2.decompress((folder / "rotten_tomatoes_corpus_full.csv.bz2").read_bytes()).decode()
    films: dict[str, set[str]] = {}
    for record in csv.DictReader(io.StringIO(content)):
        if record["category"] != "plot":
            films.setdefault(record["text"], set()).add(record["movie_name"])
    films_of = {split: set().union(*(films[text] for text in rows["text"])) for split, rows in data.splits.items()}
    assert not films_of["train"] & films_of["test"]
    assert not films_of["train"] & films_of["dev"]
    assert not films_of["dev"] & films_of["test"]
    texts = Counter(text for rows in data.splits.values() for text in rows["text"])
    assert max(texts.values()) == 1
    for rows in data.splits.values():
        assert 0.55 < rows["label"][:].count(0) / len(rows) < 0.60
    assert load_data("rotten-tomatoes", seed=5).splits["test"]["text"][:] == data.splits["test"]["text"][:]
