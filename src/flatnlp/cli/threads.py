"""``--threads``."""


def use_threads(threads: int | None) -> None:
    """Give torch so many threads; all cores if not said."""
    if threads is not None:
        import torch

        torch.set_num_threads(threads)
