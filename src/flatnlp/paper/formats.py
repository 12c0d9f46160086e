"""A reproduction as Markdown, csv and LaTeX."""

import csv
import io
from collections.abc import Sequence

from flatnlp.paper.results import ABSENT, Filled, Judged, Reproduction, sign_text, verdict_text
from flatnlp.reports.cells import guard, latex_cell, markdown_cell
from flatnlp.reports.visible import visible

CLAIM_COLUMNS = ("claim", "holds in", "seed by seed (sign test)", "in the paper")


def reading(seeds: int) -> str:
    """How to read a cell."""
    if seeds == 1:
        ours, fewer = "our value", ""
    elif seeds == 2:
        ours, fewer = "our mean over 2 seeds with the value of each in braces", " n=1: one seed alone was run."
    else:
        ours = f"our mean over {seeds} seeds with its 95 % interval (Student's t)"
        fewer = " n: seeds, where fewer were run; for n=2 the value of each stands in braces, not an interval."
    return f"A cell gives {ours}, then the paper's value in brackets; – was not run.{fewer}"


def to_markdown(reproduced: Reproduction, run_only: bool = False) -> str:
    """Everything, in GitHub's Markdown.

    Args:
        reproduced: Tables and claims.
        run_only: Leave out the rows, columns and claims in which nothing was run.
    """
    parts = [f"`{reproduced.command}`", reading(reproduced.seeds)]
    for table in reproduced.tables:
        parts.append(f"## Table {table.layout.number}: {table.layout.title}")
        shown = table.run_only() if run_only else table
        parts.append(table_to_markdown(shown) if shown.layout.rows else "Nothing of it was run.")
        parts += [f"Not measured: {markdown_cell(visible(why))}" for why in table.reasons]
    judged = tuple(each for each in reproduced.claims if each.ours.cases or not run_only)
    if judged:
        parts += ["## The claims", _claims_to_markdown(judged)]
    parts += ["## What differs from the paper", _listed(reproduced.differences)]
    parts += ["## Settings", _listed(reproduced.settings)]
    return "\n\n".join(parts) + "\n"


def table_to_markdown(table: Filled) -> str:
    """One table, our value and the paper's in brackets."""
    layout = table.layout
    lines = [
        "| " + " | ".join(markdown_cell(heading) for heading in (*layout.headings, *layout.columns)) + " |",
        "|" + "---|" * len(layout.headings) + "---:|" * len(layout.columns),
    ]
    for row, entries in zip(layout.rows, table.entries, strict=True):
        labels = [markdown_cell(visible(label)) for label in row.labels]
        lines.append("| " + " | ".join([*labels, *(f"{each.text} ({each.paper_text})" for each in entries)]) + " |")
    return "\n".join(lines)


def to_csv(table: Filled) -> str:
    """One table for programs, a line per cell: labels, column, our mean, interval and seeds, the paper's value.

    Nothing is rounded; what was not run is empty. Accuracies are in percent, as in the table. ``low`` and ``high`` are
    Student's 95 % interval, of two seeds too. Seeds stand in their order; ``nan`` keeps the place of one that was not
    run before one that was.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["table", *table.layout.headings, "column", "ours", "low", "high", "by seed", "paper"])
    for row, entries in zip(table.layout.rows, table.entries, strict=True):
        for column, entry in zip(table.layout.columns, entries, strict=True):
            low, high = entry.ours.interval or (None, None)
            labels = [guard(visible(label)) for label in row.labels]
            by_seed = _in_their_order(entry.ours.by_seed)
            ours = entry.ours.mean
            writer.writerow([table.layout.number, *labels, column, ours, low, high, by_seed, entry.paper])
    return file.getvalue()


def _in_their_order(by_seed: Sequence[float | None]) -> str:
    last = max((seed for seed, value in enumerate(by_seed) if value is not None), default=-1)
    return " ".join("nan" if value is None else repr(value) for value in by_seed[: last + 1])


def claims_to_csv(claims: tuple[Judged, ...]) -> str:
    """The claims for programs."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["claim", "held", "cases", "wins", "losses", "p", "held in the paper", "cases in the paper"])
    for each in claims:
        ours, paper = each.ours, each.paper
        verdict = [ours.held, ours.cases, ours.wins, ours.losses, ours.p, paper.held, paper.cases]
        writer.writerow([guard(each.claim.says), *verdict])
    return file.getvalue()


def to_latex(table: Filled, seeds: int) -> str:
    r"""One table for a paper that loads ``booktabs``; the paper's value in small type after ours."""
    layout = table.layout
    lines = [
        r"\begin{table}",
        rf"\caption{{{latex_cell(layout.title)}. {latex_cell(reading(seeds))}}}",
        r"\begin{tabular}{" + "l" * len(layout.headings) + "r" * len(layout.columns) + "}",
        r"\toprule",
        " & ".join(latex_cell(heading) for heading in (*layout.headings, *layout.columns)) + r" \\",
        r"\midrule",
    ]
    for row, entries in zip(layout.rows, table.entries, strict=True):
        # An empty group in front: what begins with a bracket would be read as an argument of the line break before it.
        cells = [f"{latex_cell(entry.text)} {{\\scriptsize ({latex_cell(entry.paper_text)})}}" for entry in entries]
        lines.append("{}" + " & ".join([*map(latex_cell, row.labels), *cells]) + r" \\")
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}", r"\end{table}", ""]).replace("–", "--")


def _claims_to_markdown(claims: tuple[Judged, ...]) -> str:
    lines = ["| " + " | ".join(CLAIM_COLUMNS) + " |", "|---|---|---|---|"]
    for each in claims:
        cells = [
            markdown_cell(each.claim.says),
            *(verdict_text(each.ours), sign_text(each.ours), verdict_text(each.paper, ABSENT)),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _listed(sentences: tuple[str, ...]) -> str:
    return "\n".join(f"- {visible(sentence)}" for sentence in sentences)
