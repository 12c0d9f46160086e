"""``flatnlp doctor``."""

from dataclasses import asdict

import typer

from flatnlp.cli.options import Json, Quiet
from flatnlp.cli.output import print_json

_MARKS = {"ok": "ok", "absent": "--", "wrong": "!!"}


def doctor(
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check versions, devices, threads, folders, resources and extras; say what is missing and how to get it.

    Exit code 0: what flatnlp needs is here (-- marks what is absent and may be). 1: something is wrong (!!).
    """
    from flatnlp.api.doctor import diagnose
    from flatnlp.reports.visible import visible

    findings = diagnose()
    wrong = [each for each in findings if each.state == "wrong"]
    if as_json:
        print_json({"ok": not wrong, "findings": [asdict(each) for each in findings]})
        raise typer.Exit(1 if wrong else 0)
    shown = wrong if quiet else findings
    group = ""
    for each in shown:
        if each.group != group:
            group = each.group
            typer.echo(f"{group}:")
        cure = f"  -> {each.cure}" if each.cure and each.state != "ok" else ""
        typer.echo(visible(f"  {_MARKS[each.state]} {each.name}: {each.said}") + visible(cure))
    if not quiet:
        typer.echo(f"{len(wrong)} wrong." if wrong else "Nothing is wrong.")
    raise typer.Exit(1 if wrong else 0)
