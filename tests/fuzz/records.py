"""What runs, attacks and the paper's tables leave on disk, read again after damage."""

import json
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from .targets import ODD, Target, results

TEXTS = ["A good film", ODD]


def targets() -> dict[str, Callable[[], Target]]:
    """The readers of records, and of ``transformers`` folders, by name."""
    return {
        "run config": lambda: _run_with("config.json"),
        "run metrics": lambda: _run_with("metrics.jsonl"),
        "run data": lambda: _run_with("data.json"),
        "run evaluation": lambda: _run_with("evaluation.json"),
        "run interpretation": lambda: _run_with("interpretation.json"),
        "attacked pairs": lambda: Target([results()], _read_pairs),
        "saliency records": lambda: Target([_saliency()], _read_saliency),
        "importance records": lambda: Target([_importance()], _read_importance),
        "paper run": lambda: _paper_with("train/mine/config.json", _run()["config.json"]),
        "paper timings": lambda: _paper_with("train/mine/timings.jsonl", _timings()),
        "paper rates": lambda: _paper_with("timings.jsonl", _timings()),
        "paper attack": lambda: _paper_with("attack", _run()["evaluation.json"]),
        "paper interpretation": lambda: _paper_with("interpretation", _interpreted()),
        "paper kept": lambda: _paper_with("train/mine/interpretation.json", _run()["interpretation.json"]),
        "paper choices": lambda: Target([_choices()], _read_choices),
        "encoder config": lambda: _encoder_with("config.json"),
        "encoder weights": lambda: _encoder_with("model.safetensors"),
        "encoder tokenizer": lambda: _encoder_with("tokenizer.json"),
        "encoder tokenizer config": lambda: _encoder_with("tokenizer_config.json"),
    }


# --- runs and what lies beside their attacks ---


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


@cache
def _run() -> dict[str, bytes]:
    from flatnlp.training.settings import TrainSettings

    measured = {"pairs": 4, "undefined": 0, "kendall_tau": 0.5, "top_k": {str(k): k / 10 for k in range(1, 11)}}
    measured |= {"kendall_tau_ci95": [0.4, 0.6], "top_k_ci95": {str(k): [0.0, 1.0] for k in range(1, 11)}}
    shared = {"dev_accuracy": 0.8, "dev_after_attack_accuracy": 0.2}
    lines = [
        {"kind": "epoch", "round": 0, "epoch": 1, **shared, "loss": 0.5, "clean_loss": 0.6, "adversarial_loss": None},
        {"kind": "round", "round": 1, "epoch": 2, **shared, "attacked": 9, "adversarial_examples": 4},
        {"kind": "selected", "round": 1, "epoch": 2, **shared},
    ]
    evaluation = {
        **{"dataset": "sst2", "split": "test", "attack": "pwws", "accuracy": 0.8, "after_attack_accuracy": 0.2},
        **{"after_attack_accuracy_ci95": [0.1, 0.3], "accuracy_per_class": {"neg": 0.8, "pos": 0.7}, "examples": 20},
        **{"attack_success_rate": 0.75, "words_changed": 0.1, "queries_per_example": 70.5, "skipped": 1},
    }
    settings = TrainSettings(dataset="sst2", vectors="glove_100d", method="flat").record()
    return {
        "config.json": _json({"flatnlp": "0.1.0", **settings}),
        "metrics.jsonl": b"".join(_json(line) + b"\n" for line in lines),
        "data.json": _json({"name": "sst2", "classes": ["neg", "pos"], "train": 6920, "notes": [ODD]}),
        "evaluation.json": _json(evaluation),
        "interpretation.json": _json({"test": {"pwws": {"ig": {**measured, "all": measured}}}}),
    }


def _written(files: Mapping[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _run_with(name: str) -> Target:
    run = _run()

    def read(content: bytes, folder: Path) -> object:
        from flatnlp.reports.consistency import consistency_rows
        from flatnlp.reports.names import run_names
        from flatnlp.reports.records import read_run

        _written({**run, name: content}, folder)
        found = read_run(folder)
        return run_names([found]), consistency_rows([found], ["mine"], "all")

    return Target([run[name]], read)


def _read_pairs(content: bytes, folder: Path) -> object:
    from flatnlp.reports.pairs import read_all_pairs, read_outcomes, read_pairs

    path = folder / "pwws.test.parquet"
    path.write_bytes(content)
    return read_outcomes(path), read_pairs(path, [3]), read_all_pairs(path)


def _saliency() -> bytes:
    from flatnlp.reports.saliency.maps import SaliencyWord
    from flatnlp.reports.saliency.stored import PairSaliency, write_saliency

    words = (SaliencyWord(0, 1, 0.5, 0.25), SaliencyWord(2, 6, None))
    with tempfile.TemporaryDirectory() as folder:
        pairs = Path(folder) / "pwws.test.parquet"
        pairs.write_bytes(results())
        return write_saliency([PairSaliency(3, 1, words, words)], "ig", pairs).read_bytes()


def _read_saliency(content: bytes, folder: Path) -> object:
    from flatnlp.reports.saliency.stored import read_saliency, saliency_file

    pairs = folder / "pwws.test.parquet"
    pairs.write_bytes(results())
    saliency_file(pairs).write_bytes(content)
    return read_saliency(pairs)


def _importance() -> bytes:
    from flatnlp.reports.figures.importance import WordUse
    from flatnlp.reports.importance import write_importance

    words = [WordUse(word, 0.5, 3, 1) for word in ("good", "=1+1", "naïve")]
    with tempfile.TemporaryDirectory() as folder:
        return write_importance(words, Path(folder)).read_bytes()


def _read_importance(content: bytes, folder: Path) -> object:
    from flatnlp.reports.importance import read_importance

    (folder / "importance.parquet").write_bytes(content)
    return read_importance(folder)


# --- the paper's tables ---


def _timings() -> bytes:
    lines = [
        {"epoch": 1, "train_seconds": 1.5, "seconds": 2.5},
        {"round": 1, "attack_seconds": 9},
        {"attack": "pwws", "model": "cnn", "dataset": "sst2", "seconds": 20.5, "texts": 10},
        {"interpret": "ig", "model": "cnn", "dataset": "sst2", "seconds": 2.5, "texts": 10},
    ]
    return b"".join(_json(line) + b"\n" for line in lines)


def _interpreted() -> bytes:
    return _json({"all": {"kendall_tau": 0.5, "top_k": {str(k): k / 10 for k in range(1, 11)}}})


def _paper_with(name: str, seed: bytes) -> Target:
    """All that a table asks of a store: what is done, the numbers of it, and how long the rest takes."""
    run = _run()

    def read(content: bytes, folder: Path) -> object:
        from flatnlp.paper.cell import AA, KT, SA, Cell
        from flatnlp.paper.estimate import Estimates
        from flatnlp.paper.store import Store
        from flatnlp.paper.tasks import Attack, Interpret, Train
        from flatnlp.paper.values import number_of
        from flatnlp.reports.fields import Fields
        from flatnlp.training.settings import TrainSettings

        train = Train(TrainSettings(dataset="sst2", vectors="glove_100d", method="flat"))
        trained, other = Attack(train, "pwws", 2000), Attack(train, "textfooler", 2000)
        tasks = (train, trained, other, Interpret(trained, "ig", 1000), Interpret(other, "ig", 1000))
        empty = Store(folder)
        files = {f"train/mine/{each}": value for each, value in run.items()}
        files |= {"train/mine/timings.jsonl": _timings(), "timings.jsonl": _timings()}
        places = {"attack": empty.result(tasks[2]), "interpretation": empty.result(tasks[4])}
        files |= {
            str(places["attack"].relative_to(folder)): run["evaluation.json"],
            str(places["interpretation"].relative_to(folder)): _interpreted(),
        }
        files[str(places[name].relative_to(folder)) if name in places else name] = content
        _written(files, folder)
        store = Store(folder)
        cells = [Cell(3, measure, "sst2", "cnn", "flat", "pwws", "pwws") for measure in (SA, AA, KT)]
        found = [Fields(store.result(task), store.values(task)) for task in tasks if store.done(task)]
        estimates = Estimates(store)
        return [number_of(each, cell) for each in found for cell in cells], [estimates.seconds(task) for task in tasks]

    return Target([seed], read)


def _choices() -> bytes:
    choice = {"where": {"dataset": ["sst2"], "model": ["cnn"]}, "settings": {"beta": 0.1}, "source": "a table"}
    return _json({"choices": [choice, {**choice, "settings": {"gamma": 1e-3, "epochs": 3}}]})


def _read_choices(content: bytes, folder: Path) -> object:
    from flatnlp.paper.hyperparameters import choices_of

    (folder / "choices.json").write_bytes(content)
    return choices_of(folder / "choices.json")


# --- transformers ---


@cache
def _encoder() -> dict[str, bytes]:
    from tests.models.encoders import write_encoder

    with tempfile.TemporaryDirectory() as folder:
        write_encoder("bert", Path(folder), ("neg", "pos"))
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def _encoder_with(name: str) -> Target:
    files = _encoder()

    def read(content: bytes, folder: Path) -> object:
        from flatnlp.models.saved import load_model

        _written({**files, name: content}, folder)
        return load_model(folder).predict_proba(TEXTS)

    return Target([files[name]], read)
