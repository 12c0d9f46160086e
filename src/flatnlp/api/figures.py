"""The paper's figures 3 to 6, drawn of runs: pictures and the data behind them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flatnlp.api.importances import importance
from flatnlp.api.loading import load
from flatnlp.api.saliency import attributions, saliency_map, swapped_by
from flatnlp.api.saying import Say, silent
from flatnlp.attacks.results_file import read_results
from flatnlp.data.vectors import load_vectors
from flatnlp.errors import FlatnlpError
from flatnlp.files import check_writable
from flatnlp.interpret.measure import check_interpretable, check_method
from flatnlp.interpret.synonyms import Neighbour, nearest_neighbours
from flatnlp.models.classifier import Classifier
from flatnlp.models.trained import TrainedClassifier
from flatnlp.progress import progress_bar
from flatnlp.reports.consistency import top_k_curves
from flatnlp.reports.examples import attacks_of, chosen_indexes
from flatnlp.reports.figures import importance as figure_4
from flatnlp.reports.figures import saliency as figure_3
from flatnlp.reports.figures import synonyms as figure_5
from flatnlp.reports.figures import top_k as figure_6
from flatnlp.reports.figures.drawing import save_figure
from flatnlp.reports.names import run_names
from flatnlp.reports.pairs import pairs_file
from flatnlp.reports.records import RunRecord, read_run
from flatnlp.reports.saliency.explanation import Explanation
from flatnlp.text import Text
from flatnlp.training.words import importances_in

SYNONYM_SPACE = "counterfitted_glove_100d"
"""Word vectors in which synonyms are near and antonyms are far."""


@dataclass(frozen=True)
class FigureSettings:
    """What can be said of a figure.

    Attributes:
        examples: Figure 3: indexes of the examples; the first that the report would choose if none is said.
        method: Figure 3: ``ig`` or ``lime``.
        synonyms: Figure 5: the synonym space, a name or a file of word vectors.
        words: Figure 5: how many words are drawn at random.
        neighbours: Figure 5: how many of the nearest of each.
        seed: Figure 5: of the draw.
        device: Where to compute.
    """

    examples: tuple[int, ...] = ()
    method: str = "ig"
    synonyms: str = SYNONYM_SPACE
    words: int = 1000
    neighbours: int = 10
    seed: int = 0
    device: str = "cpu"


def figure(
    number: int,
    runs: Sequence[str | Path],
    output: str | Path,
    settings: FigureSettings | None = None,
    *,
    show_progress: bool = False,
    say: Say = silent,
) -> list[Path]:
    """Draw one of the paper's figures.

    3: saliency of original and adversarial texts under the runs, side by side. 4: importance, word frequency and
    substitution frequency against each other. 5: how far apart the importances of synonyms are. 6: top-k intersection
    for k = 1..10.

    Args:
        number: 3, 4, 5 or 6.
        runs: The run folders.
        output: The folder of the files, ``figure-N.svg``, ``.pdf``, ``.png`` and ``.csv``; those that are there are
            replaced. Figure 4 is drawn for each run with a mask; where there are several its name has the run's.
        settings: What to change.
        show_progress: Whether to show bars on standard error.
        say: Told what is to be known of the data.

    Returns:
        The files.

    Raises:
        FlatnlpError: If there is no such figure, the runs have not what it shows, or a file cannot be written.
    """
    if number not in _FIGURES:
        raise FlatnlpError(f"There is no figure {number}; choose one of {', '.join(map(str, _FIGURES))}.")
    if not runs:
        raise FlatnlpError("A figure needs at least one run folder; name those that 'flatnlp train' wrote.")
    stem = Path(output) / f"figure-{number}"
    check_writable(stem.with_suffix(".png"))
    records = [read_run(Path(run)) for run in runs]
    return _FIGURES[number](records, run_names(records), stem, settings or FigureSettings(), show_progress, say)


def _saliency(
    runs: Sequence[RunRecord], names: Sequence[str], stem: Path, settings: FigureSettings, show: bool, _: Say
) -> list[Path]:
    check_method(settings.method)
    examples = settings.examples or chosen_indexes(runs)[:1]
    if not examples:
        raise FlatnlpError("The runs have no attacked texts, so there is no pair to explain; evaluate them first.")
    by_run = [_explained(run, name, examples, settings, show) for run, name in zip(runs, names, strict=True)]
    pairs = [explained[place] for place in range(len(examples)) for explained in by_run]
    return save_figure(figure_3.draw(pairs), figure_3.HEADER, figure_3.rows(pairs), stem)


def _explained(
    run: RunRecord, name: str, examples: Sequence[int], settings: FigureSettings, show: bool
) -> list[Explanation]:
    """Explain one run's own pairs of the examples for their true class."""
    files = [path for attack, split in attacks_of(run) if (path := pairs_file(run.path, attack, split))]
    results = {result.example.index: result for result in (read_results(files[0]) if files else ())}
    missing = [index for index in examples if index not in results]
    if missing:
        raise FlatnlpError(f"{run.path} has no attacked example {missing[0]}; choose another, or evaluate the run.")
    chosen = [results[index] for index in examples]
    texts = [text for result in chosen for text in (Text.of(result.example.text), result.adversarial)]
    classifier: Classifier = load(run.path, settings.device)
    check_interpretable(classifier, [settings.method])
    with progress_bar(f"{settings.method} of {name}", len(texts), "texts", show) as advance:
        found = iter(attributions(classifier, texts, settings.method, advance))
    explained = []
    for result in chosen:
        maps = [
            saliency_map(
                classifier, next(found), result.example.label, model=name, method=settings.method, swapped=swapped
            )
            for swapped in swapped_by(result)
        ]
        explained.append(Explanation(maps[0], maps[1], result.status))
    return explained


def _importance(
    runs: Sequence[RunRecord], names: Sequence[str], stem: Path, settings: FigureSettings, _: bool, say: Say
) -> list[Path]:
    files = []
    for run, name in zip(runs, names, strict=True):
        words = importance(run.path, device=settings.device, say=say)
        own = stem.with_name(f"{stem.name}-{_slug(name)}") if len(runs) > 1 else stem
        files += save_figure(figure_4.draw(words), figure_4.HEADER, figure_4.rows(words), own)
    return files


def _synonyms(
    runs: Sequence[RunRecord], names: Sequence[str], stem: Path, settings: FigureSettings, show: bool, _: Say
) -> list[Path]:
    models = [_masked(run, settings.device) for run in runs]
    words = sorted(set.intersection(*(_words(run, model) for run, model in zip(runs, models, strict=True))))
    vectors = load_vectors(settings.synonyms, words, progress=show)
    found = nearest_neighbours(
        words, vectors.matrix, sample=settings.words, count=settings.neighbours, seed=settings.seed
    )
    if not found:
        raise FlatnlpError(f"Fewer than two words of the vocabulary are in {settings.synonyms}; choose another space.")
    spreads = [_spread(name, model, found) for name, model in zip(names, models, strict=True)]
    return save_figure(figure_5.draw(spreads), figure_5.HEADER, figure_5.rows(spreads), stem)


def _masked(run: RunRecord, device: str) -> TrainedClassifier:
    model = load(run.path, device)
    if not isinstance(model, TrainedClassifier) or model.network.mask is None:
        raise FlatnlpError(f"{run.path} is no model with a mask, so its words have no importance; leave it out.")
    return model


def _words(run: RunRecord, model: TrainedClassifier) -> set[str]:
    return {each.word for each in importances_in(run.path, model)}


def _spread(name: str, model: Classifier, found: Sequence[Neighbour]) -> figure_5.SynonymSpread:
    words = sorted({word for each in found for word in (each.word, each.neighbour)})
    phi = dict(zip(words, model.word_importance(words).tolist(), strict=True))
    pairs = tuple(
        figure_5.SynonymPair(each.word, each.neighbour, each.rank, each.distance, phi[each.word], phi[each.neighbour])
        for each in found
    )
    return figure_5.SynonymSpread(name, pairs)


def _top_k(
    runs: Sequence[RunRecord], names: Sequence[str], stem: Path, _: FigureSettings, __: bool, ___: Say
) -> list[Path]:
    curves = top_k_curves(runs, names)
    if not curves:
        raise FlatnlpError(
            "None of the runs has its consistency measured; run `flatnlp evaluate RUN --interpret ig --save` first."
        )
    return save_figure(figure_6.draw(curves), figure_6.HEADER, figure_6.rows(curves), stem)


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name).strip("-") or "run"


_FIGURES: dict[int, Callable[[Sequence[RunRecord], Sequence[str], Path, FigureSettings, bool, Say], list[Path]]] = {
    3: _saliency,
    4: _importance,
    5: _synonyms,
    6: _top_k,
}
