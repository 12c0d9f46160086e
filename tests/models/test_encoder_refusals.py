"""Encoders that cannot be used: one sentence each."""

import json
from pathlib import Path

import pytest
import torch

import flatnlp
from flatnlp.errors import FlatnlpError
from flatnlp.models.encoder_saved import load_encoder
from flatnlp.models.encoder_source import open_encoder
from tests.models.encoders import write_encoder


def refusal(name: Path | str, **options: object) -> str:
    with pytest.raises(FlatnlpError) as refused:
        load_encoder(str(name), **options)  # type: ignore[arg-type]
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def write_config(folder: Path, **config: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
    return folder


@pytest.mark.parametrize("kind", ["gpt2", "llama", "t5", "bart"])
def test_decoders(tmp_path: Path, kind: str) -> None:
    assert f"is a {kind} model, a decoder" in refusal(write_config(tmp_path, model_type=kind))


def test_an_encoder_without_inputs_embeds(tmp_path: Path) -> None:
    assert "takes no inputs_embeds" in refusal(write_config(tmp_path, model_type="perceiver"))


def test_a_model_of_another_kind(tmp_path: Path) -> None:
    assert "cannot be read as a transformers model" in refusal(write_config(tmp_path, model_type="nonsense"))
    assert "cannot be read as a transformers model" in refusal(write_config(tmp_path))


def test_a_tokenizer_that_is_not_fast(tmp_path: Path) -> None:
    folder = write_encoder("bert", tmp_path, ["a", "b"])
    (folder / "tokenizer.json").unlink()
    assert "has no tokenizer" in refusal(folder)
    (folder / "vocab.txt").write_text("a")  # of a tokenizer that reads characters, and exists in Python alone
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "CanineTokenizer"}))
    assert "no fast tokenizer" in refusal(folder)


def test_pickled_weights_are_not_read(tmp_path: Path) -> None:
    folder = write_encoder("bert", tmp_path, ["a", "b"])
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"anything")
    sentence = refusal(folder)
    assert "pickle only (pytorch_model.bin)" in sentence
    assert "save_pretrained" in sentence


def test_weights_that_are_missing_or_damaged(tmp_path: Path) -> None:
    folder = write_encoder("bert", tmp_path, ["a", "b"])
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    assert "cannot be read as a transformers model" in refusal(folder)
    (folder / "model.safetensors").unlink()
    assert "cannot be read as a transformers model" in refusal(folder)


def test_an_encoder_without_a_head_is_no_classifier(tmp_path: Path) -> None:
    folder = write_encoder("bert", tmp_path)
    assert "without a classification layer; train it first" in refusal(folder)


@pytest.mark.parametrize(
    ("part", "field", "value", "said"),
    [
        ("post_processor", "special_tokens", {}, "no entry found for key"),
        ("model", "unk_token", "[NON]", "WordPiece error: Missing [UNK] token from the vocabulary"),
    ],
)
def test_a_tokenizer_whose_damage_shows_only_when_it_is_used(
    tmp_path: Path, part: str, field: str, value: object, said: str
) -> None:
    folder = write_encoder("bert", tmp_path / "bert", ("neg", "pos"))
    content = json.loads((folder / "tokenizer.json").read_text())
    content[part][field] = value
    (folder / "tokenizer.json").write_text(json.dumps(content))
    assert f"cannot be read as a transformers model ({said})" in refusal(folder)


def test_a_tokenizer_of_another_model(tmp_path: Path) -> None:
    folder = write_encoder("bert", tmp_path / "bert", ["a", "b"])
    other = write_encoder("roberta", tmp_path / "roberta")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (folder / name).write_bytes((other / name).read_bytes())
    assert "they do not belong together" in refusal(folder)


def test_what_lies_beside_is_checked(tmp_path: Path) -> None:
    from flatnlp.models.encoder_saved import save_encoder

    folder = tmp_path / "model"
    with torch.random.fork_rng():
        classifier = load_encoder(str(write_encoder("bert", tmp_path / "bert")), classes=["a", "b"], masked=True)
    save_encoder(classifier, folder)
    (folder / "flatnlp.safetensors").write_bytes(b"nothing")
    assert "flatnlp.safetensors is damaged" in refusal(folder)
    (folder / "flatnlp.json").write_text('{"flatnlp_encoder": 99}')
    assert "is of version 99" in refusal(folder)


def test_the_hub_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    for name in ("hf:nobody/nothing", "nobody/nothing"):
        with pytest.raises(FlatnlpError, match="could not be had from the Hugging Face hub"):
            open_encoder(name)
    with pytest.raises(FlatnlpError, match="There is no folder"):
        open_encoder("./nowhere")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "bert-tiny", "vectors": "glove-50d"}, "--vectors is for cnn and lstm"),
        ({"model": "bert-tiny", "method": "group"}, "--method group is for cnn and lstm"),
        ({"model": "bert-tiny", "hidden": 5}, "--hidden is for cnn and lstm"),
        ({"model": "cnn", "precision": "bf16"}, "--precision is for encoders"),
        ({"model": "lstm", "gradient_checkpointing": True}, "--gradient-checkpointing is for encoders"),
        ({"model": "bert-tiny", "precision": "int8"}, "no precision 'int8'; choose one of float32, bf16"),
        ({"model": "bert-tiny", "warmup": 1.5}, "--warmup is 1.5; it must be at least 0 and less than 1"),
        ({"model": "cnnn"}, r"no model 'cnnn'; did you mean cnn\?"),
    ],
)
def test_settings_that_mean_nothing_to_the_model(options: dict[str, object], message: str) -> None:
    with pytest.raises(FlatnlpError, match=message):
        flatnlp.TrainSettings(dataset="x", **options)  # type: ignore[arg-type]
