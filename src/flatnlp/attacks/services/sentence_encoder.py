"""The sentence encoder as a service: how similar strings are, by the cosine of their encodings."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.request import Similarity
from flatnlp.attacks.service import Memory, Spent
from flatnlp.attacks.substitutions.neighbours import checksum_of
from flatnlp.errors import FlatnlpError
from flatnlp.resources import locate

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Strings -> encodings of length 1, ``[n, width]``."""

_KEPT = 50_000
_BF16 = ":bf16"
_DECIMALS = 6


class EncoderService:
    """Answers ``Similarity`` requests; what was encoded before is remembered.

    Cosines are rounded to six decimals: what is nearer than that is a tie, so that nothing hangs on the last bits of an
    encoding, which may depend on what shares its batch.

    Args:
        load: Device, in torch's words -> the encoder, which is loaded when the first question comes.
        identity: What tells this encoder from others.
        kept: Encodings remembered; those not asked for longest are forgotten.
    """

    name = "encoder"
    handles = Similarity

    def __init__(self, load: Callable[[str], Encode], identity: str, kept: int = _KEPT) -> None:
        self.spent = Spent()
        self.identity = identity
        self._load = load
        self._device = "cpu"
        self._encode: Encode | None = None
        self._kept = kept
        self._known: OrderedDict[str, NDArray[np.float32]] = OrderedDict()

    def answer(self, requests: Sequence[tuple[Similarity, Memory]]) -> list[NDArray[np.float64]]:
        """One array of cosines per request."""
        asked = [(request.reference, *request.others) for request, _ in requests]
        wanted = dict.fromkeys(text for texts in asked for text in texts)
        new = [text for text in wanted if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoded(new), strict=True))
        answers = []
        for reference, *others in asked:
            own = self._known[reference].astype(np.float64)
            rows = np.array([self._known[text] for text in others], np.float64).reshape(len(others), len(own))
            answers.append((rows @ own).clip(-1, 1).round(_DECIMALS))
        for text in wanted:
            self._known.move_to_end(text)
        while len(self._known) > self._kept:
            self._known.popitem(last=False)
        count = sum(map(len, asked))
        self.spent.items += count
        self.spent.duplicates += count - len(new)
        return answers

    def place_on(self, device: str) -> None:
        """Compute on this device from now on; where it is another, the encoder is loaded again."""
        if device != self._device:
            self._device, self._encode = device, None
            self._known.clear()

    def close(self) -> None:
        """Nothing to keep."""

    def _encoded(self, texts: list[str]) -> NDArray[np.float32]:
        if self._encode is None:
            self._encode = self._load(self._device)
        rows = self._encode(texts)
        if not np.isfinite(rows).all():
            raise FlatnlpError(f"The sentence encoder {self.identity} returned NaN or infinity; take another one.")
        return rows


@dataclass(frozen=True)
class EncoderChoice:
    """A sentence encoder and how similar a recipe wants texts to be by it.

    Attributes:
        service: The encoder.
        threshold: Least angular similarity.
    """

    service: EncoderService
    threshold: float


def with_threshold(spec: str, thresholds: Mapping[str, float]) -> EncoderChoice:
    """The encoder that a user names, and the threshold that the user or the recipe has for it.

    Args:
        spec: As in ``encoder``, then perhaps ``@`` and the least angular similarity.
        thresholds: The recipe's own, by the encoder's name.

    Raises:
        FlatnlpError: If there is no such encoder, or no threshold for it.
    """
    name, at, number = spec.rpartition("@") if "@" in spec else (spec, "", "")
    known = thresholds.get(name.removesuffix(_BF16))
    chosen = encoder(name)
    if not at and known is None:
        raise FlatnlpError(
            f"--encoder {spec}: a threshold holds for one encoder only, so say the least angular similarity along with "
            f"yours, as in --encoder {spec}@0.85 (docs/recipes.md tells how ours were found)."
        )
    threshold = _threshold(spec, number) if at else known
    return EncoderChoice(chosen, threshold or 0.0)


def encoder(name: str) -> EncoderService:
    """The encoder of a name.

    Args:
        name: ``minilm`` (resource ``minilm``), ``use`` (extra ``use``) or the folder of an encoder that transformers
            reads; then perhaps ``:bf16`` to compute in bfloat16: faster on processors that have it, a little less
            exact, and not for ``use``.

    Raises:
        FlatnlpError: If it is none of these, or cannot be had.
    """
    bf16 = name.endswith(_BF16)
    name = name.removesuffix(_BF16)
    if name == "use":
        if bf16:
            raise FlatnlpError("The encoder use is computed by numpy, which has no bfloat16; leave out ':bf16'.")
        from flatnlp.attacks.services.use_encoder import UseEncoder

        use = UseEncoder()
        return EncoderService(lambda _: use.encode, use.identity)
    folder = locate("minilm") if name == "minilm" else Path(name).expanduser()
    if not (folder / "config.json").is_file():
        raise FlatnlpError(
            f"{name!r} is no sentence encoder: it must be minilm, use, none, or a folder with config.json, "
            "model.safetensors and a tokenizer."
        )
    identity = f"{checksum_of(folder / 'config.json')[:8]}{checksum_of(_weights(folder))[:16]}{' bf16' * bf16}"

    def load(device: str) -> Encode:
        from flatnlp.attacks.services.transformers_encoder import TransformersEncoder

        return TransformersEncoder(folder, bf16, device).encode

    return EncoderService(load, identity)


def _threshold(spec: str, number: str) -> float:
    try:
        threshold = float(number)
    except ValueError:
        threshold = -1.0
    if not 0 <= threshold <= 1:
        raise FlatnlpError(f"--encoder {spec}: {number!r} must be an angular similarity, a number from 0 to 1.")
    return threshold


def _weights(folder: Path) -> Path:
    path = folder / "model.safetensors"
    if not path.is_file():
        raise FlatnlpError(f"The folder {folder} holds no sentence encoder: it has no model.safetensors.")
    return path
