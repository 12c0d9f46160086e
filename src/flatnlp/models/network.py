"""What training asks of a network, be it a word network or an encoder."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from torch import Tensor
from torch.nn import Parameter

from flatnlp.models.draws import Draws


class Output(NamedTuple):
    """What a network says of a batch.

    Attributes:
        logits: ``[batch, classes]``.
        importance: Phi of every token, ``[batch, tokens]``; ``None`` for networks without a mask.
        real: Which tokens have an importance, ``[batch, tokens]``: not padding, not special.
    """

    logits: Tensor
    importance: Tensor | None
    real: Tensor


class Network(Protocol):
    """A trainable network over token ids.

    It is a ``torch.nn.Module`` whose mask, where it has one, is a function of the input word embedding alone.
    """

    @property
    def device(self) -> str:
        """Where its weights are, in torch's words."""
        ...

    def __call__(self, ids: Tensor, lengths: Tensor, draws: Draws | None = None) -> Output:
        """Logits of a padded batch: with sampled 0/1 masks in training, with phi itself otherwise.

        Args:
            ids: ``[batch, tokens]``, 0 beyond each text's length.
            lengths: ``[batch]``, at least 1 each.
            draws: What is random in training, where the texts are a part of a batch.
        """
        ...

    def importance(self, ids: Tensor) -> Tensor:
        """Phi of token ids, any shape; 1 where there is no mask."""
        ...

    def parameters(self) -> Iterator[Parameter]:
        """What is trained."""
        ...

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """The same with names."""
        ...

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> Any:
        """Take over weights."""
        ...

    def train(self, mode: bool = True) -> Any:
        """Sample masks and drop out from now on."""
        ...

    def eval(self) -> Any:
        """Do so no more."""
        ...
