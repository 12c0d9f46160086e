"""Make a synonym space from word vectors and pairs of words."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.substitutions.synonym_space import read_entries
from flatnlp.data.all_vectors import read_all_vectors
from flatnlp.data.counterfitting import CounterfitSettings, counterfit, read_pairs
from flatnlp.errors import FlatnlpError
from flatnlp.files import check_writable, written_whole
from flatnlp.progress import progress_bar
from flatnlp.resources import locate

SYNONYMS = ("ppdb_synonyms",)
ANTONYMS = ("ppdb_antonyms", "wordnet_antonyms")
AT = (8, 50)
_ASKED, _ROWS_AT_ONCE = 5000, 500


@dataclass(frozen=True)
class Counterfitted:
    """What came of counter-fitting.

    Attributes:
        path: The space: an ``.npz`` with ``words`` and ``vectors``.
        words: How many words it has.
        recall: Number of neighbours -> share of a list's neighbours among so many nearest, before and after; empty
            where no list was given.
    """

    path: Path
    words: int
    recall: dict[int, tuple[float, float]]


def counterfit_vectors(
    vectors: str | Path,
    output: str | Path,
    *,
    synonyms: Sequence[str | Path] = SYNONYMS,
    antonyms: Sequence[str | Path] = ANTONYMS,
    settings: CounterfitSettings | None = None,
    compare: str | Path | None = None,
    overwrite: bool = False,
    show_progress: bool = False,
) -> Counterfitted:
    """Counter-fit word vectors and write the space they become.

    Args:
        vectors: A name or file of word vectors.
        output: The ``.npz`` to write.
        synonyms: Names or files of pairs that attract.
        antonyms: Names or files of pairs that repel.
        settings: How; the defaults if not given.
        compare: A neighbour list whose neighbours should be found again.
        overwrite: Replace what is there.
        show_progress: Whether to show bars on standard error.

    Raises:
        FlatnlpError: For everything the user can mend.
    """
    path = Path(output)
    if path.suffix != ".npz":
        raise FlatnlpError(f"The space is written as .npz; name {path.with_suffix('.npz')} as the output.")
    if path.exists() and not overwrite:
        raise FlatnlpError(f"{path} is there already; give --overwrite to replace it.")
    check_writable(path)
    settings = settings or CounterfitSettings()
    attract, repel = _pairs(synonyms), _pairs(antonyms)
    listed = None if compare is None else read_entries(only_file(locate(str(compare), kind="lexicons")))
    words, rows = read_all_vectors(locate(str(vectors), kind="vectors"))
    with progress_bar("Counter-fitting", settings.epochs, "epochs", show_progress) as advance:
        fitted = counterfit(words, rows, attract, repel, settings, advance)
    recall = {}
    if listed is not None:
        before, after = (recall_of(words, each, listed) for each in (rows, fitted))
        recall = {count: (before[count], after[count]) for count in AT}
    with written_whole(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, words=np.array(words), vectors=fitted.astype(np.float16))
    return Counterfitted(path, len(words), recall)


def recall_of(
    words: Sequence[str], vectors: NDArray[np.float32], listed: dict[str, list[tuple[str, float | None]]]
) -> dict[int, float]:
    """Share of listed neighbours among the 8 and the 50 nearest: pairs both of whose words the space has.

    Only words of the list count as nearest, so that a space with more words is not at a disadvantage. Of a long list, a
    seeded sample of 5,000 words is asked.
    """
    words, vectors = _shared(words, vectors, listed)
    row_of = {word: row for row, word in enumerate(words)}
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    asked = [word for word, near in listed.items() if word in row_of and near]
    chosen = np.random.default_rng(0).permutation(len(asked))[:_ASKED]
    hits, total = dict.fromkeys(AT, 0), 0
    for start in range(0, len(chosen), _ROWS_AT_ONCE):
        part = [asked[i] for i in chosen[start : start + _ROWS_AT_ONCE]]
        rows = [row_of[word] for word in part]
        cosines = units[rows] @ units.T
        cosines[np.arange(len(rows)), rows] = -2
        for word, row in zip(part, cosines, strict=True):
            wanted = {row_of[name] for name, _ in listed[word] if name in row_of}
            total += len(wanted)
            best = np.argpartition(-row, min(max(AT), len(row) - 1))[: max(AT)]
            found = best[np.argsort(-row[best], kind="stable")].tolist()
            for count in AT:
                hits[count] += len(wanted.intersection(found[:count]))
    return {count: hits[count] / max(total, 1) for count in AT}


def _shared(
    words: Sequence[str], vectors: NDArray[np.float32], listed: dict[str, list[tuple[str, float | None]]]
) -> tuple[list[str], NDArray[np.float32]]:
    rows = [row for row, word in enumerate(words) if word in listed]
    if not rows:
        raise FlatnlpError("The neighbour list and the vectors have no word in common; are they of one language?")
    return [words[row] for row in rows], vectors[rows]


def _pairs(names: Sequence[str | Path]) -> list[tuple[str, str]]:
    return [pair for name in names for pair in read_pairs(only_file(locate(str(name), kind="lexicons")))]


def only_file(path: Path) -> Path:
    """The one file of a resource's folder, or the file itself."""
    if not path.is_dir():
        return path
    files = [each for each in path.iterdir() if each.name != "manifest.json"]
    if len(files) != 1:
        raise FlatnlpError(f"{path} must be a file, or a folder of one file.")
    return files[0]
