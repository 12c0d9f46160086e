"""``python -m tests.soak``: attack a stream of noisy texts for ten minutes and report the slope of the memory.

The texts are the tiny data set's, repeated with noise words, so that no two are the same and every cache is filled.
Results are counted and dropped, as the journal keeps them on disk.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import torch

from flatnlp.attacks.engine import Engine
from flatnlp.attacks.result import Example
from flatnlp.data import Vocabulary
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.models.word_network import WordNetwork, WordNetworkConfig
from flatnlp.text import clean
from tests import tiny


def main() -> int:
    """Attack until the rows or the time are used up; print progress, then the slope."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--results", type=Path, help="A JSON file for what was measured.")
    given = parser.parse_args()
    torch.set_num_threads(1)
    engine = Engine(tiny.pwws(), _victim())
    started, done, samples = time.monotonic(), 0, []
    shown = started
    for _ in engine.run(_stream(given.rows, given.seed)):
        done += 1
        now = time.monotonic()
        if now - shown >= 1:
            shown = now
            samples.append((done, _resident()))
            if len(samples) % 30 == 0:
                print(f"{done:,} texts, {samples[-1][1]:.1f} MB, {done / (now - started):,.0f} texts/s", flush=True)
        if now - started > given.seconds:
            break
    result = {"texts": done, "seconds": time.monotonic() - started, **_slope(samples)}
    print(json.dumps(result))
    if given.results:
        given.results.write_text(json.dumps(result, indent=1) + "\n")
    return 0


def _slope(samples: list[tuple[int, float]]) -> dict[str, float]:
    """Megabytes per million texts by least squares over the second half, when caches are warm."""
    late = samples[len(samples) // 2 :]
    if len(late) < 2:
        return {"samples": len(samples)}
    texts, megabytes = np.array(late).T
    return {
        "samples": len(samples),
        "first_mb": samples[0][1],
        "last_mb": samples[-1][1],
        "mb_per_million_texts": float(np.polyfit(texts / 1e6, megabytes, 1)[0]),
    }


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


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
