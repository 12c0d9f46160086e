"""The comparison in sentences."""

from collections.abc import Sequence

from flatnlp.reports.table import Row, Table, percent
from flatnlp.reports.visible import visible


def findings(table: Table) -> tuple[str, ...]:
    """Say what the table shows, one sentence or two for each data set, model and attack."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in table.rows:
        if row.after_attack_accuracy is not None:
            groups.setdefault((row.dataset, row.model, row.attack), []).append(row)
    return tuple(_finding(attack, rows) for (_, _, attack), rows in groups.items())


def _finding(attack: str, rows: Sequence[Row]) -> str:
    best = max(rows, key=_after)
    reference = next((row for row in rows if row.method == "base"), min(rows, key=_after))
    under = f"Under {visible(attack)}, " if attack else "Under attack, "
    if best is reference:
        said = f"{under}{best.run} answers {percent(best.after_attack_accuracy)} % of the texts correctly"
        said += f" ({percent(best.accuracy)} % before the attack)" if best.accuracy is not None else ""
        return said + ("." if len(rows) == 1 else "; no other run of its kind holds more.")
    said = (
        f"{under}{best.run} still answers {percent(best.after_attack_accuracy)} % of the texts correctly, "
        f"{reference.run} {percent(reference.after_attack_accuracy)} %"
    )
    if best.after_attack_accuracy_ci95 and reference.after_attack_accuracy_ci95:
        apart = best.after_attack_accuracy_ci95[0] > reference.after_attack_accuracy_ci95[1]
        said += "; the 95 % intervals " + ("do not overlap" if apart else "overlap")
    if best.accuracy is not None and reference.accuracy is not None:
        said += f". Before the attack: {percent(best.accuracy)} % and {percent(reference.accuracy)} %"
    return said + "."


def _after(row: Row) -> float:
    return row.after_attack_accuracy or 0.0
