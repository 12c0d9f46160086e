"""The models under attack: trained once with fixed settings, then read from disk."""

from pathlib import Path

import flatnlp
from flatnlp.models.word_classifier import WordClassifier

DATASET = "sst2"
KEPT_IN = Path("runs/benchmarks")


def victim(architecture: str, folder: Path, dataset: str = DATASET) -> WordClassifier:
    """A ``cnn`` or ``lstm`` on GloVe vectors, five epochs of clean data.

    Args:
        architecture: Which.
        folder: Where the victims of earlier runs are; a missing one is trained and kept there.
        dataset: What it is trained on.
    """
    run = folder / f"{dataset}-{architecture}"
    if not (run / "model" / "config.json").is_file():
        print(f"Training the {architecture} on {dataset}; it is kept in {run}.", flush=True)
        flatnlp.train(
            output=run,
            overwrite=True,
            dataset=dataset,
            vectors="glove_100d",
            model=architecture,
            method="base",
            epochs=5,
            dev_attack_sample=1,
            test_limit=1,
        )
    return flatnlp.load(run)
