"""With which settings a cell is trained, and where they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from flatnlp.attacks.options import AttackOptions
from flatnlp.attacks.recipes import RECIPES
from flatnlp.errors import FlatnlpError, choose_from
from flatnlp.files import read_json
from flatnlp.paper.budget import Budget
from flatnlp.paper.cell import Cell
from flatnlp.training.setting_kinds import of_their_kind
from flatnlp.training.settings import METHODS, TrainSettings, defaults_of

BASE_ATTACK = "pwws"
"""``base`` knows no attack, so one base model serves all rows; its checkpoint is chosen under this one."""
GROUP_ATTACK = "textfooler"
"""Under which the checkpoint of ``group`` is chosen, and under which table 10 tests it."""

_OPTIONS = tuple(field.name for field in fields(AttackOptions))
_WHERE = ("dataset", "model", "method", "trained")
_OF_THE_ROUNDS = ("rounds", "epochs_per_round", "round_patience", "accumulate", "attack_sample")


@dataclass(frozen=True)
class Choice:
    """Settings for some cells.

    Attributes:
        where: Field of a cell (dataset, model, method, trained) to the values it may have; all must match.
        settings: Fields of ``TrainSettings``.
        source: Where they come from, a phrase for the output.
    """

    where: Mapping[str, Sequence[str]]
    settings: Mapping[str, Any]
    source: str

    def matches(self, cell: Cell) -> bool:
        """Whether it is for a cell."""
        return all(getattr(cell, name) in values for name, values in self.where.items())


def packaged_choices() -> tuple[Choice, ...]:
    """The choices that are committed with the grid."""
    from importlib.resources import as_file, files

    with as_file(files("flatnlp.paper") / "hyperparameters.json") as path:
        return choices_of(path)


def choices_of(path: Path) -> tuple[Choice, ...]:
    """Read choices, such as ``flatnlp tune`` writes.

    Raises:
        FlatnlpError: If the file is missing, damaged or names what does not exist.
    """
    try:
        choices = tuple(
            Choice(
                {name: _names(values) for name, values in each["where"].items()},
                of_their_kind(each["settings"], ("dataset", "method", "attacks", "seed"), path),
                str(each["source"]),
            )
            for each in read_json(path)["choices"]
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise FlatnlpError(
            f"{path} holds no hyper-parameters ({error!r}); it needs 'choices' with 'where', 'settings' and 'source'."
        ) from error
    for choice in choices:
        wrong = sorted({*choice.where} - set(_WHERE))
        if wrong:
            raise FlatnlpError(f"{path}: cells have no {wrong[0]!r} to choose by; {choose_from(wrong[0], _WHERE)}")
    return choices


def _names(values: Any) -> tuple[str, ...]:
    if not (isinstance(values, list) and all(isinstance(each, str) for each in values)):
        raise TypeError(f"{values!r} is no list of names")
    return tuple(values)


def train_settings(
    cell: Cell,
    seed: int,
    budget: Budget,
    choices: Sequence[Choice],
    sources: Mapping[str, str],
    overrides: Mapping[str, Any],
) -> TrainSettings:
    """The settings of the run behind a cell.

    Settings that mean nothing to the method or to the attack keep their defaults, so that equal runs have equal
    settings.

    Args:
        cell: Of a model.
        seed: Of the run.
        budget: Whose limits hold.
        choices: Later ones win.
        sources: Where a data set is read from, if not under its own name.
        overrides: Win over everything but what the cell itself says.
    """
    settings = {"model": cell.model, **_said(cell, choices, overrides)}
    of_cell = {"beta": cell.beta, "gamma": cell.gamma, "groups": cell.groups}
    settings |= {name: value for name, value in of_cell.items() if value is not None}
    for name, most in budget.most.items():
        now = settings.get(name, defaults_of(str(cell.model)).get(name, _default(name)))
        settings[name] = most if now is None else min(now, most)
    method = METHODS[str(cell.method)]
    attack = cell.trained or (GROUP_ATTACK if method.grouped else BASE_ATTACK)
    meaningless = set(_OPTIONS) - set(_options_of(attack))
    if not method.grouped:
        meaningless |= {"groups"}
    if not method.masked:
        meaningless |= {"beta"}
    if not (method.masked and method.adversarial):
        meaningless |= {"gamma"}
    if not method.adversarial:
        meaningless |= {*_OF_THE_ROUNDS}
    return TrainSettings(
        **{
            **{name: value for name, value in settings.items() if name not in meaningless},
            "dataset": sources.get(cell.dataset, cell.dataset),
            "method": cell.method,
            "attacks": (attack,),
            "seed": seed,
        }
    )


def attack_options(cell: Cell, choices: Sequence[Choice], overrides: Mapping[str, Any]) -> AttackOptions:
    """What was chosen for the attack in testing, as far as it means something to it."""
    settings = _said(cell, choices, overrides)
    return AttackOptions(**{name: settings[name] for name in _options_of(str(cell.tested)) if name in settings})


def _said(cell: Cell, choices: Sequence[Choice], overrides: Mapping[str, Any]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for choice in choices:
        if choice.matches(cell):
            settings |= choice.settings
    return settings | dict(overrides)


def _options_of(recipe: str) -> tuple[str, ...]:
    return RECIPES[recipe].options if recipe in RECIPES else ()


def _default(name: str) -> Any:
    return next(field.default for field in fields(TrainSettings) if field.name == name)
