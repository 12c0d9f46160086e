"""The words a word model knows."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flatnlp.data.lines import read_lines
from flatnlp.errors import FlatnlpError
from flatnlp.files import written_whole

PAD = "<pad>"
UNKNOWN = "<unk>"
PAD_ID = 0
UNKNOWN_ID = 1
_HEADER = "word\tcount"


@dataclass(frozen=True)
class Vocabulary:
    """Words and their ids.

    Attributes:
        words: the word of each id; id 0 is ``<pad>``, id 1 is ``<unk>``.
        counts: how often each occurred in the texts it was made from; 0 for ``<pad>``, and for ``<unk>`` the number of
            tokens whose words were cut.
        index: word -> id.
    """

    words: tuple[str, ...]
    counts: tuple[int, ...]
    index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.words[:2] != (PAD, UNKNOWN) or len(self.words) != len(self.counts):
            raise ValueError("a vocabulary starts with <pad> and <unk> and has one count per word")
        index = {word: number for number, word in enumerate(self.words)}
        if len(index) != len(self.words):
            raise ValueError("a vocabulary has no word twice")
        object.__setattr__(self, "index", index)

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.index

    @classmethod
    def from_texts(cls, token_lists: Iterable[Sequence[str]], min_frequency_above: int = 0) -> "Vocabulary":
        """The words that occur more than ``min_frequency_above`` times, the most frequent first, ties alphabetically.

        Args:
            token_lists: one list of tokens per training text.
            min_frequency_above: rarer words are cut; their tokens are the unknown word.
        """
        counts: Counter[str] = Counter()
        for tokens in token_lists:
            counts.update(tokens)
        cut = counts.pop(PAD, 0) + counts.pop(UNKNOWN, 0)
        kept = sorted(
            ((word, count) for word, count in counts.items() if count > min_frequency_above),
            key=lambda pair: (-pair[1], pair[0]),
        )
        cut += counts.total() - sum(count for _, count in kept)
        return cls((PAD, UNKNOWN, *(word for word, _ in kept)), (0, cut, *(count for _, count in kept)))

    def opened(self, words: Iterable[str]) -> "Vocabulary":
        """The same with more words after its own, in their order, with a count of 0; those it has are passed over."""
        new = [word for word in dict.fromkeys(words) if word not in self.index]
        return Vocabulary((*self.words, *new), (*self.counts, *([0] * len(new))))

    def encode(self, tokens: Iterable[str]) -> list[int]:
        """The ids of the tokens; words beyond the vocabulary get the unknown word's."""
        get = self.index.get
        return [get(token, UNKNOWN_ID) for token in tokens]

    def save(self, path: Path | str) -> None:
        """Write a UTF-8 file ``word<TAB>count`` with a header; it appears whole or not at all.

        Raises:
            FlatnlpError: the file cannot be written.
            ValueError: a word holds a tab or an end of line.
        """
        path = Path(path)
        if any(character in word for word in self.words for character in "\t\n\r"):
            raise ValueError("a word with a tab or an end of line cannot be saved")
        rows = [f"{word}\t{count}" for word, count in zip(self.words, self.counts, strict=True)]
        with written_whole(path) as temporary:
            temporary.write_text("\n".join([_HEADER, *rows, ""]), encoding="utf-8", newline="\n")

    @classmethod
    def load(cls, path: Path | str) -> "Vocabulary":
        """Read what :meth:`save` wrote.

        Raises:
            FlatnlpError: the file is missing, not UTF-8, or no vocabulary.
        """
        path = Path(path)
        words: list[str] = []
        counts: list[int] = []
        seen: set[str] = set()
        complete = False
        for number, line in enumerate(read_lines(path), start=1):
            row = line.removesuffix("\n")
            complete = line.endswith("\n")
            if number == 1:
                if row != _HEADER:
                    raise FlatnlpError(f"{path}, line 1: this is no vocabulary file, whose header is 'word<TAB>count'.")
                continue
            word, tab, count = row.partition("\t")
            if not tab or not re.fullmatch(r"\d{1,18}", count, re.ASCII) or word in seen:
                what = f"the word {word!r} is there twice" if word in seen else f"{row[:60]!r} is no word and count"
                raise FlatnlpError(f"{path}, line {number:,}: the vocabulary is damaged ({what}); use an intact copy.")
            seen.add(word)
            words.append(word)
            counts.append(int(count))
        if tuple(words[:2]) != (PAD, UNKNOWN) or not complete:
            raise FlatnlpError(
                f"{path} is a damaged vocabulary: it must start with {PAD} and {UNKNOWN} and end with a complete line; "
                "use an intact copy."
            )
        return cls(tuple(words), tuple(counts))
