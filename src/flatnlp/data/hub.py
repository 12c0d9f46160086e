"""Data sets of the Hugging Face hub that are not catalogued."""

from collections.abc import Callable
from typing import Any

from flatnlp.data.in_memory import tables_of
from flatnlp.data.table import Table
from flatnlp.errors import FlatnlpError

HubLoader = Callable[[str, str | None], Any]
"""``(owner/name, configuration) -> datasets.DatasetDict``."""


def load_from_hub(repo_id: str, config: str | None) -> Any:
    """``datasets.load_dataset`` without remote code.

    Raises:
        FlatnlpError: the hub cannot be reached, or has no such data set.
    """
    import datasets

    try:
        return datasets.load_dataset(repo_id, config)
    # The hub client raises many kinds of exception; to the user they all mean that the data set cannot be had.
    except Exception as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise FlatnlpError(
            f"The data set hf:{repo_id} cannot be loaded from the Hugging Face hub ({reason}); check its name "
            "(hf:owner/name, or hf:owner/name:configuration) and the network."
        ) from error


def read_hub(
    spec: str,
    text_column: str | None = None,
    label_column: str | None = None,
    load: HubLoader = load_from_hub,
) -> tuple[dict[str, Table], list[str]]:
    """Read ``hf:owner/name`` or ``hf:owner/name:configuration``.

    Args:
        spec: as above.
        text_column: the text column, or None for ``text``.
        label_column: the label column, or None for ``label``.
        load: how the hub is asked.

    Returns:
        Split name -> table, and sentences about splits that were left out.

    Raises:
        FlatnlpError: it cannot be loaded, has no training split, holds sentence pairs or several labels per text, or a
            column is missing.
    """
    repo_id, _, config = spec.removeprefix("hf:").partition(":")
    if repo_id.count("/") > 1 or not repo_id.strip("/"):
        raise FlatnlpError(f"{spec!r} is no name on the Hugging Face hub; write hf:owner/name.")
    return tables_of(load(repo_id, config or None), spec, text_column, label_column)
