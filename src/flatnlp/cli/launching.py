"""``accelerate launch --num_processes 2`` where it sees no two GPUs: it starts one process, which then starts the two.

Accelerate starts several processes only with ``--multi_gpu``, on a CPU too, and does not tell the one that it starts
how many were asked for. So the process reads what its parent was given and hands it to Accelerate's own launcher with
that flag.
"""

import logging
from collections.abc import Sequence
from typing import Any

from flatnlp.processes import is_one_in_the_place_of_several


def launch_several() -> int | None:
    """Start the processes that ``accelerate launch`` was asked for, where it started this one in their place.

    Returns:
        The exit code of the job, or ``None`` where there is nothing to start.
    """
    if not is_one_in_the_place_of_several():
        return None
    given = _given_to_launcher(_of_parent())
    return None if given is None else _launched(given)


def _of_parent() -> list[str]:
    """The command line of the process that started this one; empty where it cannot be read."""
    import psutil

    try:
        parent = psutil.Process().parent()
        return [] if parent is None else parent.cmdline()
    except psutil.Error:
        return []


def _given_to_launcher(command: Sequence[str]) -> list[str] | None:
    """What follows ``accelerate launch``, ``accelerate-launch`` or ``-m accelerate.commands.launch``."""
    for place, argument in enumerate(command[:4]):
        if place and argument.removesuffix(".py").removesuffix(".exe").endswith("launch"):
            return list(command[place + 1 :])
    return None


def _launched(given: Sequence[str]) -> int:
    from accelerate.commands.launch import launch_command, launch_command_parser
    from torch.distributed.elastic.multiprocessing.api import SignalException
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError

    options: Any = launch_command_parser().parse_args(["--multi_gpu", *given])
    options.cpu = False  # with it Accelerate starts one process again; where to compute is --device's to say
    logging.getLogger("accelerate.commands.launch").setLevel(logging.ERROR)  # which options it chose was said already
    try:
        launch_command(options)
    except ChildFailedError as error:  # the processes themselves have said what was wrong
        _, first = error.get_first_failure()
        return 128 - first.exitcode if first.exitcode < 0 else int(first.exitcode)
    except SignalException as error:
        return 128 + int(error.sigval)
    return 0
