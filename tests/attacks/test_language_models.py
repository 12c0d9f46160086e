"""Language models: the binary file as its own library reads it, tiny ones by hand, and their service."""

import json
import math
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from flatnlp.attacks.constraints.language_model import MostProbable
from flatnlp.attacks.engine import Engine
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.request import NextWord
from flatnlp.attacks.result import Example
from flatnlp.attacks.search.genetic import Genetic
from flatnlp.attacks.service import Memory
from flatnlp.attacks.services.language_model import Context, LanguageModelService, language_model_named
from flatnlp.attacks.services.ngram_model import NgramModel
from flatnlp.errors import FlatnlpError
from flatnlp.text import Text
from tests.attacks.toys import Lexicon, bag_of_words

BASE = math.log(1.0001)


def packed(entries: Sequence[Sequence[tuple[int, int]]], width: int) -> bytes:
    """Entries of (value, bits) fields, bit-packed, the lowest bits first, with the room that the format leaves."""
    total = 0
    for number, fields in enumerate(entries):
        at = number * width
        for value, bits in fields:
            total |= value << at
            at += bits
    return total.to_bytes(((1 + len(entries)) * width + 7) // 8 + 8, "little")


def write_bigrams(path: Path) -> Path:
    """<s>, a, b, c and the bigrams "<s> a" and "a b"; logarithms to the base 1.0001."""
    words = ["<s>", "a", "b", "c"]
    unigrams = [(-100.0, -1.0, 0), (-10.0, -2.0, 0), (-20.0, -4.0, 1), (-30.0, -8.0, 2), (0.0, 0.0, 2)]
    table = np.zeros(1 << 16, "<f4")
    table[7], table[9] = -3.0, -5.0
    # Keyed by the last word: a after <s> (7), b after a (9); 3 bits of word, 16 of probability.
    bigrams = [[(0, 3), (7, 16)], [(1, 3), (9, 16)]]
    strings = b"".join(word.encode() + b"\0" for word in words)
    content = b"Trie Language Model" + bytes([2]) + struct.pack("<2I", len(words), len(bigrams)) + struct.pack("<I", 1)
    content += table.tobytes() + b"".join(struct.pack("<ffI", *each) for each in unigrams)
    content += packed(bigrams, 19) + struct.pack("<I", len(strings)) + strings
    path.write_bytes(content)
    return path


def test_bigrams_by_hand(tmp_path: Path) -> None:
    model = NgramModel(write_bigrams(tmp_path / "tiny.lm.bin"))
    contexts: list[Context] = [
        ([], ["a", "b"]),  # the beginning: "<s> a" is there; b backs off from <s>
        (["c", "a"], ["B", "c"]),  # "a b" is there, in any case of letters; c backs off from a
        (["zzz"], ["a"]),  # nothing is known before
        (["b"], ["zzz"]),  # an unknown word is as improbable as any can be
        (["b"], []),
    ]
    found = model.log_probabilities(contexts)
    expected = [[-3, -20 - 1], [-5, -30 - 2], [-10], [-100], []]
    for values, wanted in zip(found, expected, strict=True):
        assert values / BASE == pytest.approx(wanted)


def test_trigrams_as_pocketsphinx_reads_them(fetched: Callable[[str], Path]) -> None:
    model = NgramModel(fetched("en-us-lm") / "en-us.lm.bin")
    recorded = json.loads((Path(__file__).parent / "pocketsphinx_trigrams.json").read_text())
    queries = recorded["queries"]
    assert len(queries) >= 100
    contexts = [(each["before"] if each["start"] else ["zzz", *each["before"]], [each["word"]]) for each in queries]
    for each, values in zip(queries, model.log_probabilities(contexts), strict=True):
        assert values[0] / BASE == pytest.approx(each["log_probability"], abs=1.5)  # it rounds to whole numbers


@pytest.mark.parametrize("damage", [lambda c: c[:5], lambda c: c[:-4], lambda c: c[: len(c) // 2], lambda c: b"x" + c])
def test_a_damaged_model_is_one_clear_error(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = write_bigrams(tmp_path / "tiny.lm.bin")
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(FlatnlpError, match=r"tiny\.lm\.bin is no whole n-gram model"):
        NgramModel(path)
    with pytest.raises(FlatnlpError, match=r"gone\.lm\.bin cannot be read"):
        NgramModel(tmp_path / "gone.lm.bin")


class Fixed:
    """Longer words are more probable; counts what it is asked."""

    order = 2
    identity = "fixed"

    def __init__(self) -> None:
        self.asked = 0

    def log_probabilities(self, contexts: Sequence[Context]) -> list[NDArray[np.float64]]:
        self.asked += len(contexts)
        return [np.array([float(len(word)) for word in words]) for _, words in contexts]


def test_the_service_asks_the_model_once_for_what_it_cannot_tell_apart() -> None:
    model = Fixed()
    service = LanguageModelService(model)
    requests = [NextWord(before, ("x", "yy")) for before in (("a", "b", "c"), ("q", "b", "c"), ("c",), ("d",))]
    answers = service.answer([(request, Memory(0)) for request in requests])
    assert [answer.tolist() for answer in answers] == [[1.0, 2.0]] * 4
    assert model.asked == 3
    assert (service.spent.items, service.spent.duplicates) == (4, 1)


def test_only_the_most_probable_substitutes_stay_in_their_order() -> None:
    text = Text.of("one two three")
    asking = MostProbable(2).allowed(text, text, 2, ["bbb", "a", "cc", "dd"])
    request = next(asking)
    assert request == NextWord(("one", "two"), ("bbb", "a", "cc", "dd"))
    with pytest.raises(StopIteration) as end:
        asking.send(np.array([-1.0, -5.0, -3.0, -3.0]))
    assert end.value.value == ["bbb", "cc"]


def test_a_model_without_the_words_keeps_the_first_ones(tmp_path: Path) -> None:
    """Nothing is known of any substitute, so the nearest in the lexicon's order stay, and the attack goes on."""
    service = LanguageModelService(NgramModel(write_bigrams(tmp_path / "tiny.lm.bin")))
    search = Genetic((MostProbable(2),), population=4, iterations=3)
    recipe = Recipe(search, Lexicon({"good": ("fine", "okay", "awful")}), services=(service,))
    victim = bag_of_words({"good": 2, "fine": 1, "okay": 0.5, "awful": -9})
    (result,) = Engine(recipe, victim).run([Example(0, "good", 1)])
    assert (result.status, result.adversarial.raw) == ("failed", "okay")


def write_causal(folder: Path) -> Path:
    """A GPT-2 of one layer, untrained, on eight whole words."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    words = ["<s>", "<unk>", "a", "b", "c", "good", "film", "the"]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", unk_token="<unk>").save_pretrained(folder)
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=8, n_positions=12, n_embd=8, n_layer=1, n_head=2, bos_token_id=0, eos_token_id=0)
    GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


def test_a_causal_model_goes_where_the_victim_is(tmp_path: Path) -> None:
    service = LanguageModelService(language_model_named(str(write_causal(tmp_path / "causal"))))
    service.place_on("meta")
    with pytest.raises(RuntimeError, match="meta"):  # torch's device for tensors without values
        service.answer([(NextWord(("the",), ("good",)), Memory(0))])


def test_a_causal_model_gives_all_words_together_the_probability_one(tmp_path: Path) -> None:
    model = language_model_named(str(write_causal(tmp_path / "causal")))
    words = ["<s>", "zzz", "a", "b", "c", "good", "film", "the"]
    contexts: list[Context] = [([], words), (["the", "good"], words), (["a"] * 30, words)]
    found = model.log_probabilities(contexts)
    for values in found:
        assert np.exp(values).sum() == pytest.approx(1, abs=1e-5)
    assert not np.allclose(found[0], found[1], atol=1e-4)
    for (before, _), values in zip(contexts, found, strict=True):
        assert model.log_probabilities([(before, ["good"])])[0] == pytest.approx(values[5], abs=1e-5)
    two = model.log_probabilities([(["the"], ["good film"])])[0]
    steps = model.log_probabilities([(["the"], ["good"]), (["the", "good"], ["film"])])
    assert two == pytest.approx(steps[0] + steps[1], abs=1e-5)


def test_a_language_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(FlatnlpError, match="empty cannot be loaded"):
        language_model_named(str(tmp_path / "empty"))
    with pytest.raises(FlatnlpError, match="no-such"):
        language_model_named("no-such")
