"""The model card of an encoder: what it is, what it was trained on, what it withstands, how to use it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flatnlp.files import read_json, written_whole

_METHODS = {
    "base": "plain training",
    "vmask": "a learned importance per word piece as a mask on its embedding (now folded into the embedding table)",
    "adv": "adversarial training",
    "flat": "FLAT: adversarial training with a learned importance per word piece, pulled together for a word and its "
    "substitute, as a mask on its embedding (now folded into the embedding table)",
}
_SHOWN = ("learning_rate", "batch_size", "epochs", "rounds", "epochs_per_round", "beta", "gamma", "precision", "seed")


def write_card(run: Path) -> None:
    """Write or renew ``README.md`` in the model folder of a run with an encoder; nothing where there is none.

    What is known by then goes in: the evaluation, and Kendall's tau and top-5 overlap where they were saved.

    Args:
        run: A run's folder.

    Raises:
        FlatnlpError: If a record of the run is damaged or the card cannot be written.
    """
    if not (run / "model" / "flatnlp.json").is_file():
        return
    config, data, evaluation = (read_json(run / f"{name}.json") for name in ("config", "data", "evaluation"))
    measured = run / "interpretation.json"
    reasons = read_json(measured).get("test", {}) if measured.is_file() else {}
    card = "\n".join([*_head(config, data), *_body(config, data), *_results(evaluation, reasons), *_use(config)])
    with written_whole(run / "model" / "README.md") as temporary:
        temporary.write_text(card + "\n", encoding="utf-8")


def _head(config: Mapping[str, Any], data: Mapping[str, Any]) -> list[str]:
    tags = ["flatnlp", "adversarial-robustness", config["method"]]
    return [
        "---",
        "library_name: transformers",
        "pipeline_tag: text-classification",
        *(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in (("tags", tags),)),
        f"base_model: {json.dumps(_name(config), ensure_ascii=False)}",
        "---",
        "",
        f"# {_name(config)}, {config['method']}, on {data['name']}",
        "",
    ]


def _name(config: Mapping[str, Any]) -> str:
    """The starting point as it may be told others: of a folder, its own name alone."""
    model = str(config["model"]).removeprefix("hf:")
    return Path(model).name if model.count("/") != 1 or model.startswith((".", "~", "/")) else model


def _body(config: Mapping[str, Any], data: Mapping[str, Any]) -> list[str]:
    attacks = ", ".join(config["attacks"])
    adversarial = f" The training texts were attacked with {attacks}." if config["method"] in ("adv", "flat") else ""
    settings = ", ".join(f"{name.replace('_', ' ')} {config[name]}" for name in _SHOWN if config.get(name) is not None)
    return [
        f"A text classifier ({', '.join(map(str, data['classes']))}) trained with flatnlp from `{_name(config)}`: "
        f"{_METHODS.get(config['method'], config['method'])}.{adversarial}",
        "",
        f"**Data**: {data['name']}, {data['train']:,} training, {data['dev']:,} dev and {data['test']:,} test texts, "
        f"read up to {data['length']} word pieces.",
        "",
        f"**Settings**: {settings}.",
        "",
    ]


def _results(evaluation: Mapping[str, Any], reasons: Mapping[str, Any]) -> list[str]:
    lines = [
        "## Before and after attack",
        "",
        "SA is accuracy before, AA after the attack (with its 95 % interval); KT and TI say how alike the reasons of "
        "original and attacked text are (Kendall's tau, top-5 overlap).",
        "",
        "| attack | test texts | SA % | AA % | KT | TI |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, each in evaluation.get("attacks", {evaluation["attack"]: evaluation}).items():
        low, high = each["after_attack_accuracy_ci95"]
        found: Mapping[str, Any] = reasons.get(name, {}).get("ig") or {}
        tau, top = found.get("kendall_tau"), (found.get("top_k") or {}).get("5")
        lines.append(
            f"| {name} | {each['examples']:,} | {each['accuracy']:.1%} | {each['after_attack_accuracy']:.1%} "
            f"[{low:.1%}, {high:.1%}] | {_number(tau)} | {_number(top)} |"
        )
    return [*lines, ""]


def _number(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.2f}"


def _use(config: Mapping[str, Any]) -> list[str]:
    masked = config["method"] in ("vmask", "flat")
    beside = (
        "; `flatnlp.safetensors` beside it holds the importances and the embeddings before folding, for explaining and "
        "for training on"
        if masked
        else ""
    )
    return [
        "## Use",
        "",
        "```python",
        "from transformers import pipeline",
        "",
        'classify = pipeline("text-classification", "path/to/this/folder", truncation=True)',
        "```",
        "",
        f"flatnlp is not needed for that; `flatnlp.load(folder)` attacks, evaluates and explains it{beside}.",
    ]
