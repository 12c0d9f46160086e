"""What is searched: the paper's ranges."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flatnlp.training.settings import METHODS

if TYPE_CHECKING:
    import optuna


@dataclass(frozen=True)
class Range:
    """One hyper-parameter.

    Attributes:
        setting: Its field of ``TrainSettings``.
        low: Lowest value; of a decade, its exponent.
        high: Highest value; of a decade, its exponent.
        kind: ``log`` (any value, evenly in its logarithm), ``decade`` (powers of ten) or ``whole``.
    """

    setting: str
    low: float
    high: float
    kind: str


RANGES = (
    Range("learning_rate", 1e-5, 0.1, "log"),
    Range("clip", 1e-3, 10.0, "log"),
    Range("rounds", 3, 5, "whole"),
    Range("beta", -5, 3, "decade"),
    Range("gamma", -5, 3, "decade"),
)
"""The paper: learning rate 1e-5 to 0.1, clipping 1e-3 to 10, 3 to 5 rounds, beta and gamma 1e-5 to 1000 in decades."""


def ranges_of(method: str) -> tuple[Range, ...]:
    """The ranges that mean something to a method."""
    kind = METHODS[method]
    means = {"rounds": kind.adversarial, "beta": kind.masked, "gamma": kind.masked and kind.adversarial}
    return tuple(each for each in RANGES if means.get(each.setting, True))


def suggest(trial: "optuna.Trial", method: str) -> dict[str, Any]:
    """Settings of a trial."""
    return {each.setting: _SUGGEST[each.kind](trial, each) for each in ranges_of(method)}


def point(settings: Mapping[str, Any], method: str) -> dict[str, float]:
    """Settings as Optuna's parameters, to begin the search at; values outside their range are moved to its end."""
    found = {}
    for each in ranges_of(method):
        value = settings[each.setting]
        if each.kind == "decade":
            from math import log10

            value = round(log10(value)) if value > 0 else each.low
        found[_name(each)] = min(max(value, each.low), each.high)
    return found


def _name(each: Range) -> str:
    return f"{each.setting}_decade" if each.kind == "decade" else each.setting


_SUGGEST: Mapping[str, Callable[["optuna.Trial", Range], float]] = {
    "log": lambda trial, each: trial.suggest_float(_name(each), each.low, each.high, log=True),
    "whole": lambda trial, each: trial.suggest_int(_name(each), int(each.low), int(each.high)),
    # float("1e-3") is the number that is written so; 10.0**-3 need not be.
    "decade": lambda trial, each: float(f"1e{trial.suggest_int(_name(each), int(each.low), int(each.high))}"),
}
