"""What a second process gains: the same attack by one process, and by two that take turns with the examples.

Each process has one thread and a core of its own. All are started, load the victim and attack a few examples before the
clock is started for them together; it stops with the last. The results of two must be those of one. What else the
machine does counts, so it should do nothing.
"""

import argparse
import json
import multiprocessing
import os
import platform
import statistics
import time
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch
from victims import DATASET, KEPT_IN, victim

import flatnlp
from flatnlp.attacks.engine import Engine
from flatnlp.attacks.recipes import recipe
from flatnlp.attacks.results_file import row_of
from flatnlp.data import load_data
from flatnlp.evaluation import sample

_WARM_UP = 50


def worker(told: Connection, model: Path, options: argparse.Namespace, shard: tuple[int, int], core: int) -> None:
    """Attack every so many-th example on one core, each time it is told to; answer with the results and the seconds."""
    os.sched_setaffinity(0, {core})
    torch.set_num_threads(1)
    classifier, chosen_recipe = flatnlp.load(model), recipe(options.attack)
    test = load_data(DATASET).splits["test"]
    mine = sample(list(test["text"]), list(test["label"]), options.examples, 0)[shard[0] :: shard[1]]
    for _ in Engine(chosen_recipe, classifier).run(mine[:_WARM_UP]):
        pass
    told.send("ready")
    while told.recv():
        spent = time.process_time()
        for _ in range(options.times):
            results = list(Engine(chosen_recipe, classifier).run(mine))
        spent = time.process_time() - spent
        told.send(({each.example.index: repr(row_of(each)) for each in results}, spent))


def timed(options: argparse.Namespace, processes: int) -> tuple[list[float], list[float], str]:
    """Seconds by the clock and by the processor of each repetition, and what identifies the results."""
    context = multiprocessing.get_context("spawn")
    cores = sorted(os.sched_getaffinity(0))
    model = options.models / f"{DATASET}-{options.victim}"
    told, running = [], []
    for number in range(processes):
        ours, theirs = context.Pipe()
        process = context.Process(target=worker, args=(theirs, model, options, (number, processes), cores[number]))
        process.start()
        theirs.close()
        told.append(ours)
        running.append(process)
    for each in told:
        each.recv()
    walls, cpus, results = [], [], {}
    for _ in range(options.repetitions):
        begin = time.perf_counter()
        for each in told:
            each.send(True)
        answers = [each.recv() for each in told]
        walls.append(time.perf_counter() - begin)
        cpus.append(sum(spent for _, spent in answers))
        results = {index: row for found, _ in answers for index, row in found.items()}
    for each, process in zip(told, running, strict=True):
        each.send(False)
        process.join()
    return walls, cpus, sha256(repr(sorted(results.items())).encode()).hexdigest()


def cores() -> str:
    """The processor, and whether what it counts as processors are cores."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.is_file() else []
    facts = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    model = facts.get("model name", platform.processor())
    siblings = Path("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list")
    shares = f", processor 0 shares its core with: {siblings.read_text().strip()}" if siblings.is_file() else ""
    virtual = ", a virtual machine (what its cores are, only the host knows)" if "hypervisor" in str(facts) else ""
    return f"{model}, {os.cpu_count()} processors{shares}{virtual}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attack", default="pwws", choices=("pwws",))
    parser.add_argument("--victim", default="cnn", choices=("cnn", "lstm"))
    parser.add_argument("--examples", type=int, help="attack so many test examples (default: all)")
    parser.add_argument("--times", type=int, default=5, help="attack them so often over in a repetition")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--models", type=Path, default=KEPT_IN, help="where the victims are kept")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if len(os.sched_getaffinity(0)) < options.processes:
        parser.error(f"there are fewer than {options.processes} processors to run on")
    victim(options.victim, options.models)
    measured: dict[int, dict[str, Any]] = {}
    hashes = set()
    for processes in (1, options.processes):
        walls, cpus, digest = timed(options, processes)
        hashes.add(digest)
        measured[processes] = {"seconds": walls, "processor_seconds": cpus}
        wall, cpu = statistics.median(walls), statistics.median(cpus)
        print(f"{processes} process(es): {wall:.2f} s, by the processor {cpu:.2f} s", flush=True)
    ratio = statistics.median(measured[1]["seconds"]) / statistics.median(measured[options.processes]["seconds"])
    print(f"{options.processes} processes over 1: {ratio:.2f} times, medians of {options.repetitions} repetitions")
    print("The results are the same." if len(hashes) == 1 else "The results DIFFER.")
    print(cores())
    if options.json:
        options.json.write_text(
            json.dumps(
                {"victim": options.victim, "attack": options.attack, "on": cores(), "ratio": ratio}
                | {"measured": measured},
                indent=2,
            )
        )


if __name__ == "__main__":
    main()
