"""TextAttack's TextFooler on the synonym space, the tagger and the sentence encoder that flatnlp has.

``TextFoolerJin2019`` as it stands downloads its vectors and its encoder, so the attack is put together here from
TextAttack's own parts with that recipe's settings. The vectors are those of flatnlp's synonym space with its neighbour
matrix; the encoder is MiniLM in float32, run by transformers on one padded batch per call, as a small subclass of
TextAttack's ``SentenceEncoder``.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import textattack_offline

from flatnlp.attacks.recipes.textfooler import THRESHOLDS, stop_words
from flatnlp.attacks.services.universal_tags import UNIVERSAL
from flatnlp.attacks.substitutions.synonym_space import SynonymSpace
from flatnlp.resources import locate

SPACE = "counterfitted_glove_100d"


def universal_tagset() -> Path:
    """An NLTK data root with the map from Penn Treebank tags, which NLTK wants as a file."""
    root = Path(tempfile.mkdtemp(prefix="universal-tagset-"))
    folder = root / "taggers" / "universal_tagset"
    folder.mkdir(parents=True)
    lines = [f"{penn}\t{universal}\n" for penn, universal in sorted(UNIVERSAL.items())]
    (folder / "en-ptb.map").write_text("".join(lines), encoding="utf-8")
    return root


def embedding(space: SynonymSpace) -> Any:
    """The space as TextAttack's ``WordEmbedding``; where a word has fewer than 50 neighbours, it is its own."""
    from textattack.shared import WordEmbedding

    found = space.neighbours
    own = np.arange(len(found.words))[:, None]
    rows = np.concatenate([own, np.where(found.rows >= 0, found.rows, own)], axis=1)
    index = {word: row for row, word in enumerate(found.words)}
    return WordEmbedding(np.asarray(found.units), index, dict(enumerate(found.words)), rows)


def minilm_constraint(threshold: float) -> Any:
    """Angular similarity by MiniLM, in a window of 15 words, against the current text."""
    import torch
    from textattack.constraints.semantics.sentence_encoders import SentenceEncoder
    from transformers import AutoModel, AutoTokenizer

    folder = locate("minilm")
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder).eval()

    class MiniLM(SentenceEncoder):
        def encode(self, sentences: list[str]) -> torch.Tensor:
            batch = tokenizer(sentences, padding=True, truncation=True, return_tensors="pt")
            with torch.inference_mode():
                states = model(**batch).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1).to(states.dtype)
            return (states * mask).sum(1) / mask.sum(1)

    return MiniLM(
        threshold=threshold,
        metric="angular",
        compare_against_original=False,
        window_size=15,
        skip_text_shorter_than_window=True,
    )


def textfooler(encoder: bool, space: str = SPACE) -> Callable[[Any], Any]:
    """What builds the attack on a ``ModelWrapper``.

    Args:
        encoder: Whether MiniLM's similarity is among the constraints.
        space: The synonym space.
    """

    def build(wrapper: Any) -> Any:
        textattack_offline.prepare([locate("perceptron-tagger"), universal_tagset()])
        from textattack import Attack
        from textattack.constraints.grammaticality import PartOfSpeech
        from textattack.constraints.pre_transformation import RepeatModification, StopwordModification
        from textattack.constraints.semantics import WordEmbeddingDistance
        from textattack.goal_functions import UntargetedClassification
        from textattack.search_methods import GreedyWordSwapWIR
        from textattack.transformations import WordSwapEmbedding

        vectors = embedding(SynonymSpace(space))
        constraints = [
            RepeatModification(),
            StopwordModification(stopwords=set(stop_words())),
            WordEmbeddingDistance(embedding=vectors, min_cos_sim=0.5),
            PartOfSpeech(allow_verb_noun_swap=True),
        ]
        if encoder:
            constraints.append(minilm_constraint(THRESHOLDS["minilm"]))
        return Attack(
            UntargetedClassification(wrapper),
            constraints,
            WordSwapEmbedding(max_candidates=50, embedding=vectors),
            GreedyWordSwapWIR(wir_method="delete"),
        )

    return build
