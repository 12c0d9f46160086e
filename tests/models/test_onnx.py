"""The folded folder is exported to ONNX as the guide says, and answers the same."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from flatnlp.models.encoder_saved import load_encoder, save_encoder
from tests.guide.pages import ROOT, blocks
from tests.models.encoders import write_encoder

CLASSES = ["neg", "mixed", "pos"]
TEXTS = ["A lovely film, and so it ends!", "The plot was dull.", "good"]


@pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning")  # torch's exporter about torch's own trees
def test_the_exported_model_gives_the_same_probabilities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnxscript", reason="torch's ONNX exporter needs onnxscript")
    onnxruntime: Any = pytest.importorskip("onnxruntime", reason="ONNX models are run by onnxruntime")
    with torch.random.fork_rng():
        torch.manual_seed(5)
        classifier = load_encoder(str(write_encoder("bert", tmp_path / "bert")), classes=CLASSES, masked=True)
        assert classifier.network.mask is not None
        torch.nn.init.normal_(classifier.network.mask.output.weight, std=0.5)
    classifier.refresh()
    assert classifier.word_importance(["lovely", "plot", "dull"]).std() > 0.01
    monkeypatch.chdir(tmp_path)
    save_encoder(classifier, Path("runs/tiny/model"))
    (export,) = (block.code for block in blocks(ROOT / "docs" / "models.md") if "onnx.export" in block.code)
    exec(compile(export, "models.md", "exec"), {})

    tokens = classifier.tokenizer(TEXTS, padding=True, return_tensors="np")
    session = onnxruntime.InferenceSession("model.onnx")
    (logits,) = session.run(None, {each.name: tokens[each.name].astype(np.int64) for each in session.get_inputs()})
    probabilities = torch.from_numpy(logits).double().softmax(1).numpy()
    np.testing.assert_allclose(probabilities, classifier.predict_proba(TEXTS), atol=1e-5)
    assert probabilities.std(0).max() > 0.01
