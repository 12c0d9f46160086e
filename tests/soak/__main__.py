"""``python -m tests.soak``: attack a stream of noisy texts for ten minutes and report the slope of the memory.

The texts are the tiny data set's, repeated with noise words, so that no two are the same and every cache is filled.
Results are counted and dropped, as the journal keeps them on disk. With ``--simulate`` victim, tagger and sentence
encoder answer at once, from hashes, under TextFooler's search: so that as many texts pass as in hours of the real ones.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch

from flatnlp.attacks.engine import Engine
from flatnlp.attacks.result import Example
from flatnlp.data import Vocabulary
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.models.word_network import WordNetwork, WordNetworkConfig
from flatnlp.text import clean
from tests import tiny
from tests.soak.memory import memory, trimmed
from tests.soak.simulated import caches, instant_textfooler, instant_victim


def main() -> int:
    """Attack until the rows or the time are used up; print progress, then the slope."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=600, help="Of processor time.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--simulate", action="store_true", help="Victim and services that answer at once.")
    parser.add_argument("--real-rate", type=float, help="Texts per second of a real attack: tells its hours.")
    parser.add_argument("--results", type=Path, help="A JSON file for what was measured.")
    given = parser.parse_args()
    torch.set_num_threads(1)
    victim = instant_victim(_victim()) if given.simulate else _victim()
    recipe = instant_textfooler() if given.simulate else tiny.pwws()
    engine = Engine(recipe, victim)
    began, done, shown = time.process_time(), 0, 0.0
    samples: list[dict[str, float]] = []
    for _ in engine.run(_stream(given.rows, given.seed)):
        done += 1
        now = time.process_time() - began
        if now - shown >= 1:
            shown = now
            samples.append({"texts": done, "seconds": now, **memory()})
            if len(samples) % 10 == 0:
                print(_rounded({**samples[-1], **caches(victim, recipe)}), flush=True)
        if now > given.seconds:
            break
    result = {"texts": done, "seconds": time.process_time() - began, **_slopes(samples), "trimmed": trimmed()}
    if given.real_rate:
        result["real_hours"] = done / given.real_rate / 3600
    print(json.dumps(result))
    if given.results:
        given.results.write_text(json.dumps({**result, "samples": samples}, indent=1) + "\n")
    return 0


def _slopes(samples: list[dict[str, float]]) -> dict[str, Any]:
    """Of each figure, per million texts, by least squares over the last third, when all caches are full."""
    late = samples[2 * len(samples) // 3 :]
    if len(late) < 2:
        return {"samples": len(samples)}
    texts = np.array([each["texts"] for each in late]) / 1e6
    names = [name for name in late[0] if name not in ("texts", "seconds")]
    slopes = {name: float(np.polyfit(texts, [each[name] for each in late], 1)[0]) for name in names}
    return {"samples": len(samples), "first": samples[0], "last": samples[-1], "per_million_texts": slopes}


def _rounded(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:,.1f}" for name, value in figures.items())


def _stream(rows: int, seed: int) -> Iterator[Example]:
    random, texts = Random(seed), tiny.rows()
    for index in range(rows):
        text, label = texts[index % len(texts)]
        noise = " ".join(f"w{random.randrange(10**9)}" for _ in range(random.randrange(1, 6)))
        yield Example(index, f"{text} {noise}", int(label == "pos"))


def _victim() -> WordClassifier:
    vocabulary = Vocabulary.from_texts([clean(text) for text, _ in tiny.rows()])
    torch.manual_seed(0)
    config = WordNetworkConfig("cnn", len(vocabulary), 6, 2, True, 4, 0.0)
    network = WordNetwork(config, torch.randn(len(vocabulary), 6)).eval()
    return WordClassifier(network, vocabulary, ("neg", "pos"), 20)


if __name__ == "__main__":
    sys.exit(main())
