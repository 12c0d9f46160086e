"""``python -m tests.mutation``: make each module wrong in every small way and see whether its tests notice.

A child is forked for each mutant, with the mutant's code put into the functions that are imported already.
"""

import argparse
import importlib
import inspect
import io
import json
import os
import signal
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from .mutants import Mutant, mutants

MODULES: dict[str, tuple[str, ...]] = {
    "flatnlp.training.objective": ("tests/training/test_objective.py",),
    "flatnlp.training.adversarial": ("tests/training/test_adversarial.py", "tests/training/test_objective.py"),
    "flatnlp.models.mask": ("tests/models/test_mask.py", "tests/training/test_objective.py"),
    "flatnlp.evaluation": ("tests/test_evaluation.py",),
    "flatnlp.interpret.consistency": ("tests/interpret/test_consistency.py",),
    "flatnlp.attacks.search.greedy": ("tests/attacks/test_weighted_saliency.py",),
    "flatnlp.attacks.search.importance_greedy": ("tests/attacks/test_importance_greedy.py",),
}
SECONDS = 60
"""Processor time after which a mutant's tests count as failed: it runs for ever."""


def main() -> int:
    """Try all mutants; write which survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--only", default="", help="Modules, separated by commas.")
    parser.add_argument("--results", type=Path, help="A JSON file for the counts and the survivors.")
    given = parser.parse_args()
    os.chdir(Path(__file__).resolve().parents[2])
    for each in ("tests.tiny", "sklearn.metrics", "scipy.stats"):
        importlib.import_module(each)  # once, for all children
    report: dict[str, Any] = {}
    for name in [each for each in given.only.split(",") if each] or MODULES:
        module = importlib.import_module(name)
        source = Path(inspect.getfile(module)).read_text(encoding="utf-8")
        if _tests_fail(MODULES[name], None, module):
            print(f"{name}: its tests fail as it is")
            return 1
        started, survivors, killed = time.monotonic(), [], 0
        for mutant in mutants(source):
            if _tests_fail(MODULES[name], mutant, module):
                killed += 1
            else:
                line = source.splitlines()[mutant.line - 1].strip()
                survivors.append(f"line {mutant.line}: {mutant.what} in `{line}`")
        share = killed / (killed + len(survivors))
        report[name] = {"mutants": killed + len(survivors), "killed": killed, "share": share, "survivors": survivors}
        print(f"{name}: {killed} of {killed + len(survivors)} killed ({share:.1%}), {time.monotonic() - started:.0f} s")
        print(*survivors, sep="\n", flush=True)
        if given.results:
            given.results.write_text(json.dumps(report, indent=1) + "\n")
    return 0


def _tests_fail(tests: tuple[str, ...], mutant: Mutant | None, module: ModuleType) -> bool:
    """Whether a test fails where the module's functions are the mutant's."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    code = 1
    try:
        if mutant is not None:
            _put_into(module, mutant)
        options = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header")
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            code = int(pytest.main([*options, *tests], plugins=[]))
    finally:
        os._exit(code)


def _put_into(module: ModuleType, mutant: Mutant) -> None:
    code = compile(mutant.tree, inspect.getfile(module), "exec")
    changed = {each.co_qualname: each for each in _functions(code)}
    for function in _defined(module):
        function.__code__ = changed[function.__code__.co_qualname]


def _functions(code: CodeType) -> list[CodeType]:
    found: list[CodeType] = []
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found += [constant, *_functions(constant)]
    return found


def _defined(module: ModuleType) -> list[FunctionType]:
    """The functions and methods that a module's source defines, decorators looked through."""
    names: list[Any] = list(vars(module).values())
    for value in vars(module).values():
        if isinstance(value, type) and value.__module__ == module.__name__:
            names += vars(value).values()
    functions = []
    for value in names:
        value = value.__func__ if isinstance(value, staticmethod | classmethod) else value
        value = value.fget if isinstance(value, property) else value
        value = inspect.unwrap(value) if callable(value) else value
        if isinstance(value, FunctionType) and value.__code__.co_filename == inspect.getfile(module):
            functions.append(value)
    return functions


if __name__ == "__main__":
    sys.exit(main())
