"""``flatnlp recipes``."""

import typer


def recipes() -> None:
    """The attacks by name."""
    from flatnlp.attacks.recipes import RECIPES

    for name, make in RECIPES.items():
        typer.echo(f"{name}: {(make.__doc__ or '').strip().splitlines()[0]}")
