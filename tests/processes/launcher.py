"""``accelerate launch`` imitated: its environment, and its ending of all processes once one has failed."""

import os
import signal
import socket
import time
from collections.abc import Sequence

from tests.kill.stopping import has_ended

GRACE = 5.0
"""Seconds that a process is given to end by itself (30 in ``torch.distributed``)."""
PATIENCE = 240.0
"""Seconds after which processes that go on hang."""


def environments(count: int) -> list[dict[str, str]]:
    """What each process finds in its environment."""
    if count == 1:
        return [{}]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": str(count)}
    return [{**place, "RANK": str(number), "LOCAL_RANK": str(number)} for number in range(count)]


def all_ended(pids: Sequence[int]) -> list[int]:
    """Wait for all; where one fails, the others are told to end, and then made to.

    Returns:
        Exit codes, minus the signal for those that a signal has ended.

    Raises:
        TimeoutError: If they hang; they are then gone.
    """
    codes: dict[int, int] = {}
    began, told = time.monotonic(), 0.0
    while len(codes) < len(pids):
        time.sleep(0.01)
        for number, pid in enumerate(pids):
            if number not in codes and has_ended(pid):
                codes[number] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        late = time.monotonic() - began > PATIENCE
        if late or (told and time.monotonic() - told > GRACE):
            _tell(pids, codes, signal.SIGKILL)
        elif any(codes.values()) and not told:
            told = time.monotonic()
            _tell(pids, codes, signal.SIGTERM)
        if late:
            raise TimeoutError(f"still at work after {PATIENCE:.0f} seconds, ended are {codes}")
    return [codes[number] for number in range(len(pids))]


def _tell(pids: Sequence[int], codes: dict[int, int], what: signal.Signals) -> None:
    for number, pid in enumerate(pids):
        if number not in codes:
            os.kill(pid, what)
