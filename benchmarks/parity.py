"""Does flatnlp's attack do what TextAttack's does? Both attack the same examples of the same victim.

Prints the share of examples with the same status, the same adversarial text and the same number of queries, and every
example whose status differs, or its text by more than capitals, with the cause where one is found. A cause is found by
experiment: flatnlp attacks the example again with TextAttack's habits, and the difference is explained only if both
then agree.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Protocol

import textattack_offline
import textattack_peer
import torch
from comparison import SAME, Comparison, report
from parity_pwws import PwwsComparer
from parity_textfooler import TextFoolerComparer
from victims import DATASET, KEPT_IN, victim

from flatnlp.attacks.result import Example
from flatnlp.data import load_data
from flatnlp.evaluation import sample
from flatnlp.models.word_classifier import WordClassifier


class Comparer(Protocol):
    """Attacks every example with both, and with flatnlp again for TextAttack's habits."""

    def compare(self, examples: list[Example]) -> list[Comparison]:
        """One comparison per example."""
        ...


COMPARERS: dict[str, Callable[[WordClassifier], Comparer]] = {
    "pwws": PwwsComparer,
    "textfooler-no-encoder": partial(TextFoolerComparer, "textfooler-no-encoder"),
    "textfooler": partial(TextFoolerComparer, "textfooler"),
}


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", default="pwws", choices=tuple(COMPARERS))
    parser.add_argument("--model", default="cnn", choices=("cnn", "lstm"))
    parser.add_argument("--dataset", default=DATASET)
    parser.add_argument("--examples", type=int, default=300, help="test examples (default 300)")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of examples")
    parser.add_argument("--models", type=Path, default=KEPT_IN, help="where the victims are kept")
    parser.add_argument("--json", type=Path, help="write figures and differing examples here")
    options = parser.parse_args()
    if not textattack_offline.available():
        raise SystemExit(textattack_peer.ABSENT)
    torch.set_num_threads(1)
    classifier = victim(options.model, options.models, options.dataset)
    test = load_data(options.dataset).splits["test"]
    examples = sample(list(test["text"]), list(test["label"]), options.examples, options.seed)
    comparer = COMPARERS[options.recipe](classifier)
    compared = comparer.compare(examples)
    figures = report(compared)
    on = f"{len(compared)} {options.dataset} test examples, {options.model}"
    print(f"\n{options.recipe} on {on}, flatnlp against TextAttack 0.3.11")
    print(f"same status            {figures['same_status']:8.2%}")
    print(f"same adversarial text  {figures['same_adversarial_text']:8.2%}")
    print(f"same but for capitals  {figures['same_but_for_capitals']:8.2%}")
    print(f"same queries           {figures['same_queries']:8.2%}")
    print(f"mean queries           {figures['queries_flatnlp']:8.2f} and {figures['queries_textattack']:.2f}")
    lazy = getattr(comparer, "lazy", None)
    if lazy is not None:
        print(f"mean queries, lazy     {lazy.queries:8.2f}; same text as not lazy {lazy.same_text:.2%}")
    for cause, count in figures["causes"].items():
        print(f"{count:6}  {cause}")
    differing = [each for each in compared if not (each.same_status and each.same_but_for_capitals)]
    for each in differing:
        print(f"\nexample {each.index}, status {each.status}, queries {each.queries}: {each.cause}")
        print(f"  original    {each.text}\n  flatnlp     {each.adversarial[0]}\n  TextAttack  {each.adversarial[1]}")
    if not differing:
        print("No example differs in status, or in text by more than capitals.")
    if options.json:
        unlike = [asdict(each) for each in compared if each.cause != SAME]
        figures |= {
            "lazy": lazy and asdict(lazy),
            "recipe": options.recipe,
            "dataset": options.dataset,
            "model": options.model,
            "unlike": unlike,
        }
        options.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
