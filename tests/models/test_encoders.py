"""Every kind of encoder: masked, folded, saved, loaded without flatnlp, encoded for attacks."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from flatnlp.models.classifier import UNKNOWN
from flatnlp.models.encoder_classifier import EncoderClassifier
from flatnlp.models.encoder_saved import load_encoder, save_encoder
from flatnlp.models.rows import ID_BYTES, ids_of
from flatnlp.models.saved import load_model
from flatnlp.text import Text
from tests.models.encoders import KINDS, write_encoder

CLASSES = ["neg", "mixed", "pos"]
SENTENCES = ["A lovely film, and so it ends!", "The plot was dull.", "", "Unwatchable (really) 😀", "good", "x " * 60]
Make = Callable[..., EncoderClassifier]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """A classifier with random weights; a masked one has importances well apart from each other."""
    folders: dict[str, Path] = {}

    def of(kind: str, masked: bool = True) -> EncoderClassifier:
        if kind not in folders:
            folders[kind] = write_encoder(kind, tmp_path_factory.mktemp(kind))
        with torch.random.fork_rng():
            torch.manual_seed(5)
            classifier = load_encoder(str(folders[kind]), classes=CLASSES, masked=masked)
            if classifier.network.mask is not None:
                torch.nn.init.normal_(classifier.network.mask.hidden.weight, std=1)
                torch.nn.init.normal_(classifier.network.mask.output.weight, std=0.2)
        classifier.refresh()
        return classifier

    return of


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_saved_needs_no_flatnlp(make: Make, tmp_path: Path, kind: str) -> None:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    classifier = make(kind)
    probabilities = classifier.predict_proba(SENTENCES)
    assert probabilities.std(0).max() > 0.01
    save_encoder(classifier, tmp_path / "model")
    assert not [path for path in tmp_path.rglob("*") if path.suffix in (".bin", ".pt", ".pkl", ".partial")]

    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "model")
    plain = AutoModelForSequenceClassification.from_pretrained(tmp_path / "model").eval()
    encoded = tokenizer(SENTENCES, truncation=True, padding=True, return_tensors="pt", return_token_type_ids=False)
    with torch.inference_mode():
        theirs = plain(**encoded).logits.double().softmax(1).numpy()
    np.testing.assert_allclose(theirs, probabilities, atol=1e-5)
    assert list(plain.config.id2label.values()) == CLASSES

    loaded = load_model(tmp_path / "model")
    assert (loaded.predict_proba(SENTENCES) == probabilities).all()
    assert loaded.classes == tuple(CLASSES)
    words = ["lovely", "unwatchable", "film"]
    assert (loaded.word_importance(words) == classifier.word_importance(words)).all()
    assert torch.equal(loaded.network.table.weight, classifier.network.table.weight)


@pytest.mark.parametrize("kind", KINDS)
def test_folding_scales_words_and_leaves_special_tokens(make: Make, kind: str) -> None:
    network = make(kind).network
    ids = torch.arange(network.table.num_embeddings)
    phi = network.importance(ids)
    assert (phi[network.special] == 1).all()
    assert ((phi[~network.special] > 0) & (phi[~network.special] < 1)).all()
    assert phi[~network.special].std() > 0.05
    special = [make(kind).tokenizer.convert_tokens_to_ids(token) for token in ("[PAD]", "[CLS]", "[SEP]", "[MASK]")]
    assert network.special.nonzero().flatten().tolist() == special  # the unknown token is a word like any other
    torch.testing.assert_close(network.folded_weight(), phi.unsqueeze(1) * network.table.weight)


@pytest.mark.parametrize("kind", KINDS)
def test_the_network_reads_padded_batches_as_the_folded_model_reads_texts(make: Make, kind: str) -> None:
    classifier = make(kind)
    rows = [classifier.ids(text) for text in SENTENCES]
    lengths = torch.tensor([len(row) for row in rows])
    ids = torch.zeros(len(rows), int(lengths.max()) + 2, dtype=torch.long)
    for padded, row in zip(ids, rows, strict=True):
        padded[: len(row)] = torch.tensor(row)
    with torch.inference_mode():
        output = classifier.network(ids, lengths)
    probabilities = output.logits.double().softmax(1).numpy()
    np.testing.assert_allclose(probabilities, classifier.predict_proba(SENTENCES), atol=1e-5)
    assert output.real.sum(1).tolist() == [len(row) - 2 for row in rows]


@pytest.mark.parametrize("kind", KINDS)
def test_importance_belongs_to_the_word_and_not_to_its_place(make: Make, kind: str) -> None:
    classifier = make(kind)
    once = classifier.word_importance(["unwatchable", "film", "é"])
    assert once[0] != once[1]
    assert (classifier.word_importance(["film", "unwatchable"]) == once[[1, 0]]).all()
    by_hand = classifier.importance(classifier.word_ids("unwatchable"))
    assert len(by_hand) > 1
    assert once[0] == pytest.approx(by_hand.mean(), abs=1e-7)
    text = "so unwatchable and so unwatchable was it"
    ids = torch.tensor([classifier.ids(text)])
    with torch.inference_mode():
        importance = classifier.network(ids, torch.tensor([ids.shape[1]])).importance
    assert importance is not None
    owners = np.array([-1, *classifier.pieces.owners(Text.of(text)), -1])
    first, second = (importance[0][torch.from_numpy(owners == word)] for word in (1, 4))
    assert torch.equal(first, second)
    assert first.mean().item() == pytest.approx(once[0], abs=1e-6)


word = st.sampled_from(["good", "Unwatchable", "well-known", "don't", "é", "IT", "日本", "a_b", "3.14", "°C"])
mark = st.sampled_from([" ", " ", ", ", "  ", " (", ") ", "... ", " 😀 ", "\n", "/"])
substitute = st.sampled_from(["dull", "passable", "", "give up", "Œuvre", UNKNOWN])


@pytest.mark.parametrize("kind", ["bert", "roberta", "albert"])
def test_variants_have_the_pieces_of_the_texts_they_stand_for(make: Make, kind: str) -> None:
    classifier = make(kind)
    tokenizer = classifier.tokenizer
    assert classifier.pieces.by_chunk

    def pieces(raw: str) -> list[int]:
        return list(tokenizer(raw, truncation=True, max_length=classifier.length)["input_ids"])[1:-1]

    @settings(max_examples=150, deadline=None, database=None, derandomize=True)
    @given(st.lists(st.tuples(mark, word), min_size=1, max_size=14), st.data())
    def check(parts: list[tuple[str, str]], data: st.DataObject) -> None:
        text = Text.of("".join(gap + each for gap, each in parts))
        assert classifier.reads_all(text.raw) == (classifier.words_seen(text) == len(text.spans))
        position = data.draw(st.integers(0, len(text.spans) - 1))
        new = data.draw(substitute)
        assert ids_of(classifier.encode(text)) == pieces(text.raw)
        (key,) = classifier.encode_variants(text, [position], [new])
        if new is not UNKNOWN:
            assert ids_of(key) == pieces(text.with_word(position, new))
        elif not classifier.is_cut(text.raw) and position in classifier.pieces.owners(text):
            own = pieces(text.raw)
            owners = classifier.pieces.owners(text)[: len(own)]
            kept = [i for i, owner in zip(own, owners, strict=True) if owner != position]
            kept.insert(owners.index(position), tokenizer.unk_token_id)
            assert ids_of(key) == kept[: classifier.length - 2]

    check()


def test_a_tokenizer_whose_pieces_reach_over_blanks_is_found_out_and_asked_for_whole_texts(tmp_path: Path) -> None:
    from tokenizers import pre_tokenizers

    classifier = load_encoder(str(write_encoder("albert", tmp_path, CLASSES)))
    classifier.tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    crossing = EncoderClassifier(classifier.network, classifier.tokenizer, CLASSES, 32)
    assert not crossing.pieces.by_chunk
    text = Text.of("A good plot, and so")
    keys = crossing.encode_variants(text, [1, 2, 1], ["fine", "story", UNKNOWN])
    for key, raw in zip(keys, ["A fine plot, and so", "A good story, and so"], strict=False):
        assert ids_of(key) == list(crossing.tokenizer(raw)["input_ids"])[1:-1]
    assert crossing.pieces.unknown in ids_of(keys[2])


@pytest.mark.parametrize("kind", KINDS)
def test_probabilities_do_not_depend_on_company(make: Make, kind: str) -> None:
    classifier = make(kind)
    tolerance = 1e-6 if kind == "deberta" else 0.0  # its float32 sums hang on the batch, the others' do not
    random = np.random.default_rng(0)
    keys = [random.integers(5, 60, random.integers(0, 20)).astype("<i4").tobytes() for _ in range(70)]
    together = classifier.classify(keys)
    order = random.permutation(len(keys))
    assert (classifier.classify(keys) == together).all()
    np.testing.assert_allclose(classifier.classify([keys[i] for i in order]), together[order], atol=tolerance, rtol=0)
    for part in (1, 2, 13):
        np.testing.assert_allclose(classifier.classify(keys[:part]), together[:part], atol=tolerance, rtol=0)


def test_padding_is_counted(make: Make) -> None:
    classifier = make("bert")
    classifier.classify([b"\5\0\0\0" * n for n in (3, 3, 3, 3, 7)])
    assert classifier.tokens == 4 * 5 + 4 * 9  # the one of seven tokens was given three companions
    assert classifier.padding == 3 * 9


def test_long_texts_are_cut_and_their_words_counted(make: Make) -> None:
    classifier = make("bert")
    text = Text.of("good " * 50)
    assert classifier.length == 32
    assert len(classifier.encode(text)) == 30 * ID_BYTES
    assert classifier.words_seen(text) == 30
    assert classifier.is_cut(text.raw)
    assert not classifier.reads_all(text.raw)
    assert classifier.reads_all("good " * 30 + "." * 9)  # what is cut off is no word
    assert classifier.words_seen(Text.of("good plot")) == 2
    embedded = classifier.embed([text, Text.of("good")])
    assert embedded.words[0].tolist() == [-1, *range(30), -1]
    assert embedded.words[1].tolist() == [-1, 0, *[-1] * 30]


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_reach_the_folded_embeddings(make: Make, kind: str) -> None:
    classifier = make(kind)
    texts = [Text.of(SENTENCES[0]), Text.of(SENTENCES[1])]
    embedded = classifier.embed(texts)
    inputs = embedded.embeddings.clone().requires_grad_()
    logits = embedded.forward(inputs, torch.tensor([0, 1]))
    probabilities = logits.double().softmax(1).detach().numpy()
    np.testing.assert_allclose(probabilities, classifier.predict_proba([text.raw for text in texts]), atol=1e-5)
    logits[:, 0].sum().backward()
    assert inputs.grad is not None
    assert (inputs.grad[embedded.words >= 0].abs().sum(1) > 0).all()
    assert sorted(set(embedded.words[0].tolist())) == [-1, *range(len(texts[0].spans))]
