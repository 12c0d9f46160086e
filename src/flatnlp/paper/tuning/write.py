"""What a search has found, as files and as a table."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flatnlp.files import write_json, written_whole
from flatnlp.paper.cell import Cell
from flatnlp.paper.hyperparameters import choices_of
from flatnlp.paper.tuning.front import Outcome, chosen, pareto_front
from flatnlp.reports.table import percent


def choice_for(cell: Cell, outcomes: Sequence[Outcome], seed: int) -> dict[str, Any]:
    """The chosen settings as an entry of the grid's hyper-parameters."""
    taken = chosen(outcomes)
    where = {"dataset": cell.dataset, "model": cell.model, "method": cell.method, "trained": cell.trained}
    return {
        "where": {name: [value] for name, value in where.items() if value is not None},
        "settings": dict(taken.settings),
        "source": (
            f"flatnlp tune, seed {seed}, trial {taken.number} of {len(outcomes)}: dev SA {percent(taken.accuracy)}, "
            f"dev AA {percent(taken.after_attack_accuracy)}"
        ),
    }


def add_choice(path: Path, choice: dict[str, Any]) -> None:
    """Write a choice as ``flatnlp reproduce --hyperparameters`` reads it, in the place of an earlier one for its cells.

    Raises:
        FlatnlpError: If there is a file that holds no choices.
    """
    there = [asdict(each) for each in choices_of(path)] if path.exists() else []
    others = [each for each in there if {key: [*names] for key, names in each["where"].items()} != choice["where"]]
    write_json(path, {"choices": [*others, choice]})


def write_front(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Write all finished trials as csv: settings, dev SA and dev AA as shares, on the front or not, taken or not."""
    front, taken = pareto_front(outcomes), chosen(outcomes)
    names = list(outcomes[0].settings)
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["trial", *names, "dev_accuracy", "dev_after_attack_accuracy", "on_the_front", "taken"])
    for each in outcomes:
        values = [each.settings[name] for name in names]
        row = [each.number, *values, each.accuracy, each.after_attack_accuracy, int(each in front), int(each == taken)]
        writer.writerow(row)
    with written_whole(path) as temporary:
        temporary.write_text(file.getvalue(), encoding="utf-8")


def front_in_markdown(outcomes: Sequence[Outcome]) -> str:
    """The Pareto front as a table, the chosen trial in bold."""
    taken, names = chosen(outcomes), list(outcomes[0].settings)
    lines = [
        "| " + " | ".join(["trial", *names, "dev SA %", "dev AA %"]) + " |",
        "|" + "---:|" * (len(names) + 3),
    ]
    for each in pareto_front(outcomes):
        values = [f"{each.settings[name]:.3g}" for name in names]
        cells = [str(each.number), *values, percent(each.accuracy), percent(each.after_attack_accuracy)]
        lines.append("| " + " | ".join(f"**{cell}**" if each == taken else cell for cell in cells) + " |")
    return "\n".join(lines)
