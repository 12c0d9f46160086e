"""Transformer encoders behind the ``Classifier`` contract."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import groupby
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from flatnlp.models.classifier import Classifier, Key
from flatnlp.models.embedded import Embedded
from flatnlp.models.encoder_network import EncoderNetwork, embed
from flatnlp.models.encoder_tokens import EncoderTokens
from flatnlp.models.precision import Precision, computing_in
from flatnlp.models.rows import ID_BYTES, ids_of, matrix_of
from flatnlp.text import Text

_ROWS = 4
"""Batches hold a multiple of so many rows. With fewer, CPU kernels add in another order: with it, and with every batch
as long as its own texts, a row's probabilities were found not to hang on its company to the last bit (float32, CPU)."""


class EncoderClassifier(Classifier):
    """An encoder and its tokenizer, for inference.

    A key is the text's token ids as bytes (``rows``), special tokens left out, cut to the model's length. The network
    is used folded: the embeddings that go in are rows of ``phi(w) * e_w``.

    On a CPU a text's probabilities hang on the text alone. On other devices kernels depend on the shape of the batch:
    the same call gives the same answer, another batch may differ in the last bits of float32.

    Args:
        network: The trained network. Call ``refresh`` after changing its weights.
        tokenizer: A fast tokenizer of ``transformers``.
        classes: Class names.
        length: Tokens read of each text, special ones included; the rest is cut off.
        precision: What inference computes in.
    """

    perturbations = 500

    def __init__(
        self,
        network: EncoderNetwork,
        tokenizer: Any,
        classes: Sequence[str],
        length: int,
        precision: Precision = "float32",
    ) -> None:
        self.network = network
        self.tokenizer = tokenizer
        self.pieces = EncoderTokens(tokenizer)
        self.classes = tuple(classes)
        self.length = length
        self.precision = precision
        if network.device == "cpu":
            self.path_tokens = 1024  # MiniLM: half the time of 16,384, which leave the cache
        self._room = max(1, length - len(self.pieces.opening) - len(self.pieces.closing)) * ID_BYTES
        self.refresh()

    @property
    def device(self) -> str:
        """Where the network is."""
        return self.network.device

    def described(self) -> str:
        """How much it reads and where it computes."""
        return f" of {self.length} tokens, on {self.device}"

    def refresh(self) -> None:
        """Take over the network's current weights: fold the mask into the embedding table."""
        self._table = self.network.folded_table()

    def ids(self, raw: str) -> list[int]:
        """Token ids of a raw string with the special ones, cut to the model's length."""
        return [*self.pieces.opening, *ids_of(self._within(self.pieces.row(raw))), *self.pieces.closing]

    def word_ids(self, word: str) -> list[int]:
        """Token ids of one word as it stands within a text, never cut."""
        return self.pieces.word_ids(word)

    def has_unknown(self, ids: Sequence[int]) -> bool:
        """Whether a word's ids hold the unknown token."""
        return self.pieces.has_unknown and self.pieces.unknown in ids

    def importance(self, ids: Sequence[int]) -> NDArray[np.float64]:
        """Phi of token ids; 1 for special tokens and for models without a mask."""
        with torch.no_grad():
            phi = self.network.importance(torch.tensor(list(ids), dtype=torch.long, device=self.network.device))
        return phi.double().cpu().numpy()

    def encode(self, text: Text) -> Key:
        """The text's ids as bytes."""
        return self._within(self.pieces.row(text.raw))

    def encode_variants(self, text: Text, positions: Sequence[int], substitutes: Sequence[str | None]) -> list[Key]:
        """Splice each substitute's pieces into the text's own where that is exact (``encoder_tokens``)."""
        return [self._within(row) for row in self.pieces.variants(text, positions, substitutes)]

    def classify(self, keys: Sequence[Key]) -> NDArray[np.float64]:
        """Softmax of the folded network's logits, in batches of texts of (nearly) one length."""
        probabilities = np.empty((len(keys), len(self.classes)))
        with torch.inference_mode(), computing_in(self.precision, self.network.device):
            for members, length in self._batches(keys):
                logits = self._logits([keys[i] for i in members], length)
                probabilities[members] = logits.double().softmax(1).cpu().numpy()
        return probabilities

    def identity(self) -> str:
        """A checksum of all that decides about an answer."""
        digest = sha256(repr((self.classes, self.length, self.precision)).encode())
        digest.update(self.tokenizer.backend_tokenizer.to_str().encode())
        for name, value in sorted(self.network.state_dict().items()):
            digest.update(name.encode() + value.detach().cpu().contiguous().float().numpy().tobytes())
        return digest.hexdigest()

    def words_seen(self, text: Text) -> int:
        """Words whose first token is within the model's length."""
        room = self._room // ID_BYTES
        if len(self.pieces.row(text.raw)) <= self._room:
            return len(text.spans)
        return max(self.pieces.owners(text)[:room], default=-1) + 1

    def is_cut(self, raw: str) -> bool:
        """Whether a text is longer than the model reads."""
        return self.pieces.count(raw) * ID_BYTES > self._room

    def reads_all(self, raw: str) -> bool:
        """Known of a text that is not cut by its number of tokens; only of others each token's word is looked for."""
        return not self.is_cut(raw) or super().reads_all(raw)

    def embed(self, texts: Sequence[Text]) -> Embedded:
        """Texts as their folded word embeddings, special tokens as their own; gradients come from the network.

        A word that was cut off has no token.
        """
        keys = [self.encode(text) for text in texts]
        ids, lengths = self._matrix(keys, max(len(key) // ID_BYTES for key in keys))
        words = np.full(ids.shape, -1)
        for row, text, key in zip(words, texts, keys, strict=True):
            owners = self.pieces.owners(text)[: len(key) // ID_BYTES]
            row[len(self.pieces.opening) : len(self.pieces.opening) + len(owners)] = owners
        device = self.network.device
        within = torch.from_numpy(np.arange(ids.shape[1]) < lengths[:, None]).to(device)

        def forward(embeddings: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
            return self.network.logits(embeddings, within[rows])

        return Embedded(
            embed(self._table, torch.from_numpy(ids).to(device)), torch.from_numpy(words).to(device), forward
        )

    def word_importance(self, words: Sequence[str]) -> NDArray[np.float64]:
        """Phi of words as they stand within a text, the mean over their pieces; 1 without a mask, NaN for no pieces."""
        pieces = [self.pieces.word_ids(word) for word in words]
        phi = iter(self.importance([i for piece in pieces for i in piece]).tolist())
        return np.array([np.mean([next(phi) for _ in piece]) if piece else np.nan for piece in pieces])

    def _within(self, row: bytes) -> bytes:
        return row[: self._room]

    def _batches(self, keys: Sequence[bytes]) -> Iterator[tuple[list[int], int]]:
        """Rows of the keys that share a batch, and how many tokens they are padded to (special ones not counted).

        That length is a function of the text's own alone.
        """
        on_cpu = self.network.device == "cpu"
        step = 1 if on_cpu else 8
        tokens_at_once = 2048 if on_cpu else 131_072
        around = len(self.pieces.opening) + len(self.pieces.closing)

        def padded(i: int) -> int:
            return max(-(-len(keys[i]) // ID_BYTES // step) * step, 0 if around else 1)

        for length, group in groupby(sorted(range(len(keys)), key=padded), key=padded):
            members = list(group)
            at_once = max(_ROWS, tokens_at_once // (length + around) // _ROWS * _ROWS)
            for start in range(0, len(members), at_once):
                yield members[start : start + at_once], length

    def _logits(self, rows: list[bytes], length: int) -> torch.Tensor:
        """Logits ``[rows, classes]`` of one batch, filled up with its first row."""
        filled = rows + rows[:1] * (-len(rows) % _ROWS)
        ids, lengths = self._matrix(filled, length)
        self.tokens += ids.size
        self.padding += ids.size - int(lengths[: len(rows)].sum())
        device = self.network.device
        within = None
        if (lengths < ids.shape[1]).any():
            within = torch.from_numpy(np.arange(ids.shape[1]) < lengths[:, None]).to(device)
        embedded = embed(self._table, torch.from_numpy(ids).to(device))
        return self.network.logits(embedded, within)[: len(rows)]

    def _matrix(self, rows: Sequence[bytes], length: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Ids ``[rows, tokens]`` with the special tokens around, and the length of each row with them.

        Args:
            rows: Ids as bytes.
            length: Tokens to pad to, special ones not counted.
        """
        opening, closing = self.pieces.opening, self.pieces.closing
        lengths = np.array([len(row) // ID_BYTES for row in rows])
        ids = np.zeros((len(rows), len(opening) + length + len(closing)), np.int64)
        ids[:, : len(opening)] = opening
        if lengths.any():
            body = matrix_of(rows)
            ids[:, len(opening) : len(opening) + body.shape[1]] = body
        ends = len(opening) + lengths[:, None] + np.arange(len(closing))
        ids[np.arange(len(rows))[:, None], ends] = closing
        return ids, lengths + len(opening) + len(closing)
