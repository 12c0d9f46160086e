"""The importances of a model's vocabulary, as a table, a file and a picture."""

from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

from flatnlp.api.loading import load
from flatnlp.api.saying import Say, silent
from flatnlp.attacks.result import AttackResult
from flatnlp.attacks.results_file import read_results
from flatnlp.errors import FlatnlpError
from flatnlp.files import check_writable, read_json, written_whole
from flatnlp.models.classifier import Classifier
from flatnlp.reports.figures.drawing import check_picture, save_data, save_picture
from flatnlp.reports.figures.importance import HEADER, WordUse, draw
from flatnlp.training.words import importances_in

if TYPE_CHECKING:
    import pandas as pd


class WordImportances(tuple[WordUse, ...]):
    """The words of a vocabulary, the most important first: a tuple that is a table too."""

    __slots__ = ()

    def to_pandas(self) -> "pd.DataFrame":
        """One row per word: word, importance, frequency, substitutions."""
        import pandas as pd

        return pd.DataFrame([astuple(word) for word in self], columns=list(HEADER))

    def __repr__(self) -> str:
        return f"<WordImportances of {len(self):,} words>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the table, its middle left out where it is long."""
        return str(self.to_pandas()._repr_html_())


def importance(
    model: Classifier | str | Path,
    *,
    output: str | Path | None = None,
    picture: str | Path | None = None,
    overwrite: bool = False,
    device: str = "cpu",
    say: Say = silent,
) -> WordImportances:
    """How important the mask holds each word of the vocabulary.

    Args:
        model: A model with a mask (``vmask``, ``flat``), or its folder; where it is a run's, the words that the attacks
            of its rounds replaced are counted, else all have 0 substitutions. Of an encoder it must be a run's: the
            words are those of its training texts, each as important as its pieces in the mean.
        output: A ``.csv`` or ``.parquet`` file for the table.
        picture: A ``.png``, ``.svg`` or ``.pdf`` file for the scatter plots of the paper's figure 4.
        overwrite: Replace the files that are there.
        device: Where to compute, for a model loaded here.
        say: Told what is to be known of the counts.

    Returns:
        The words, the most important first; ``to_pandas()`` gives them as a table.

    Raises:
        FlatnlpError: If the model has no mask or no vocabulary of words, or a file cannot be written.
    """
    files = [Path(path) for path in (output, picture) if path is not None]
    if output is not None and Path(output).suffix not in (".csv", ".parquet"):
        raise FlatnlpError(f"{output} ends in neither .csv nor .parquet; choose one of them.")
    if picture is not None:
        check_picture(Path(picture))
    for path in files:
        check_writable(path)
        if path.exists() and not overwrite:
            raise FlatnlpError(f"{path} is there already; give --overwrite to replace it.")
    classifier = model if isinstance(model, Classifier) else load(model, device)
    run = None if isinstance(model, Classifier) else _run(Path(model))
    results = [] if run is None else _rounds(run)
    words = WordImportances(
        WordUse(each.word, each.importance, each.frequency, each.substitutions)
        for each in importances_in(run, classifier, results)
    )
    if not results:
        say("There are no rounds of attacks beside the model, so no word counts as replaced.")
    if output is not None:
        _write(words, Path(output))
    if picture is not None:
        save_picture(draw(words), Path(picture))
    return words


def _run(model: Path) -> Path | None:
    """The run that a folder is, or whose ``model`` it is."""
    for folder in (model, model.absolute().parent):
        if (folder / "config.json").is_file() and "dataset" in read_json(folder / "config.json"):
            return folder
    return None


def _rounds(run: Path) -> list[AttackResult]:
    """What the attacks on the training texts came to, all rounds'."""
    return [
        result for file in sorted((run / "rounds").glob("*/adversarial.*.parquet")) for result in read_results(file)
    ]


def _write(words: WordImportances, path: Path) -> None:
    if path.suffix == ".csv":
        save_data(HEADER, map(astuple, words), path)  # a word that a spreadsheet takes for a formula is guarded there
        return
    with written_whole(path) as temporary:
        words.to_pandas().to_parquet(temporary, index=False)
