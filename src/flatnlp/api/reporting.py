"""The report of runs, and the saliency maps that it shows on demand."""

from collections.abc import Sequence
from pathlib import Path

from flatnlp.api.saying import Say, silent
from flatnlp.errors import FlatnlpError
from flatnlp.files import read_json
from flatnlp.progress import progress_bar
from flatnlp.reports.examples import attacks_of, chosen_indexes
from flatnlp.reports.importance import read_importance, write_importance
from flatnlp.reports.page import write_report
from flatnlp.reports.pairs import pairs_file
from flatnlp.reports.records import RunRecord, read_run
from flatnlp.reports.saliency.stored import PairSaliency, read_saliency, write_saliency

PAIRS = 50
"""Pairs of each run whose saliency is computed for a report, if not said otherwise."""


def report(
    runs: Sequence[str | Path],
    output: str | Path = "report.html",
    *,
    saliency: int = PAIRS,
    device: str = "cpu",
    show_progress: bool = False,
    say: Say = silent,
) -> Path:
    """Write one self-contained page about runs.

    Args:
        runs: The run folders, in the order to show them.
        output: The HTML file.
        saliency: Pairs of each run and attack that get saliency maps (integrated gradients of the true class's
            probability): first the examples that the report shows side by side, then the first of the data set. They
            are kept in the run's folder, so that this takes time only once; so are the importances of a masked model's
            words. 0: only what is there already.
        device: Where to compute them.
        show_progress: Whether to show a bar on standard error.
        say: Told why a run gets no saliency maps.

    Raises:
        FlatnlpError: If a run cannot be read or the file cannot be written.
    """
    if not runs:
        raise FlatnlpError("A report needs at least one run folder; name those that 'flatnlp train' wrote.")
    folders = [Path(run) for run in runs]
    if saliency:
        records = [read_run(folder) for folder in folders]
        first = chosen_indexes(records)
        for record in records:
            try:
                _prepare(record, first, saliency, device, show_progress)
                _store_importance(record.path, device)
            except FlatnlpError as error:
                say(f"{record.path} gets no new saliency maps: {error}")
    return write_report(folders, Path(output))


def _store_importance(run: Path, device: str) -> None:
    """Store the importances of a model with a mask, unless they are there."""
    config = run / "model" / "config.json"
    network = read_json(config).get("network") if config.is_file() else None
    of_words = isinstance(network, dict) and network.get("masked")
    of_pieces = (run / "model" / "flatnlp.safetensors").is_file()
    if not (of_words or of_pieces) or read_importance(run) is not None:
        return
    from flatnlp.api.importances import importance

    write_importance(importance(run, device=device), run)


def _prepare(run: RunRecord, first: Sequence[int], count: int, device: str, show_progress: bool) -> None:
    """Compute what is missing; torch is loaded only if anything is."""
    for attack, split in attacks_of(run):
        path = pairs_file(run.path, attack, split)
        if not path:
            continue
        stored = read_saliency(path)
        if stored is None or len(stored.pairs) < count:
            _compute(run, path, first, count, device, show_progress)


def _compute(run: RunRecord, path: Path, first: Sequence[int], count: int, device: str, show_progress: bool) -> None:
    from flatnlp.api.loading import load
    from flatnlp.api.saliency import attributions, saliency_words
    from flatnlp.attacks.results_file import read_results
    from flatnlp.interpret.measure import check_interpretable
    from flatnlp.text import Text

    classifier = load(run.path, device)
    check_interpretable(classifier, ["ig"])
    rank = {index: place for place, index in enumerate(first)}
    results = [result for result in read_results(path) if Text.of(result.example.text).spans]
    results.sort(key=lambda result: (rank.get(result.example.index, len(rank)), result.example.index))
    chosen = results[:count]
    texts = [text for result in chosen for text in (Text.of(result.example.text), result.adversarial)]
    with progress_bar(f"saliency of {run.folder}", len(texts), "texts", show_progress) as advance:
        found = attributions(classifier, texts, "ig", advance)
    pairs = zip(chosen, found[::2], found[1::2], strict=True)
    write_saliency(
        [
            PairSaliency(
                result.example.index,
                result.example.label,
                saliency_words(classifier, original, result.example.label),
                saliency_words(classifier, adversarial, result.example.label),
            )
            for result, original, adversarial in pairs
        ],
        "ig",
        path,
    )
