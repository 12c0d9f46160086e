"""The main job on the embedded default, as ``make run`` does it."""

from pathlib import Path
from typing import Any

from flatnlp.api.reporting import report
from flatnlp.api.saying import Say, silent
from flatnlp.api.training import train

DEMO_METHODS = ("base", "adv", "flat")
DEMO_SETTINGS = {"dataset": "rotten-tomatoes", "epochs": 10, "patience": 3}
"""The clean epochs are fewer than training's defaults, so that the demo ends within ten minutes on two cores."""


def demo(
    output: str | Path = "runs/demo",
    *,
    device: str = "cpu",
    show_progress: bool = False,
    say: Say = silent,
    **options: Any,
) -> list[Path]:
    """The main job on the embedded default: base, adv and flat on review sentences, attacked, in one report.

    Runs that are there already are taken up, not done again. Settings are the defaults but for ``DEMO_SETTINGS``.

    Args:
        output: Folder of the three runs and of ``report.html``.
        device: Where to compute, in torch's words.
        show_progress: Whether to show bars on standard error.
        say: Told what happens, a sentence at a time.
        options: Fields of ``TrainSettings`` to change.

    Returns:
        The runs' folders.
    """
    runs = []
    for method in DEMO_METHODS:
        folder = Path(output) / method
        say(f"Training {method} in {folder}")
        settings = {**DEMO_SETTINGS, "method": method, **options}
        train(output=folder, resume=True, device=device, show_progress=show_progress, say=say, **settings)
        runs.append(folder)
    report(runs, Path(output) / "report.html", device=device, show_progress=show_progress, say=say)
    return runs
