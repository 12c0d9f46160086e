"""The claims of the paper as comparisons of cells, and whether they hold."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from flatnlp.paper.cell import MEAN_IMPORTANCE, Cell
from flatnlp.paper.grid import MODELS, UNSEEN, layout
from flatnlp.paper.published import published

Numbers = Callable[[Cell], Sequence[float | None]]
"""The numbers of a cell by seed, ``None`` for a seed that was not run; the paper's cells have one."""


_WEAK = 0.2
"""A correlation nearer to zero than this counts as weak; the paper calls its own, of at most 0.162, so."""
_POINT = 1.0 + 1e-9
"""One percentage point, and a little: exactly one point is still at most one."""


@dataclass(frozen=True)
class Comparison:
    """``greater`` should be above ``less``, by more than ``margin`` (which may be negative: not far below).

    ``None`` in the place of a cell is zero.
    """

    greater: Cell | None
    less: Cell | None
    margin: float = 0.0


@dataclass(frozen=True)
class Claim:
    """A claim.

    Attributes:
        tables: Where its cells stand.
        says: The claim, a sentence.
        cases: Each is a tuple of comparisons that must all hold for the claim to hold in that case.
    """

    tables: tuple[int, ...]
    says: str
    cases: tuple[tuple[Comparison, ...], ...]


@dataclass(frozen=True)
class Verdict:
    """How a claim fared.

    Attributes:
        held: Cases that held, comparing means over seeds.
        cases: Cases whose cells were all run.
        wins: Comparisons of one seed with the same seed that held.
        losses: Those that did not; ties are left out of both, as the sign test has it.
        p: One-sided sign test of wins against losses; ``None`` without any.
    """

    held: int
    cases: int
    wins: int
    losses: int
    p: float | None


def judge(claim: Claim, numbers: Numbers) -> Verdict:
    """Compare the cells of a claim.

    A case counts where all its cells have numbers. For the sign test, cells are compared seed by seed, where both were
    run with the seed.
    """
    held = cases = wins = losses = 0
    for case in claim.cases:
        pairs = [(*_sides(each, numbers), each.margin) for each in case]
        means = [(_mean(greater), _mean(less), margin) for greater, less, margin in pairs]
        if any(a is None or b is None for a, b, _ in means):
            continue
        cases += 1
        held += all(a - b > margin for a, b, margin in means if a is not None and b is not None)
        for greater, less, margin in pairs:
            both = zip(greater, less, strict=False)
            differences = [a - b - margin for a, b in both if a is not None and b is not None]
            wins += sum(difference > 0 for difference in differences)
            losses += sum(difference < 0 for difference in differences)
    return Verdict(held, cases, wins, losses, sign_test(wins, losses))


def _mean(numbers: Sequence[float | None]) -> float | None:
    run = [number for number in numbers if number is not None]
    return sum(run) / len(run) if run else None


def _sides(each: Comparison, numbers: Numbers) -> tuple[Sequence[float | None], Sequence[float | None]]:
    greater = None if each.greater is None else numbers(each.greater)
    less = None if each.less is None else numbers(each.less)
    if greater is None:
        greater = [0.0] * len(less or ())
    if less is None:
        less = [0.0] * len(greater)
    return greater, less


def sign_test(wins: int, losses: int) -> float | None:
    """Probability of at least so many wins if wins and losses were equally likely; ``None`` without any."""
    if not wins + losses:
        return None
    from scipy.stats import binomtest

    return float(binomtest(wins, wins + losses, 0.5, alternative="greater").pvalue)


def papers_own(cell: Cell) -> Sequence[float | None]:
    """The published number of a cell."""
    return (published()[cell],) if cell in published() else ()


def claims(models: Sequence[str] = MODELS) -> list[Claim]:
    """The claims of the paper.

    Args:
        models: Rows of tables 2, 3, 4, 7 and 8.
    """
    return [
        *_of_robustness(models),
        Claim((2,), "Clean accuracy: flat is at most one point below base.", tuple(_accuracy_kept(2, models))),
        Claim((2,), "Clean accuracy: flat is above base.", tuple(_accuracy_kept(2, models, margin=0.0))),
        Claim(
            (2,), "Clean accuracy: flat falls below base by no more than in the paper.", tuple(_no_worse_drop(models))
        ),
        Claim((7,), "Accuracy on dev: flat is at most one point below base.", tuple(_accuracy_kept(7, models))),
        *_of_transfer(models),
        *_of_ablation(),
        Claim((9,), "Importance is not frequency: all correlations are weaker than 0.2.", tuple(_weak())),
        *_of_groups(),
    ]


def _of_robustness(models: Sequence[str]) -> Iterator[Claim]:
    for table, name, says in (
        (3, "after_attack_accuracy", "After-attack accuracy: flat > adv > base."),
        (3, "ig_kendall_tau", "Kendall's tau by integrated gradients: flat above adv and base."),
        (3, "ig_top_5", "Top-5 intersection by integrated gradients: flat above adv and base."),
        (8, "lime_kendall_tau", "Kendall's tau by LIME: flat above adv and base."),
        (8, "lime_top_5", "Top-5 intersection by LIME: flat above adv and base."),
    ):
        chain = name == "after_attack_accuracy"
        flats = [each for each in _flat(table, models) if each.measure.name == name]
        yield Claim((table,), says, tuple(_ordered(each, chain) for each in flats))


def _of_transfer(models: Sequence[str]) -> Iterator[Claim]:
    flats = [each for each in _flat(4, models) if each.tested in UNSEEN]
    yield Claim((4,), "Unseen attacks: flat is above adv and base.", tuple(_ordered(each, False) for each in flats))
    adv_above = tuple((Comparison(_other(each, "adv"), _other(each, "base")),) for each in flats)
    yield Claim((4,), "Unseen attacks: adv is above base.", adv_above)


def _of_ablation() -> Iterator[Claim]:
    both, no_gamma, no_beta, neither = [row.cells[1] for row in layout(5).rows]
    yield Claim(
        (5,),
        "Ablation: AA is highest with both beta and gamma.",
        tuple((Comparison(both, each),) for each in (no_gamma, no_beta, neither)),
    )
    phi = [replace(each, measure=MEAN_IMPORTANCE, tested=None) for each in (both, no_gamma, no_beta, neither)]
    cases = ((Comparison(phi[2], phi[0]),), (Comparison(phi[3], phi[1]),))
    yield Claim((5,), "Ablation: without beta the mean importance is higher.", cases)


def _of_groups() -> Iterator[Claim]:
    base = Cell(3, layout(10).rows[0].cells[1].measure, "ag_news", "cnn", "base", None, "textfooler")
    cases = tuple((Comparison(base, row.cells[1], margin=-_POINT),) for row in layout(10).rows)
    yield Claim((3, 10), "Masks shared by groups of words: AA is at most one point above base's.", cases)


def _weak() -> Iterator[tuple[Comparison, ...]]:
    for row in layout(9).rows:
        r = row.cells[0]
        yield Comparison(None, r, margin=-_WEAK), Comparison(r, None, margin=-_WEAK)


def _flat(table: int, models: Sequence[str]) -> list[Cell]:
    return [each for each in layout(table, models).cells() if each.method == "flat"]


def _other(flat: Cell, method: str) -> Cell:
    return replace(flat, method=method, trained=None if method == "base" else flat.trained)


def _ordered(flat: Cell, chain: bool) -> tuple[Comparison, ...]:
    adv, base = _other(flat, "adv"), _other(flat, "base")
    return Comparison(flat, adv), Comparison(adv if chain else flat, base)


def _accuracy_kept(table: int, models: Sequence[str], margin: float = -_POINT) -> Iterable[tuple[Comparison]]:
    for flat in _flat(table, models):
        yield (Comparison(flat, _other(flat, "base"), margin=margin),)


def _no_worse_drop(models: Sequence[str]) -> Iterator[tuple[Comparison]]:
    for flat in _flat(2, models):
        base = _other(flat, "base")
        if flat in published():
            drop = min(published()[flat] - published()[base], 0.0)
            yield (Comparison(flat, base, margin=drop - 1e-9),)
