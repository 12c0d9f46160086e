"""The examples of an attack that may be interrupted: stored beside its results, and found there by the next process."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from flatnlp.api.examples import chosen_examples
from flatnlp.api.saying import Say
from flatnlp.attacks.journal import examples_of, journal_of
from flatnlp.attacks.result import Example
from flatnlp.attacks.stored_examples import store_examples, stored_examples
from flatnlp.data.given import Held
from flatnlp.data.state import state_of
from flatnlp.models.classifier import Classifier
from flatnlp.processes import Processes

Keep = Callable[[], Sequence[Example]]
"""Stores the examples beside the results, where the next process looks for them, and gives them back."""


def examples_to_attack(
    classifier: Classifier,
    dataset: str | Path | Held,
    path: Path,
    resume: bool,
    processes: Processes,
    opened: ExitStack,
    *,
    say: Say,
    show_progress: bool,
    **options: Any,
) -> tuple[Sequence[Example], Keep]:
    """The chosen rows of a data set, read again only where its files or what is wanted of them have changed.

    Args:
        classifier: The victim.
        dataset: As in ``examples_of``.
        path: Of the results.
        resume: Whether to look for what an earlier process has stored.
        processes: Of the job; the main one stores.
        opened: Closes what was opened for the examples, once they are not needed any more.
        say: Told what is to be known of the data.
        show_progress: As in ``examples_of``.
        options: Which rows, as in ``examples_of``; such as JSON holds, or numpy's numbers.

    Returns:
        The examples, and what stores them: to be called when it is known that they will be attacked.

    Raises:
        FlatnlpError: As ``examples_of``.
    """
    key = _key(classifier, dataset, options)
    known = stored_examples(examples_of(path), key) if resume and key is not None else None
    if known is not None:
        for note in known.file.notes:
            say(note)
        opened.callback(known.file.close)
        return known, lambda: known
    notes: list[str] = []

    def noted(sentence: str) -> None:
        notes.append(sentence)
        say(sentence)

    chosen = chosen_examples(classifier, None, None, dataset, say=noted, show_progress=show_progress, **options)

    def keep() -> Sequence[Example]:
        finished = path.exists() and not journal_of(path).exists()
        if key is None or not processes.main or finished:
            return chosen
        stored = store_examples(examples_of(path), chosen, key, notes)
        opened.callback(stored.file.close)
        return stored

    return chosen, keep


def _key(classifier: Classifier, dataset: str | Path | Held, options: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the examples hang on; ``None`` where it cannot be told without reading them."""
    from flatnlp import __version__

    state = state_of(str(dataset)) if isinstance(dataset, str | Path) else None
    if state is None:
        return None
    model = [list(classifier.classes), classifier.identity()]
    rows = {name: value.item() if isinstance(value, np.generic) else value for name, value in options.items()}
    return {"data": [str(dataset), state], "rows": rows, "model": model, "version": __version__}
