"""A few stops; ``make kill`` has hundreds (docs/ROBUSTNESS.md)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="needs Linux's count of processor time")
def test_a_stopped_run_goes_on_to_the_same_end(tmp_path: Path) -> None:
    arguments = ["--moments=2", "--signals=1", "--every=100", "--full=200", "--sizes=1", "--disks=1", "--seed=3"]
    arguments += ["--encoder=1", "--together=1", "--worker=1"]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.kill", *arguments, "--results", str(tmp_path / "results.json")],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["wrong"] == []
    assert results["trials"]["SIGKILL at a random moment"] == 2
    assert results["changes"]["a CNN"] > 50
