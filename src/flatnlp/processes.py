"""The processes of one job: who is who, what the main one tells the others, what they gather, how they share out work.

``accelerate launch`` starts them; Accelerate and ``torch.distributed`` join them. What is said here goes through the
job's own store (``torch.distributed.TCPStore``) as JSON: it works on every backend, nothing is pickled, and a process
that waits still hears signals. Gradients go through ``DistributedDataParallel`` (``training.optimization``).

All processes must call the same functions in the same order.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from flatnlp.errors import FlatnlpError, is_out_of_memory

T = TypeVar("T")

_PATIENCE = 0.05
"""Seconds between two looks whether another process has said something, at most."""

_BLOCK, _BLOCKS = 32, 32
"""Examples that a process takes at once: at most so many, so few that each gets about so many blocks of the rest."""

_SHARE = 3
"""A process has at most its part of the rest under way, divided by this: fewer and fewer towards the end."""

_LATE = 0.5
"""Seconds between two tellings of how far a process is."""


class Processes:
    """One process and its place among those of the job.

    Args:
        number: Its own, from 0; number 0 is the main process, which alone writes and speaks.
        count: How many there are.
        store: Of the job; not needed where there is one process.
    """

    def __init__(self, number: int = 0, count: int = 1, store: Any = None) -> None:
        self.number = number
        self.count = count
        self._store = store
        self._calls = 0
        self._rest = 0
        self._kept: list[str] = []

    @property
    def main(self) -> bool:
        """Whether this is the process that writes and speaks."""
        return self.number == 0

    def own_device(self, device: str) -> str:
        """Where this process computes: of ``cuda`` without a number, each process of a machine has one."""
        if self.count > 1 and device in ("cuda", "xpu", "npu"):
            return f"{device}:{os.environ.get('LOCAL_RANK', '0')}"
        return device

    def from_main(self, make: Callable[[], T]) -> T:
        """What the main process makes or does, told to all; the others wait until it is done.

        Args:
            make: Called in the main process only. Its value must be such as JSON holds.

        Raises:
            FlatnlpError: In all processes, where ``make`` raises it in the main one.
        """
        if self.count == 1:
            return make()
        key = self._next("main")
        if not self.main:
            told = json.loads(self._get(key))
            if "error" in told:
                raise FlatnlpError(told["error"])
            value: T = told["value"]
            return value
        try:
            value = make()
        except FlatnlpError as error:
            self._set(key, {"error": str(error)})
            raise
        self._set(key, {"value": value})
        return value

    def main_first(self, make: Callable[[], T]) -> T:
        """What each process makes for itself, the others only after the main one has.

        Raises:
            FlatnlpError: What ``make`` raises; in all processes, where that is in the main one.
        """
        made: list[T] = []
        self.from_main(lambda: made.append(make()))
        return made[0] if made else make()

    def gather(self, value: T) -> list[T]:
        """The values of all processes, in the order of their numbers; all wait for the last.

        Args:
            value: Such as JSON holds.
        """
        if self.count == 1:
            return [value]
        call = self._next("all")
        self._set(f"{call}/{self.number}", value)
        values = [json.loads(self._get(f"{call}/{number}")) for number in range(self.count)]
        # Who has come here has read all that was said before.
        for key in self._kept[:-1]:
            self._store.delete_key(key)
        del self._kept[:-1]
        return values

    def shared_out(self, items: Sequence[T]) -> Iterator[T]:
        """The items that this process is to do: whoever is free takes the next few, each is taken once.

        So a slow process, or one with long texts, does fewer of them and keeps nobody waiting for long. The fewer are
        left, the fewer are taken at once.
        """
        if self.count == 1:
            yield from items
            return
        call = self._next("taken")
        self._rest = len(items)
        while self._rest:
            size = max(1, min(_BLOCK, self._rest // (self.count * _BLOCKS)))
            end = self._add(call, size)
            self._rest = max(0, len(items) - end)
            yield from items[end - size : end]

    def width(self, items: int, most: int) -> Callable[[], int]:
        """How many items a process should have under way at a time, lest few processes hold all that are left.

        Args:
            items: That are shared out.
            most: Never more.
        """
        self._rest = items
        return lambda: most if self.count == 1 else max(1, min(most, -(-self._rest // (_SHARE * self.count))))

    def counter(self) -> Callable[[int], int]:
        """What is given the number of items this process has done since, and tells what the others have, a bit late."""
        if self.count == 1:
            return lambda _: 0
        call = self._next("done")
        own = told = others = 0
        last = time.monotonic()

        def add(done: int) -> int:
            nonlocal own, told, others, last
            own += done
            if time.monotonic() - last >= _LATE:
                others = self._add(call, own - told) - own
                told, last = own, time.monotonic()
            return others

        return add

    def leave(self) -> None:
        """Tell the main process that nothing more is read; it leaves last, for the store may be its own."""
        if not self.main:
            self._set(f"left/{self.number}", None)
        for number in range(1, self.count if self.main else 0):
            self._get(f"left/{number}")

    def _next(self, kind: str) -> str:
        self._calls += 1
        return f"{self._calls}/{kind}"

    def _set(self, key: str, value: Any) -> None:
        self._kept.append(key)
        with told_of_lost_ones():
            self._store.set(key, json.dumps(value))

    def _add(self, key: str, amount: int) -> int:
        with told_of_lost_ones():
            return int(self._store.add(key, amount))

    def _get(self, key: str) -> bytes:
        pause = 0.001
        with told_of_lost_ones():
            while not self._store.check([key]):  # not wait(), in which no signal is heard
                time.sleep(pause)
                pause = min(_PATIENCE, 1.5 * pause)
            return bytes(self._store.get(key))


ALONE = Processes()
"""The only process of a job that was started without ``accelerate launch``."""


def number_and_count() -> tuple[int, int]:
    """This process's number and how many there are, as the launcher has said."""
    try:
        return int(os.environ.get("RANK", "0")), max(1, int(os.environ.get("WORLD_SIZE", "1")))
    except ValueError as error:
        raise FlatnlpError(f"RANK and WORLD_SIZE in the environment must be numbers ({error}).") from error


def joined(device: str = "cpu") -> Processes:
    """Join the other processes of the job; where there are none, nothing happens.

    Args:
        device: Where the job computes, in torch's words: on ``cpu`` they speak gloo, else what Accelerate chooses.

    Raises:
        FlatnlpError: If they do not find each other.
    """
    _, count = number_and_count()
    if count > 1:
        _check_place(count)
        from accelerate import PartialState

        with told_of_lost_ones():
            PartialState(cpu=device == "cpu")
        return _members()
    if is_one_in_the_place_of_several():
        raise FlatnlpError(
            "accelerate launch was asked for several processes and has started one, as it does where it sees no "
            "several GPUs; start them with torchrun --nproc-per-node, or give --num_processes 1."
        )
    return ALONE


def is_one_in_the_place_of_several() -> bool:
    """Whether ``accelerate launch`` was asked for several processes and has started one, which it tells no number."""
    return "MASTER_ADDR" in os.environ and "ACCELERATE_MIXED_PRECISION" in os.environ and "RANK" not in os.environ


def parted() -> None:
    """Leave the job, where this process has joined one and all has gone well."""
    distributed = sys.modules.get("torch.distributed")
    if distributed is not None and distributed.is_available() and distributed.is_initialized():
        _members().leave()
        distributed.destroy_process_group()


@cache
def _members() -> Processes:
    from torch.distributed import PrefixStore, TCPStore  # type: ignore[attr-defined]

    number, count = number_and_count()
    with told_of_lost_ones():
        place = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
        store = TCPStore(*place, is_master=False, wait_for_workers=False)
    return Processes(number, count, PrefixStore("flatnlp", store))


def _check_place(count: int) -> None:
    if not os.environ.get("MASTER_ADDR") or not os.environ.get("MASTER_PORT", "").isdecimal():
        raise FlatnlpError(
            f"WORLD_SIZE says that this is one of {count} processes, and MASTER_ADDR and MASTER_PORT do not say where "
            "they meet; start them with accelerate launch."
        )


@contextmanager
def told_of_lost_ones() -> Iterator[None]:
    """Turn what torch raises where a process of the job has gone into one sentence."""
    try:
        yield
    except (RuntimeError, OSError) as error:  # torch's own kinds are RuntimeErrors
        said = str(error)
        lost = ("closed by peer", "onnect", "NCCL", "gloo", "TCPStore", "reset by peer", "Broken pipe", "imed out")
        if is_out_of_memory(error) or not any(sign in said for sign in lost):
            raise
        reason = (said.splitlines() or [type(error).__name__])[0].rstrip(".")
        raise FlatnlpError(
            f"The other processes of this job cannot be reached any more ({reason:.200}); what was finished is kept, "
            "give the same command with --resume to go on."
        ) from error
