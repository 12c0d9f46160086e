"""``flatnlp`` in a process of its own, and what interrupts it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]


def raise_interrupt(*_: object) -> Any:
    raise KeyboardInterrupt


def process(*arguments: object, code: str = "from tests import tiny; tiny.main()", **options: Any) -> Any:
    """``flatnlp`` in a process of its own; it hears Ctrl-C even where the tests run in the background of a shell."""
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    command = [sys.executable, "-c", heard + code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True, encoding="utf-8", **options)
