"""Importing the package and asking for help must feel instant, whatever torch weighs."""

import os
import statistics
import subprocess
import sys

import pytest

HEAVY = ("torch", "numpy", "datasets", "transformers", "sklearn", "scipy", "matplotlib", "nltk", "pyarrow", "pandas")
SECONDS = 0.5


def loaded_by(code: str) -> set[str]:
    """The heavy packages that a fresh Python has loaded after some code."""
    code += f"\nimport sys\nprint(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(ran.stderr.split())


def seconds(*arguments: str) -> float:
    """The median processor time of three runs of a fresh Python, in seconds, less that of Python doing nothing."""

    def once(*given: str) -> float:
        started = os.times()
        subprocess.run([sys.executable, *given], capture_output=True, check=True)
        ended = os.times()  # what other programs take of the machine does not count
        return ended.children_user + ended.children_system - started.children_user - started.children_system

    return statistics.median(once(*arguments) - once("-c", "pass") for _ in range(3))


HELP = """\
import sys
from flatnlp.cli import main
sys.argv = ['flatnlp', '--help']
try:
    main()
except SystemExit:
    pass"""


@pytest.mark.parametrize(
    "code",
    [
        "import flatnlp",
        "import flatnlp\nflatnlp.__version__, dir(flatnlp), flatnlp.FlatnlpError",
        "import flatnlp.cli",
        HELP,
        HELP.replace("'--help'", "'train', '--help'"),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(code: str) -> None:
    assert loaded_by(code) == set()


def test_names_of_the_package_are_there_when_asked_for() -> None:
    import flatnlp

    assert [name for name in flatnlp.__all__ if not hasattr(flatnlp, name)] == []
    assert set(flatnlp.__all__) <= set(dir(flatnlp))
    with pytest.raises(AttributeError, match="no attribute 'trian'"):
        flatnlp.trian  # noqa: B018


@pytest.mark.parametrize("arguments", [["-c", "import flatnlp"], ["-m", "flatnlp", "--help"]])
def test_is_there_at_once(arguments: list[str]) -> None:
    assert seconds(*arguments) < SECONDS
