"""Masked language models: whole words only, the same answers in any company."""

import shutil
from pathlib import Path

import pytest

from flatnlp.attacks.constraints.positions import no_repeats
from flatnlp.attacks.engine import Engine
from flatnlp.attacks.recipe import Recipe, Search
from flatnlp.attacks.request import Fill
from flatnlp.attacks.result import Example
from flatnlp.attacks.search.all_positions import AllPositions
from flatnlp.attacks.search.changes import Gap
from flatnlp.attacks.search.importance_greedy import ImportanceGreedy
from flatnlp.attacks.service import Memory
from flatnlp.attacks.services.causal_model import CausalModel
from flatnlp.attacks.services.masked_model import MaskedModelService, _Words
from flatnlp.attacks.substitutions.masked import MaskedSubstitutes
from flatnlp.errors import FlatnlpError
from tests.attacks.test_language_models import write_causal
from tests.attacks.toys import bag_of_words

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PIECES = ["##ing", "##s", ".", "'", "7"]
WORDS = ["good", "bad", "film", "the", "was", "so"]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of one layer, untrained, on six whole words and what is none."""
    return write_masked(tmp_path_factory.mktemp("masked") / "bert", [*PIECES, *WORDS])


def write_masked(folder: Path, tokens: list[str]) -> Path:
    """Write a model with these tokens beside the special ones."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertForMaskedLM, PreTrainedTokenizerFast

    vocabulary = {token: i for i, token in enumerate(SPECIAL + tokens)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), SPECIAL, strict=True))
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=34,
        initializer_range=0.5,
    )
    BertForMaskedLM(config).save_pretrained(folder)
    return folder


def fill(service: MaskedModelService, *requests: Fill) -> list[tuple[str, ...]]:
    return service.answer([(request, Memory(0)) for request in requests])


def test_only_whole_words_are_offered_the_most_probable_first(folder: Path) -> None:
    service = MaskedModelService(folder)
    (found,) = fill(service, Fill("the film was ", " .", 50))
    assert sorted(found) == sorted(WORDS)
    assert fill(service, Fill("the film was ", " .", 3)) == [found[:3]]
    assert fill(service, Fill("the film was ", " .", 50, 1.0)) == [()]
    likely = fill(service, Fill("the film was ", " .", 50, 0.06))[0]
    assert found[: len(likely)] == likely
    assert 0 < len(likely) < len(WORDS)


def test_answers_do_not_depend_on_company_and_are_remembered(folder: Path) -> None:
    requests = [Fill("the film " * i, " was so good" * j, 6) for i in range(5) for j in range(5)]
    service = MaskedModelService(folder)
    together = fill(service, *requests, *requests)
    assert together[: len(requests)] == together[len(requests) :]
    assert service.spent.duplicates == len(requests)
    alone = MaskedModelService(folder)
    assert [fill(alone, request)[0] for request in requests] == together[: len(requests)]


def test_the_model_goes_where_the_victim_is(folder: Path) -> None:
    service = MaskedModelService(folder)
    asked = Fill("the film was ", " .", 6)
    fill(service, asked)
    service.place_on("cpu")
    fill(service, asked)
    assert service.spent.duplicates == 1
    service.place_on("meta")  # torch's device for tensors without values
    assert service.model.device.type == "meta"


def test_bfloat16_is_nearly_the_same(folder: Path) -> None:
    exact, fast = MaskedModelService(folder), MaskedModelService(f"{folder}:bf16")
    assert fast.identity == f"{exact.identity} bf16"
    asked = [Fill("the film was ", " .", 6, least) for least in (0.0, 0.1)]
    (all_words, likely), (all_fast, likely_fast) = fill(exact, *asked), fill(fast, *asked)
    assert set(all_words) == set(all_fast)
    assert set(likely) == set(likely_fast)


def test_of_equally_probable_words_the_first_tokens_are_offered() -> None:
    import torch

    words = _Words(torch.tensor([1, 3, 4, 6, 7]), ["a", "b", "c", "d", "e"])
    probabilities = torch.tensor([0.9, 0.1, 0.9, 0.2, 0.1, 0.9, 0.3, 0.1])
    for most in range(1, 7):
        assert [word for word, _ in words.most_probable(probabilities, most)] == ["d", "b", "a", "c", "e"][:most]


def test_long_texts_are_read_around_the_gap(folder: Path) -> None:
    service = MaskedModelService(folder)
    near = "good film was so bad the film was so good " * 3
    answers = fill(service, Fill("bad " * 500 + near, near + "the " * 500, 6), Fill(near, near, 6))
    assert answers[0] == answers[1]


def test_the_gap_may_be_the_whole_text(folder: Path) -> None:
    assert len(fill(MaskedModelService(folder), Fill("", "", 6))[0]) == 6


def test_a_model_of_other_tokens_than_the_victims(folder: Path) -> None:
    """The model reads the raw text and offers words, so the victim may cut them as it likes."""
    recipe = Recipe(AllPositions(), MaskedSubstitutes(6), services=(MaskedModelService(folder),))
    victim = bag_of_words({"unheard-of": 2.0, "of": 1.0, "bad": -4.0, "unheard": 1.0})
    (result,) = Engine(recipe, victim).run([Example(0, "Unheard-of!", 1)])
    assert (result.status, result.adversarial.raw) == ("successful", "Bad!")


def test_what_is_no_masked_language_model_is_named(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(FlatnlpError, match=r"causal"):
        MaskedModelService(write_causal(tmp_path / "causal"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(FlatnlpError, match=r"empty cannot be loaded .*; name the folder of one"):
        MaskedModelService(tmp_path / "empty")
    with pytest.raises(FlatnlpError, match="no-such"):
        MaskedModelService("no-such")


def test_a_model_of_the_hub_out_of_reach_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import transformers

    def unreachable(*_: object, **__: object) -> None:
        raise OSError("We couldn't connect to 'https://huggingface.co' to load the files.\nCheck your connection.")

    monkeypatch.setattr(transformers.AutoTokenizer, "from_pretrained", unreachable)
    with pytest.raises(FlatnlpError) as caught:
        MaskedModelService("hf:owner/name")
    assert str(caught.value) == (
        "The masked language model hf:owner/name could not be had from the Hugging Face hub (We couldn't connect to "
        "'https://huggingface.co' to load the files); check its name and the connection, or name the folder of one "
        "that is on this machine."
    )


def test_a_layer_that_is_not_there_is_not_made_up(tmp_path: Path, folder: Path) -> None:
    from transformers import BertForSequenceClassification

    copied = Path(shutil.copytree(folder, tmp_path / "classifier"))
    BertForSequenceClassification.from_pretrained(folder).save_pretrained(copied)
    with pytest.raises(FlatnlpError, match=r"classifier is no masked language model: it lacks weights .*name another"):
        MaskedModelService(copied)


def test_pickled_weights_are_not_read(tmp_path: Path, folder: Path) -> None:
    copied = Path(shutil.copytree(folder, tmp_path / "pickled"))
    (copied / "model.safetensors").rename(copied / "pytorch_model.bin")
    with pytest.raises(
        FlatnlpError, match=r"pickle only \(pytorch_model\.bin\).* AutoModelForMaskedLM\.from_pretrained"
    ):
        MaskedModelService(copied)
    with pytest.raises(FlatnlpError, match=r"pickle only .* AutoModelForCausalLM\.from_pretrained"):
        CausalModel(copied)


def test_what_reads_on_both_sides_is_no_causal_model(folder: Path) -> None:
    with pytest.raises(FlatnlpError, match="is a bert model, which also reads the words that follow"):
        CausalModel(folder)


def test_a_model_without_whole_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FlatnlpError, match="is a whole word, so it offers nothing; name another"):
        MaskedModelService(write_masked(tmp_path / "pieces", ["##a", "##b", ".", "7"]))


@pytest.mark.parametrize(
    "search",
    [ImportanceGreedy(), AllPositions(), AllPositions(insert=Gap(6), merge=Gap(6), most_steps=1)],
)
def test_texts_of_one_word_and_of_none(folder: Path, search: Search) -> None:
    recipe = Recipe(search, MaskedSubstitutes(6), (no_repeats,), services=(MaskedModelService(folder),))
    victim = bag_of_words({"good": 1.0, "bad": -4.0})
    examples = [Example(0, "Good", 1), Example(1, "good!", 1), Example(2, "", 0), Example(3, "?!", 0)]
    found = sorted(Engine(recipe, victim).run(examples), key=lambda result: result.example.index)
    assert [result.status for result in found] == ["successful", "successful", "unattackable", "unattackable"]
    assert "bad" in found[0].adversarial.raw.lower()
    assert found[1].adversarial.raw.endswith("!")


def test_the_real_model(resources_root: Path) -> None:
    if not (resources_root / "models" / "bert-tiny-mlm").is_dir():
        pytest.skip("needs models/bert-tiny-mlm under $FLATNLP_RESOURCES")
    service = MaskedModelService("bert-tiny-mlm")
    assert "good" in fill(service, Fill("the movie was ", " .", 10))[0]
