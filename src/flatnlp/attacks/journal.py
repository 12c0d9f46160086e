"""Attacks that outlive their process: results go to a journal as they come, and become the Parquet file at the end."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from flatnlp.attacks.engine import Engine
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.attacks.results_file import read_results, result_of, row_of, settings_of, write_results
from flatnlp.errors import FlatnlpError
from flatnlp.files import in_use, lock
from flatnlp.models.classifier import Classifier


def attack_to_file(
    recipe: Recipe,
    classifier: Classifier,
    examples: Iterable[Example],
    path: Path,
    settings: Mapping[str, Any],
    on_result: Callable[[AttackResult], None] = lambda _: None,
    anew: bool = False,
) -> list[AttackResult]:
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

    Returns:
        All results in the order of their indices.

    Raises:
        FlatnlpError: If what is there is of other settings, the victim misbehaves, or the disk refuses; what was
            finished stays in the journal.
    """
    journal = journal_of(path)
    if path.exists() and not journal.exists() and not anew:
        if settings_of(path) != settings:
            raise FlatnlpError(f"{path} is of an attack with other settings or another model; give --overwrite.")
        finished_results = read_results(path)
        for result in finished_results:
            on_result(result)
        return finished_results
    results = _take_up(journal, settings)
    for result in results:
        on_result(result)
    finished = {result.example.index for result in results}
    waiting = (example for example in examples if example.index not in finished)
    try:
        with journal.open("a", encoding="utf-8") as file:
            lock(file.fileno())
            for result in Engine(recipe, classifier).run(waiting):
                file.write(json.dumps(row_of(result)) + "\n")
                file.flush()
                results.append(result)
                on_result(result)
    except OSError as error:
        raise FlatnlpError(
            f"Cannot write {journal}: {error.strerror or error}; make room, then give the same command with --resume."
        ) from error
    finally:
        recipe.close()
    results.sort(key=lambda result: result.example.index)
    try:
        write_results(results, path, settings)
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
    return results


def settings_for(recipe: Recipe, classifier: Classifier, examples: Sequence[Example]) -> dict[str, str]:
    """What makes the results of an attack what they are: the recipe, the texts and labels, the model."""
    texts = sha256("\n".join(map(repr, examples)).encode()).hexdigest()
    return {"attack": recipe.name, **recipe.settings, "examples": texts, "model": classifier.identity()}


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


def _take_up(journal: Path, settings: Mapping[str, Any]) -> list[AttackResult]:
    """The whole results of a journal; what follows them is cut off, and a new journal is begun if need be."""
    header = json.dumps({"settings": settings}, sort_keys=True)
    _refuse_in_use(journal)
    try:
        journal.parent.mkdir(parents=True, exist_ok=True)
        content = journal.read_bytes() if journal.exists() else b""
        whole = content[: content.rfind(b"\n") + 1]
        first, *lines = whole.decode("utf-8").splitlines() or [""]
        if not whole:
            whole = f"{header}\n".encode()
        elif first != header:
            raise FlatnlpError(
                f"{journal} is of an attack with other settings or another model; delete it or give those settings."
            )
        results = []
        for line in lines:
            with suppress(KeyError, IndexError, TypeError):
                results.append(result_of(json.loads(line)))
        if len(results) < len(lines):
            raise FlatnlpError(f"{journal} is damaged; delete it and attack again.")
        if whole != content:
            journal.write_bytes(whole)
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else "damaged"
        raise FlatnlpError(f"Cannot go on with {journal}: {reason}; delete it or choose another output.") from error
    return results
