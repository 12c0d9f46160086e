from flatnlp.reports.choice import choose
from flatnlp.reports.pairs import Outcome


def outcomes(statuses: str, words: int = 10) -> list[Outcome]:
    """Make outcomes from letters: s(uccessful), f(ailed), k (skipped), u(nattackable)."""
    names = {"s": "successful", "f": "failed", "k": "skipped", "u": "unattackable"}
    return [Outcome(index, f"text {index}", names[letter], words) for index, letter in enumerate(statuses)]


def test_takes_a_mix_half_of_it_where_runs_differ() -> None:
    chosen = choose([outcomes("sssssfffff" + "s" * 10), outcomes("sssssfffff" + "f" * 10)], 8)
    assert chosen == (10, 11, 12, 13, 0, 1, 5, 6)


def test_ways_of_differing_take_turns_the_most_frequent_first() -> None:
    assert choose([outcomes("fssssf"), outcomes("sffffs")], 4) == (1, 0, 2, 5)


def test_what_one_kind_lacks_the_others_fill() -> None:
    assert choose([outcomes("sssssssf")], 6) == (0, 1, 2, 3, 4, 7)
    assert len(choose([outcomes("s" * 20)], 12)) == 12
    assert len(choose([outcomes("sfsfsfsfsfsfsfsfsf")], 12)) == 12


def test_examples_some_run_had_wrong_come_last_and_those_without_any_attack_never() -> None:
    assert choose([outcomes("ksku"), outcomes("ssku")], 12) == (1, 0)


def test_short_texts_come_before_long_ones() -> None:
    long = outcomes("ss", words=300)
    short = [Outcome(2, "text 2", "successful", 60)]
    assert choose([[*long, *short]], 3) == (2, 0, 1)


def test_only_the_same_text_under_the_same_index_is_shared() -> None:
    other = [Outcome(0, "another text", "failed", 4), *outcomes("ff")[1:]]
    assert choose([outcomes("sss"), other], 12) == (1,)
    assert choose([outcomes("s"), [Outcome(7, "text 7", "failed", 4)]], 12) == ()
    assert choose([], 12) == ()
