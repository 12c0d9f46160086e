"""How much memory the attack takes, and whether it grows with the data: ``flatnlp attack --output`` on files.

The training sentences are written to a file, once or many times over, and that file is attacked in a process of its
own, so its peak is the attack's; what it held with the libraries and the model loaded is printed beside it.
"""

import argparse
import json
import multiprocessing
import resource
import shutil
import sys
import tempfile
from pathlib import Path

import torch
from victims import DATASET, KEPT_IN, victim

import flatnlp
from flatnlp.data import load_data
from flatnlp.evaluation import sample


def peak_mib() -> float:
    """The largest resident size of this process so far."""
    unit = 1024 if sys.platform == "darwin" else 1
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit / 1024


def attacked_file(model: Path, data: Path, attack: str, output: Path) -> tuple[int, float, float]:
    """Attack the training split of a folder: texts, and the peak in MiB with the model loaded and in the end."""
    torch.set_num_threads(1)
    classifier = flatnlp.load(model)
    before = peak_mib()
    results = flatnlp.attack(classifier, dataset=data, split="train", attack=attack, output=output)
    return len(results), before, peak_mib()


def write_folder(folder: Path, examples: int | None, times: int) -> None:
    """The data set as files of its own, the training sentences so many times over."""
    data = load_data(DATASET)
    for split, rows in data.splits.items():
        once = sample(list(rows["text"]), list(rows["label"]), examples if split == "train" else None, 0)
        lines = [json.dumps({"text": each.text, "label": data.classes[each.label]}) + "\n" for each in once]
        with (folder / f"{split}.jsonl").open("w") as file:
            for _ in range(times if split == "train" else 1):
                file.writelines(lines)


def main() -> None:
    """Attack and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attack", default="pwws", choices=("pwws",))
    parser.add_argument("--victim", default="cnn", choices=("cnn", "lstm"))
    parser.add_argument("--examples", type=int, help="attack so many training examples (default: all)")
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10], help="attack them so often over")
    parser.add_argument("--models", type=Path, default=KEPT_IN, help="where the victims are kept")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    victim(options.victim, options.models)
    model = options.models / f"{DATASET}-{options.victim}"
    measured = []
    for times in options.times:
        folder = Path(tempfile.mkdtemp())
        try:
            write_folder(folder, options.examples, times)
            with multiprocessing.get_context("spawn").Pool(1) as fresh:
                texts, before, peak = fresh.apply(
                    attacked_file, (model, folder, options.attack, folder / "results.parquet")
                )
        finally:
            shutil.rmtree(folder)
        measured.append({"times": times, "texts": texts, "mib_model": round(before), "mib_peak": round(peak)})
        print(f"{texts:,} texts: peak {peak:,.0f} MiB, of which {before:,.0f} with the model loaded", flush=True)
    if options.json:
        options.json.write_text(
            json.dumps({"victim": options.victim, "attack": options.attack, "measured": measured}, indent=2)
        )


if __name__ == "__main__":
    main()
