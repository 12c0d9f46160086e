"""``flatnlp recipes``."""

import typer

from flatnlp.cli.options import Json, Quiet
from flatnlp.cli.output import print_json

_PARTS = ("search", "substitutions", "constraints", "goal")


def recipes(
    as_json: Json = False,
    quiet: Quiet = False,  # noqa: ARG001 - there is nothing but the result; scripts give it to every command
) -> None:
    """The attacks by name: their four parts, who published them, and whether what they need is here."""
    from flatnlp.attacks.recipes import RECIPES
    from flatnlp.resources import status

    rows = {row.name: row for row in status()}
    if as_json:
        print_json(
            [
                {
                    **{name: getattr(entry, name) for name in ("name", "source", *_PARTS)},
                    "options": list(entry.options),
                    "needs": [{"name": name, "here": rows[name].present} for name in entry.resources],
                }
                for entry in RECIPES.values()
            ]
        )
        return
    for entry in RECIPES.values():
        needs = [
            f"{name} ({'here' if rows[name].present else f'missing: {rows[name].how}'})" for name in entry.resources
        ]
        typer.echo(f"{entry.name}: {entry.source}")
        for part in _PARTS:
            typer.echo(f"  {part:14} {getattr(entry, part)}")
        if entry.options:
            options = (f"--{option.replace('_', '-')}" for option in entry.options)
            typer.echo(f"  options        {', '.join(options)}")
        typer.echo(f"  needs          {', '.join(needs) or 'nothing'}")
