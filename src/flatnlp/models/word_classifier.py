"""Word models (LSTM, CNN on frozen vectors) behind the ``Classifier`` contract."""

from collections.abc import Sequence
from hashlib import sha256
from itertools import accumulate, pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from flatnlp.data.vocabulary import UNKNOWN_ID, Vocabulary
from flatnlp.models.classifier import UNKNOWN, Classifier, Key
from flatnlp.models.cnn import CNN
from flatnlp.models.embedded import Embedded
from flatnlp.models.rows import ID_BYTES, ids_of, matrix_of, row_of
from flatnlp.models.word_network import WordNetwork
from flatnlp.text import Text, clean

_CACHED_WORDS = 200_000
_PATH_STEPS = {"cnn": 800, "lstm": 300}


class WordClassifier(Classifier):
    """A word network and its vocabulary, for inference.

    A key is the text's token ids as bytes (``rows``). The network is used folded; its own weights are untouched.

    Args:
        network: The trained network. Call ``refresh`` after changing its weights.
        vocabulary: Words to ids.
        classes: Class names.
        length: Tokens read of each text; the rest is cut off.
    """

    def __init__(
        self,
        network: WordNetwork,
        vocabulary: Vocabulary,
        classes: Sequence[str],
        length: int,
    ) -> None:
        self.network = network
        self.vocabulary = vocabulary
        self.classes = tuple(classes)
        self.length = length
        self.path_steps = _PATH_STEPS[network.config.architecture]
        self._pieces: dict[str | None, bytes] = {}
        self._unknown = row_of([UNKNOWN_ID])
        self.refresh()

    @property
    def device(self) -> str:
        """Where the network is."""
        return self.network.device

    def described(self) -> str:
        """Architecture, mask, vocabulary and device."""
        config = self.network.config
        mask = " with a mask" if config.masked else ""  # two of the words are padding and the unknown one
        return f" {config.architecture}{mask}, {len(self.vocabulary.words) - 2:,} words, on {self.device}"

    def refresh(self) -> None:
        """Take over the network's current weights: fold the mask into the vectors, the vectors into the first layer."""
        with torch.no_grad():
            self._inference = self.network.inference()

    def ids(self, raw: str) -> list[int]:
        """Token ids of a raw string, cut to the model's length; a text without tokens reads as one unknown."""
        return self.vocabulary.encode(clean(raw))[: self.length] or [UNKNOWN_ID]

    def word_ids(self, word: str) -> list[int]:
        """Token ids of one word (none, one or several), never cut."""
        return self.vocabulary.encode(clean(word))

    def has_unknown(self, ids: Sequence[int]) -> bool:
        """Whether a word's ids hold the unknown token."""
        return UNKNOWN_ID in ids

    def importance(self, ids: Sequence[int]) -> NDArray[np.float64]:
        """Phi of token ids; 1 for models without a mask."""
        with torch.no_grad():
            phi = self.network.importance(torch.tensor(list(ids), dtype=torch.long, device=self.network.device))
        return phi.double().cpu().numpy()

    def encode(self, text: Text) -> Key:
        """The text's ids as bytes."""
        return self._cut(b"".join(self._leading_pieces(text)))

    def encode_variants(self, text: Text, positions: Sequence[int], substitutes: Sequence[str | None]) -> list[Key]:
        """Splice each substitute's ids into the text's own."""
        pieces = self._leading_pieces(text)
        row = b"".join(pieces)
        bounds = [0, *accumulate(map(len, pieces))]
        around = {
            i: (row[: bounds[i]], row[bounds[i + 1] :]) if i < len(pieces) else (row, b"") for i in set(positions)
        }
        get, piece = self._pieces.get, self._piece
        keys = []
        for i, word in zip(positions, substitutes, strict=True):
            before, after = around[i]
            keys.append(before + (get(word) or piece(word)) + after)
        if max(map(len, keys), default=0) > self.length * ID_BYTES or not all(keys):
            keys = [self._cut(key) for key in keys]
        return keys

    def encode_subsets(self, text: Text, kept: NDArray[np.bool_]) -> list[Key]:
        """Take the ids of the words that are left out of the text's own, of which the model reads so many."""
        pieces = self._leading_pieces(text)[: kept.shape[1]]
        ids = np.frombuffer(b"".join(pieces)[: self.length * ID_BYTES], f"V{ID_BYTES}")
        owners = np.repeat(np.arange(len(pieces)), [len(piece) // ID_BYTES for piece in pieces])[: len(ids)]
        left = kept[:, owners]
        joined = np.broadcast_to(ids, left.shape)[left].tobytes()
        bounds = [0, *(left.sum(1).cumsum() * ID_BYTES).tolist()]
        return [joined[a:b] or self._unknown for a, b in pairwise(bounds)]

    def classify(self, keys: Sequence[Key]) -> NDArray[np.float64]:
        """Softmax of the folded network's logits."""
        with torch.inference_mode():
            probabilities: NDArray[np.float64] = self._inference(keys).double().softmax(1).cpu().numpy()
        return probabilities

    def embed(self, texts: Sequence[Text]) -> Embedded:
        """Texts as their folded word vectors; gradients come from the plain network, in its present state.

        A text without tokens is read as one unknown token, which belongs to no word.
        """
        pieces = [self._leading_pieces(text) for text in texts]
        keys = [self._cut(b"".join(each)) for each in pieces]
        ids = torch.from_numpy(matrix_of(keys)).to(self.network.device)
        lengths = torch.tensor([len(key) // ID_BYTES for key in keys])
        words = np.full(ids.shape, -1)
        for row, each in zip(words, pieces, strict=True):
            owners = np.repeat(np.arange(len(each)), [len(piece) // ID_BYTES for piece in each])[: self.length]
            row[: len(owners)] = owners

        def forward(embeddings: Tensor, rows: Tensor) -> Tensor:
            # cuDNN's LSTM has no backward pass outside of training.
            with torch.backends.cudnn.flags(enabled=False):
                logits: Tensor = body(embeddings, lengths[rows.cpu()].to(embeddings.device))
            return logits

        def scaled(embeddings: Tensor, rows: Tensor, scales: Tensor) -> Tensor:
            return body.scaled(embeddings, lengths[rows.cpu()].to(embeddings.device), scales)

        body = self.network.body
        return Embedded(
            self.network.folded(ids),
            torch.from_numpy(words).to(ids.device),
            forward,
            scaled,
            once=isinstance(body, CNN),
        )

    def word_importance(self, words: Sequence[str]) -> NDArray[np.float64]:
        """Phi of words, the mean over their tokens; 1 without a mask, NaN for a word without tokens."""
        sizes = np.array([len(self._piece(word)) // ID_BYTES for word in words], dtype=np.int64)
        phi = self.importance(ids_of(b"".join(map(self._piece, words))))
        sums = np.bincount(np.repeat(np.arange(len(sizes)), sizes), phi, len(sizes))
        means: NDArray[np.float64] = np.divide(sums, sizes, out=np.full(len(sizes), np.nan), where=sizes > 0)
        return means

    def identity(self) -> str:
        """A checksum of all that decides about an answer."""
        digest = sha256(repr((self.classes, self.length, self.vocabulary.words)).encode())
        for name, value in sorted(self.network.state_dict().items()):
            digest.update(name.encode() + value.detach().cpu().contiguous().numpy().tobytes())
        return digest.hexdigest()

    def words_seen(self, text: Text) -> int:
        """Words whose first token is within the model's length."""
        if len(text.spans) < self.length and len(b"".join(self._leading_pieces(text))) < self.length * ID_BYTES:
            return len(text.spans)
        seen, tokens = 0, 0
        for start, end in text.spans:
            if tokens >= self.length:
                break
            tokens += len(self._piece(text.raw[start:end])) // ID_BYTES
            seen += 1
        return seen

    def reads_all(self, raw: str) -> bool:
        """Known of nearly all texts by their size, or by their number of tokens, without a look at their words."""
        few = (
            raw.isascii() and len(raw) < 2 * self.length - 1
        )  # a token is a letter at least, and a gap before the next
        return few or len(clean(raw)) < self.length or super().reads_all(raw)

    def _leading_pieces(self, text: Text) -> list[bytes]:
        """The words' pieces, up to where no swap of one word could bring a later one within the model's length."""
        get = self._pieces.get
        if len(text.spans) <= self.length:
            pieces = [get(word) or self._piece(word) for word in text.words]
            if sum(map(len, pieces)) <= self.length * ID_BYTES:
                return pieces
        pieces = []
        size = longest = 0
        for start, end in text.spans:
            if size >= self.length * ID_BYTES + longest:
                break
            piece = self._piece(text.raw[start:end])
            pieces.append(piece)
            size += len(piece)
            longest = max(longest, len(piece))
        return pieces

    def _piece(self, word: str | None) -> bytes:
        if word is UNKNOWN:
            return self._unknown
        piece = self._pieces.get(word)
        if piece is None:
            if len(self._pieces) >= _CACHED_WORDS:
                self._pieces.clear()
            piece = self._pieces[word] = row_of(self.word_ids(word))
        return piece

    def _cut(self, row: bytes) -> bytes:
        return row[: self.length * ID_BYTES] or self._unknown
