"""The run under fire: train flat with two rounds, attack, evaluate, in a child process that is forked, not started.

A forked child has everything imported already, so that a run takes a second and hundreds can be stopped, in its work
and not in its imports.
"""

import gc
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flatnlp import cli
from flatnlp.attacks.recipes import RECIPES
from tests import tiny

RUN, ATTACKED, EVALUATED = "run", "attacked.parquet", "evaluated.json"
LOG = "log.txt"


def import_all() -> None:
    """Import what the commands need, so that children need not; nothing is computed, for threads do not survive."""
    import accelerate
    import datasets
    import jinja2
    import matplotlib.backends.backend_svg
    import matplotlib.figure
    import matplotlib.style
    import pandas
    import pyarrow.parquet
    import pydantic
    import scipy.stats
    import sklearn.metrics
    import sklearn.model_selection
    import torch._dynamo
    import torch.distributed.fsdp

    import flatnlp.api.attacking
    import flatnlp.api.evaluating
    import flatnlp.api.training
    import flatnlp.reports.page

    torch.set_num_threads(1)
    RECIPES["pwws"] = tiny.replace(RECIPES["pwws"], make=tiny.pwws)
    gc.freeze()  # or a collection in a child would have it copy what it shares
    del accelerate, datasets, jinja2, matplotlib, pandas, pyarrow, pydantic, scipy, sklearn, flatnlp


@dataclass(frozen=True)
class Job:
    """Where the inputs are, and the folder that all is written into."""

    data: Path
    vectors: Path
    folder: Path

    def commands(self, resume: bool) -> list[list[str]]:
        """The arguments of the three commands."""
        run, attacked, evaluated = (str(self.folder / name) for name in (RUN, ATTACKED, EVALUATED))
        again = ["--resume"] if resume else []
        which = ["--dataset", str(self.data), "--quiet"]
        return [
            [*tiny.train_arguments(self.data, self.vectors, Path(run), rounds=2, test_limit=8), "--quiet", *again],
            ["attack", run, *which, "--output", attacked, *again],
            ["evaluate", run, *which, "--json", evaluated],
        ]

    def start(self, resume: bool = False, before: Callable[[], None] = lambda: None) -> int:
        """Fork a child that runs the commands up to the first that fails, and exits with its code.

        Args:
            resume: Go on with what is there.
            before: Called in the child first.
        """
        self.folder.mkdir(exist_ok=True)
        pid = os.fork()
        if pid:
            return pid
        code = 70
        try:
            log = os.open(self.folder.parent / f"{self.folder.name}.{LOG}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(log, 1)
            os.dup2(log, 2)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            before()
            code = self._run(resume)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def log(self) -> str:
        """What the last child printed."""
        return (self.folder.parent / f"{self.folder.name}.{LOG}").read_text(errors="replace")

    def _run(self, resume: bool) -> int:
        for arguments in self.commands(resume):
            sys.argv = ["flatnlp", *arguments]
            try:
                cli.main()
            except SystemExit as end:
                if end.code:
                    return int(end.code)
        return 0

    def end(self) -> dict[str, bytes]:
        """All files that the commands left, hidden ones too, wall-clock values taken out."""
        files = {name: content for name, content in tiny.contents(self.folder).items() if "timings" not in name}
        if EVALUATED in files:
            record = json.loads(files[EVALUATED])
            del record["seconds"]
            files[EVALUATED] = json.dumps(record).encode()
        return files


def ended(pid: int) -> int:
    """Wait for a child: its exit code, or minus the signal it died of."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
