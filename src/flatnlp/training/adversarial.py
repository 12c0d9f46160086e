"""Adversarial examples as training data: the texts, and which word became which."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from flatnlp.attacks.result import AttackResult
from flatnlp.models.network import Network
from flatnlp.models.trained import TrainedClassifier
from flatnlp.text import Text, swapped_words
from flatnlp.training.batches import EncodedTexts


@dataclass(frozen=True)
class Replacements:
    """For each adversarial example, the token ids of each swapped word and of the one that stands for it.

    A word that two were merged into stands for the first of them; inserted words stand for none.
    """

    pairs: Sequence[Sequence[tuple[tuple[int, ...], tuple[int, ...]]]]


@dataclass(frozen=True)
class AdversarialTexts:
    """D': successful adversarial examples, encoded.

    Attributes:
        texts: Their ids and true labels.
        replacements: Pairs for L_imp, in the order of the texts.
        unknown_share: Share of replaced words that were left out because a side holds the unknown token.
    """

    texts: EncodedTexts
    replacements: Replacements
    unknown_share: float | None

    def __len__(self) -> int:
        return len(self.texts)


def bounded(
    newest: Sequence[AttackResult], older: Sequence[AttackResult], most: int | None, seed: tuple[int, ...]
) -> list[AttackResult]:
    """The successful attacks to train on: the newest ones, and of the older a seeded sample to fill up.

    Args:
        newest: Results of the latest attack; where its successful ones are more than ``most``, a sample of them.
        older: Results of those before it.
        most: Successful ones at most; ``None`` for all.
        seed: Of the sample.
    """
    kept: list[AttackResult] = []
    for results in (newest, older):
        successful = [result for result in results if result.status == "successful"]
        room = len(successful) if most is None else most - len(kept)
        if len(successful) > room:
            places = np.sort(np.random.default_rng(seed).permutation(len(successful))[:room])
            successful = [successful[i] for i in places.tolist()]
        kept += successful
    return kept


def adversarial_texts(results: Iterable[AttackResult], classifier: TrainedClassifier) -> AdversarialTexts:
    """Take the successful attacks as training data; failed ones are no adversarial examples.

    A pair of words with an unknown on one side would pull every word towards the unknown's importance, so it is left
    out of L_imp; the text stays.
    """
    successful = [result for result in results if result.status == "successful"]
    ids, labels, pairs, replaced, left_out = [], [], [], 0, 0
    for result in successful:
        ids.append(classifier.ids(result.adversarial.raw))
        labels.append(result.example.label)
        kept = []
        for word, now in swapped_words(Text.of(result.example.text), result.adversarial):
            original = tuple(classifier.word_ids(word))
            substitute = tuple(classifier.word_ids(now))
            replaced += 1
            if classifier.has_unknown(original) or classifier.has_unknown(substitute):
                left_out += 1
            elif original and substitute and original != substitute:
                kept.append((original, substitute))
        pairs.append(kept)
    return AdversarialTexts(EncodedTexts(ids, labels), Replacements(pairs), left_out / replaced if replaced else None)


def importance_distance(network: Network, replacements: Replacements, members: Sequence[int]) -> Tensor:
    """L_imp: mean over examples of the sum over replaced words of ``|phi(x_i) - phi(x'_i)|``.

    A word's importance is the mean over its tokens, so both sides may have different numbers of them.

    Returns:
        A scalar; 0 where no word pair is left.
    """
    pairs = [pair for i in members for pair in replacements.pairs[i]]
    device = network.device
    if not pairs or not members:
        return torch.zeros((), device=device)
    return (
        _word_importance(network, [a for a, _ in pairs]) - _word_importance(network, [b for _, b in pairs])
    ).abs().sum() / len(members)


def _word_importance(network: Network, words: Sequence[Sequence[int]]) -> Tensor:
    device = network.device
    tokens = torch.tensor([token for word in words for token in word], device=device)
    owner = torch.tensor([i for i, word in enumerate(words) for _ in word], device=device)
    sizes = torch.tensor([len(word) for word in words], device=device)
    phi = network.importance(tokens)
    return torch.zeros(len(words), dtype=phi.dtype, device=device).index_add(0, owner, phi) / sizes
