"""How similar bae and clare want texts to be: the published number for its own encoder, a found one for MiniLM."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flatnlp.attacks.options import AttackOptions
from flatnlp.attacks.recipes import bae, clare, recipe


@pytest.mark.parametrize(("module", "cosine"), [(bae, 0.936338023), (clare, 0.7)])
def test_use_is_asked_for_the_published_cosine(module: Any, cosine: float) -> None:
    assert math.cos(math.pi * (1 - module.THRESHOLDS["use"])) == pytest.approx(cosine, abs=1e-8)


@pytest.mark.parametrize("module", [bae, clare])
def test_minilm_is_asked_for_its_own_number_in_bfloat16_too(
    module: Any, fetched: Callable[[str], Path], resources_root: Path
) -> None:
    fetched("minilm"), fetched("perceptron-tagger")
    if not (resources_root / "models" / "bert-tiny-mlm").is_dir():
        pytest.skip("needs models/bert-tiny-mlm under $FLATNLP_RESOURCES")
    for encoder, least in (
        (None, module.THRESHOLDS["minilm"]),
        ("minilm:bf16", module.THRESHOLDS["minilm"]),
        ("minilm@0.9", 0.9),
    ):
        made = recipe(module.ENTRY.name, AttackOptions(encoder=encoder, masked_model="bert-tiny-mlm"))
        search: Any = made.search
        assert (search.similarity.threshold, search.similarity.against_original) == (least, True)
        assert made.settings["encoder"].endswith(f" {least}")
