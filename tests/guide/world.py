"""What the pages find around them: the resources by their own names, each so small that a run takes a second."""

import csv
import gzip
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flatnlp.attacks.recipes import RECIPES
from flatnlp.training import settings
from tests import tiny
from tests.models.encoders import write_encoder


def write_resources(root: Path) -> Path:
    """A folder for ``$FLATNLP_RESOURCES``."""
    for name in ("rotten-tomatoes", "sst2", "imdb"):
        _write_splits(root / "datasets" / name, [(text, str(int(label == "pos"))) for text, label in tiny.rows()])
    (root / "vectors").mkdir()
    for name in ("glove-50d", "glove_100d", "counter-fitted", "counterfitted_glove_100d"):
        tiny.write_vectors(root / "vectors" / f"{name}.npz")
    for name in ("bert-tiny", "minilm"):
        write_encoder("bert", root / "models" / name)
    return root


def write_own_files(folder: Path) -> None:
    """Files of the user's own: a csv of two columns with other names, a list of texts."""
    rows = [(text, {"pos": "5", "neg": "1"}[label]) for text, label in tiny.rows()]
    tiny.write_csv(folder / "reviews.csv", rows, ("review", "stars"))


@contextmanager
def small_work(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Epochs are few unless a page says how many; each recipe is PWWS over the words of ``tiny``."""
    few = {"epochs": 2, "epochs_per_round": 1}
    with tiny.attack_in_the_place_of_pwws(patch):
        patch.setattr(settings, "WORD_DEFAULTS", {**settings.WORD_DEFAULTS, **few, "learning_rate": 0.03})
        patch.setattr(settings, "ENCODER_DEFAULTS", {**settings.ENCODER_DEFAULTS, "epochs": 1})
        for name, entry in RECIPES.items():
            patch.setitem(RECIPES, name, replace(entry, make=_make(name)))
        yield


def _make(name: str) -> Any:
    def make(**_: Any) -> Any:
        return replace(tiny.pwws(), name=name)

    return make


def _write_splits(folder: Path, rows: list[tuple[str, str]]) -> None:
    folder.mkdir(parents=True)
    shuffled = random.Random(0).sample(rows, len(rows))
    for split, part in (("train", shuffled[20:]), ("dev", shuffled[10:20]), ("test", shuffled[:10])):
        with gzip.open(folder / f"{split}.tsv.gz", "wt", encoding="utf-8", newline="") as stream:
            csv.writer(stream, delimiter="\t", lineterminator="\n").writerows([("text", "label"), *part])
