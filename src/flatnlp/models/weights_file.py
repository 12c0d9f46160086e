"""Whether a safetensors file holds the weights of a network, told from its header before anything is allocated."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import safe_open


def shapes_in(path: Path) -> dict[str, tuple[int, ...]]:
    """The shape of each tensor of the file; only the header is read.

    Raises:
        OSError or SafetensorError: If it is missing or damaged.
    """
    with safe_open(path, "pt") as file:
        return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118


def difference(expected: Mapping[str, torch.Tensor], found: Mapping[str, tuple[int, ...]]) -> str | None:
    """The first tensor that is missing, too many or of another shape, as a clause; ``None`` where all fit.

    Args:
        expected: Tensors by name, on any device (``meta`` will do).
        found: Shapes by name.
    """
    for name in sorted({*expected, *found}):
        if name not in found:
            return f"it has no {name}"
        if name not in expected:
            return f"it has a {name}, which the model has no place for"
        if tuple(expected[name].shape) != found[name]:
            return f"its {name} is of shape {list(found[name])}, not {list(expected[name].shape)}"
    return None
