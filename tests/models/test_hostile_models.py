"""Model folders made to hurt."""

import json
import shutil
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from flatnlp.errors import FlatnlpError
from flatnlp.models.saved import load_model


@pytest.fixture
def model(tiny_run: Path, tmp_path: Path) -> Path:
    """A model folder whose checksums have been taken out, as one who makes a hostile one would."""
    folder = tmp_path / "model"
    shutil.copytree(tiny_run / "model", folder)
    change(folder, sha256={})
    return folder


def change(folder: Path, **values: object) -> None:
    config = json.loads((folder / "config.json").read_text())
    network = {**config["network"], **{name: values.pop(name) for name in list(values) if name in config["network"]}}
    (folder / "config.json").write_text(json.dumps({**config, "network": network, **values}))


@pytest.mark.parametrize(
    "values",
    [
        {"length": float("inf")},
        {"length": float("nan")},
        {"hidden": 50_000_000},
        {"hidden": 10**18},
        {"vocabulary": 500_000_000},
        {"embedding_size": 200_000_000},
        {"mask_hidden": 100_000_000},
        {"dropout": float("nan")},
        {"sha256": "no"},
        {"classes": 7},
        {"classes": {}},
        {"classes": ["\ud800", "b"]},
        {"classes": ["a", "a"]},
        {"architecture": []},
    ],
    ids=str,
)
def test_settings_that_cannot_be(model: Path, values: dict[str, object]) -> None:
    change(model, **values)
    with pytest.raises(FlatnlpError) as refused:
        load_model(model)
    assert "\n" not in str(refused.value)


def test_weights_that_give_no_probabilities(model: Path) -> None:
    weights = load_file(model / "model.safetensors")
    name = next(each for each in weights if each.endswith("output.bias") and each.startswith("body"))
    save_file({**weights, name: weights[name] * float("nan")}, model / "model.safetensors")
    with pytest.raises(FlatnlpError, match=r"NaN or infinity for 'A good film'.*damaged"):
        load_model(model).predict(["A good film"])
