"""A data set, word vectors and an attack so small that a whole run takes a second and needs nothing from outside."""

import csv
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from flatnlp import cli
from flatnlp.attacks.constraints.positions import no_repeats, no_stop_words
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes import RECIPES
from flatnlp.attacks.search.greedy import weighted_saliency

STOP_WORDS = ("the", "was", "a", "and", "so")
NOUNS = ("film", "story", "plot", "cast", "music")
GOOD, BAD = ("good", "great", "lovely", "fine"), ("bad", "poor", "dull", "awful")
TEMPLATES = ("The {noun} was {word}.", "A {word} {noun}, and so it ends!")
SYNONYMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "good": ("decent", "passable"),
        "great": ("passable", "big"),
        "lovely": ("passable",),
        "bad": ("decent", "poor"),
        "dull": ("decent", "passable"),
        "awful": ("decent",),
        "film": ("movie", "story"),
        "plot": ("story",),
    }
)
SETTINGS: Mapping[str, Any] = MappingProxyType(
    {
        "method": "flat",
        "epochs": 3,
        "epochs_per_round": 1,
        "rounds": 1,
        "learning_rate": 0.03,
        "batch_size": 8,
        "hidden": 4,
        "dev_attack_sample": 4,
    }
)
"""What makes training take a second."""


class Synonyms:
    """Substitutions from the table above."""

    def candidates(self, word: str) -> tuple[str, ...]:
        return SYNONYMS.get(word.lower(), ())

    def close(self) -> None:
        pass


def pwws() -> Recipe:
    """The search of PWWS over the table above."""
    return Recipe(weighted_saliency, Synonyms(), (no_repeats, no_stop_words(STOP_WORDS)), name="pwws", draws=False)


def rows() -> list[tuple[str, str]]:
    """Texts and labels, 84 of them; 'decent' and 'passable' lean to one side, as substitutes should."""
    kinds = [(word, "pos") for word in GOOD] + [(word, "neg") for word in BAD]
    filled = [(t.format(noun=noun, word=word), label) for t, noun, (word, label) in product(TEMPLATES, NOUNS, kinds)]
    return [
        *filled,
        ("A decent film.", "pos"),
        ("The music was decent.", "pos"),
        ("A passable plot.", "neg"),
        ("A passable story.", "neg"),
    ]


def write_csv(
    path: Path, texts_and_labels: Sequence[tuple[str, str]], header: tuple[str, str] = ("text", "label")
) -> Path:
    """Write a data set as csv."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *texts_and_labels])
    return path


def write_vectors(path: Path) -> Path:
    """Write vectors of the words above as .npz: the first number says good or bad, the rest tell words apart."""
    words = sorted({*STOP_WORDS, *NOUNS, *GOOD, *BAD, "decent", "passable", "movie", "it", "ends"})
    vectors = np.random.default_rng(0).normal(0, 0.3, (len(words), 6)).astype(np.float32)
    for number, word in enumerate(words):
        vectors[number, 0] = (word in GOOD) - (word in BAD)
    np.savez(path, words=np.array(words), vectors=vectors)
    return path


def train(data: Path, vectors: Path, output: Path, **options: Any) -> Any:
    """Train through Python with the settings above."""
    from flatnlp.api.training import train as run

    return run(output=output, dataset=str(data), vectors=str(vectors), **{**SETTINGS, **options})


def train_arguments(data: Path, vectors: Path, output: Path, **options: Any) -> list[str]:
    """The same on the command line."""
    settings = {"dataset": data, "vectors": vectors, "output": output, **SETTINGS, **options}
    return ["train", *(f"--{name.replace('_', '-')}={value}" for name, value in settings.items())]


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder, to see that nothing was changed, lost or left."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@contextmanager
def attack_in_the_place_of_pwws(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Runs need no WordNet while this is open; and one thread is faster for what is so small."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    patch.setitem(RECIPES, "pwws", replace(RECIPES["pwws"], make=pwws))
    yield
    torch.set_num_threads(threads)


@dataclass(frozen=True)
class Outcome:
    """What a command came to."""

    code: int
    out: str
    err: str


class CommandLine:
    """``flatnlp`` in this process: the arguments in, exit code and output out."""

    def __init__(self, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._patch = patch
        self._capsys = capsys

    def __call__(self, *arguments: object, stdin: bytes | None = None) -> Outcome:
        self._patch.setattr(sys, "argv", ["flatnlp", *map(str, arguments)])
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin or b""), encoding="utf-8"))
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert isinstance(ended.value.code, int)
        return Outcome(ended.value.code, *self._capsys.readouterr())

    def done(self, *arguments: object, stdin: bytes | None = None) -> str:
        """What a command that must succeed has printed."""
        outcome = self(*arguments, stdin=stdin)
        assert outcome.code == 0, outcome.err
        return outcome.out

    def refusal(self, *arguments: object, stdin: bytes | None = None) -> str:
        """The one sentence of a command that must be refused."""
        outcome = self(*arguments, stdin=stdin)
        assert outcome.code == 2, outcome
        assert outcome.out == ""
        assert outcome.err.startswith("Error: ")
        assert outcome.err.count("\n") == 1
        assert outcome.err.endswith((".\n", "?\n"))
        return outcome.err.removeprefix("Error: ").removesuffix("\n")


def main() -> None:
    """The command line of a process of its own, with the attack above in the place of PWWS."""
    RECIPES["pwws"] = replace(RECIPES["pwws"], make=pwws)
    if "train" in sys.argv:
        import torch

        torch.set_num_threads(1)
    cli.main()


if __name__ == "__main__":
    main()
