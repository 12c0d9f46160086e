"""Data sets from the Hugging Face hub, stored as Parquet with columns ``text`` and ``label``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flatnlp.resources.route_error import RouteError
from flatnlp.resources.sources import HubSource

HubDownloader = Callable[[HubSource, Path], None]
"""``(source, empty folder)``: writes ``<split>.parquet`` files into the folder; raises RouteError."""


def hub_download(source: HubSource, folder: Path) -> None:
    """Write ``train.parquet``, ``test.parquet`` and, where the source has it, ``dev.parquet``.

    No code of the repository is run. ``datasets`` shows its own progress bars.

    Args:
        source: what to download.
        folder: where to.

    Raises:
        RouteError: the hub cannot be reached, or the data set is not as expected.
    """
    import datasets

    for ours, theirs in source.splits.items():
        try:
            data: Any = datasets.load_dataset(
                source.repo_id, source.config, split=theirs, revision=source.revision, cache_dir=str(folder / "hub")
            )
            data = data.select_columns([source.text_column, source.label_column])
            if source.text_column != "text":
                data = data.rename_column(source.text_column, "text")
            if source.label_column != "label":
                data = data.rename_column(source.label_column, "label")
            # Plain integers: the class names of the catalogued sets are known to data/, in the paper's order.
            data = data.cast(
                datasets.Features({"text": datasets.Value("string"), "label": datasets.Value("int64")}),
            )
            data.to_parquet(str(folder / f"{ours}.parquet"))
        # Whatever the hub client raises (network, missing repository, format) means that this route failed.
        except Exception as error:
            reason = str(error).strip().splitlines() or [type(error).__name__]
            raise RouteError(f"split {theirs!r} could not be read ({reason[0].rstrip('.')})") from error
