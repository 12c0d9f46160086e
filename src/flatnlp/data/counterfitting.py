"""Counter-fitting: word vectors in which synonyms are near and antonyms far (Mrksic et al. 2016, NAACL).

Three terms are made small: synonyms attract (their distance, above a margin), antonyms repel (what their distance lacks
of a margin), and the space is preserved (what neighbours in the original space have moved apart). Distances are 1 -
cosine. The paper goes from pair to pair; here a step takes all synonyms and antonyms and a share of the neighbours
at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from flatnlp.data.lines import read_lines
from flatnlp.errors import FlatnlpError

if TYPE_CHECKING:
    from torch import Tensor

_ROWS_AT_ONCE = 1024


@dataclass(frozen=True, kw_only=True)
class CounterfitSettings:
    """How to counter-fit.

    Attributes:
        steps: Steps of Adam.
        learning_rate: Their size.
        attract: Weight of the synonyms.
        repel: Weight of the antonyms.
        preserve: Weight of the neighbours.
        synonym_margin: Synonyms attract until their distance is this (gamma).
        antonym_margin: Antonyms repel until their distance is this (delta).
        neighbours: Neighbours that each word keeps.
        seed: Of the choice of neighbours in each step.
    """

    steps: int = 60
    learning_rate: float = 0.02
    attract: float = 1.0
    repel: float = 1.0
    preserve: float = 0.1
    synonym_margin: float = 0.0
    antonym_margin: float = 1.0
    neighbours: int = 10
    seed: int = 0


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """Pairs of words, one per line, separated by blanks.

    Raises:
        FlatnlpError: If the file is missing, not UTF-8, or a line is not two words.
    """
    pairs = []
    for number, line in enumerate(read_lines(path), start=1):
        words = line.split()
        if words and len(words) != 2:
            raise FlatnlpError(f"{path}, line {number:,}: {line.strip()!r:.60} is not two words; correct the line.")
        if words:
            pairs.append((words[0], words[1]))
    return pairs


def counterfit(
    words: Sequence[str],
    vectors: NDArray[np.float32],
    synonyms: Sequence[tuple[str, str]],
    antonyms: Sequence[tuple[str, str]],
    settings: CounterfitSettings,
    advance: Callable[[], None] = lambda: None,
) -> NDArray[np.float32]:
    """Counter-fit a space.

    Args:
        words: The vocabulary.
        vectors: ``[words, width]``.
        synonyms: Pairs that attract; those with a word that is not there are passed over.
        antonyms: Pairs that repel; a pair that is in both lists counts as antonyms.
        settings: How.
        advance: Called after every step.

    Returns:
        ``[words, width]``, each of length 1; a zero vector stays zero.

    Raises:
        FlatnlpError: If no pair has both words in the vocabulary.
    """
    import torch
    from torch.nn.functional import normalize, relu

    repelled = _rows(words, antonyms)
    attracted = _rows(words, synonyms) - repelled
    if not attracted and not repelled:
        raise FlatnlpError("None of the pairs has both words among the vectors' words; are they of one language?")
    moving = np.unique(np.array(sorted(attracted | repelled), np.int64))
    place = {row: i for i, row in enumerate(moving.tolist())}
    start = normalize(torch.from_numpy(np.array(vectors, np.float32)), dim=1)
    near = [
        torch.tensor([[place[a], place[b]] for a, b in sorted(pairs)], dtype=torch.long).reshape(-1, 2)
        for pairs in (attracted, repelled)
    ]
    kept = _neighbours(start, torch.from_numpy(moving), settings.neighbours)
    own = torch.arange(len(moving)).repeat_interleave(kept.shape[1])
    other = kept.reshape(-1)
    before = (start[moving][own] * start[other]).sum(1)
    inside = torch.full((len(words),), -1)
    inside[torch.from_numpy(moving)] = torch.arange(len(moving))

    moved = start[moving].clone().requires_grad_()
    optimizer = torch.optim.Adam([moved], lr=settings.learning_rate)
    generator = torch.Generator().manual_seed(settings.seed)
    for _ in range(settings.steps):
        units = normalize(moved, dim=1)
        loss = torch.zeros(())
        synonym, antonym = ((units[pair[:, 0]] * units[pair[:, 1]]).sum(1) for pair in near)
        if len(synonym):
            loss = loss + settings.attract * relu(1 - synonym - settings.synonym_margin).mean()
        if len(antonym):
            loss = loss + settings.repel * relu(settings.antonym_margin - 1 + antonym).mean()
        if len(own):
            chosen = torch.randint(len(own), (min(len(own), 4 * len(moving)),), generator=generator)
            at = inside[other[chosen]]
            there = torch.where(at[:, None] >= 0, units[at.clamp(min=0)], start[other[chosen]])
            now = (units[own[chosen]] * there).sum(1)
            loss = loss + settings.preserve * relu(before[chosen] - now).mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        advance()
    fitted = start.clone()
    fitted[moving] = normalize(moved.detach(), dim=1)
    result: NDArray[np.float32] = fitted.numpy()
    return result


def _rows(words: Sequence[str], pairs: Sequence[tuple[str, str]]) -> set[tuple[int, int]]:
    """The pairs as rows, each once, the smaller first."""
    row = {word: i for i, word in reversed(list(enumerate(words)))}
    found = ((row[a], row[b]) for a, b in pairs if a in row and b in row and a != b)
    return {(min(pair), max(pair)) for pair in found}


def _neighbours(units: "Tensor", rows: "Tensor", count: int) -> "Tensor":
    """Rows of the nearest others of each row, ``[rows, count]``."""
    import torch

    count = min(count, len(units) - 1)
    found = []
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[start : start + _ROWS_AT_ONCE]
        cosines = units[part] @ units.T
        cosines[torch.arange(len(part)), part] = -2
        found.append(cosines.topk(count).indices)
    return torch.cat(found)
