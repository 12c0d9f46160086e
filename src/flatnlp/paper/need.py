"""From a cell to the task that fills it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flatnlp.attacks.ensemble import DEFAULT_MEMBERS
from flatnlp.paper.budget import Budget
from flatnlp.paper.cell import AA, DEV_SA, KT, LIME_KT, LIME_TI, MEAN_IMPORTANCE, SA, TI, Cell
from flatnlp.paper.grid import ENSEMBLE, MODELS, TEXTFOOLER, TEXTFOOLER_ALONE
from flatnlp.paper.hyperparameters import Choice, attack_options, train_settings
from flatnlp.paper.tasks import Attack, Describe, Importance, Interpret, Task, Together, Train


@dataclass(frozen=True)
class Request:
    """What is to be reproduced, and with what.

    Attributes:
        tables: Numbers of tables.
        datasets: Names in the paper.
        models: Names in the paper, or encoders of one's own.
        attacks: In training.
        seeds: How many.
        budget: Sizes of samples.
        choices: Hyper-parameters.
        sources: Where a data set is read from, if not under its own name.
        overrides: Training settings for all cells.
        pairs: Substituted pairs to explain per cell, where fewer than the budget has.
    """

    tables: tuple[int, ...]
    datasets: tuple[str, ...]
    models: tuple[str, ...]
    attacks: tuple[str, ...]
    seeds: int
    budget: Budget
    choices: Sequence[Choice]
    sources: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[str, Any] = field(default_factory=dict)
    pairs: int | None = None

    @property
    def models_shown(self) -> tuple[str, ...]:
        """The rows of the tables: the paper's models, then those of one's own."""
        return (*MODELS, *(model for model in self.models if model not in MODELS))

    def wants(self, cell: Cell) -> bool:
        """Whether a cell's data set, model and attack were asked for."""
        # Base's cells in table 4 and those of table 10 know no attack in training, but are nothing without the others.
        attack = TEXTFOOLER if cell.table in TEXTFOOLER_ALONE else cell.trained or cell.tested
        return (
            cell.dataset in self.datasets
            and (cell.model is None or cell.model in self.models)
            and (attack is None or attack in self.attacks)
        )


def task_for(cell: Cell, seed: int, request: Request) -> Task | None:
    """The task whose result holds a cell's number; ``None`` where this version cannot measure it."""
    if cell.model is None:
        return Describe(cell.dataset, request.sources.get(cell.dataset, cell.dataset))
    train = Train(train_settings(cell, seed, request.budget, request.choices, request.sources, request.overrides))
    if cell.measure in (SA, DEV_SA):
        return train
    if cell.measure == AA and cell.tested == ENSEMBLE:
        return Together(tuple(_attack(train, replace(cell, tested=member), request) for member in DEFAULT_MEMBERS))
    if cell.measure == AA and cell.tested:
        return _attack(train, cell, request)
    if cell.measure in (KT, TI, LIME_KT, LIME_TI) and cell.tested:
        method = "ig" if cell.measure in (KT, TI) else "lime"
        attack = _attack(train, cell, request)
        return Interpret(attack, method, _pairs(attack, method, request))
    if cell.pair or cell.measure == MEAN_IMPORTANCE:
        return Importance(train)
    return None


def _attack(train: Train, cell: Cell, request: Request) -> Attack:
    recipe, limit = str(cell.tested), train.settings.test_limit
    options = attack_options(cell, request.choices, request.overrides)
    return Attack(train, recipe, min(limit, request.budget.attack_limits.get(recipe, limit)), options)


def _pairs(attack: Attack, method: str, request: Request) -> int:
    """How many pairs are explained; the budget's number where a smaller one would leave none out."""
    most = request.budget.pairs[method]
    return most if request.pairs is None or request.pairs >= attack.limit else min(request.pairs, most)
