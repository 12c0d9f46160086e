from flatnlp.attacks.result import AttackResult, Example
from flatnlp.data import Vocabulary
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.models.word_network import WordNetwork, WordNetworkConfig
from flatnlp.text import Text
from flatnlp.training.adversarial import adversarial_texts, bounded


def classifier() -> WordClassifier:
    import torch

    vocabulary = Vocabulary.from_texts([["good", "fine", "film", "well", "made"]])
    network = WordNetwork(
        WordNetworkConfig("cnn", len(vocabulary), 3, 2, True, 4, 0.0), torch.zeros(len(vocabulary), 3)
    )
    return WordClassifier(network, vocabulary, ["no", "yes"], 10)


def result(text: str, swaps: dict[int, str], status: str) -> AttackResult:
    adversarial = Text.of(text)
    for position, substitute in swaps.items():
        adversarial = adversarial.replace(position, substitute)
    return AttackResult(Example(0, text, 1), adversarial, status, (1, 0), (0.9, 0.1), 5, 3)  # type: ignore[arg-type]


def test_only_successful_attacks_become_training_examples() -> None:
    victim = classifier()
    results = [
        result("good film", {0: "fine"}, "successful"),
        result("good good", {0: "fine"}, "failed"),
        result("good", {}, "skipped"),
        result("", {}, "unattackable"),
    ]
    found = adversarial_texts(results, victim)
    assert len(found) == 1
    assert found.texts.ids == [victim.ids("fine film")]
    assert found.texts.labels == [1]


def test_pairs_hold_words_of_any_number_of_tokens_and_leave_unknown_ones_out() -> None:
    victim = classifier()
    index = victim.vocabulary.index
    found = adversarial_texts([result("Good well-made film", {0: "fine", 1: "good", 2: "movie"}, "successful")], victim)
    assert found.replacements.pairs == [
        [((index["good"],), (index["fine"],)), ((index["well"], index["made"]), (index["good"],))]
    ]
    assert found.unknown_share == 1 / 3


def test_swaps_that_change_no_id_contribute_nothing() -> None:
    found = adversarial_texts([result("good film", {0: "GOOD"}, "successful")], classifier())
    assert found.replacements.pairs == [[]]
    assert adversarial_texts([], classifier()).unknown_share is None


def test_a_merged_word_stands_for_the_first_of_the_two_and_an_inserted_one_for_none() -> None:
    victim = classifier()
    index = victim.vocabulary.index
    text = Text.of("well made film").insert(0, "good").merge(1, "fine").replace(2, "movie").replace(2, "good")
    attacked = AttackResult(Example(0, "well made film", 1), text, "successful", (1, 0), (0.9, 0.1), 5, 3)
    found = adversarial_texts([attacked], victim)
    assert found.texts.ids == [[index["good"], index["fine"], index["good"]]]
    assert found.replacements.pairs == [[((index["well"],), (index["fine"],)), ((index["film"],), (index["good"],))]]
    assert found.unknown_share == 0


def test_what_is_kept_is_the_newest_and_a_seeded_sample_of_the_older() -> None:
    newest = [result("good film", {0: "fine"}, "successful"), result("good film", {}, "failed")]
    older = [result(f"good film {i}", {0: "fine"}, "successful") for i in range(20)]
    assert bounded(newest, older, None, (0,)) == [newest[0], *older]
    kept = bounded(newest, older, 6, (0, 1))
    assert kept[0] == newest[0]
    assert len(kept) == 6
    assert [older.index(each) for each in kept[1:]] == sorted(older.index(each) for each in kept[1:])
    assert bounded(newest, older, 6, (0, 1)) == kept != bounded(newest, older, 6, (0, 2))
    assert len(bounded(older, newest, 6, (0,))) == 6
    assert set(map(id, bounded(older, newest, 6, (0,)))) < set(map(id, older))
