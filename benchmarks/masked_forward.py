"""BAE and CLARE beside the bare forward pass of their masked language model: where does the time go?

Attacks a seeded sample, then sends the different texts with a gap that the attack asked about through the model of
transformers alone: tokenised beforehand, sorted by length, in the best of three batch sizes, no words looked up. By
processor time, on one thread.
"""

import argparse
import json
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

import flatnlp
from flatnlp.attacks.engine import Engine
from flatnlp.attacks.options import AttackOptions
from flatnlp.attacks.recipes import recipe
from flatnlp.attacks.request import Fill
from flatnlp.attacks.service import Memory
from flatnlp.attacks.services.masked_model import DEFAULT_MODEL, MaskedModelService
from flatnlp.data import load_data
from flatnlp.evaluation import sample

_BATCHES = (8, 16, 32)


class Timed:
    """A service with its processor time and what it was asked."""

    def __init__(self, service: Any) -> None:
        self.service, self.seconds = service, 0.0
        self.handles, self.name, self.spent, self.close = service.handles, service.name, service.spent, service.close
        self.asked: dict[Any, None] = {}

    def answer(self, requests: Sequence[tuple[Any, Memory]]) -> list[Any]:
        """The service's own answer."""
        if self.handles is Fill:
            self.asked.update(dict.fromkeys((request.left, request.right, request.most) for request, _ in requests))
        begin = time.process_time()
        answers: list[Any] = self.service.answer(requests)
        self.seconds += time.process_time() - begin
        return answers


def bare_forward(service: MaskedModelService, gaps: Sequence[tuple[str, str, int]], bf16: bool) -> float:
    """Processor seconds of the model alone on these gaps, in the best batch size."""
    rows = sorted((ids for ids, _ in service._rows(gaps)), key=len)
    pad = service.tokenizer.pad_token_id
    best = float("inf")
    for size in _BATCHES:
        begin = time.process_time()
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16) if bf16 else nullcontext():
            for start in range(0, len(rows), size):
                batch = rows[start : start + size]
                longest = len(batch[-1])
                ids = torch.tensor([row + [pad] * (longest - len(row)) for row in batch])
                there = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in batch])
                service.model(input_ids=ids, attention_mask=there)
        best = min(best, time.process_time() - begin)
    return best


def measured(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """One recipe's figures."""
    classifier = flatnlp.load(options.run)
    test = load_data("sst2").splits["test"]
    examples = sample(list(test["text"]), list(test["label"]), options.examples, options.seed)
    made = recipe(name, AttackOptions(masked_model=options.masked_model, encoder=options.encoder))
    list(Engine(made, classifier).run(examples[:2]))  # what is read or computed once is not timed
    made.close()
    services = {service.name: Timed(service) for service in made.services}
    begin = time.process_time()
    results = list(Engine(replace(made, services=tuple(services.values())), classifier).run(examples))
    seconds = time.process_time() - begin
    masked = next(each for each in services.values() if each.handles is Fill)
    forward = bare_forward(masked.service, list(masked.asked), options.masked_model.endswith(":bf16"))
    return {
        "recipe": name,
        "examples": len(examples),
        "attacked": sum(result.status != "skipped" for result in results),
        "seconds": seconds,
        "shares": {key: each.seconds / seconds for key, each in services.items()},
        "gaps": len(masked.asked),
        "bare_forward_seconds": forward,
        "attack_over_bare_forward": seconds / forward,
        "masked_model_over_bare_forward": masked.seconds / forward,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="a run of a word model on sst2")
    parser.add_argument("--attacks", nargs="+", default=["bae", "clare"])
    parser.add_argument("--examples", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--masked-model", default=DEFAULT_MODEL)
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    torch.set_num_threads(1)
    figures = [measured(name, options) for name in options.attacks]
    print("| recipe | n attacked | attack, s | masked model | sentence encoder | gaps | bare forward, s ", end="")
    print("| attack over it | masked model's service over it |")
    print("|---" * 9 + "|")
    for each in figures:
        shares = each["shares"]
        print(
            f"| {each['recipe']} | {each['attacked']} | {each['seconds']:.1f} | {shares['masked language model']:.0%} "
            f"| {shares['encoder']:.0%} | {each['gaps']:,} | {each['bare_forward_seconds']:.1f} "
            f"| {each['attack_over_bare_forward']:.2f} | {each['masked_model_over_bare_forward']:.2f} |"
        )
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
