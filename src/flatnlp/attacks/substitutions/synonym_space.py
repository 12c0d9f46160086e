"""Synonym spaces: substitutes of a word are its nearest neighbours in an embedding, or in a ready list."""

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from flatnlp.attacks.substitutions.neighbours import Neighbours, checksum_of, neighbours_of
from flatnlp.data.all_vectors import read_all_vectors
from flatnlp.errors import FlatnlpError
from flatnlp.resources import locate
from flatnlp.resources.catalogue import RESOURCES
from flatnlp.resources.places import find_local
from flatnlp.resources.resource import normalise
from flatnlp.text import is_one_word

DEFAULT_SPACE = "counter-fitted"
NEAREST, MIN_COSINE = 50, 0.5


class SynonymSpace:
    """Nearest neighbours as substitutes, the nearest first.

    As TextAttack 0.3.11's ``WordSwapEmbedding`` with ``WordEmbeddingDistance(min_cos_sim)``: a word is looked up in
    small letters, the nearest ``most`` count, and of these the ones of at least ``min_cosine``.

    Args:
        spec: A name of word vectors or of a lexicon among the resources, or a file: an embedding of any format that
            word vectors are read from, or a neighbour list (``.json``, ``.json.gz``): an object of
            ``word: [neighbour, ...]`` or ``word: [[neighbour, distance], ...]``, nearest first, the distance being
            1 - cosine. A list without distances is taken as it is: ``min_cosine`` has nothing to act on.
        most: Neighbours per word.
        min_cosine: Least cosine of a neighbour.
        show_progress: Whether to show a bar where something is downloaded or computed.

    Raises:
        FlatnlpError: If there is no such name or file, or it is damaged or of another kind.
    """

    def __init__(
        self,
        spec: str = DEFAULT_SPACE,
        most: int = NEAREST,
        min_cosine: float = MIN_COSINE,
        show_progress: bool = True,
    ) -> None:
        path = _locate(spec, show_progress)
        if path.name.lower().endswith((".json", ".json.gz")):
            found = _read_list(path, most, min_cosine)
        else:
            found = neighbours_of(path, most, min_cosine, read_all_vectors, show_progress)
        self.neighbours = found
        self._row_of = {word: row for row, word in reversed(list(enumerate(found.words)))}
        self._known: dict[str, tuple[str, ...]] = {}
        self.identity = f"{checksum_of(path)[:16]} {most} {min_cosine}"
        """What tells this space from others."""

    def candidates(self, word: str) -> tuple[str, ...]:
        """Neighbours of a word, in any case of letters, nearest first; none for words that the space does not have."""
        word = word.lower()
        known = self._known.get(word)
        if known is None:
            row = self._row_of.get(word)
            near = [] if row is None else self.neighbours.rows[row].tolist()
            names = (self.neighbours.words[each] for each in near if each >= 0)
            known = tuple(dict.fromkeys(name for name in names if name.lower() != word and is_one_word(name)))
            if row is not None:  # of words that it does not have there is no end
                self._known[word] = known
        return known

    def cosine(self, word: str, other: str) -> float | None:
        """Cosine of any two words, in any case of letters; ``None`` if the space lacks one or has no vectors."""
        rows = [self._row_of.get(each.lower()) for each in (word, other)]
        if self.neighbours.units is None or rows[0] is None or rows[1] is None:
            return None
        return float(self.neighbours.units[rows[0]] @ self.neighbours.units[rows[1]])

    def close(self) -> None:
        """Nothing to keep: what was computed is on disk already."""


def _locate(spec: str, show_progress: bool) -> Path:
    """The place of a space: word vectors of that name, else a lexicon, else a path."""
    resource = RESOURCES.get(normalise(spec))
    if resource is not None:
        try:
            return locate(spec, progress=show_progress, kind=resource.kind)
        except FlatnlpError as error:
            if "--synonyms" in str(error):  # the catalogue says already what else serves
                raise
            raise FlatnlpError(
                f"{str(error).rstrip('.')}; or name another synonym space with --synonyms, such as one that 'flatnlp "
                "resources counterfit' builds from any word vectors."
            ) from error
    if find_local(spec, "vectors") is None and (lexicon := find_local(spec, "lexicons")) is not None:
        return lexicon
    return locate(spec, progress=show_progress, kind="vectors")


def _read_list(path: Path, most: int, min_cosine: float) -> Neighbours:
    entries = read_entries(path)
    words = list(dict.fromkeys([*entries, *(name for near in entries.values() for name, _ in near)]))
    row_of = {word: row for row, word in enumerate(words)}
    rows = np.full((len(words), max(1, min(most, max(map(len, entries.values()), default=0)))), -1, np.int32)
    for word, near in entries.items():
        kept = [row_of[name] for name, cosine in near[:most] if cosine is None or cosine >= min_cosine]
        rows[row_of[word], : len(kept)] = kept
    return Neighbours(words, rows)


def read_entries(path: Path) -> dict[str, list[tuple[str, float | None]]]:
    """Word -> its neighbours and their cosines, if the list says them."""
    wanted = "it must be an object of word: [neighbour, ...] or word: [[neighbour, distance], ...]"
    try:
        with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as stream:
            content: Any = json.load(stream)
    except (OSError, ValueError, EOFError, zlib.error, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "damaged"
        raise FlatnlpError(f"The neighbour list {path} is not readable JSON ({reason}); {wanted}.") from error
    if not isinstance(content, dict):
        raise FlatnlpError(f"{path} is no neighbour list; {wanted}.")
    entries: dict[str, list[tuple[str, float | None]]] = {}
    for word, near in content.items():
        try:
            entries[word] = [(each, None) if isinstance(each, str) else _with_cosine(*each) for each in near]
        except (TypeError, ValueError):
            raise FlatnlpError(f"{path} is no neighbour list (see {word!r}); {wanted}.") from None
    return entries


def _with_cosine(name: Any, distance: Any) -> tuple[str, float]:
    if not isinstance(name, str) or not 0 <= float(distance) <= 2:
        raise ValueError("neither a name nor a distance")
    return name, 1 - float(distance)
