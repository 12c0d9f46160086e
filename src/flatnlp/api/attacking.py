"""Attack a classifier from Python."""

from collections.abc import Sequence
from pathlib import Path

from flatnlp.api.examples import chosen_examples
from flatnlp.api.loading import load
from flatnlp.api.saying import Say, silent
from flatnlp.attacks.journal import attack_to_file, claim, settings_for
from flatnlp.attacks.options import DEFAULTS, AttackOptions
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes import check_options, recipe
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.errors import FlatnlpError
from flatnlp.evaluation import run_attack
from flatnlp.files import check_writable
from flatnlp.models.classifier import Classifier
from flatnlp.progress import progress_bar


def attack(
    model: Classifier | str | Path,
    texts: Sequence[str] | None = None,
    labels: Sequence[str | int] | None = None,
    *,
    attack: str | Recipe = "pwws",
    options: AttackOptions = DEFAULTS,
    dataset: str | Path | None = None,
    split: str = "test",
    limit: int | None = None,
    seed: int = 0,
    text_column: str | None = None,
    label_column: str | None = None,
    output: str | Path | None = None,
    overwrite: bool = False,
    resume: bool = False,
    device: str = "cpu",
    show_progress: bool = False,
    say: Say = silent,
) -> list[AttackResult]:
    """Attack a classifier on texts of one's own or on a data set.

    Args:
        model: A classifier, or the folder of one.
        texts: Texts to attack; or name a ``dataset``.
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
        device: Where to compute, for a model loaded here.
        show_progress: Whether to show a bar on standard error.
        say: Told what is to be known of the texts.

    Returns:
        One result per example, in their order.

    Raises:
        FlatnlpError: For everything the user can mend.
    """
    check_options([attack], options)
    chosen_recipe = recipe(attack, options)
    path = None if output is None else Path(output)
    if overwrite and resume:
        raise FlatnlpError("Give --resume or --overwrite, not both: an attack is either gone on with or begun anew.")
    if path is not None:
        check_writable(path)
        if not overwrite:
            claim(path, overwrite, resume)
    classifier = model if isinstance(model, Classifier) else load(model, device)
    chosen = chosen_examples(
        classifier,
        texts,
        labels,
        dataset,
        split=split,
        limit=limit,
        seed=seed,
        text_column=text_column,
        label_column=label_column,
        show_progress=show_progress,
        say=say,
    )
    if path is None:
        return attacked(chosen_recipe, classifier, chosen, show_progress)
    claim(path, overwrite, resume)  # what is overwritten is given up only now that all else is known to be good
    settings = settings_for(chosen_recipe, classifier, chosen)
    with progress_bar(chosen_recipe.name, len(chosen), "texts", show_progress) as advance:
        return attack_to_file(chosen_recipe, classifier, chosen, path, settings, lambda _: advance(), overwrite)


def attacked(
    recipe: Recipe, classifier: Classifier, examples: Sequence[Example], show_progress: bool
) -> list[AttackResult]:
    """Attack examples under a progress bar; results in their order."""
    with progress_bar(recipe.name, len(examples), "texts", show_progress) as advance:
        return run_attack(recipe, classifier, examples, lambda _: advance())
