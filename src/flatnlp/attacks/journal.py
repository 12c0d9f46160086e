"""Attacks that outlive their process: results go to a journal as they come, and become the Parquet file at the end."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

from flatnlp.attacks.engine import Engine
from flatnlp.attacks.journal_file import JournalFile
from flatnlp.attacks.limits import NO_LIMITS, Limits
from flatnlp.attacks.recipe import Recipe, Seed
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.attacks.results_file import ResultsFile, settings_of, write_rows
from flatnlp.attacks.time_spent import TimeSpent
from flatnlp.errors import FlatnlpError
from flatnlp.files import in_use
from flatnlp.models.classifier import Classifier


def attack_to_file(
    recipe: Recipe,
    classifier: Classifier,
    examples: Iterable[Example],
    path: Path,
    settings: Mapping[str, Any],
    on_result: Callable[[AttackResult], None] = lambda _: None,
    anew: bool = False,
    seed: Seed = 0,
    limits: Limits = NO_LIMITS,
    on_spent: Callable[[TimeSpent], None] = lambda _: None,
) -> ResultsFile:
    """Attack examples and write ``path``; what an earlier call of the same settings has finished is not done again.

    The journal beside it, ``<path>.jsonl.partial``, holds the settings in its first line and a result in each other; a
    line torn by the interruption is dropped. It is removed once the file is there.

    Args:
        recipe: The attack.
        classifier: The victim.
        examples: What to attack, each index once.
        path: The Parquet file to write.
        settings: What makes the results what they are; a journal of other settings is refused.
        on_result: Told each result, those of the earlier call first.
        anew: Take no notice of a finished file that is there, and replace it.
        seed: Of what is random in the search.
        limits: Where to give an example up.
        on_spent: Told at the end where the time went, if anything was attacked.

    Returns:
        All results in the order of their indices, read from the file as they are looked at.

    Raises:
        FlatnlpError: If what is there is of other settings, the victim misbehaves, or the disk refuses; what was
            finished stays in the journal.
    """
    journal = journal_of(path)
    if path.exists() and not journal.exists() and not anew:
        if settings_of(path) != settings:
            raise FlatnlpError(f"{path} is of an attack with other settings or another model; give --overwrite.")
        stored = ResultsFile(path)
        for result in stored:
            on_result(result)
        return stored
    engine = Engine(recipe, classifier, seed=seed, limits=limits)
    _refuse_in_use(journal)
    with closing(JournalFile(journal, settings)) as file:
        for result in file.results():
            on_result(result)
        try:
            for result in engine.run(example for example in examples if example.index not in file):
                file.add(result)
                on_result(result)
        finally:
            recipe.close()
        try:
            write_rows(file.rows(), path, settings)
        except (ValueError, TypeError, OverflowError) as error:  # Arrow's kinds among them
            reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
            raise FlatnlpError(
                f"{journal} holds what no file of results can, such as half a surrogate pair ({reason}); correct the "
                "texts, delete it and attack again."
            ) from error
    try:
        journal.unlink()
    except OSError as error:
        raise FlatnlpError(
            f"Cannot remove {journal}: {error.strerror or error}; the results are in {path}, so remove it by hand."
        ) from error
    on_spent(engine.time_spent)
    return ResultsFile(path)


def settings_for(
    recipe: Recipe, classifier: Classifier, examples: Iterable[Example], seed: Seed = 0, limits: Limits = NO_LIMITS
) -> dict[str, Any]:
    """What makes the results of an attack what they are: the recipe, the texts and labels, the model, the limits.

    The seed is among it only where the recipe draws at random.
    """
    texts = sha256()
    for number, example in enumerate(examples):
        texts.update(("\n" * (number > 0) + repr(example)).encode())
    settings = {"attack": recipe.name, **recipe.settings, "examples": texts.hexdigest(), "model": classifier.identity()}
    drawn = {"seed": list(seed) if isinstance(seed, tuple) else seed} if recipe.draws and seed else {}
    return settings | limits.given() | drawn


def claim(path: Path, overwrite: bool, resume: bool) -> None:
    """Make sure that ``attack_to_file`` may write ``path``, before any work is done.

    Raises:
        FlatnlpError: If there are results, finished or not, and neither option says what becomes of them.
    """
    journal = journal_of(path)
    _refuse_in_use(journal)
    if path.exists() and not overwrite and not resume:
        raise FlatnlpError(f"{path} is there already; give --overwrite to replace it.")
    if journal.exists() and not overwrite and not resume:
        raise FlatnlpError(f"{path} was begun and not finished; give --resume to go on or --overwrite to begin anew.")
    if overwrite:
        journal.unlink(missing_ok=True)


def journal_of(path: Path) -> Path:
    """Where the results of an unfinished attack on ``path`` are."""
    return path.with_name(path.name + ".jsonl.partial")


def _refuse_in_use(journal: Path) -> None:
    try:
        used = in_use(journal)
    except OSError as error:
        raise FlatnlpError(f"Cannot read {journal}: {error.strerror or error}; choose another output.") from error
    if used:
        raise FlatnlpError(f"Another process is writing {journal}; wait for it or choose another output.")
