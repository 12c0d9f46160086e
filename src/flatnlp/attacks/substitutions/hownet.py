"""HowNet substitutes: words that share their sememes (units of meaning) with a word."""

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from flatnlp.errors import FlatnlpError
from flatnlp.resources import locate
from flatnlp.text import is_one_word

_WANTED = "it must be an object of word: [substitute, ...] or word: {part of speech: [substitute, ...]}"


class HowNetSubstitutes:
    """Substitutes from a lexicon, in alphabetical order.

    As TextAttack 0.3.11's ``WordSwapHowNet``, without its choice by part of speech: a word is looked up in small
    letters, phrases are left out.

    Args:
        lexicon: A name among the resources or a file, ``.json`` or ``.json.gz``: an object of
            ``word: [substitute, ...]`` or ``word: {part of speech: [substitute, ...]}`` (the form of
            TextAttack's and OpenHowNet's candidate banks, once they are written as JSON).

    Raises:
        FlatnlpError: If there is no such file, or it is of another form.
    """

    def __init__(self, lexicon: str | Path = "hownet-substitutes") -> None:
        self._entries = _read(locate(str(lexicon), kind="lexicons"))

    def candidates(self, word: str) -> tuple[str, ...]:
        """Substitutes of a word, in any case of letters."""
        word = word.lower()
        return tuple(sorted(each for each in self._entries.get(word, ()) if is_one_word(each) and each.lower() != word))

    def close(self) -> None:
        """Nothing to keep."""


def _read(path: Path) -> dict[str, set[str]]:
    try:
        content: Any = json.loads(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
    except (OSError, ValueError, EOFError, zlib.error, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "damaged"
        raise FlatnlpError(f"The lexicon {path} is not readable JSON ({reason}); {_WANTED}.") from error
    if not isinstance(content, dict):
        raise FlatnlpError(f"{path} is no lexicon of substitutes; {_WANTED}.")
    entries: dict[str, set[str]] = {}
    for word, listed in content.items():
        groups = list(listed.values()) if isinstance(listed, dict) else [listed]
        if not all(isinstance(group, list) and all(isinstance(name, str) for name in group) for group in groups):
            raise FlatnlpError(f"{path} is no lexicon of substitutes (see {word!r}); {_WANTED}.")
        entries.setdefault(word.lower(), set()).update(*groups)
    return entries
