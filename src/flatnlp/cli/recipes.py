"""``flatnlp recipes``."""

import typer


def recipes() -> None:
    """The attacks by name: their four parts, who published them, and whether what they need is here."""
    from flatnlp.attacks.recipes import RECIPES
    from flatnlp.resources import status

    here = {row.name: row.present for row in status()}
    for entry in RECIPES.values():
        needs = [
            f"{name} ({'here' if here.get(name) else f'missing: flatnlp resources fetch {name}'})"
            for name in entry.resources
        ]
        typer.echo(f"{entry.name}: {entry.source}")
        typer.echo(f"  search         {entry.search}")
        typer.echo(f"  substitutions  {entry.substitutions}")
        typer.echo(f"  constraints    {entry.constraints}")
        typer.echo(f"  goal           {entry.goal}")
        if entry.options:
            typer.echo(f"  options        {', '.join(f'--{option}' for option in entry.options)}")
        typer.echo(f"  needs          {', '.join(needs) or 'nothing'}")
