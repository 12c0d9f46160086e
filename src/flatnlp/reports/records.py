"""What a run folder holds, read into one value."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flatnlp.errors import FlatnlpError
from flatnlp.reports.fields import Fields, read_object

Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class DataRecord:
    """What was trained on: the data set as the run saw it."""

    name: str
    classes: tuple[str, ...] = ()
    train: int | None = None
    dev: int | None = None
    test: int | None = None
    vocabulary: int | None = None
    length: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class EpochRecord:
    """One epoch: the parts of the loss and the standard accuracy on the dev set."""

    round: int
    epoch: int
    loss: float | None
    clean_loss: float | None
    adversarial_loss: float | None
    entropy: float | None
    importance_distance: float | None
    dev_accuracy: float | None
    dev_after_attack_accuracy: float | None


@dataclass(frozen=True)
class RoundRecord:
    """One round: the attack on the training data and the dev set under attack."""

    round: int
    epoch: int
    attacked: int | None
    adversarial_examples: int | None
    attack_success_rate: float | None
    unknown_pair_share: float | None
    dev_accuracy: float | None
    dev_after_attack_accuracy: float | None


@dataclass(frozen=True)
class SelectedRecord:
    """The checkpoint that the run kept."""

    round: int
    epoch: int
    dev_accuracy: float | None
    dev_after_attack_accuracy: float | None


@dataclass(frozen=True)
class EvaluationRecord:
    """The numbers of one attack on one split; shares are fractions."""

    attack: str
    split: str
    accuracy: float | None
    macro_f1: float | None
    accuracy_per_class: Mapping[str, float]
    after_attack_accuracy: float | None
    after_attack_accuracy_ci95: tuple[float, float] | None
    after_attack_accuracy_per_class: Mapping[str, float]
    attack_success_rate: float | None
    words_changed: float | None
    queries_per_example: float | None
    examples: int | None
    skipped: int | None
    unattackable: int | None


@dataclass(frozen=True)
class RunRecord:
    """One run: its settings, data, course and results, without its attacked texts."""

    path: Path
    dataset: str
    model: str
    method: str
    attacks: tuple[str, ...]
    config: Mapping[str, Scalar]
    data: DataRecord
    epochs: tuple[EpochRecord, ...]
    rounds: tuple[RoundRecord, ...]
    selected: SelectedRecord | None
    evaluations: tuple[EvaluationRecord, ...]

    @property
    def folder(self) -> str:
        """The name of the run's folder, without the way to it."""
        return self.path.resolve().name


def read_run(path: Path) -> RunRecord:
    """Read a run folder.

    Only ``config.json`` must be there; a run that is still training or was never evaluated has less to show.

    Args:
        path: The folder that ``flatnlp train`` wrote.

    Returns:
        The run.

    Raises:
        FlatnlpError: If there is no run, or one of its files is damaged.
    """
    if not path.is_dir():
        raise FlatnlpError(f"There is no run folder {path}; give the folder that 'flatnlp train' wrote.")
    if not (path / "config.json").is_file():
        raise FlatnlpError(
            f"{path} is not a run folder, for it has no config.json; give the folder that 'flatnlp train' wrote."
        )
    config = Fields(path / "config.json", read_object(path / "config.json"))
    dataset = config.text("dataset") or "unnamed"
    epochs, rounds, selected = _read_metrics(path / "metrics.jsonl")
    return RunRecord(
        path=path,
        dataset=dataset,
        model=config.text("model") or "unnamed",
        method=config.text("method") or "unnamed",
        attacks=config.texts("attacks"),
        config={key: _scalar(value) for key, value in config.values.items()},
        data=_read_data(path / "data.json", dataset),
        epochs=epochs,
        rounds=rounds,
        selected=selected,
        evaluations=_read_evaluations(path / "evaluation.json"),
    )


def _read_data(path: Path, dataset: str) -> DataRecord:
    if not path.is_file():
        return DataRecord(name=dataset)
    fields = Fields(path, read_object(path))
    return DataRecord(
        name=fields.text("name") or dataset,
        classes=fields.texts("classes"),
        train=fields.count("train"),
        dev=fields.count("dev"),
        test=fields.count("test"),
        vocabulary=fields.count("vocabulary"),
        length=fields.count("length"),
        notes=fields.texts("notes"),
    )


def _read_evaluations(path: Path) -> tuple[EvaluationRecord, ...]:
    if not path.is_file():
        return ()
    values = read_object(path)
    named = values.get("attacks") or {}
    if not isinstance(named, dict) or not all(isinstance(value, dict) for value in named.values()):
        raise FlatnlpError(f"{path}: 'attacks' should hold one object per attack; evaluate the run again.")
    shared = {key: value for key, value in values.items() if key != "attacks"}
    main = [] if named and "attack" not in shared else [shared]
    records = [_evaluation(path, fields) for fields in main]
    seen = {record.attack for record in records}
    for name, fields in named.items():
        if name not in seen:
            inherited = {key: shared[key] for key in _SAME_FOR_EVERY_ATTACK if key in shared}
            records.append(_evaluation(path, {**inherited, **fields, "attack": name}))
    return tuple(records)


_SAME_FOR_EVERY_ATTACK = ("split", "accuracy", "macro_f1", "accuracy_per_class")


def _evaluation(path: Path, values: Mapping[str, Any]) -> EvaluationRecord:
    fields = Fields(path, values)
    return EvaluationRecord(
        attack=fields.text("attack") or "",
        split=fields.text("split") or "test",
        accuracy=fields.number("accuracy"),
        macro_f1=fields.number("macro_f1"),
        accuracy_per_class=fields.numbers("accuracy_per_class"),
        after_attack_accuracy=fields.number("after_attack_accuracy"),
        after_attack_accuracy_ci95=fields.interval("after_attack_accuracy_ci95"),
        after_attack_accuracy_per_class=fields.numbers("after_attack_accuracy_per_class"),
        attack_success_rate=fields.number("attack_success_rate"),
        words_changed=fields.number("words_changed"),
        queries_per_example=fields.number("queries_per_example"),
        examples=fields.count("examples"),
        skipped=fields.count("skipped"),
        unattackable=fields.count("unattackable"),
    )


def _read_metrics(path: Path) -> tuple[tuple[EpochRecord, ...], tuple[RoundRecord, ...], SelectedRecord | None]:
    """Read the journal; a later line about the same epoch or round (after a resume) replaces the earlier one."""
    epochs: dict[tuple[int, int], EpochRecord] = {}
    rounds: dict[int, RoundRecord] = {}
    selected: SelectedRecord | None = None
    for fields in _journal(path):
        number, epoch = fields.count("round") or 0, fields.count("epoch") or 0
        match fields.values.get("kind"):
            case "epoch":
                epochs[number, epoch] = EpochRecord(
                    round=number,
                    epoch=epoch,
                    loss=fields.number("loss"),
                    clean_loss=fields.number("clean_loss"),
                    adversarial_loss=fields.number("adversarial_loss"),
                    entropy=fields.number("entropy"),
                    importance_distance=fields.number("importance_distance"),
                    dev_accuracy=fields.number("dev_accuracy"),
                    dev_after_attack_accuracy=fields.number("dev_after_attack_accuracy"),
                )
            case "round":
                rounds[number] = RoundRecord(
                    round=number,
                    epoch=epoch,
                    attacked=fields.count("attacked"),
                    adversarial_examples=fields.count("adversarial_examples"),
                    attack_success_rate=fields.number("attack_success_rate"),
                    unknown_pair_share=fields.number("unknown_pair_share"),
                    dev_accuracy=fields.number("dev_accuracy"),
                    dev_after_attack_accuracy=fields.number("dev_after_attack_accuracy"),
                )
            case "selected":
                selected = SelectedRecord(
                    round=number,
                    epoch=epoch,
                    dev_accuracy=fields.number("dev_accuracy"),
                    dev_after_attack_accuracy=fields.number("dev_after_attack_accuracy"),
                )
    ordered = tuple(epochs[key] for key in sorted(epochs))
    return ordered, tuple(rounds[key] for key in sorted(rounds)), selected


def _journal(path: Path) -> Sequence[Fields]:
    """Read the lines of an append-only journal; a last line torn by an interruption is dropped."""
    if not path.is_file():
        return []
    lines = [(number, line) for number, line in enumerate(path.read_bytes().split(b"\n"), 1) if line.strip()]
    records = []
    for position, (number, line) in enumerate(lines):
        try:
            value = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            if position == len(lines) - 1:
                break
            raise FlatnlpError(
                f"{path}, line {number} is not valid JSON; the run is damaged, so train again."
            ) from error
        if not isinstance(value, dict):
            raise FlatnlpError(f"{path}, line {number} should hold a JSON object; the run is damaged, so train again.")
        records.append(Fields(f"{path}, line {number}", value))
    return records


def _scalar(value: Any) -> Scalar:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
