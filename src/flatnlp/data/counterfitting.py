"""Counter-fitting: word vectors in which synonyms are near and antonyms far (Mrksic et al. 2016, NAACL).

Three terms are made small, as there: synonyms attract, antonyms repel (their cosine, above a margin), and the space is
preserved (the distance of a word from where it was). Synonyms attract in another way: each must be nearer to its
partner than to the other words of its batch (softmax over cosines; Wieting et al. 2016 take negatives from a batch
too), which finds more of the real space's neighbours than attraction alone (``benchmarks/counterfit.py``,
docs/RESULTS.md). Before, the mean and the largest components, which all words share, are taken away (Mu and Viswanath
2018). Afterwards every word is moved along with the words near it, so words without pairs move too.
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
_SHARPNESS = 4  # of the weights of near words: their cosines to this power


@dataclass(frozen=True, kw_only=True)
class CounterfitSettings:
    """How to counter-fit; the defaults were chosen on half of a neighbour list (docs/RESULTS.md).

    Attributes:
        epochs: Passes over the synonyms.
        batch_size: Pairs of synonyms in a step of Adam, and half as many of antonyms.
        learning_rate: The step's size.
        temperature: Cosines are divided by it in the softmax; smaller looks more at the nearest of the others.
        attract: Weight of synonyms' distance, 1 - cosine, beside the softmax.
        repel: Weight of the antonyms.
        antonym_margin: Antonyms repel until their distance, 1 - cosine, is this (delta).
        preserve: Weight of the squared distance from where a word was.
        components: Largest components taken away before; ``None`` leaves the space as it is, its mean included.
        neighbours: Words near a word, with which it moves along.
        spread: How far words without pairs move along, 1 being as far as those near them.
        smooth: The same for words with pairs, beside their own way.
        seed: Of the order of the pairs.
    """

    epochs: int = 4
    batch_size: int = 512
    learning_rate: float = 0.005
    temperature: float = 0.2
    attract: float = 0.1
    repel: float = 1.0
    antonym_margin: float = 1.0
    preserve: float = 1.0
    components: int | None = 2
    neighbours: int = 10
    spread: float = 1.2
    smooth: float = 0.7
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
        advance: Called after every epoch.

    Returns:
        ``[words, width]``, each of length 1; a zero vector stays zero.

    Raises:
        FlatnlpError: If no pair has both words in the vocabulary.
    """
    import torch
    from torch.nn.functional import normalize

    repelled = _rows(words, antonyms)
    attracted = _rows(words, synonyms) - repelled
    if not attracted and not repelled:
        raise FlatnlpError("None of the pairs has both words among the vectors' words; are they of one language?")
    start = normalize(torch.from_numpy(np.array(vectors, np.float32)), dim=1)
    there = start.norm(dim=1, keepdim=True) > 0
    if settings.components is not None:
        start = normalize(_without_common(start, settings.components), dim=1) * there
    paired = torch.tensor(sorted({row for pair in attracted | repelled for row in pair}))
    place = torch.full((len(words),), -1)
    place[paired] = torch.arange(len(paired))
    near, far = (place[torch.tensor(sorted(pairs), dtype=torch.long).reshape(-1, 2)] for pairs in (attracted, repelled))
    moved = _moved(start[paired], near, far, settings, advance)
    fitted = _along(start, paired, moved - start[paired], settings)
    if settings.components is not None:
        fitted = normalize(_without_common(normalize(fitted, dim=1) * there, 0), dim=1)
    result: NDArray[np.float32] = (normalize(fitted, dim=1) * there).numpy()
    return result


def _without_common(units: "Tensor", components: int) -> "Tensor":
    """Rows less their mean and what they have along their largest components."""
    import torch

    centred = units - units.mean(0)
    if components:
        largest: Tensor = torch.linalg.eigh(centred.T @ centred).eigenvectors[:, -components:]
        centred = centred - centred @ largest @ largest.T
    return centred


def _moved(
    start: "Tensor", near: "Tensor", far: "Tensor", settings: CounterfitSettings, advance: Callable[[], None]
) -> "Tensor":
    """Where the words with pairs end, ``[words with pairs, width]``, each of length 1.

    Args:
        start: Where they begin.
        near: Rows of pairs that attract, ``[n, 2]``.
        far: Rows of pairs that repel, ``[m, 2]``.
        settings: How.
        advance: Called after every epoch.
    """
    import torch
    from torch.nn.functional import cross_entropy, normalize, relu

    moved = start.clone().requires_grad_()
    optimizer = torch.optim.Adam([moved], lr=settings.learning_rate)
    generator = torch.Generator().manual_seed(settings.seed)
    for _ in range(settings.epochs):
        order = torch.randperm(len(near), generator=generator)
        for at in range(0, max(len(near), 1), settings.batch_size):
            pairs = near[order[at : at + settings.batch_size]]
            loss = torch.zeros(())
            if len(pairs):
                one, other = (normalize(moved[pairs[:, side]], dim=1) for side in (0, 1))
                loss = loss + (1 - (one * other).sum(1)).mean() * settings.attract
                cosines = (one @ other.T / settings.temperature).masked_fill(_sharing(pairs), -torch.inf)
                own = torch.arange(len(pairs))
                loss = loss + (cross_entropy(cosines, own) + cross_entropy(cosines.T, own)) / 2
                kept = pairs.reshape(-1)
                loss = loss + settings.preserve * ((moved[kept] - start[kept]) ** 2).sum(1).mean()
            if len(far):
                chosen = far[torch.randint(len(far), (max(settings.batch_size // 2, 1),), generator=generator)]
                cosine = (normalize(moved[chosen[:, 0]], dim=1) * normalize(moved[chosen[:, 1]], dim=1)).sum(1)
                loss = loss + settings.repel * relu(settings.antonym_margin - 1 + cosine).mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        advance()
    return normalize(moved.detach(), dim=1)


def _sharing(pairs: "Tensor") -> "Tensor":
    """``[n, n]``: which other pairs have a word of this one, and so are no examples of what is unlike it."""
    import torch

    shared = torch.zeros(len(pairs), len(pairs), dtype=torch.bool)
    for one in (0, 1):
        for other in (0, 1):
            shared |= pairs[:, one, None] == pairs[None, :, other]
    shared.fill_diagonal_(False)
    return shared


def _along(start: "Tensor", paired: "Tensor", ways: "Tensor", settings: CounterfitSettings) -> "Tensor":
    """All words, each moved along with the words with pairs that were near it.

    Args:
        start: Where the words were, ``[words, width]``.
        paired: Rows of those with pairs.
        ways: How far these have moved, ``[words with pairs, width]``.
        settings: How.
    """
    import torch

    own = torch.full((len(start),), -1)
    own[paired] = torch.arange(len(paired))
    share = torch.where(own >= 0, settings.smooth, settings.spread)
    ends = start.clone()
    ends[paired] += ways
    count = min(settings.neighbours, len(paired) - 1)
    for at in range(0, len(start) if count else 0, _ROWS_AT_ONCE):
        rows = torch.arange(at, min(at + _ROWS_AT_ONCE, len(start)))
        cosines = start[rows] @ start[paired].T
        itself = own[rows] >= 0
        cosines[itself, own[rows][itself]] = 0
        best, near = cosines.clamp(min=0).topk(count)
        weights = best**_SHARPNESS
        weights = weights / weights.sum(1, keepdim=True).clamp(min=1e-9) * best[:, :1]
        ends[rows] += share[rows, None] * (weights[:, :, None] * ways[near]).sum(1)
    return ends


def _rows(words: Sequence[str], pairs: Sequence[tuple[str, str]]) -> set[tuple[int, int]]:
    """The pairs as rows, each once, the smaller first."""
    row = {word: i for i, word in reversed(list(enumerate(words)))}
    found = ((row[a], row[b]) for a, b in pairs if a in row and b in row and a != b)
    return {(min(pair), max(pair)) for pair in found}
