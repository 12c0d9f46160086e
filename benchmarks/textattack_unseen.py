"""TextAttack's side of the unseen attacks: its own searches on the resources that flatnlp's recipes use.

The substitutes, the language model, the masked language model, the tagger and the sentence encoder are components of
TextAttack's kinds around flatnlp's services, so what is compared is the attack. Everything else is TextAttack's recipe
as its source has it.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import textattack_offline
from textattack_textfooler import minilm_constraint, universal_tagset

from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.request import Fill, Tags
from flatnlp.attacks.service import Memory
from flatnlp.resources import locate

_TOKENS = 64


def genetic(wrapper: Any, ours: Recipe) -> Any:
    """``GeneticAlgorithmAlzantot2018`` with another language model."""
    from textattack import Attack
    from textattack.constraints.overlap import MaxWordsPerturbed
    from textattack.constraints.pre_transformation import RepeatModification, StopwordModification
    from textattack.constraints.semantics import WordEmbeddingDistance
    from textattack.goal_functions import UntargetedClassification
    from textattack.search_methods import AlzantotGeneticAlgorithm
    from textattack.transformations import WordSwapEmbedding

    space = embedding(ours.substitutions)
    (service,) = ours.services
    constraints = [
        RepeatModification(),
        StopwordModification(),
        MaxWordsPerturbed(max_percent=0.2),
        WordEmbeddingDistance(embedding=space, max_mse_dist=0.5, compare_against_original=False),
        _language_model(service.model, 4),
    ]
    search = AlzantotGeneticAlgorithm(pop_size=60, max_iters=20, post_crossover_check=False)
    transformation = WordSwapEmbedding(max_candidates=8, embedding=space)
    return Attack(UntargetedClassification(wrapper), constraints, transformation, search)


def iga(wrapper: Any, ours: Recipe) -> Any:
    """``IGAWang2019``."""
    from textattack import Attack
    from textattack.constraints.overlap import MaxWordsPerturbed
    from textattack.constraints.pre_transformation import StopwordModification
    from textattack.constraints.semantics import WordEmbeddingDistance
    from textattack.goal_functions import UntargetedClassification
    from textattack.search_methods import ImprovedGeneticAlgorithm
    from textattack.transformations import WordSwapEmbedding

    space = embedding(ours.substitutions)
    constraints = [
        StopwordModification(),
        MaxWordsPerturbed(max_percent=0.2),
        WordEmbeddingDistance(embedding=space, max_mse_dist=0.5, compare_against_original=False),
    ]
    search = ImprovedGeneticAlgorithm(
        pop_size=60, max_iters=20, max_replace_times_per_index=5, post_crossover_check=False
    )
    transformation = WordSwapEmbedding(max_candidates=50, embedding=space)
    return Attack(UntargetedClassification(wrapper), constraints, transformation, search)


def pso(wrapper: Any, ours: Recipe) -> Any:
    """``PSOZang2020`` on a lexicon without parts of speech."""
    from textattack import Attack
    from textattack.constraints.pre_transformation import RepeatModification, StopwordModification
    from textattack.goal_functions import UntargetedClassification
    from textattack.search_methods import ParticleSwarmOptimization
    from textattack.transformations import WordSwap
    from textattack.transformations.word_swaps.word_swap_hownet import recover_word_case

    lexicon = ours.substitutions

    class WordSwapLexicon(WordSwap):
        def _get_replacement_words(self, word: str) -> list[str]:
            return [recover_word_case(each, word) for each in lexicon.candidates(word)]

    return Attack(
        UntargetedClassification(wrapper),
        [RepeatModification(), StopwordModification()],
        WordSwapLexicon(),
        ParticleSwarmOptimization(pop_size=60, max_iters=20),
    )


def bae(wrapper: Any, ours: Recipe) -> Any:
    """``BAEGarg2019`` with MiniLM, and texts padded to 64 tokens (TextAttack pads them to 512, which is slower)."""
    prepare_tagger()
    from textattack import Attack
    from textattack.constraints.grammaticality import PartOfSpeech
    from textattack.constraints.pre_transformation import RepeatModification, StopwordModification
    from textattack.goal_functions import UntargetedClassification
    from textattack.search_methods import GreedyWordSwapWIR
    from textattack.transformations import WordSwapMaskedLM

    transformation = WordSwapMaskedLM(
        method="bae", max_candidates=50, min_confidence=0.0, max_length=_TOKENS, **_masked_model(ours)
    )
    constraints = [
        RepeatModification(),
        StopwordModification(),
        PartOfSpeech(allow_verb_noun_swap=True),
        _similarity(ours),
    ]
    return Attack(
        UntargetedClassification(wrapper), constraints, transformation, GreedyWordSwapWIR(wir_method="delete")
    )


def clare(wrapper: Any, ours: Recipe) -> Any:
    """``CLARE2020`` with MiniLM, texts padded to 64 tokens, and flatnlp's tagger in the place of flair's."""
    from textattack import Attack
    from textattack.constraints.pre_transformation import RepeatModification, StopwordModification
    from textattack.goal_functions import UntargetedClassification
    from textattack.search_methods import GreedySearch
    from textattack.shared import AttackedText
    from textattack.transformations import (
        CompositeTransformation,
        WordInsertionMaskedLM,
        WordMergeMaskedLM,
        WordSwapMaskedLM,
    )

    tagger = next(service for service in ours.services if service.handles is Tags)

    def pos_of_word_index(text: Any, index: int) -> str:
        words = tuple(text.words)
        request = Tags(words[:index], (words[index],), words[index + 1 :])
        return str(tagger.answer([(request, Memory(0))])[0][0])

    AttackedText.pos_of_word_index = pos_of_word_index
    shared = _masked_model(ours) | {"max_candidates": 50, "max_length": _TOKENS}
    transformation = CompositeTransformation(
        [
            WordSwapMaskedLM(method="bae", min_confidence=5e-4, **shared),
            WordInsertionMaskedLM(min_confidence=0.0, **shared),
            WordMergeMaskedLM(min_confidence=5e-3, **shared),
        ]
    )
    constraints = [RepeatModification(), StopwordModification(), _similarity(ours)]
    return Attack(UntargetedClassification(wrapper), constraints, transformation, GreedySearch())


def prepare_tagger() -> None:
    """Let NLTK find its tagger."""
    textattack_offline.prepare([locate("perceptron-tagger"), universal_tagset()])


def _masked_model(ours: Recipe) -> dict[str, Any]:
    service = next(service for service in ours.services if service.handles is Fill)
    return {"masked_language_model": service.model, "tokenizer": service.tokenizer}


def _similarity(ours: Recipe) -> Any:
    """MiniLM's cosine to the original in a window of 15 words, with the threshold of flatnlp's recipe."""
    search: Any = ours.search
    least = math.cos(math.pi * (1 - search.similarity.threshold))
    constraint = minilm_constraint(least)
    return type(constraint)(
        threshold=least,
        metric="cosine",
        compare_against_original=True,
        window_size=15,
        skip_text_shorter_than_window=True,
    )


def embedding(space: Any) -> Any:
    """A synonym space as one of TextAttack's embeddings; a word is its own number."""
    from textattack.shared import AbstractWordEmbedding

    class Space(AbstractWordEmbedding):
        def __getitem__(self, index: Any) -> Any:
            raise KeyError(index)

        def get_mse_dist(self, a: str, b: str) -> float:
            cosine = space.cosine(a, b)
            return 0.0 if cosine is None else 2 - 2 * cosine

        def get_cos_sim(self, a: str, b: str) -> float:
            return 1 - self.get_mse_dist(a, b) / 2

        def word2index(self, word: str) -> str:
            return word

        def index2word(self, index: str) -> str:
            return index

        def nearest_neighbours(self, index: str, topn: int) -> list[str]:
            return list(space.candidates(index)[:topn])

    return Space()


def _language_model(model: Any, most: int) -> Any:
    """The most probable substitutes at each position, as ``GoogleLanguageModel(top_n_per_index)`` chooses them."""
    from textattack.constraints import Constraint

    class Probable(Constraint):
        def __init__(self) -> None:
            super().__init__(compare_against_original=False)

        def _check_constraint_many(self, transformed_texts: Sequence[Any], reference_text: Any) -> list[Any]:
            at: dict[int, list[int]] = {}
            for number, text in enumerate(transformed_texts):
                at.setdefault(reference_text.first_word_diff_index(text), []).append(number)
            kept: list[int] = []
            for position, numbers in at.items():
                words = [transformed_texts[number].words[position] for number in numbers]
                (values,) = model.log_probabilities([(reference_text.words[:position], words)])
                kept += [numbers[i] for i in np.argsort(-values, kind="stable")[:most]]
            return [transformed_texts[number] for number in sorted(kept)]

        def _check_constraint(self, transformed_text: Any, reference_text: Any) -> bool:
            return bool(self._check_constraint_many([transformed_text], reference_text))

    return Probable()


BUILDERS = {"genetic": genetic, "iga": iga, "pso": pso, "bae": bae, "clare": clare}
