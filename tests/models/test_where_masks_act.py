"""Where the masks act: what the network above them is given, by hand; the network above is one that only listens."""

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import flatnlp.models.word_network as module
from flatnlp.models.cnn import CNN
from flatnlp.models.cnn_inference import CNNInference
from flatnlp.models.encoder_network import EncoderNetwork, embed
from flatnlp.models.lstm import LSTM
from flatnlp.models.lstm_inference import LSTMInference
from flatnlp.models.mask import WordMask
from flatnlp.models.word_network import WordNetwork, WordNetworkConfig

VECTORS = torch.tensor([[0.0, 0.0], [1.0, 1.0], [2.0, -1.0], [0.5, 3.0], [-1.0, 0.25]])
IDS, LENGTHS = torch.tensor([[2, 3, 4], [4, 0, 0]]), torch.tensor([3, 1])
REAL = [[True, True, True], [True, False, False]]


def phi(vector: Tensor) -> float:
    """What ``open_mask`` says of a word: the logistic function of the hyperbolic tangent of its first number."""
    return 1 / (1 + math.exp(-math.tanh(vector[0].item())))


def open_mask(mask: WordMask | None) -> None:
    """Give a mask weights by which its importances can be computed by hand."""
    assert mask is not None
    for parameter in mask.parameters():
        nn.init.zeros_(parameter)
    mask.hidden.weight.data[0, 0] = 1
    mask.output.weight.data[1, 0] = 1


class Listener(nn.Module):
    """Takes the place of a CNN or LSTM."""

    def forward(self, embedded: Tensor, lengths: Tensor, draws: object = None) -> Tensor:
        self.heard = embedded
        assert lengths is LENGTHS
        return embedded.sum((1, 2)).unsqueeze(1)


def word_network(masked: bool = False, groups: int = 0) -> WordNetwork:
    network = WordNetwork(WordNetworkConfig("cnn", 5, 2, 2, masked, hidden=3, dropout=0.0, groups=groups), VECTORS)
    if masked:
        open_mask(network.mask)
    if network.shared is not None:
        network.shared.group_of.data = torch.tensor([2, 2, 0, 0, 1])
        network.shared.values.data = torch.tensor([3.0, -0.5])
    network.body = Listener()  # type: ignore[assignment]
    return network.eval()


def heard(network: WordNetwork) -> Tensor:
    network(IDS, LENGTHS)
    return network.body.heard  # type: ignore[return-value, union-attr]


def test_each_architecture_has_a_network_of_its_own() -> None:
    config = WordNetworkConfig("", 5, 2, 2, False, hidden=3, dropout=0.0)
    made = {name: type(WordNetwork(replace(config, architecture=name), VECTORS).body) for name in module.ARCHITECTURES}
    assert made == {"cnn": CNN, "lstm": LSTM}


def test_without_a_mask_the_vectors_go_in_as_they_are() -> None:
    network = word_network()
    assert torch.equal(heard(network), VECTORS[IDS])
    output = network(IDS, LENGTHS)
    assert torch.equal(output.logits, VECTORS[IDS].sum((1, 2)).unsqueeze(1))
    assert output.importance is None
    assert output.real.tolist() == REAL
    assert network.importance(IDS).tolist() == [[1, 1, 1], [1, 1, 1]]
    assert torch.equal(network.folded(IDS), VECTORS[IDS])
    assert network.folded_vectors() is network.vectors
    assert network.device == "cpu"


def test_out_of_training_each_vector_is_multiplied_by_its_words_phi() -> None:
    network = word_network(masked=True)
    expected = torch.tensor([[phi(VECTORS[i]) for i in row] for row in IDS.tolist()])
    output = network(IDS, LENGTHS)
    torch.testing.assert_close(output.importance, expected)
    torch.testing.assert_close(network.importance(IDS), expected)
    torch.testing.assert_close(heard(network), expected.unsqueeze(-1) * VECTORS[IDS])
    torch.testing.assert_close(network.folded(IDS), expected.unsqueeze(-1) * VECTORS[IDS])
    table = torch.tensor([phi(vector) for vector in VECTORS]).unsqueeze(1) * VECTORS
    torch.testing.assert_close(network.folded_vectors(), table)
    assert output.real.tolist() == REAL


def test_in_training_each_word_is_there_or_gone_as_often_as_its_phi_says() -> None:
    network = word_network(masked=True).train()
    there = torch.zeros(3)
    for _ in range(400):
        row = heard(network)[0]
        gone = (row == 0).all(1)
        assert torch.equal(row, VECTORS[IDS[0]] * (~gone).unsqueeze(1))
        there += ~gone
    assert there / 400 == pytest.approx([phi(VECTORS[i]) for i in (2, 3, 4)], abs=0.1)
    importance = network(IDS, LENGTHS).importance
    assert importance is not None
    assert importance[0, 0].item() == pytest.approx(phi(VECTORS[2]))


def test_words_of_a_group_share_its_value_in_training_too() -> None:
    network = word_network(groups=2)
    shared = torch.tensor([[3.0, 3.0, -0.5], [-0.5, 1.0, 1.0]])
    for each in (network, network.train()):
        assert torch.equal(heard(each), shared.unsqueeze(-1) * VECTORS[IDS])
        assert torch.equal(each.importance(IDS), shared)
        assert torch.equal(each.folded(IDS), shared.unsqueeze(-1) * VECTORS[IDS])
    assert torch.equal(network.folded_vectors(), torch.tensor([[1.0], [1], [3], [3], [-0.5]]) * VECTORS)
    assert network(IDS, LENGTHS).importance is None


@pytest.mark.parametrize(("architecture", "kind"), [("cnn", CNNInference), ("lstm", LSTMInference)])
def test_inference_folds_the_mask_in(architecture: str, kind: type) -> None:
    network = WordNetwork(WordNetworkConfig(architecture, 5, 2, 2, True, hidden=3, dropout=0.0), VECTORS).eval()
    open_mask(network.mask)
    ask = network.inference()
    assert isinstance(ask, kind)
    with torch.no_grad():
        expected = network(IDS[:1], LENGTHS[:1]).logits
    torch.testing.assert_close(ask([IDS[0].to(torch.int32).numpy().tobytes()]), expected)


class Scaled(nn.Embedding):
    """Some encoders scale what they look up."""

    def forward(self, ids: Tensor) -> Tensor:
        return 10 * super().forward(ids)


class Body(nn.Module):
    """Takes the place of a ``transformers`` model."""

    def __init__(self) -> None:
        super().__init__()
        self.embeddings = Scaled(5, 2)
        self.embeddings.weight.data = VECTORS.clone()
        self.heard: tuple[Tensor, Tensor | None] | None = None

    def get_input_embeddings(self) -> nn.Embedding:
        return self.embeddings

    def forward(self, inputs_embeds: Tensor, attention_mask: Tensor | None) -> Any:
        self.heard = (inputs_embeds, attention_mask)
        return SimpleNamespace(logits=inputs_embeds.sum(1).to(torch.bfloat16))


TOKENS, TOKEN_LENGTHS = torch.tensor([[1, 2, 3, 1], [1, 4, 1, 0]]), torch.tensor([4, 3])
WORDS = torch.tensor([[False, True, True, False], [False, True, False, False]])
"""1 is a special token, 0 is padding and, as an id, a word of the vocabulary."""


def encoder(masked: bool) -> EncoderNetwork:
    network = EncoderNetwork(Body(), [1, 5, 99], masked)
    if masked:
        open_mask(network.mask)
    return network.eval()


def test_an_encoder_without_a_mask_is_given_its_own_embeddings() -> None:
    network = encoder(False)
    output = network(TOKENS, TOKEN_LENGTHS)
    embedded, within = network.body.heard  # type: ignore[misc]
    assert torch.equal(embedded, 10 * VECTORS[TOKENS])
    assert within.tolist() == [[1, 1, 1, 1], [1, 1, 1, 0]]
    assert within.dtype == torch.long
    assert output.importance is None
    assert torch.equal(output.real, WORDS)
    assert output.logits.dtype == torch.float32
    assert network.importance(TOKENS).tolist() == [[1.0] * 4] * 2
    network.logits(embedded)
    assert network.body.heard[1] is None  # type: ignore[index]
    assert torch.equal(network.folded_weight(), VECTORS)
    assert network.device == "cpu"


def test_an_encoders_words_are_masked_and_special_tokens_and_padding_are_not() -> None:
    network = encoder(True)
    embedded = 10 * VECTORS[TOKENS]
    own = torch.tensor([[phi(vector) for vector in row] for row in embedded])
    masked = own.where(WORDS, 1).unsqueeze(-1) * embedded
    output = network(TOKENS, TOKEN_LENGTHS)
    torch.testing.assert_close(network.body.heard[0], masked)  # type: ignore[index]
    assert output.importance is not None
    torch.testing.assert_close(output.importance[WORDS], own[WORDS])
    torch.testing.assert_close(network.importance(TOKENS)[WORDS], own[WORDS])
    assert network.importance(torch.tensor([1])).tolist() == [1]


def test_in_training_an_encoders_words_are_there_or_gone() -> None:
    network = encoder(True).train()
    full, there = 10 * VECTORS[TOKENS], torch.zeros(2, 4)
    for _ in range(300):
        network(TOKENS, TOKEN_LENGTHS)
        row = network.body.heard[0]  # type: ignore[index]
        gone = (row == 0).all(-1) & (full != 0).any(-1)
        assert torch.equal(row, full * (~gone).unsqueeze(-1))
        there += ~gone
    assert (there[~WORDS] == 300).all()
    assert there[WORDS] / 300 == pytest.approx([phi(10 * VECTORS[i]) for i in (2, 3, 4)], abs=0.1)


def test_a_folded_table_holds_what_is_looked_up_and_a_folded_weight_what_is_stored() -> None:
    network = encoder(True)
    own = torch.tensor([phi(10 * vector) for vector in VECTORS])
    own[1] = 1
    torch.testing.assert_close(network.folded_table(), own.unsqueeze(1) * 10 * VECTORS)
    torch.testing.assert_close(network.folded_weight(), own.unsqueeze(1) * VECTORS)
    assert torch.equal(embed(VECTORS, TOKENS), VECTORS[TOKENS])


def test_importances_stay_exact_where_the_encoder_computes_in_few_bits() -> None:
    network = encoder(True)
    exact = network(TOKENS, TOKEN_LENGTHS).importance
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(network(TOKENS, TOKEN_LENGTHS).importance, exact)
        assert torch.equal(network.importance(TOKENS)[WORDS], exact[WORDS])


def test_an_encoders_importances_start_at_nine_tenths_and_its_weights_hold_no_list_of_special_tokens() -> None:
    network = EncoderNetwork(Body(), [1], True)
    torch.testing.assert_close(network.importance(torch.tensor([2, 4])), torch.tensor([0.9, 0.9]))
    shapes = {name: tuple(value.shape) for name, value in network.state_dict().items() if not name.startswith("body.")}
    assert shapes == {
        **{"mask.hidden.weight": (100, 2), "mask.hidden.bias": (100,)},
        **{"mask.output.weight": (2, 100), "mask.output.bias": (2,)},
    }
