"""Do tasks, one after the other here or side by side in processes, each on a device of its own."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from flatnlp.errors import FlatnlpError
from flatnlp.paper.store import Store
from flatnlp.paper.tasks import Task, needs, title
from flatnlp.paper.work import Say, do


@dataclass(frozen=True)
class Worker:
    """How tasks are done.

    Attributes:
        devices: Where to compute, in torch's words; slots take turns.
        jobs: Tasks side by side.
        threads: Of each process; torch's own choice if not said.
        show_progress: Bars, where one task runs at a time.
    """

    devices: tuple[str, ...] = ("cpu",)
    jobs: int = 1
    threads: int | None = None
    show_progress: bool = False


def do_all(tasks: Sequence[Task], store: Store, worker: Worker, say: Say) -> dict[Task, str]:
    """Do tasks that are in an order in which each stands after what it needs.

    A task that fails for a reason the user can mend does not hold the others up; what needs it is left out.

    Returns:
        For each task that was not done, one sentence why.
    """
    return _here(tasks, store, worker, say) if worker.jobs == 1 else _beside(tasks, store, worker, say)


def _here(tasks: Sequence[Task], store: Store, worker: Worker, say: Say) -> dict[Task, str]:
    failed: dict[Task, str] = {}
    for number, task in enumerate(tasks, 1):
        reason = _hindered(task, failed)
        if reason is None:
            say(f"[{number}/{len(tasks)}] {title(task)}")
            try:
                do(task, store, worker.devices[0], worker.show_progress, say)
                continue
            except FlatnlpError as error:
                reason = str(error)
                say(f"Left out: {title(task)}: {reason}")
        failed[task] = reason
    return failed


def _beside(tasks: Sequence[Task], store: Store, worker: Worker, say: Say) -> dict[Task, str]:
    failed: dict[Task, str] = {}
    waiting = list(tasks)
    running: dict[Task, tuple[Future[None], str]] = {}
    free = [worker.devices[slot % len(worker.devices)] for slot in range(worker.jobs)]
    others = set(multiprocessing.active_children())
    # A fresh interpreter: a forked one would inherit torch's threads in whatever state they are.
    with ProcessPoolExecutor(worker.jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            while waiting or running:
                for task in list(waiting):
                    reason = _hindered(task, failed)
                    if reason is not None:
                        waiting.remove(task)
                        failed[task] = reason
                    elif free and not any(needed in waiting or needed in running for needed in needs(task)):
                        waiting.remove(task)
                        say(f"Begun: {title(task)}")
                        device = free.pop()
                        future = pool.submit(_in_a_process, task, store.root, tuple(store.reuse), device, worker)
                        running[task] = (future, device)
                wait([future for future, _ in running.values()], return_when=FIRST_COMPLETED)
                for task in [task for task, (future, _) in running.items() if future.done()]:
                    future, device = running.pop(task)
                    free.append(device)
                    _take(task, future, failed, say)
        except BrokenProcessPool as error:
            raise FlatnlpError(
                "A process that was computing has died (was it killed, or the memory used up?); give the same command "
                "again, with fewer --jobs if memory was short."
            ) from error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()  # else the pool would wait for what is under way; it is taken up the next time
            raise
    return failed


def _take(task: Task, future: "Future[None]", failed: dict[Task, str], say: Say) -> None:
    try:
        future.result()
        say(f"Done: {title(task)}")
    except FlatnlpError as error:
        failed[task] = str(error)
        say(f"Left out: {title(task)}: {error}")


def _in_a_process(task: Task, root: Path, reuse: tuple[Path, ...], device: str, worker: Worker) -> None:
    if worker.threads is not None:
        import torch

        torch.set_num_threads(worker.threads)
    do(task, Store(root, reuse), device, show_progress=False, say=lambda _: None)


def _hindered(task: Task, failed: dict[Task, str]) -> str | None:
    return next((failed[needed] for needed in needs(task) if needed in failed), None)
