from hypothesis import given, settings
from hypothesis import strategies as st

from flatnlp.training.selection import Candidate, contenders, select


def test_the_most_robust_within_one_point_of_the_most_accurate() -> None:
    candidates = [
        Candidate(1, 1, 0.800, 0.10),
        Candidate(2, 1, 0.820, 0.08),
        Candidate(3, 1, 0.810, 0.15),  # exactly 1 point below
        Candidate(4, 2, 0.809, 0.30),  # more than 1 point below
        Candidate(5, 2, 0.815, 0.15),
    ]
    assert select(candidates).epoch == 3


def test_where_there_were_rounds_only_their_epochs_count() -> None:
    clean = [Candidate(1, 0, 0.83, 0.12), Candidate(2, 0, 0.82, 0.25)]
    rounds = [Candidate(3, 1, 0.80, 0.20), Candidate(4, 2, 0.795, 0.22), Candidate(5, 2, 0.78, 0.30)]
    assert select(clean).epoch == 2
    assert select(clean + rounds).epoch == 4


shares = st.integers(0, 100).map(lambda n: n / 100)


@settings(database=None, derandomize=True)
@given(st.lists(st.tuples(shares, shares), min_size=1, max_size=20))
def test_no_eligible_candidate_is_more_robust(values: list[tuple[float, float]]) -> None:
    candidates = [Candidate(i, 0, accuracy, robust) for i, (accuracy, robust) in enumerate(values)]
    chosen = select(candidates)
    best = max(candidate.accuracy for candidate in candidates)
    assert chosen.accuracy >= best - 0.0100001
    for candidate in candidates:
        if candidate.accuracy >= best - 0.0099999:
            assert candidate.after_attack_accuracy <= chosen.after_attack_accuracy


@settings(database=None, derandomize=True)
@given(st.lists(st.tuples(shares, shares), min_size=1, max_size=20), st.integers(0, 4))
def test_what_is_chosen_in_the_end_was_a_contender_all_the_time(values: list[tuple[float, float]], clean: int) -> None:
    candidates = [Candidate(i, int(i >= clean), accuracy, robust) for i, (accuracy, robust) in enumerate(values)]
    chosen = select(candidates)
    for known in range(chosen.epoch + 1, len(candidates) + 1):
        assert chosen in contenders(candidates[:known])


def test_contenders_are_few() -> None:
    candidates = [
        Candidate(1, 1, 0.800, 0.30),
        Candidate(2, 1, 0.800, 0.30),  # the first of equals is chosen
        Candidate(3, 1, 0.805, 0.20),  # would be chosen if one came whose accuracy is 0.815
        Candidate(4, 2, 0.804, 0.20),
        Candidate(5, 2, 0.795, 0.25),
        Candidate(6, 2, 0.790, 0.90),  # out of the range for ever
    ]
    assert [each.epoch for each in contenders(candidates)] == [1, 3]
