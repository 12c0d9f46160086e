"""How much memory the attack takes: the peak of attacking the whole training set, as a round of training does.

The process is fresh, so its peak is the attack's: what importing, the data and the model take is printed beside it.
"""

import argparse
import json
import resource
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import torch
from victims import DATASET, KEPT_IN, victim

from flatnlp.attacks.journal import attack_to_file
from flatnlp.attacks.recipes import recipe
from flatnlp.data import load_data
from flatnlp.evaluation import sample


def peak_mib() -> float:
    """The largest resident size of this process so far."""
    unit = 1024 if sys.platform == "darwin" else 1
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit / 1024


def main() -> None:
    """Attack and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attack", default="pwws", choices=("pwws",))
    parser.add_argument("--victim", default="cnn", choices=("cnn", "lstm"))
    parser.add_argument("--examples", type=int, help="attack so many training examples (default: all)")
    parser.add_argument("--times", type=int, default=1, help="attack them so often over, to see what grows")
    parser.add_argument("--models", type=Path, default=KEPT_IN, help="where the victims are kept")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    classifier = victim(options.victim, options.models)
    train = load_data(DATASET).splits["train"]
    once = sample(list(train["text"]), list(train["label"]), options.examples, 0)
    examples = (replace(each, index=at * len(once) + i) for at in range(options.times) for i, each in enumerate(once))
    attack = recipe(options.attack)
    before = peak_mib()
    with tempfile.TemporaryDirectory() as folder:
        results = attack_to_file(attack, classifier, examples, Path(folder) / "results.parquet", {})
    figures = {
        "victim": options.victim,
        "attack": options.attack,
        "examples": len(results),
        "mib_before": round(before),
        "mib_peak": round(peak_mib()),
    }
    print(f"{options.attack} on {len(results):,} training examples, {options.victim}, results streamed to a file:")
    print(f"peak {figures['mib_peak']:,} MiB, of which {figures['mib_before']:,} before the attack began")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
