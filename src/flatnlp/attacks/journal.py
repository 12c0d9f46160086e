"""Attacks that outlive their process: results go to a journal as they come, and become the Parquet file at the end."""

import glob
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.engine import WIDTH, Engine
from flatnlp.attacks.examples import DataSetExamples
from flatnlp.attacks.journal_file import JournalFile
from flatnlp.attacks.journal_index import index_of
from flatnlp.attacks.limits import NO_LIMITS, Limits
from flatnlp.attacks.recipe import Recipe, Seed
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.attacks.results_file import ResultsFile, settings_of, write_rows
from flatnlp.attacks.stored_examples import StoredExamples, fingerprint_of
from flatnlp.attacks.time_spent import TimeSpent
from flatnlp.errors import FlatnlpError
from flatnlp.files import in_use, remove_left_over
from flatnlp.models.classifier import Classifier
from flatnlp.processes import ALONE, Processes


def attack_to_file(
    recipe: Recipe,
    classifier: Classifier,
    examples: Sequence[Example],
    path: Path,
    settings: Mapping[str, Any],
    on_result: Callable[[AttackResult], None] = lambda _: None,
    anew: bool = False,
    seed: Seed = 0,
    limits: Limits = NO_LIMITS,
    on_spent: Callable[[TimeSpent], None] = lambda _: None,
    processes: Processes = ALONE,
    on_earlier: Callable[[Mapping[str, int]], None] = lambda _: None,
) -> ResultsFile:
    """Attack examples and write ``path``; what an earlier call of the same settings has finished is not done again.

    The journal beside it, ``<path>.jsonl.partial``, holds the settings in its first line and a result in each other; a
    line torn by the interruption is dropped. It is removed once the file is there, with what lies beside it
    (``journal_index``, ``stored_examples``). Of several processes each has a journal of its own, and the main one takes
    the others' into its own at the end, or when an interrupted attack is gone on with, by however many processes.

    What was finished is not read again: how much there is of it is known from the journal's index.

    Args:
        recipe: The attack.
        classifier: The victim.
        examples: What to attack, each index once.
        path: The Parquet file to write.
        settings: What makes the results what they are; a journal of other settings is refused.
        on_result: Told each result of this process as it comes.
        anew: Take no notice of a finished file that is there, and replace it.
        seed: Of what is random in the search.
        limits: Where to give an example up.
        on_spent: Told at the end where the time went, if anything was attacked.
        processes: Of the job; they share out the examples.
        on_earlier: Told how many results that ``on_result`` is not told of have ended in which way: those of an earlier
            call, and in the end those of other processes.

    Returns:
        All results in the order of their indices, read from the file as they are looked at.

    Raises:
        FlatnlpError: If what is there is of other settings, the victim misbehaves, or the disk refuses; what was
            finished stays in the journal.
    """
    if len({json.dumps(each, sort_keys=True) for each in processes.gather(dict(settings))}) > 1:
        raise FlatnlpError(
            "The processes of this job have other texts or models than one another; give all of them the same files."
        )
    if processes.from_main(lambda: _finished(path, settings, anew)):
        stored = ResultsFile(path)
        processes.from_main(lambda: _remove_examples(path))
        on_earlier(stored.counts())
        return stored
    width = processes.width(len(examples), WIDTH)
    engine = Engine(recipe, classifier, width=width, seed=seed, limits=limits)
    with closing(processes.main_first(lambda: _open(path, settings, processes))) as file:
        on_earlier(file.counts())
        done = _indices_in(processes.from_main(lambda: _stretches_of(file.indices())))
        try:
            for result in engine.run(processes.shared_out(_without(examples, done))):
                file.add(result)
                on_result(result)
        finally:
            recipe.close()
        if not processes.main:
            file.close()  # where the disk is another machine's, this is when it is there for others
        spent = engine.time_spent.beside(processes.gather(engine.time_spent.seconds))
        processes.from_main(lambda: _finish(file, path, settings, len(examples), on_earlier))
    if len(done) < len(examples):
        on_spent(spent)
    return ResultsFile(path)


def _finished(path: Path, settings: Mapping[str, Any], anew: bool) -> bool:
    """Whether nothing is left to do."""
    if not path.exists() or journal_of(path).exists() or anew:
        return False
    if settings_of(path) != settings:
        raise FlatnlpError(f"{path} is of an attack with other settings or another model; give --overwrite.")
    return True


def _open(path: Path, settings: Mapping[str, Any], processes: Processes) -> JournalFile:
    """This process's journal; the main one's with what earlier processes have left in theirs."""
    own = journal_of(path, processes.number)
    _refuse_in_use(own)
    file = JournalFile(own, settings)
    if processes.main:
        _take_in_others(file, path, settings)
    return file


def _take_in_others(file: JournalFile, path: Path, settings: Mapping[str, Any]) -> None:
    """Move into the main process's journal what the other processes have in theirs."""
    for other in _journals_of_others(path):
        with closing(JournalFile(other, settings)) as theirs:
            file.take_in(theirs)
            theirs.remove()


def _finish(
    file: JournalFile,
    path: Path,
    settings: Mapping[str, Any],
    expected: int,
    on_earlier: Callable[[Mapping[str, int]], None],
) -> None:
    """Make the Parquet file of all processes' journals."""
    own = len(file)
    _take_in_others(file, path, settings)
    on_earlier(file.counts(own))
    if len(file) < expected:
        raise FlatnlpError(
            f"{expected - len(file):,} of {expected:,} results are not beside {path}; all processes must see the same "
            "folder, so choose one on a disk that their machines share."
        )
    try:
        write_rows(file.rows(), path, settings)
    except (ValueError, TypeError, OverflowError) as error:  # Arrow's kinds among them
        reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise FlatnlpError(
            f"{file.path} holds what no file of results can, such as half a surrogate pair ({reason}); correct the "
            "texts, delete it and attack again."
        ) from error
    _remove_examples(path)  # first, lest it outlives the journal, beside which it is looked for
    try:
        file.remove()
    except OSError as error:
        raise _cannot_remove(file.path, path, error) from error


def _remove_examples(path: Path) -> None:
    stored = examples_of(path)
    try:
        remove_left_over(stored)
        stored.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_remove(stored, path, error) from error


def _cannot_remove(what: Path, path: Path, error: OSError) -> FlatnlpError:
    return FlatnlpError(
        f"Cannot remove {what}: {error.strerror or error}; the results are in {path}, so remove it by hand."
    )


def _without(examples: Sequence[Example], done: NDArray[np.int64]) -> Sequence[Example]:
    """Those that are left to do."""
    if not len(done):
        return examples
    if isinstance(examples, StoredExamples | DataSetExamples):
        return examples.without(done)
    known = set(done.tolist())
    return [example for example in examples if example.index not in known]


def _stretches_of(indices: NDArray[np.int64]) -> list[list[int]]:
    """Rising numbers as few pairs: the first of a stretch without gaps, and how long it is."""
    begins = np.flatnonzero(np.diff(indices, prepend=-2) != 1)
    lengths = np.diff(begins, append=len(indices))
    return [list(each) for each in zip(indices[begins].tolist(), lengths.tolist(), strict=True)]


def _indices_in(stretches: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    return np.concatenate([np.empty(0, np.int64), *(np.arange(begin, begin + size) for begin, size in stretches)])


def settings_for(
    recipe: Recipe, classifier: Classifier, examples: Iterable[Example], seed: Seed = 0, limits: Limits = NO_LIMITS
) -> dict[str, Any]:
    """What makes the results of an attack what they are: the recipe, the texts and labels, the model, the limits.

    The seed is among it only where the recipe draws at random.
    """
    texts = fingerprint_of(examples)
    settings = {"attack": recipe.name, **recipe.settings, "examples": texts, "model": classifier.identity()}
    drawn = {"seed": list(seed) if isinstance(seed, tuple) else seed} if recipe.draws and seed else {}
    return settings | limits.given() | drawn


def refuse_taken(path: Path, overwrite: bool, resume: bool) -> None:
    """Make sure that ``attack_to_file`` may write ``path``, before any work is done; nothing is changed.

    Raises:
        FlatnlpError: If there are results, finished or not, and neither option says what becomes of them, or another
            process is writing them.
    """
    journal = journal_of(path)
    _refuse_in_use(journal)
    if path.exists() and not overwrite and not resume:
        raise FlatnlpError(f"{path} is there already; give --overwrite to replace it.")
    if journal.exists() and not overwrite and not resume:
        raise FlatnlpError(f"{path} was begun and not finished; give --resume to go on or --overwrite to begin anew.")


def claim(path: Path, overwrite: bool, resume: bool) -> None:
    """Give up what is overwritten, right before ``attack_to_file`` writes ``path``.

    Raises:
        FlatnlpError: As :func:`refuse_taken`.
    """
    refuse_taken(path, overwrite, resume)
    if overwrite:
        journals = (journal_of(path), *_journals_of_others(path))
        for each in (*map(index_of, journals), examples_of(path), *journals):
            each.unlink(missing_ok=True)


def journal_of(path: Path, process: int = 0) -> Path:
    """Where the results of an unfinished attack on ``path`` are, those of one process."""
    return path.with_name(f"{path.name}.jsonl.{f'{process}.' if process else ''}partial")


def examples_of(path: Path) -> Path:
    """Where the examples of an unfinished attack on ``path`` are stored."""
    return path.with_name(f"{path.name}.examples.partial")


def _journals_of_others(path: Path) -> list[Path]:
    """The journals of processes other than the main one that are there."""
    return sorted(path.parent.glob(f"{glob.escape(path.name)}.jsonl.*.partial"))


def _refuse_in_use(journal: Path) -> None:
    try:
        used = in_use(journal)
    except OSError as error:
        raise FlatnlpError(f"Cannot read {journal}: {error.strerror or error}; choose another output.") from error
    if used:
        raise FlatnlpError(f"Another process is writing {journal}; wait for it or choose another output.")
