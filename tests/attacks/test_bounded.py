"""What is remembered is bounded, however long an attack goes on: the caches of docs/ROBUSTNESS.md, one by one.

Eight hours in a few seconds: the bounds are made a thousandth of what they are, and so many words come.
"""

import json
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
import torch

from flatnlp.attacks import recipe as recipes
from flatnlp.attacks.engine import Engine
from flatnlp.attacks.request import Fill, NextWord
from flatnlp.attacks.result import Example
from flatnlp.attacks.service import Memory, Spent
from flatnlp.attacks.services import language_model, masked_model, perceptron
from flatnlp.attacks.substitutions import synonym_space, wordnet
from flatnlp.data import Vocabulary
from flatnlp.models import encoder_tokens, word_classifier
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.models.word_network import WordNetwork, WordNetworkConfig
from flatnlp.text import Text, clean
from tests import tiny
from tests.models.encoders import write_encoder
from tests.soak.simulated import caches, instant_textfooler, instant_victim

BOUND, TEXTS = 200, 2000


def noise(texts: int = TEXTS) -> Iterator[Example]:
    random, rows = Random(0), tiny.rows()
    for index in range(texts):
        text, label = rows[index % len(rows)]
        yield Example(index, f"{text} {' '.join(f'w{random.randrange(10**9)}' for _ in range(3))}", int(label == "pos"))


def small_victim() -> WordClassifier:
    vocabulary = Vocabulary.from_texts([clean(text) for text, _ in tiny.rows()])
    torch.manual_seed(0)
    network = WordNetwork(
        WordNetworkConfig("cnn", len(vocabulary), 6, 2, True, 4, 0.0), torch.randn(len(vocabulary), 6)
    )
    return WordClassifier(network.eval(), vocabulary, ("neg", "pos"), 20)


def test_an_attack_that_goes_on_and_on_remembers_a_bounded_number_of_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(word_classifier, "_CACHED_WORDS", BOUND)
    monkeypatch.setattr(recipes, "_REMEMBERED", BOUND)
    victim, attack = small_victim(), tiny.pwws()
    asked: list[str] = []
    substitutions = tiny.Synonyms()
    monkeypatch.setattr(substitutions, "candidates", lambda word: asked.append(word) or (), raising=False)
    attack = replace(attack, substitutions=substitutions)
    engine = Engine(attack, victim, width=32)
    sizes = [len(victim._pieces) for _ in engine.run(noise())]
    assert len(sizes) == TEXTS
    assert BOUND / 2 < max(sizes) <= BOUND
    assert attack.offers.cache_info().currsize <= BOUND  # type: ignore[attr-defined]
    assert len(asked) > 10 * BOUND


def test_an_engine_keeps_nothing_of_what_has_ended() -> None:
    import gc

    engine = Engine(tiny.pwws(), small_victim(), width=16)
    seen = []
    for number, _ in enumerate(engine.run(noise(300))):
        if number % 60 == 59:
            seen.append(sum(type(each) is Memory for each in gc.get_objects()))
    assert max(seen) <= 16 + 1


def test_pieces_of_an_encoder_are_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    monkeypatch.setattr(encoder_tokens, "_CACHED", BOUND)
    tokens = encoder_tokens.EncoderTokens(AutoTokenizer.from_pretrained(write_encoder("bert", tmp_path / "bert")))
    for example in noise(500):
        tokens.row(example.text)
        tokens.variants(Text.of(example.text), [0, 1], ["a", f"x{example.index}"])
        assert len(tokens._pieces) <= BOUND


def test_a_synonym_space_remembers_only_words_that_it_has(tmp_path: Path) -> None:
    vectors = tiny.write_vectors(tmp_path / "tiny.npz")
    space = synonym_space.SynonymSpace(str(vectors), show_progress=False)
    for number in range(1000):
        assert space.candidates(f"w{number}") == ()
    space.candidates("film")
    assert set(space._known) == {"film"}


def test_wordnet_remembers_a_bounded_number_of_words_without_synonyms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Synset:
        def lemma_names(self) -> list[str]:
            return ["film", "movie"]

    class WordNet:
        _data_file_map: Mapping[str, Any] = MappingProxyType({})

        def synsets(self, word: str) -> list[Synset]:
            return [Synset()] if word == "film" else []

    monkeypatch.setattr(wordnet, "_KEPT", 50)
    monkeypatch.setattr(wordnet, "locate", lambda _: tmp_path)
    monkeypatch.setattr(wordnet.WordNetSynonyms, "_wordnet", WordNet())
    found = wordnet.WordNetSynonyms(tmp_path / "cache.json")
    for number in range(200):
        assert found.candidates(f"qzx{number}") == ()
    assert found.candidates("film") == found.candidates("FILM") == ("movie",)
    assert len(found._known) == 51
    found.close()
    assert len(json.loads((tmp_path / "cache.json").read_text())) == 51


def test_a_tagger_remembers_a_bounded_number_of_words(
    fetched: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(perceptron, "_KEPT_WORDS", BOUND)
    monkeypatch.setattr(perceptron, "_KEPT_BEFORE", BOUND)
    tagger = perceptron.Perceptron(fetched("perceptron-tagger"))
    for number in range(400):
        words = (f"a{number}", f"b{number}", "runs", f"c{number}")
        tagger.tag([(words[:2], "runs", words[3:])])
        assert len(tagger._ids) <= BOUND + 20
        assert len(tagger._after_prefix) <= BOUND + 1


def test_a_language_model_remembers_a_bounded_number_of_contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    class Model:
        order, identity = 2, "fake"

        def log_probabilities(self, contexts: Any) -> list[Any]:
            return [np.zeros(len(words)) for _, words in contexts]

    monkeypatch.setattr(language_model, "_KEPT", BOUND)
    service = language_model.LanguageModelService(Model())
    for number in range(1000):
        service.answer([(NextWord((f"w{number}",), ("a", "b")), Memory(0))])
        assert len(service._known) <= BOUND + 1


def test_an_encoder_and_a_tagger_remember_a_bounded_number_of_texts() -> None:
    """A slice of ``python -m tests.soak --simulate``."""
    kept = 40
    victim, attack = instant_victim(small_victim()), instant_textfooler(kept)
    engine = Engine(attack, victim, width=8)
    held = [caches(victim, attack) for _ in engine.run(noise(600))]
    for name in ("encoder", "tagger"):
        sizes = [each[name] for each in held]
        assert max(sizes) == sizes[-1] == kept
        assert engine.spent[name].items - engine.spent[name].duplicates > 4 * kept


def test_a_masked_model_remembers_a_bounded_number_of_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masked_model, "_KEPT", BOUND)
    service = masked_model.MaskedModelService.__new__(masked_model.MaskedModelService)  # without a model
    service.spent, service._known = Spent(), OrderedDict()
    monkeypatch.setattr(service, "_fill", lambda gaps, _: [(("film", 0.5),)] * len(gaps), raising=False)
    for number in range(3 * BOUND):
        assert service.answer([(Fill(f"w{number}", "", 1, 0.0), Memory(0))]) == [("film",)]
        assert len(service._known) <= BOUND
    assert next(iter(service._known)) == (f"w{2 * BOUND}", "", 1)


def test_every_cache_is_listed() -> None:
    """A new ``lru_cache``, ``cache`` or ``_known`` comes with its bound in docs/ROBUSTNESS.md."""
    root = Path(sys.modules["flatnlp"].__file__ or "").parent
    told = (Path(__file__).resolve().parents[2] / "docs" / "ROBUSTNESS.md").read_text(encoding="utf-8")
    signs = ("@cache\n", "lru_cache(", "self._known:", "self._known =", "_KEPT", "_CACHED", "self._pieces:")
    holding = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if any(sign in path.read_text(encoding="utf-8") for sign in signs)
    }
    assert {name for name in holding if f"`{name}`" not in told} == set()
