"""The importances of a run's vocabulary: stored in its folder, and as a part of the page."""

import base64
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from flatnlp.errors import FlatnlpError
from flatnlp.files import written_whole
from flatnlp.reports.figures.drawing import render_png
from flatnlp.reports.figures.importance import HEADER, WordUse, correlations, draw
from flatnlp.reports.records import RunRecord
from flatnlp.reports.table import ABSENT
from flatnlp.reports.visible import visible

SHOWN = 12
"""Words at either end that the page names."""

_FILE = "importance.parquet"
_METADATA = b"flatnlp"
_TITLES = {
    "frequency": "word frequency in training",
    "substitutions": "times replaced by the attack",
    "importance": "importance",
}


@dataclass(frozen=True)
class CorrelationRow:
    """Pearson's correlation of two quantities, in words."""

    of: str
    r: str
    p: str
    words: str


@dataclass(frozen=True)
class ImportanceView:
    """What the page shows of one run's importances.

    Attributes:
        run: The run's name.
        words: Size of the vocabulary.
        most: The most important words and their importance.
        least: The least important ones, the least first.
        correlations: Of importance, word frequency and substitution frequency.
        picture: The scatter plots, a PNG as a data address.
        description: The same in words.
    """

    run: str
    words: str
    most: tuple[tuple[str, str], ...]
    least: tuple[tuple[str, str], ...]
    correlations: tuple[CorrelationRow, ...]
    picture: str
    description: str


def write_importance(words: Sequence[WordUse], run: Path) -> Path:
    """Store the importances of a run's vocabulary in its folder; they count as long as the model stays as it is."""
    import pyarrow as pa
    from pyarrow import parquet

    columns = (
        dict(zip(HEADER, zip(*map(astuple, words), strict=True), strict=True)) if words else dict.fromkeys(HEADER, ())
    )
    described = {_METADATA: json.dumps({"of": _model(run)})}
    path = run / _FILE
    with written_whole(path) as temporary:
        parquet.write_table(pa.table(columns).replace_schema_metadata(described), temporary)
    return path


def read_importance(run: Path) -> tuple[WordUse, ...] | None:
    """Read what is stored; ``None`` if there is nothing or the model has changed since.

    Raises:
        FlatnlpError: If the file is damaged.
    """
    import pyarrow as pa
    from pyarrow import parquet

    path = run / _FILE
    if not path.is_file():
        return None
    try:
        table = parquet.read_table(path, columns=list(HEADER))
        if json.loads(table.schema.metadata[_METADATA])["of"] != _model(run):
            return None
        return tuple(WordUse(**row) for row in table.to_pylist())
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise FlatnlpError(f"{path} is damaged; delete it, and it is made again.") from error


def importance_views(runs: Sequence[RunRecord], names: Sequence[str]) -> tuple[ImportanceView, ...]:
    """What there is to show, for the runs whose importances are stored."""
    stored = ((name, read_importance(run.path)) for run, name in zip(runs, names, strict=True))
    return tuple(_view(name, words) for name, words in stored if words)


def _view(name: str, words: Sequence[WordUse]) -> ImportanceView:
    ordered = sorted(words, key=lambda each: (-each.importance, each.word))
    shown = [(visible(each.word), f"{each.importance:.3f}") for each in ordered]
    found = tuple(
        CorrelationRow(
            of=f"{_TITLES[each.x]} and {_TITLES[each.y]}",
            r=ABSENT if each.r is None else f"{each.r:.3f}",
            p=ABSENT if each.p is None else "< 0.001" if each.p < 0.001 else f"{each.p:.3f}",
            words=f"{each.n:,}",
        )
        for each in correlations(words)
    )
    picture = io.BytesIO()
    render_png(draw(words), picture, dots_per_inch=110)
    return ImportanceView(
        run=name,
        words=f"{len(words):,}",
        most=tuple(shown[:SHOWN]),
        least=tuple(shown[::-1][:SHOWN]),
        correlations=found,
        picture="data:image/png;base64," + base64.b64encode(picture.getvalue()).decode(),
        description="Scatter plots. "
        + "; ".join(f"{each.of}: r = {each.r}, {each.words} words" for each in found)
        + ".",
    )


def _model(run: Path) -> str:
    """What tells a model from others: its config, which holds the checksums of its weights."""
    path = run / "model" / "config.json"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
