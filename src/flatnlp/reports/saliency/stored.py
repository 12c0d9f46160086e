"""Saliency of a run's attacked pairs, stored beside them as ``attacks/<attack>.<split>.saliency.parquet``."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flatnlp.errors import FlatnlpError
from flatnlp.files import written_whole
from flatnlp.reports.saliency.maps import SaliencyWord

_METADATA = b"flatnlp"
_SIDES = ("original", "adversarial")
_FIELDS = ("start", "end", "value", "importance")


@dataclass(frozen=True)
class PairSaliency:
    """The words of both texts of a pair and their attributions, all of one class.

    Attributes:
        index: Of the example.
        label: Number of the class that the attributions are of.
        original: Words of the original.
        adversarial: Words of the adversarial text.
    """

    index: int
    label: int
    original: tuple[SaliencyWord, ...]
    adversarial: tuple[SaliencyWord, ...]


@dataclass(frozen=True)
class StoredSaliency:
    """All that is stored for one file of attacked pairs.

    Attributes:
        method: ``ig`` or ``lime``.
        pairs: By the index of the example.
    """

    method: str
    pairs: Mapping[int, PairSaliency]


def saliency_file(pairs: Path) -> Path:
    """Where the saliency of a file of attacked pairs is stored."""
    return pairs.with_name(pairs.name.removesuffix(".parquet") + ".saliency.parquet")


def write_saliency(found: Iterable[PairSaliency], method: str, pairs: Path) -> Path:
    """Store saliency beside a file of attacked pairs, whole or not at all.

    It counts only as long as that file stays as it is: its checksum is stored too.
    """
    import pyarrow as pa
    from pyarrow import parquet

    rows = [
        {"index": each.index, "label": each.label}
        | {side: [{name: getattr(word, name) for name in _FIELDS} for word in getattr(each, side)] for side in _SIDES}
        for each in sorted(found, key=lambda each: each.index)
    ]
    described = json.dumps({"method": method, "of": _checksum(pairs)})
    whole, share = pa.int64(), pa.float64()
    words = pa.list_(pa.struct({"start": whole, "end": whole, "value": share, "importance": share}))
    schema = pa.schema({"index": whole, "label": whole, "original": words, "adversarial": words})
    path = saliency_file(pairs)
    with written_whole(path) as temporary:
        parquet.write_table(pa.Table.from_pylist(rows, schema=schema.with_metadata({_METADATA: described})), temporary)
    return path


def read_saliency(pairs: Path) -> StoredSaliency | None:
    """Read what is stored for a file of attacked pairs.

    Returns:
        The saliency, or ``None`` if there is none or the pairs have changed since.

    Raises:
        FlatnlpError: If the file is damaged.
    """
    import pyarrow as pa
    from pyarrow import parquet

    path = saliency_file(pairs)
    if not path.is_file():
        return None
    try:
        described = json.loads(parquet.read_schema(path).metadata[_METADATA])
        if described["of"] != _checksum(pairs):
            return None
        found = [_pair(row) for row in parquet.read_table(path).to_pylist()]
        return StoredSaliency(str(described["method"]), {each.index: each for each in found})
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise FlatnlpError(f"{path} is damaged; delete it, and it is made again.") from error


def _pair(row: Mapping[str, Any]) -> PairSaliency:
    original, adversarial = (tuple(SaliencyWord(**word) for word in row[side]) for side in _SIDES)
    return PairSaliency(row["index"], row["label"], original, adversarial)


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
