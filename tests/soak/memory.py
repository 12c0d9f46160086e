"""How much memory this process has, and how much of it is in use: what grows is alive, or lies between what is."""

import ctypes
import gc
import os
import sys
from pathlib import Path


class _Mallinfo(ctypes.Structure):
    """What glibc's ``mallinfo2`` tells."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks"),
            *("uordblks", "fordblks", "keepcost"),
        )
    )


def memory() -> dict[str, float]:
    """Megabytes resident; of the C library's heap those in use and those free; thousands of Python's blocks in use."""
    told = {"resident_mb": _resident(), "python_blocks_k": sys.getallocatedblocks() / 1e3}
    mallinfo = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if mallinfo is not None:
        mallinfo.restype = _Mallinfo
        found = mallinfo()
        told |= {"heap_in_use_mb": (found.uordblks + found.hblkhd) / 1e6, "heap_free_mb": found.fordblks / 1e6}
    return told


def trimmed() -> dict[str, float]:
    """The same once garbage is collected and free memory given back to the system."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
    return memory()


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
