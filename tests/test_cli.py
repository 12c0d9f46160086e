import json
from pathlib import Path

import pyarrow.parquet as pq

from .tiny import CommandLine, train_arguments

KEYS = {
    "accuracy",
    "after_attack_accuracy",
    "after_attack_accuracy_ci95",
    "attack_success_rate",
    "words_changed",
    "queries_per_example",
    "examples",
    "seconds",
}


def test_from_training_to_the_report(
    command_line: CommandLine, tiny_data: Path, tiny_vectors: Path, tmp_path: Path
) -> None:
    run, test_set = tmp_path / "run", ("--dataset", tiny_data, "--split", "test", "--quiet")
    trained = command_line.done(*train_arguments(tiny_data, tiny_vectors, run), "--threads=1")
    assert "flat" in trained
    assert trained.endswith(f"Report: {run / 'report.html'}\n")

    record = tmp_path / "evaluation.json"
    said = command_line.done("evaluate", run, *test_set, "--json", record)
    assert said.startswith("pwws: accuracy ")
    assert set(json.loads(record.read_text())) >= KEYS

    attacked = tmp_path / "attacked.parquet"
    said = command_line.done("attack", run, *test_set, "--output", attacked)
    table = pq.read_table(attacked)
    assert said.startswith(f"{attacked}: {table.num_rows} texts, ")

    assert command_line.done("predict", run, "A good film.").startswith("pos\t")
    assert "flat" in command_line.done("compare", run, "--format", "csv")
    page = tmp_path / "both.html"
    command_line.done("report", run, "--output", page)
    assert "<html" in page.read_text()
