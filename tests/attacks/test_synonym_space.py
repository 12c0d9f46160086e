import gzip
import json
import multiprocessing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatnlp.attacks.substitutions import neighbours
from flatnlp.attacks.substitutions.neighbours import nearest
from flatnlp.attacks.substitutions.synonym_space import SynonymSpace
from flatnlp.errors import FlatnlpError

VECTORS = {
    "good": (1, 0),
    "great": (3, 1),
    "Fine": (2, 2),
    "bad": (-1, 0),
    "nothing": (0, 0),
    "so-so": (1, 1.2),
    "!": (1, 0.01),
    "new york": (1, 0.02),
}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FLATNLP_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def embedding(tmp_path: Path) -> Path:
    path = tmp_path / "space.npz"
    np.savez(path, words=np.array(list(VECTORS)), vectors=np.array(list(VECTORS.values()), np.float32))
    return path


def test_neighbours_are_the_nearest_by_cosine_that_are_words(embedding: Path) -> None:
    space = SynonymSpace(str(embedding))
    assert space.candidates("good") == ("great", "Fine", "so-so")  # cosines .95, .71, .64; the mark is no word
    assert space.candidates("GOOD") == space.candidates("good")
    assert space.candidates("bad") == space.candidates("nothing") == space.candidates("unheard") == ()
    assert SynonymSpace(str(embedding), most=2).candidates("good") == ()  # the two nearest are no words
    assert SynonymSpace(str(embedding), min_cosine=0.7).candidates("good") == ("great", "Fine")
    assert space.cosine("Good", "great") == pytest.approx(3 / np.sqrt(10))
    assert space.cosine("good", "unheard") is None


# Four signs, so that every cosine is a multiple of a half and nothing is rounded.
SIGNS = st.one_of(st.lists(st.sampled_from([-1, 1]), min_size=4, max_size=4), st.just([0, 0, 0, 0]))


@given(st.lists(SIGNS, min_size=1, max_size=40), st.integers(1, 5), st.sampled_from([-1.0, 0.0, 0.5]))
def test_neighbours_are_those_of_the_plain_definition(rows: list[list[int]], most: int, least: float) -> None:
    vectors = np.array(rows, np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    found, cosines = nearest(units, most, least)
    for i, unit in enumerate(units):
        near = units @ unit
        expected = sorted((j for j in range(len(rows)) if j != i and near[j] >= least), key=lambda j: (-near[j], j))
        assert [j for j in found[i].tolist() if j >= 0] == expected[:most]
        assert cosines[i, : len(expected[:most])].tolist() == near[expected[:most]].tolist()


def test_neighbours_are_computed_once_and_then_mapped(
    embedding: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = SynonymSpace(str(embedding))
    monkeypatch.setattr(neighbours, "nearest", None)  # computing again would fail
    second = SynonymSpace(str(embedding))
    assert second.candidates("good") == first.candidates("good")
    assert isinstance(second.neighbours.rows, np.memmap)
    assert second.identity == first.identity
    assert [path.name for path in cache.rglob("*.partial")] == []


def test_a_changed_file_is_another_space(embedding: Path) -> None:
    before = SynonymSpace(str(embedding))
    np.savez(embedding, words=np.array(["good", "lovely"]), vectors=np.eye(2, dtype=np.float32) + 1)
    after = SynonymSpace(str(embedding))
    assert after.candidates("good") == ("lovely",)
    assert after.identity != before.identity


def test_a_damaged_cache_is_made_anew(embedding: Path, cache: Path) -> None:
    expected = SynonymSpace(str(embedding)).candidates("good")
    (rows,) = cache.rglob("neighbours.npy")
    rows.write_bytes(rows.read_bytes()[:50])
    assert SynonymSpace(str(embedding)).candidates("good") == expected
    assert SynonymSpace(str(embedding)).candidates("good") == expected
    assert len(np.load(rows)) == len(VECTORS)


def test_a_cache_that_cannot_be_written_is_done_without(embedding: Path, cache: Path) -> None:
    cache.write_text("in the way")
    assert SynonymSpace(str(embedding)).candidates("good") == ("great", "Fine", "so-so")


def candidates_of(path: str) -> tuple[str, ...]:
    return SynonymSpace(path).candidates("good")


def test_what_a_killed_process_left_goes_with_the_next_writing(embedding: Path, cache: Path) -> None:
    SynonymSpace(str(embedding)).candidates("good")
    (folder,) = (cache / "derived" / "neighbours").iterdir()
    left = folder.with_name(f".{folder.name}.killed.partial")
    folder.rename(left)
    assert SynonymSpace(str(embedding)).candidates("good") == ("great", "Fine", "so-so")
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_two_processes_at_once_do_no_harm(embedding: Path) -> None:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        found = pool.map(candidates_of, [str(embedding)] * 4)
    assert found == [("great", "Fine", "so-so")] * 4


def test_a_list_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "near.json.gz"
    path.write_bytes(gzip.compress(json.dumps({"good": ["fine", "Good", "a b", "great"], "bad": []}).encode()))
    space = SynonymSpace(str(path))
    assert space.candidates("Good") == ("fine", "great")
    assert space.candidates("bad") == space.candidates("fine") == ()
    assert SynonymSpace(str(path), most=1).candidates("good") == ("fine",)
    assert space.cosine("good", "fine") is None


def test_a_list_with_distances_is_cut_at_the_least_cosine(tmp_path: Path) -> None:
    path = tmp_path / "near.json"
    path.write_text(json.dumps({"good": [["fine", 0.1], ["great", 0.5], ["odd", 0.51]]}))
    assert SynonymSpace(str(path)).candidates("good") == ("fine", "great")
    assert SynonymSpace(str(path), min_cosine=0.0).candidates("good") == ("fine", "great", "odd")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[1", r"near\.json is not readable JSON"),
        (b"[1]", r"near\.json is no neighbour list; it must be an object"),
        (b'{"good": [1]}', r"near\.json is no neighbour list \(see 'good'\)"),
        (b'{"good": [["fine", "far"]]}', r"no neighbour list \(see 'good'\)"),
        (b'{"good": [["fine", -1]]}', r"no neighbour list \(see 'good'\)"),
    ],
)
def test_what_is_no_neighbour_list_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "near.json"
    path.write_bytes(content)
    with pytest.raises(FlatnlpError, match=said):
        SynonymSpace(str(path))


def test_vectors_with_nan_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "space.npz"
    np.savez(path, words=np.array(["good", "bad"]), vectors=np.array([[1, 0], [np.nan, 1]], np.float32))
    with pytest.raises(FlatnlpError, match=r"space\.npz, row 2: the vector of 'bad' has a number that is NaN"):
        SynonymSpace(str(path))


def test_an_archive_without_the_arrays_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "space.npz"
    np.savez(path, tokens=np.array(["good"]))
    with pytest.raises(FlatnlpError, match="must hold the arrays 'words' and 'vectors', but holds 'tokens'"):
        SynonymSpace(str(path))


def test_a_name_nobody_knows_is_refused() -> None:
    with pytest.raises(FlatnlpError, match="'nowhere' is neither an existing path nor a known name"):
        SynonymSpace("nowhere")


def test_where_the_default_cannot_be_had_the_way_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLATNLP_RESOURCES", str(tmp_path))
    with pytest.raises(FlatnlpError, match="--synonyms, such as one that `flatnlp resources") as caught:
        SynonymSpace(show_progress=False)
    assert str(caught.value).count("--synonyms") == 1
