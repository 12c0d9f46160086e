import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from flatnlp.training.batches import EncodedTexts, batch_of, batches


@settings(max_examples=50, deadline=None, database=None, derandomize=True)
@given(st.integers(0, 400), st.integers(1, 120), st.integers(0, 5))
def test_every_text_comes_exactly_once_in_even_batches(texts: int, count: int, seed: int) -> None:
    encoded = EncodedTexts([[1] * (i % 9 + 1) for i in range(texts)], [0] * texts)
    drawn = list(batches(encoded, count, np.random.default_rng(seed)))
    assert sorted(i for batch in drawn for i in batch.tolist()) == list(range(texts))
    assert len(drawn) == count
    sizes = [len(batch) for batch in drawn]
    assert max(sizes) - min(sizes) <= 1


def test_the_order_hangs_on_the_seed_alone() -> None:
    encoded = EncodedTexts([[1]] * 100, [0] * 100)

    def order(seed: int) -> list[int]:
        return [i for batch in batches(encoded, 7, np.random.default_rng(seed)) for i in batch.tolist()]

    assert order(1) == order(1) != order(2)


def test_batches_hold_texts_of_similar_length() -> None:
    random = np.random.default_rng(0)
    encoded = EncodedTexts([[1] * n for n in random.integers(1, 50, 3200)], [0] * 3200)
    padded = sum(len(batch) * max(len(encoded.ids[i]) for i in batch) for batch in batches(encoded, 50, random))
    assert padded < 1.1 * sum(len(ids) for ids in encoded.ids)


def test_a_batch_is_padded_with_zeros() -> None:
    batch = batch_of(EncodedTexts([[5], [6, 7]], [1, 0]), [1, 0], "cpu")
    assert batch.ids.tolist() == [[6, 7], [5, 0]]
    assert batch.lengths.tolist() == [2, 1]
    assert batch.labels.tolist() == [0, 1]
