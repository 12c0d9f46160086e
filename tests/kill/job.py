"""The run under fire: train flat with rounds, attack, evaluate, in a child process that is forked, not started.

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
OF_ENCODERS = {
    **{"method": "flat", "epochs": 1, "epochs_per_round": 1, "rounds": 1, "learning_rate": 0.005, "batch_size": 16},
    **{"attack_sample": 10, "dev_attack_sample": 4, "test_limit": 6, "length": 24},
}


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


def import_encoders() -> None:
    """The same for encoders."""
    import transformers.models.bert.modeling_bert

    import flatnlp.models.encoder_saved

    gc.freeze()
    del transformers, flatnlp


@dataclass(frozen=True)
class Job:
    """Where the inputs are, and the folder that all is written into.

    Attributes:
        data: The texts.
        vectors: Of the words.
        folder: The outputs.
        encoder: The folder of an encoder to train in the place of a CNN.
    """

    data: Path
    vectors: Path
    folder: Path
    encoder: Path | None = None

    def commands(self, resume: bool) -> list[list[str]]:
        """The arguments of the three commands."""
        run, attacked, evaluated = (str(self.folder / name) for name in (RUN, ATTACKED, EVALUATED))
        again = ["--resume"] if resume else []
        which = ["--dataset", str(self.data), "--quiet", *(["--limit", "6"] if self.encoder else [])]
        return [
            [*self._train(Path(run)), "--quiet", *again],
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

        def work() -> int:
            before()
            return next((code for arguments in self.commands(resume) if (code := command(arguments))), 0)

        return forked(self._log, work)

    def log(self) -> str:
        """What the last child printed."""
        return self._log.read_text(errors="replace")

    @property
    def _log(self) -> Path:
        return self.folder.parent / f"{self.folder.name}.{LOG}"

    def _train(self, run: Path) -> list[str]:
        if self.encoder is None:
            return tiny.train_arguments(self.data, self.vectors, run, rounds=2, test_limit=8)
        settings = {"dataset": self.data, "model": self.encoder, "output": run, **OF_ENCODERS}
        return ["train", *(f"--{name.replace('_', '-')}={value}" for name, value in settings.items())]

    def end(self) -> dict[str, bytes]:
        """All files that the commands left, hidden ones too, wall-clock values taken out."""
        files = {name: content for name, content in tiny.contents(self.folder).items() if "timings" not in name}
        if EVALUATED in files:
            record = json.loads(files[EVALUATED])
            del record["seconds"]
            files[EVALUATED] = json.dumps(record).encode()
        return files


def command(arguments: list[str]) -> int:
    """Run a command in this process: its exit code."""
    sys.argv = ["flatnlp", *arguments]
    try:
        cli.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def forked(log: Path, work: Callable[[], int]) -> int:
    """Fork a child that prints to a file and exits with the code it comes to."""
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, 1)
        os.dup2(file, 2)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        code = work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def ended(pid: int) -> int:
    """Wait for a child: its exit code, or minus the signal it died of."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
