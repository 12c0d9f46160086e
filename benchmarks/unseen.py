"""The unseen attacks beside TextAttack's: are they the same attacks, and how much faster?

Both sides attack the same test examples of the same victim with the same resources. Prints success rate, mean words
changed and mean queries of both with 95 % bootstrap intervals over the examples, and the processor time of both. The
searches of genetic, iga and pso are random, so only the averages can agree.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import textattack_offline
import textattack_peer
import torch
from textattack_peer import Peer, PeerResult, WordVictim
from textattack_unseen import BUILDERS
from victims import DATASET, KEPT_IN, victim

import flatnlp
from flatnlp.attacks.engine import Engine
from flatnlp.attacks.options import AttackOptions
from flatnlp.attacks.recipes import RECIPES, recipe
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.data import load_data
from flatnlp.evaluation import bootstrap_interval, sample
from flatnlp.models.word_classifier import WordClassifier


def compare(
    name: str, classifier: WordClassifier, examples: Sequence[Example], options: AttackOptions, eager: bool = False
) -> dict[str, Any]:
    """Attack with both sides and sum up."""
    ours = recipe(name, options)
    if eager and hasattr(ours.search, "lazy"):
        ours = replace(ours, search=replace(ours.search, lazy=False))  # type: ignore[type-var]
    list(Engine(ours, classifier).run(examples[:2]))  # what is read or computed once is not timed
    begin = time.process_time()
    engine = Engine(ours, classifier)
    results = sorted(engine.run(examples), key=lambda result: result.example.index)
    seconds = time.process_time() - begin
    measured = WordVictim(classifier)
    peer = Peer(measured, lambda wrapper: BUILDERS[name](wrapper, ours))
    theirs: list[PeerResult] = []
    peer_seconds = 0.0
    for example in sorted(examples, key=lambda example: example.index):
        random.seed(example.index)
        np.random.seed(example.index % 2**32)
        begin = time.process_time()
        theirs.append(peer.attack(example))
        peer_seconds += time.process_time() - begin
    ours.close()
    return {
        "recipe": name,
        "examples": len(examples),
        "attacked": sum(result.status != "skipped" for result in results),
        "same_status": sum(_status(a) == b.status for a, b in zip(results, theirs, strict=True)) / len(results),
        "flatnlp": _figures(results) | {"examples_per_cpu_second": len(examples) / seconds},
        "textattack": _figures(theirs) | {"examples_per_cpu_second": len(examples) / peer_seconds},
        "speed_ratio": peer_seconds / seconds,
        "services": {
            service: {"items": spent.items, "duplicates": spent.duplicates, "seconds": round(spent.seconds, 3)}
            for service, spent in engine.spent.items()
        },
    }


def _status(result: AttackResult | PeerResult) -> str:
    return "failed" if result.status == "unattackable" else result.status


def _figures(results: Sequence[AttackResult | PeerResult]) -> dict[str, Any]:
    """Success and queries over what both could attack, words changed over what succeeded, with their intervals."""
    attacked = [result for result in results if result.status != "skipped"]
    succeeded = [result for result in attacked if result.status == "successful"]
    values = {
        "success_rate": [float(result.status == "successful") for result in attacked],
        "words_changed": [float(result.words_changed) for result in succeeded],
        "queries": [float(result.queries) for result in attacked],
    }
    return {
        name: {"mean": float(np.mean(each)), "ci95": list(bootstrap_interval(np.array(each)))} if each else None
        for name, each in values.items()
    }


def table(compared: Sequence[dict[str, Any]]) -> str:
    """All comparisons as a Markdown table."""
    lines = [
        "| recipe | n attacked | success, flatnlp | TextAttack | words changed, flatnlp | TextAttack "
        "| queries, flatnlp | TextAttack | difference | times as fast |",
        "|---" * 10 + "|",
    ]
    for each in compared:
        cells = [each["recipe"], str(each["attacked"])]
        for name, pattern in (("success_rate", "{:.1%}"), ("words_changed", "{:.2f}"), ("queries", "{:,.0f}")):
            for side in ("flatnlp", "textattack"):
                found = each[side][name]
                interval = " to ".join(pattern.format(value) for value in found["ci95"]) if found else ""
                cells.append(f"{pattern.format(found['mean'])} ({interval})" if found else "-")
        means = [each[side]["queries"]["mean"] for side in ("flatnlp", "textattack")]
        cells += [f"{means[0] / means[1] - 1:+.1%}", f"{each['speed_ratio']:.0f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attacks", nargs="+", default=list(BUILDERS), choices=list(BUILDERS))
    parser.add_argument("--model", default="cnn", choices=("cnn", "lstm"))
    parser.add_argument("--run", type=Path, help="attack the model of this run instead")
    parser.add_argument("--dataset", default=DATASET)
    parser.add_argument("--examples", type=int, default=50, help="test examples (default 50)")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of examples")
    parser.add_argument("--synonyms", default="counterfitted_glove_100d", help="the synonym space of both sides")
    parser.add_argument("--models", type=Path, default=KEPT_IN, help="where the victims are kept")
    parser.add_argument(
        "--eager",
        action="store_true",
        help="ask the sentence encoder before the victim, as TextAttack does (bae, clare)",
    )
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    if not textattack_offline.available():
        raise SystemExit(textattack_peer.ABSENT)
    torch.set_num_threads(1)
    classifier = flatnlp.load(options.run) if options.run else victim(options.model, options.models, options.dataset)
    test = load_data(options.dataset).splits["test"]
    examples = sample(list(test["text"]), list(test["label"]), options.examples, options.seed)
    compared = []
    for name in options.attacks:
        chosen = AttackOptions(synonyms=options.synonyms if "synonyms" in RECIPES[name].options else None)
        compared.append(compare(name, classifier, examples, chosen, options.eager))
        print(json.dumps(compared[-1]), flush=True)
        if options.json:
            options.json.write_text(json.dumps(compared, indent=1) + "\n")
    print("\n" + table(compared))


if __name__ == "__main__":
    main()
