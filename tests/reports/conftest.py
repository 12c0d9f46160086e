from pathlib import Path

import pytest

from tests.reports.fabricated import course, measured, pair, write_run


@pytest.fixture
def two_runs(tmp_path: Path) -> list[Path]:
    """A base and a flat run with everything there is."""
    dull = pair(0, "A dull, slow film.", ("dull", "boring"), label=0)
    fine = "One of the finest films."
    return [
        write_run(
            tmp_path / "base",
            evaluation=measured(0.83, 0.15),
            pairs=[dull, pair(1, fine, ("finest", "choicest"))],
            metrics=course(adversarial=False),
        ),
        write_run(
            tmp_path / "flat",
            "flat",
            config={"beta": 0.1, "gamma": 0.01},
            evaluation=measured(0.826, 0.34),
            pairs=[dull, pair(1, fine, ("finest", "choicest"), ("films", "movies"), status="failed")],
            metrics=course(),
        ),
    ]
