"""``--deterministic``."""

import os


def be_deterministic(asked: bool) -> None:
    """Let torch use algorithms only that give the same bits every time, where it is asked for.

    On a CPU all that flatnlp uses are such anyway. On a GPU they are slower, and torch stops with the name of an
    operation that has none.
    """
    if asked:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # cuBLAS reads it when it is first used
        import torch

        torch.use_deterministic_algorithms(True)
        torch.backends.cudnn.benchmark = False
