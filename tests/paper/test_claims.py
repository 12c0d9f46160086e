"""Claims, the sign test and intervals by hand."""

import pytest

from flatnlp.paper.cell import AA, Cell
from flatnlp.paper.claims import Claim, Comparison, Numbers, Verdict, judge, sign_test
from flatnlp.paper.values import Value, t_interval

BASE, ADV, FLAT, OTHER = (Cell(3, AA, "sst2", "cnn", method) for method in ("base", "adv", "flat", "other"))


def numbers(**by_method: tuple[float | None, ...]) -> Numbers:
    return lambda cell: by_method.get(str(cell.method), ())


def claim(*cases: tuple[Comparison, ...]) -> Claim:
    return Claim((3,), "", cases)


CHAIN = (Comparison(FLAT, ADV), Comparison(ADV, BASE))


def test_a_case_holds_where_all_its_means_are_in_order() -> None:
    verdict = judge(claim(CHAIN), numbers(base=(1, 2, 3), adv=(2, 2, 5), flat=(4, 1, 6)))
    # Means 2 < 3 < 3.67. Seed by seed: flat over adv wins, loses, wins; adv over base wins, ties, wins.
    assert verdict == Verdict(held=1, cases=1, wins=4, losses=1, p=pytest.approx(6 / 32))


def test_means_may_hold_where_no_single_seed_decides() -> None:
    verdict = judge(claim((Comparison(FLAT, BASE),)), numbers(base=(5, 5), flat=(4, 9)))
    assert (verdict.held, verdict.wins, verdict.losses) == (1, 1, 1)


def test_a_seed_is_compared_with_itself_alone() -> None:
    over = claim((Comparison(FLAT, BASE),))
    verdict = judge(over, numbers(base=(None, 5, 9), flat=(4, 6, None)))
    # Means 5 < 7; both were run with seed 1 alone.
    assert (verdict.held, verdict.cases, verdict.wins, verdict.losses) == (0, 1, 1, 0)
    assert judge(over, numbers(base=(None, None), flat=(4, 6))).cases == 0


def test_equal_is_not_above() -> None:
    verdict = judge(claim((Comparison(FLAT, BASE),)), numbers(base=(5,), flat=(5,)))
    assert verdict == Verdict(held=0, cases=1, wins=0, losses=0, p=None)


@pytest.mark.parametrize(("flat", "held"), [(79.0, 1), (78.9, 0), (80.0, 1)])
def test_at_most_one_point_below(flat: float, held: int) -> None:
    kept = Comparison(FLAT, BASE, margin=-1.0 - 1e-9)
    assert judge(claim((kept,)), numbers(base=(80.0,), flat=(flat,))).held == held


@pytest.mark.parametrize(("r", "held"), [(0.19, 1), (-0.19, 1), (0.21, 0), (-0.21, 0)])
def test_nothing_stands_for_zero(r: float, held: int) -> None:
    weak = (Comparison(None, FLAT, margin=-0.2), Comparison(FLAT, None, margin=-0.2))
    assert judge(claim(weak), numbers(flat=(r,))).held == held
    assert judge(claim(weak), numbers()).cases == 0


def test_a_case_with_a_cell_that_was_not_run_does_not_count() -> None:
    verdict = judge(claim(CHAIN, (Comparison(FLAT, OTHER),)), numbers(base=(1,), adv=(2,), flat=(3,)))
    assert (verdict.held, verdict.cases, verdict.wins) == (1, 1, 2)


@pytest.mark.parametrize(
    ("wins", "losses", "p"), [(0, 0, None), (1, 0, 1 / 2), (3, 0, 1 / 8), (6, 0, 1 / 64), (2, 1, 1 / 2), (0, 2, 1.0)]
)
def test_the_sign_test(wins: int, losses: int, p: float | None) -> None:
    assert sign_test(wins, losses) == (None if p is None else pytest.approx(p))


def test_the_interval_over_seeds_is_students() -> None:
    # Mean 2, deviation 1, 2 degrees of freedom: 4.302653 / sqrt(3).
    assert t_interval((1, 2, 3)) == pytest.approx((2 - 2.484138, 2 + 2.484138))
    assert t_interval((5, 5, 5)) == (5, 5)
    assert t_interval((5,)) is None
    assert Value(()).mean is None
