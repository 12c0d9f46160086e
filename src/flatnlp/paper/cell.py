"""One number of the paper, and what would have to be measured for it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """A measured quantity.

    Attributes:
        name: Its key in our records.
        heading: Its name in a table.
        percent: Whether tables give it in percent; our records hold shares.
        digits: Decimals of our value in a table.
        fixed: Whether it is the same for every seed, so that an interval would say nothing.
    """

    name: str
    heading: str
    percent: bool = False
    digits: int = 2
    fixed: bool = False


SA = Measure("accuracy", "SA", percent=True, digits=1)
DEV_SA = Measure("dev_accuracy", "dev SA", percent=True, digits=1)
AA = Measure("after_attack_accuracy", "AA", percent=True, digits=1)
KT = Measure("ig_kendall_tau", "KT")
TI = Measure("ig_top_5", "TI")
LIME_KT = Measure("lime_kendall_tau", "KT")
LIME_TI = Measure("lime_top_5", "TI")
MEAN_IMPORTANCE = Measure("mean_importance", "mean importance", digits=3)
"""In no table; what the ablation of beta is said to change."""
R = Measure("r", "r", digits=3)
P = Measure("p", "p", digits=3)
COUNTS = {
    name: Measure(name, heading, digits=int(name == "mean_length"), fixed=True)
    for name, heading in (
        ("classes", "classes"),
        ("mean_length", "mean length"),
        ("train", "train"),
        ("dev", "dev"),
        ("test", "test"),
        ("vocabulary", "vocabulary"),
        ("min_frequency_above", "minimum frequency above"),
        ("length", "length"),
    )
}
"""Of a data set: tables 1 and 6."""


@dataclass(frozen=True)
class Cell:
    """One number of one table.

    Attributes:
        table: The table's number in the paper.
        measure: What is measured.
        dataset: On what.
        model: Whose; ``None`` for what is told of the data alone.
        method: How it was trained.
        trained: The attack in training; ``None`` for ``base`` and ``group``, which know none.
        tested: The attack in testing; ``None`` where there is none.
        beta: Weight of the entropy, where the table varies it.
        gamma: Weight of the importance distance, where the table varies it.
        groups: Number of groups that share a mask (table 10).
        pair: The two quantities that are correlated (table 9).
    """

    table: int
    measure: Measure
    dataset: str
    model: str | None = None
    method: str | None = None
    trained: str | None = None
    tested: str | None = None
    beta: float | None = None
    gamma: float | None = None
    groups: int | None = None
    pair: str | None = None
