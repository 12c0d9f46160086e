"""``python -m tests.mutation``: make each module wrong in every small way and see whether its tests notice.

The tests are imported once. For each mutant a child is forked, and the mutant's code put into the functions, the
mutant's values into the names of the module. A mutant is killed where a test fails, or does not end.
"""

import argparse
import ast
import gc
import importlib
import inspect
import json
import os
import signal
import sys
import time
from functools import cached_property
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from hypothesis import Phase, settings

from .equivalent import EQUIVALENT
from .mutants import Mutant, mutants

_OBJECTIVE = "tests/training/test_objective.py"
_MASK = "tests/models/test_mask.py"
_CONSTRAINTS = "tests/attacks/constraints/"
MODULES: dict[str, tuple[str, ...]] = {
    "flatnlp.training.objective": (_OBJECTIVE,),
    "flatnlp.training.adversarial": ("tests/training/test_adversarial.py", _OBJECTIVE),
    "flatnlp.training.selection": ("tests/training/test_selection.py",),
    "flatnlp.models.mask": (_MASK, _OBJECTIVE),
    "flatnlp.models.word_network": ("tests/models/test_where_masks_act.py",),
    "flatnlp.models.encoder_network": ("tests/models/test_where_masks_act.py",),
    "flatnlp.evaluation": ("tests/test_evaluation.py",),
    "flatnlp.bootstrap": ("tests/test_bootstrap.py", "tests/test_evaluation.py"),
    "flatnlp.interpret.consistency": ("tests/interpret/test_consistency.py",),
    "flatnlp.interpret.measure": ("tests/interpret/test_measure.py",),
    "flatnlp.attacks.search.greedy": ("tests/attacks/test_weighted_saliency.py",),
    "flatnlp.attacks.search.importance_greedy": ("tests/attacks/test_importance_greedy.py",),
    "flatnlp.attacks.constraints.language_model": (_CONSTRAINTS + "test_language_model.py",),
    "flatnlp.attacks.constraints.part_of_speech": (_CONSTRAINTS + "test_part_of_speech.py",),
    "flatnlp.attacks.constraints.positions": (_CONSTRAINTS + "test_positions.py",),
    "flatnlp.attacks.constraints.sentence_similarity": (_CONSTRAINTS + "test_sentence_similarity.py",),
    "flatnlp.attacks.constraints.stop_words": (_CONSTRAINTS + "test_positions.py",),
    "flatnlp.attacks.constraints.substitute": (_CONSTRAINTS + "test_substitute.py",),
    "flatnlp.attacks.constraints.words_changed": (_CONSTRAINTS + "test_words_changed.py",),
}
"""What is made wrong, and the tests that should notice: those that take a moment, not all that pass through it."""


def main() -> int:
    """Try all mutants; write which survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--only", default="", help="Modules, separated by commas.")
    parser.add_argument(
        "--results", type=Path, help="A JSON file for the counts and the survivors, kept module by module."
    )
    given = parser.parse_args()
    os.chdir(Path(__file__).resolve().parents[2])
    # A failing example is enough; the smallest one is of no use here. Before any test module is imported.
    settings.register_profile(
        "mutation", max_examples=30, derandomize=True, deadline=None, phases=(Phase.explicit, Phase.generate)
    )
    settings.load_profile("mutation")
    report = json.loads(given.results.read_text()) if given.results and given.results.exists() else {}
    for name in [each for each in given.only.split(",") if each] or MODULES:
        found = _tried(name)
        if found is None:
            return 1
        report[name] = found
        tried, killed, equivalent = found["mutants"], found["killed"], found["equivalent"]
        print(f"{name}: {killed} of {tried} killed ({killed / tried:.1%}); {equivalent} can make no difference", end="")
        print(f", of the others {killed / (tried - equivalent):.1%}; {found['seconds']} s")
        print(*found["survivors"], sep="\n", flush=True)
        if given.results:
            given.results.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def _tried(name: str) -> dict[str, Any] | None:
    """What became of a module's mutants; ``None`` if its tests fail without any."""
    trial = _Trial(importlib.import_module(name))
    options = (
        "--override-ini=addopts=",
        "--assert=plain",
        "-p",
        "no:terminal",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "--capture=no",
    )
    pytest.main([*options, *MODULES[name]], plugins=[trial])
    return trial.found


class _Trial:
    """Takes the place of pytest's loop over the tests, once these are collected."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.found: dict[str, Any] | None = None
        self.hung = 0
        self.limits: dict[str, float] = {}

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self) -> None:
        settings.load_profile("mutation")  # after conftest.py loaded its own

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try the mutants, one child each."""
        gc.collect()
        gc.freeze()  # or every child copies the pages whose reference counts it touches
        started, name = time.monotonic(), self.module.__name__
        if session.testsfailed or not self._tests_pass(session.items, None):
            print(f"{name}: its tests fail as it is")
            return True
        source = Path(inspect.getfile(self.module)).read_text(encoding="utf-8")
        reasons = {(line, what): reason for line, what, reason in EQUIVALENT.get(name, ())}
        survivors, killed, equivalent = [], 0, 0
        for mutant in mutants(source):
            line = _shown(source.splitlines(), mutant.line)
            reason = reasons.get((line, mutant.what))
            if not self._tests_pass(session.items, mutant):
                killed += 1
                if reason:
                    print(f"line {mutant.line}: {mutant.what} in `{line}` is killed, and so not equivalent")
            else:
                equivalent += bool(reason)
                survivors.append(f"line {mutant.line}: {mutant.what} in `{line}`" + (f" ({reason})" if reason else ""))
        self.found = {
            **{"mutants": killed + len(survivors), "killed": killed, "hung": self.hung, "equivalent": equivalent},
            **{"seconds": round(time.monotonic() - started), "survivors": survivors},
        }
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[Any]) -> None:
        """One failure is enough; to describe it would take longer than all the tests."""
        if call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception):
            os._exit(_FAILED)

    def _tests_pass(self, tests: list[pytest.Item], mutant: Mutant | None) -> bool:
        """Whether all tests pass where the functions are the mutant's; without one, how long each takes is noted.

        A test that takes five times its processor time and a second runs for ever.

        Raises:
            RuntimeError: If the mutant could not be put in: that says nothing about the tests.
        """
        reading, writing = os.pipe()
        pid = os.fork()
        if pid:
            os.close(writing)
            with os.fdopen(reading) as told:
                said = told.read()
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            if code not in (0, _FAILED, -signal.SIGPROF):
                raise RuntimeError(f"{self.module.__name__}: a mutant could not be tried ({code})")
            if mutant is None and code == 0:
                self.limits = {name: 1 + 5 * seconds for name, seconds in json.loads(said).items()}
            self.hung += code == -signal.SIGPROF
            return code == 0
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        code, taken = _NOT_TRIED, {}
        try:
            if mutant is not None:
                _put_into(self.module, mutant)
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            for test, following in zip(tests, [*tests[1:], None], strict=True):
                began = time.process_time()
                signal.setitimer(signal.ITIMER_PROF, self.limits.get(test.nodeid, 300))
                test.ihook.pytest_runtest_protocol(item=test, nextitem=following)
                taken[test.nodeid] = time.process_time() - began
            if mutant is None:
                os.write(writing, json.dumps(taken).encode())
            code = 0
        finally:
            os._exit(code)


_FAILED, _NOT_TRIED = 1, 100


def _shown(lines: list[str], number: int) -> str:
    """A line of the source, and the one before it where it says too little by itself."""
    line = lines[number - 1].strip()
    return f"{lines[number - 2].strip()} {line}" if line in ("continue", "break") else line


def _put_into(module: ModuleType, mutant: Mutant) -> None:
    if isinstance(mutant.statement, ast.Assign | ast.AnnAssign):
        exec(compile(ast.Module([mutant.statement], []), inspect.getfile(module), "exec"), vars(module))
        return
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
        value = value.func if isinstance(value, cached_property) else value
        value = inspect.unwrap(value) if callable(value) else value
        if isinstance(value, FunctionType) and value.__code__.co_filename == inspect.getfile(module):
            functions.append(value)
    return functions


if __name__ == "__main__":
    sys.exit(main())
