"""Attack a classifier from Python."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from flatnlp.api.examples import chosen_examples
from flatnlp.api.going_on import examples_to_attack
from flatnlp.api.loading import victim
from flatnlp.api.saying import Say, silent
from flatnlp.attacks.bar import attack_bar
from flatnlp.attacks.journal import attack_to_file, claim, journal_of, refuse_taken, settings_for
from flatnlp.attacks.journal_file import check_settings
from flatnlp.attacks.limits import NO_LIMITS, Limits
from flatnlp.attacks.options import DEFAULTS, AttackOptions
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes import check_options, recipe
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.attacks.results import AttackResults
from flatnlp.attacks.time_spent import TimeSpent
from flatnlp.data.given import Held, Labels, Texts
from flatnlp.data.table import has_half_character
from flatnlp.errors import FlatnlpError
from flatnlp.evaluation import run_attack
from flatnlp.files import check_writable
from flatnlp.models.classifier import Classifier
from flatnlp.processes import ALONE, Processes, joined

_OTHER_FORMATS = frozenset({".csv", ".tsv", ".txt", ".json", ".jsonl", ".gz", ".xls", ".xlsx"})
"""Ends of file names that would hide that the results are Parquet."""


def attack(
    model: Classifier | str | Path,
    texts: Texts | None = None,
    labels: Labels | None = None,
    *,
    attack: str | Recipe = "pwws",
    options: AttackOptions = DEFAULTS,
    dataset: str | Path | Held | None = None,
    split: str = "test",
    limit: int | None = None,
    seed: int = 0,
    text_column: str | None = None,
    label_column: str | None = None,
    output: str | Path | None = None,
    overwrite: bool = False,
    resume: bool = False,
    query_budget: int | None = None,
    time_limit: float | None = None,
    batch_size: int | None = None,
    device: str = "cpu",
    trust_remote_code: bool = False,
    show_progress: bool = False,
    say: Say = silent,
    on_spent: Callable[[TimeSpent], None] = lambda _: None,
) -> AttackResults:
    """Attack a classifier on texts of one's own or on a data set.

    Args:
        model: A classifier, or the folder of one.
        texts: Texts to attack, every one: a list, an array, a pandas column, or a DataFrame or ``datasets.Dataset``
            with columns of texts and labels; or name a ``dataset``.
        labels: Their true classes, by name or number; the model's own predictions if not given.
        attack: The recipe: a name, or one that you composed.
        options: The named recipe's synonyms, sentence encoder and tagger, where they are not to be its own.
        dataset: As in ``examples_of``, with the four arguments after it.
        split: See there.
        limit: See there.
        seed: See there.
        text_column: See there.
        label_column: See there.
        output: A Parquet file for the results. They are kept as they come, so that an interrupted attack can go on.
        overwrite: Replace the file that is there.
        resume: Go on with the attack that was interrupted; a finished one is only read.
        query_budget: Texts that the victim may be asked about per example; where more are needed, it has failed.
        time_limit: Seconds per example, the same. What it ends depends on the machine: results may differ.
        batch_size: Texts that the model classifies at once, at most: fewer take less memory. On a CPU no result hangs
            on it.
        device: Where to compute, for a model loaded here.
        trust_remote_code: As in ``load``.
        show_progress: Whether to show a bar on standard error.
        say: Told what is to be known of the texts, and where none was left to attack.
        on_spent: Told where the time went, if anything was left to do.

    Returns:
        One result per example, in their order; with an ``output`` they are read from that file bit by bit. A notebook
        shows the pairs with the changed words marked; ``to_pandas()`` gives them as a table.

    Raises:
        FlatnlpError: For everything the user can mend.
    """
    processes = joined(device)
    device = processes.own_device(device)
    show_progress, say = show_progress and processes.main, say if processes.main else silent
    check_options([attack], options)
    limits = Limits(query_budget, time_limit)
    chosen_recipe = recipe(attack, options)
    path = None if output is None else Path(output)
    if overwrite and resume:
        raise FlatnlpError("Give --resume or --overwrite, not both: an attack is either gone on with or begun anew.")
    if path is not None:
        if path.suffix.lower() in _OTHER_FORMATS:
            raise FlatnlpError(f"{path} is to be a Parquet file; give it a name that ends in .parquet.")
        processes.from_main(lambda: _check_output(path, overwrite, resume))
    classifier = victim(model, device, batch_size, trust_remote_code)
    which: dict[str, Any] = {
        "split": split,
        "limit": limit,
        "seed": seed,
        "text_column": text_column,
        "label_column": label_column,
        "show_progress": show_progress,
        "say": say,
    }
    with ExitStack() as opened:
        if path is not None and texts is None and dataset is not None:
            chosen, keep = examples_to_attack(classifier, dataset, path, resume, processes, opened, **which)
        else:
            chosen, keep = chosen_examples(classifier, texts, labels, dataset, **which), None
            if path is not None:
                _refuse_half_characters(chosen)
        if path is None:
            results = attacked(
                chosen_recipe, classifier, chosen, show_progress, seed, limits, on_spent, processes=processes
            )
            return AttackResults(results, classifier.classes)
        # What is overwritten is given up only now that all else is known to be good.
        processes.from_main(lambda: claim(path, overwrite, resume))
        settings = settings_for(chosen_recipe, classifier, chosen, seed, limits)
        processes.from_main(lambda: check_settings(journal_of(path), settings))
        chosen = chosen if keep is None else keep()
        spent: list[TimeSpent] = []
        with attack_bar(chosen_recipe.name, len(chosen), show_progress, processes) as bar:
            file = attack_to_file(
                chosen_recipe,
                classifier,
                chosen,
                path,
                settings,
                bar.on_result,
                overwrite,
                seed,
                limits,
                spent.append,
                processes,
                bar.on_earlier,
            )
        if not spent:
            say("All texts had been attacked before; nothing was left to do.")
        elif processes.main:
            on_spent(spent[0])
        return AttackResults(file, classifier.classes)


def _refuse_half_characters(examples: Sequence[Example]) -> None:
    """Refuse, before the work, what no file can hold; in data sets there is none."""
    for example in examples:
        if has_half_character(example.text):
            raise FlatnlpError(
                f"Text {example.index + 1} holds half a surrogate pair (\\ud800 to \\udfff), which no file can hold; "
                "write the whole character, or attack without an output."
            )


def _check_output(path: Path, overwrite: bool, resume: bool) -> None:
    check_writable(path)
    refuse_taken(path, overwrite, resume)


def attacked(
    recipe: Recipe,
    classifier: Classifier,
    examples: Sequence[Example],
    show_progress: bool,
    seed: int = 0,
    limits: Limits = NO_LIMITS,
    on_spent: Callable[[TimeSpent], None] = lambda _: None,
    processes: Processes = ALONE,
) -> list[AttackResult]:
    """Attack examples under a progress bar; results in their order."""
    with attack_bar(recipe.name, len(examples), show_progress, processes) as bar:
        return run_attack(recipe, classifier, examples, bar.on_result, seed, limits, on_spent, processes)
