"""Code that a model brings along is run only where that is asked for."""

import json
from pathlib import Path

import numpy as np
import pytest

import flatnlp
from flatnlp.errors import FlatnlpError
from tests import tiny
from tests.models.encoders import write_encoder

CODE = """
from pathlib import Path
from transformers import BertConfig, BertForSequenceClassification

Path({mark!r}).touch()

class OwnConfig(BertConfig):
    model_type = "own-bert"

class OwnForSequenceClassification(BertForSequenceClassification):
    config_class = OwnConfig
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The folder of a model with code of its own, and the file that the code makes when it is run."""
    monkeypatch.setattr("transformers.dynamic_module_utils.HF_MODULES_CACHE", str(tmp_path / "modules"))
    folder, mark = write_encoder("bert", tmp_path / "own", classes=("neg", "pos")), tmp_path / "was run"
    (folder / "modeling_own.py").write_text(CODE.format(mark=str(mark)))
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "own-bert", "architectures": ["OwnForSequenceClassification"]}
    names = {"AutoConfig": "OwnConfig", "AutoModelForSequenceClassification": "OwnForSequenceClassification"}
    config["auto_map"] = {auto: f"modeling_own.{name}" for auto, name in names.items()}
    (folder / "config.json").write_text(json.dumps(config))
    return folder, mark


def test_it_is_not_run_unless_asked_for(own: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, mark = own
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("nobody is asked at the terminal"))
    with pytest.raises(FlatnlpError, match=r"brings code of its own.*--trust-remote-code"):
        flatnlp.load(folder)
    assert not mark.exists()


def test_it_is_run_where_it_is_asked_for(
    own: tuple[Path, Path], command_line: tiny.CommandLine, tmp_path: Path
) -> None:
    folder, mark = own
    data = tiny.write_csv(tmp_path / "data.csv", tiny.rows()[:8])
    attack = ("attack", folder, "--dataset", data, "--split", "all", "--output", tmp_path / "r.parquet", "--quiet")
    assert "--trust-remote-code" in command_line.refusal(*attack)
    assert "8 texts" in command_line.done(*attack, "--trust-remote-code")
    assert mark.exists()
    probabilities = flatnlp.load(folder, trust_remote_code=True).predict_proba(["A good film."])
    assert np.allclose(probabilities.sum(), 1)
