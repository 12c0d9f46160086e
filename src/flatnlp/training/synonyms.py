"""The synonyms of the words of the training texts, as the attacks would offer them, in a model's token ids."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from flatnlp.attacks.recipe import Recipe
from flatnlp.errors import FlatnlpError
from flatnlp.models.trained import TrainedClassifier
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.text import Text, clean
from flatnlp.training.adversarial import Replacements
from flatnlp.training.settings import METHODS, TrainSettings


def synonyms_of(words: Sequence[str], recipes: Sequence[Recipe]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each word that one of the recipes may change, and what it may become by any of them.

    Args:
        words: Small letters, each once.
        recipes: Attacks whose substitutes depend on the word alone (``check_synonyms``).
    """
    for word in words:
        text = Text.of(word)
        if len(text.spans) == 1:
            offered = [
                substitute
                for recipe in recipes
                if all(allows(text, 0) for allows in recipe.constraints)
                for substitute in recipe.offers(word)
            ]
            if offered:
                yield word, tuple(dict.fromkeys(offered))
    for recipe in recipes:
        recipe.close()


def check_synonyms(settings: TrainSettings, recipes: Sequence[Recipe]) -> None:
    """Refuse attacks that cannot say what the synonyms of a word are, where the settings ask for them.

    Raises:
        FlatnlpError: If a recipe's substitutes depend on the text around a word.
    """
    for recipe in recipes:
        wanting = {
            "the views": settings.views_chosen,
            "--smooth-vectors": settings.smooth_vectors,
            "--importance-pairs": _of_the_vocabulary(settings),
        }
        what = next((name for name, wanted in wanting.items() if wanted), None)
        if recipe.in_context is not None and what:
            raise FlatnlpError(
                f"{recipe.name} takes a word's substitutes from the text around it, so words have no synonyms of their "
                f"own under it; leave out {what}, or attack with pwws or textfooler."
            )


def words_of(texts: Sequence[str]) -> list[str]:
    """The words of texts in small letters, each once, in alphabetical order."""
    return sorted({word.lower() for text in texts for word in Text.of(text).words})


def vocabulary_pairs(words: Sequence[str], recipes: Sequence[Recipe], classifier: TrainedClassifier) -> Replacements:
    """All pairs of a word and a synonym that the model knows both, each an example of its own for L_imp.

    Args:
        words: The words of the training texts.
        recipes: Where synonyms come from.
        classifier: Whose token ids are meant.

    Raises:
        FlatnlpError: If there is no pair.
    """
    pairs = []
    for word, synonyms in synonyms_of(words, recipes):
        own = tuple(classifier.word_ids(word))
        if not own or classifier.has_unknown(own):
            continue
        for synonym in synonyms:
            other = tuple(classifier.word_ids(synonym))
            if other and other != own and not classifier.has_unknown(other):
                pairs.append([(own, other)])
    if not pairs:
        raise FlatnlpError(
            "No word of the training texts has a synonym that the model knows; leave out --importance-pairs vocabulary."
        )
    return Replacements(pairs)


@dataclass(frozen=True)
class Substitutes:
    """For each token id the ids that may stand in its place.

    Attributes:
        ids: ``[entries]``, the substitutes of one id after those of another; the unknown token as often as the attacks
            offer a word that the model does not know.
        first: ``[vocabulary]``: where each id's begin.
        counts: ``[vocabulary]``: how many it has.
    """

    ids: Tensor
    first: Tensor
    counts: Tensor


def substitutes_of(classifier: WordClassifier, words: Sequence[str], recipes: Sequence[Recipe]) -> Substitutes:
    """The synonyms of one token for all words of one token that the model knows.

    Args:
        classifier: A word model.
        words: The words of the training texts.
        recipes: Where synonyms come from.

    Raises:
        FlatnlpError: If no word has a synonym.
    """
    of: dict[int, list[int]] = {}
    for word, synonyms in synonyms_of([word for word in words if clean(word) == [word]], recipes):
        (own,) = classifier.word_ids(word)
        if not classifier.has_unknown([own]):
            single = [ids[0] for ids in map(classifier.word_ids, synonyms) if len(ids) == 1 and ids[0] != own]
            of[own] = single
    counts: NDArray[np.int64] = np.zeros(len(classifier.vocabulary), np.int64)
    for own, others in of.items():
        counts[own] = len(others)
    if not counts.any():
        raise FlatnlpError("No word of the training texts has a synonym of one token; leave out --views.")
    first = np.concatenate([[0], counts.cumsum()[:-1]])
    ids = [other for own in sorted(of) for other in of[own]]
    device = classifier.device
    return Substitutes(
        torch.tensor(ids, device=device),
        torch.from_numpy(first).to(device),
        torch.from_numpy(counts).to(device),
    )


@dataclass(frozen=True)
class Synonyms:
    """What training needs of synonyms, by its settings; nothing for the paper's methods.

    Attributes:
        substitutes: For synonym views.
        pairs: For L_imp over the vocabulary.
    """

    substitutes: Substitutes | None = None
    pairs: Replacements | None = None


NO_SYNONYMS = Synonyms()


def synonyms_for(
    settings: TrainSettings, classifier: TrainedClassifier, texts: Sequence[str], recipes: Sequence[Recipe]
) -> Synonyms:
    """What the settings ask for.

    Args:
        settings: Their ``views`` and ``importance_pairs``.
        classifier: Whose token ids are meant.
        texts: The training texts.
        recipes: Where synonyms come from.

    Raises:
        FlatnlpError: If there are none.
    """
    pairs = _of_the_vocabulary(settings)
    if not settings.views_chosen and not pairs:
        return NO_SYNONYMS
    words = words_of(texts)
    return Synonyms(
        substitutes_of(cast(WordClassifier, classifier), words, recipes) if settings.views_chosen else None,
        vocabulary_pairs(words, recipes, classifier) if pairs else None,
    )


def _of_the_vocabulary(settings: TrainSettings) -> bool:
    return settings.importance_pairs == "vocabulary" and METHODS[settings.method].masked
