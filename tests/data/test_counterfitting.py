from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from flatnlp.api.counterfitting import counterfit_vectors, recall_of
from flatnlp.data.counterfitting import CounterfitSettings, counterfit, read_pairs
from flatnlp.errors import FlatnlpError

WORDS = ["good", "fine", "bad", "poor", "film", "movie", "tree", "nothing"]
LONGER = CounterfitSettings(
    epochs=300, learning_rate=0.02, attract=1.0, preserve=0.1, components=None, spread=0, smooth=0
)
"""For so few pairs; and words without pairs stay where they are."""


def space() -> np.ndarray:
    vectors = np.random.default_rng(1).normal(size=(len(WORDS), 6)).astype(np.float32)
    vectors[WORDS.index("bad")] = vectors[WORDS.index("good")] + 0.1  # antonyms that are near, as in any such space
    vectors[-1] = 0
    return vectors


def cosine(vectors: np.ndarray, one: str, other: str) -> float:
    a, b = (vectors[WORDS.index(word)] for word in (one, other))
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def test_synonyms_attract_antonyms_repel_and_the_rest_stays() -> None:
    before = space()
    steps = []
    after = counterfit(
        WORDS,
        before,
        [("good", "fine"), ("film", "movie"), ("good", "unheard")],
        [("bad", "good")],
        LONGER,
        lambda: steps.append(1),
    )
    assert cosine(after, "good", "fine") > max(0.9, cosine(before, "good", "fine"))
    assert cosine(after, "film", "movie") > 0.9
    assert cosine(before, "good", "bad") > 0.9
    assert cosine(after, "good", "bad") < 0.2
    for word in ("tree", "poor"):
        assert after[WORDS.index(word)] == pytest.approx(
            before[WORDS.index(word)] / np.linalg.norm(before[WORDS.index(word)]), abs=1e-6
        )
    assert (after[-1] == 0).all()
    assert np.linalg.norm(after[:-1], axis=1) == pytest.approx(np.ones(len(WORDS) - 1), abs=1e-5)
    assert len(steps) == LONGER.epochs


def test_the_same_seed_gives_the_same_space() -> None:
    pairs = [("good", "fine")], [("bad", "good")]
    one, two = (counterfit(WORDS, space(), *pairs, CounterfitSettings()) for _ in range(2))
    assert (one == two).all()


def test_a_pair_in_both_lists_is_one_of_antonyms() -> None:
    after = counterfit(WORDS, space(), [("good", "bad")], [("bad", "good")], LONGER)
    assert cosine(after, "good", "bad") < 0.2


def test_words_without_pairs_move_along_with_those_near_them() -> None:
    before = space()
    before[WORDS.index("tree")] = before[WORDS.index("film")] + 0.1
    pairs = [("film", "good"), ("fine", "movie")], [("bad", "poor")]
    alone, along = (counterfit(WORDS, before, *pairs, replace(LONGER, spread=each)) for each in (0.0, 1.0))
    assert cosine(along, "tree", "good") > cosine(alone, "tree", "good") + 0.2
    assert cosine(alone, "tree", "film") < cosine(along, "tree", "film")


def test_what_all_words_share_is_taken_away() -> None:
    before = space()[:-1] + 5
    after = counterfit(WORDS[:-1], before, [("good", "fine")], [], CounterfitSettings(components=1))
    cosines = before @ before.T / np.outer(*[np.linalg.norm(before, axis=1)] * 2)
    assert cosines.min() > 0.5
    assert abs((after @ after.T)[~np.eye(len(after), dtype=bool)].mean()) < 0.3


def test_pairs_of_other_words_are_refused() -> None:
    with pytest.raises(FlatnlpError, match="None of the pairs has both words"):
        counterfit(WORDS, space(), [("gut", "schön")], [], CounterfitSettings())


def test_a_line_that_is_no_pair_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pairs.txt"
    path.write_text("good fine \n\nbad\n")
    with pytest.raises(FlatnlpError, match=r"pairs\.txt, line 3: 'bad' is not two words"):
        read_pairs(path)
    path.write_text("good fine \n\n")
    assert read_pairs(path) == [("good", "fine")]


def test_recall_counts_the_listed_neighbours_among_the_nearest() -> None:
    vectors = np.zeros((12, 2), np.float32)
    angles = np.arange(12) * 0.1
    vectors[:, 0], vectors[:, 1] = np.cos(angles), np.sin(angles)
    words = [f"w{i}" for i in range(12)]
    listed = {word: [] for word in words} | {"w0": [("w1", None), ("w8", None), ("w11", None), ("absent", None)]}
    assert recall_of(words, vectors, listed) == {8: pytest.approx(2 / 3), 50: 1.0}
    with pytest.raises(FlatnlpError, match="no word in common"):
        recall_of(words, vectors, {"gut": []})


def test_a_space_is_written_that_word_vectors_are_read_from(tmp_path: Path) -> None:
    np.savez(tmp_path / "vectors.npz", words=np.array(WORDS), vectors=space())
    (tmp_path / "synonyms.txt").write_text("good fine\n")
    (tmp_path / "antonyms.txt").write_text("good bad\n")
    given = {"synonyms": [tmp_path / "synonyms.txt"], "antonyms": [tmp_path / "antonyms.txt"]}
    output = tmp_path / "space.npz"
    result = counterfit_vectors(tmp_path / "vectors.npz", output, settings=LONGER, **given)
    with np.load(output) as written:
        assert written["words"].tolist() == WORDS
        assert cosine(written["vectors"].astype(np.float32), "good", "fine") > 0.9
    assert (result.words, result.recall) == (8, {})
    with pytest.raises(FlatnlpError, match="is there already; give --overwrite"):
        counterfit_vectors(tmp_path / "vectors.npz", output, **given)
    with pytest.raises(FlatnlpError, match=r"written as \.npz"):
        counterfit_vectors(tmp_path / "vectors.npz", tmp_path / "space.txt", **given)
