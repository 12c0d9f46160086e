"""What a network computes in: float32, or bfloat16 where precision is not needed (autocast)."""

from contextlib import AbstractContextManager
from typing import Literal, get_args

import torch

from flatnlp.errors import FlatnlpError

Precision = Literal["float32", "bf16"]
PRECISIONS: tuple[str, ...] = get_args(Precision)


def computing_in(precision: Precision, device: str) -> AbstractContextManager[object]:
    """A context in which products are computed so; weights, sums and losses stay float32."""
    kind = torch.device(device).type
    return torch.autocast(kind, dtype=torch.bfloat16, enabled=precision == "bf16")


def check_precision(precision: str, device: str) -> None:
    """Refuse what the device cannot do.

    Raises:
        FlatnlpError: If a CUDA device has no bfloat16.
    """
    if precision == "bf16" and device.startswith("cuda") and not torch.cuda.is_bf16_supported():
        raise FlatnlpError(f"The device {device} has no bfloat16; give --precision float32.")
