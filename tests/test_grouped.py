"""Groups of options as one parameter of a command."""

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from flatnlp.cli.grouped import grouped


@dataclass(frozen=True)
class Place:
    town: Annotated[str, typer.Option(help="Where.")] = "Ulm"
    floor: Annotated[int, typer.Option(min=0)] = 0


@dataclass(frozen=True)
class Needed:
    key: Annotated[str, typer.Option()]


def told(*arguments: str) -> str:
    app = typer.Typer(pretty_exceptions_enable=False)

    @app.command()
    @grouped
    def visit(*, name: Annotated[str, typer.Argument()], place: Place, loud: bool = False, needed: Needed) -> None:
        """Visit somebody."""
        typer.echo(f"{name} {place} {loud} {needed}")

    return CliRunner().invoke(app, list(arguments)).output


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["Ann", "--key", "k"], f"Ann {Place()} False {Needed('k')}\n"),
        (["--town=Bern", "Ann", "--floor=3", "--loud", "--key=k"], f"Ann {Place('Bern', 3)} True {Needed('k')}\n"),
    ],
)
def test_fields_are_options(arguments: list[str], expected: str) -> None:
    assert told(*arguments) == expected


def test_their_rules_and_help_are_kept() -> None:
    assert "Missing option '--key'" in told("Ann").replace("\n", " ")
    assert "--floor" in told("Ann", "--key=k", "--floor=-1")
    assert "Where." in told("--help")
    assert "Visit somebody." in told("--help")
