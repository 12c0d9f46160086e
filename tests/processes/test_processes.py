"""Processes that are threads here, over a store in memory."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from flatnlp.errors import FlatnlpError
from flatnlp.models.network import Network
from flatnlp.models.word_network import WordNetwork, WordNetworkConfig
from flatnlp.processes import ALONE, Processes, joined
from flatnlp.training.adversarial import AdversarialTexts, Replacements
from flatnlp.training.batches import EncodedTexts, batch_of
from flatnlp.training.objective import Beyond, objective
from flatnlp.training.parts import draws_of, part_of
from flatnlp.training.synonyms import Substitutes
from flatnlp.training.views import view


def together(count: int, work: Callable[[Processes], Any]) -> list[Any]:
    """What each of several processes comes to; an exception is what it came to as well."""
    from torch.distributed import HashStore  # type: ignore[attr-defined]

    store = HashStore()

    def run(number: int) -> Any:
        try:
            return work(Processes(number, count, store))
        except FlatnlpError as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_what_the_main_process_makes_all_have() -> None:
    made = []

    def work(processes: Processes) -> Any:
        return processes.from_main(lambda: made.append(processes.number) or [processes.number, "ä", None, 0.1])

    assert together(3, work) == [[0, "ä", None, 0.1]] * 3
    assert made == [0]


def test_where_the_main_process_fails_all_fail_with_its_sentence() -> None:
    def work(processes: Processes) -> Any:
        def make() -> None:
            raise FlatnlpError(f"Process {processes.number} failed.")

        processes.main_first(make)

    assert [str(error) for error in together(3, work)] == ["Process 0 failed."] * 3


def test_the_main_process_goes_first() -> None:
    order = []

    def work(processes: Processes) -> None:
        if processes.main:
            time.sleep(0.05)
        processes.main_first(lambda: order.append(processes.number))

    together(3, work)
    assert order[0] == 0
    assert sorted(order) == [0, 1, 2]


def test_values_are_gathered_in_order_and_the_store_is_cleared() -> None:
    stores = []

    def work(processes: Processes) -> Any:
        stores.append(processes._store)
        gathered = [processes.gather({"call": call, "of": processes.number}) for call in range(20)]
        processes.leave()
        return gathered

    for gathered in together(3, work):
        assert gathered == [[{"call": call, "of": number} for number in range(3)] for call in range(20)]
    assert stores[0].num_keys() <= 3 + 2


@given(st.integers(0, 300), st.integers(2, 4))
def test_items_are_shared_out_once_each(items: int, count: int) -> None:
    shares = together(count, lambda processes: list(processes.shared_out(range(items))))
    assert sorted(item for share in shares for item in share) == list(range(items))


def test_a_slow_process_does_less() -> None:
    def work(processes: Processes) -> int:
        return sum(1 for _ in processes.shared_out(range(120)) if time.sleep(0.02 if processes.main else 0.001) is None)

    slow, fast = together(2, work)
    assert slow + fast == 120
    assert slow < 40


def test_few_items_are_not_all_taken_by_one() -> None:
    assert ALONE.width(10_000, 256)() == ALONE.width(1, 256)() == 256
    eight = Processes(3, 8)
    assert eight.width(500, 256)() * 8 <= 500 + 8
    assert eight.width(1, 256)() == 1
    assert eight.width(1_000_000, 256)() == 256


def test_towards_the_end_fewer_are_taken_and_under_way() -> None:
    def work(processes: Processes) -> list[tuple[int, int]]:
        width = processes.width(4000, 256)
        return [(item, width()) for item in processes.shared_out(range(4000))]

    for found in together(2, work):
        widths = [width for _, width in found]
        assert widths == sorted(widths, reverse=True)
        assert all(width <= max(1, (4000 - item) // 4 + 1) for item, width in found)


def test_each_hears_how_much_the_others_have_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flatnlp.processes._LATE", 0.0)

    def work(processes: Processes) -> int:
        add = processes.counter()
        for _ in range(10 * (processes.number + 1)):
            add(1)
        processes.gather(None)
        return add(0)

    assert sorted(together(3, work))[-1] >= 50
    assert ALONE.counter()(1) == 0


def test_each_process_of_a_machine_has_a_device_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_RANK", "3")
    assert Processes(11, 16).own_device("cuda") == "cuda:3"
    assert Processes(11, 16).own_device("cuda:0") == "cuda:0"
    assert Processes(11, 16).own_device("cpu") == "cpu"
    assert ALONE.own_device("cuda") == "cuda"


def test_a_launcher_that_started_one_process_in_the_place_of_several_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTER_ADDR", "127.0.0.1")
    monkeypatch.setenv("ACCELERATE_MIXED_PRECISION", "no")
    with pytest.raises(FlatnlpError, match="torchrun --nproc-per-node"):
        joined()


def test_processes_without_a_place_to_meet_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(FlatnlpError, match="MASTER_ADDR"):
        joined()


@given(st.integers(0, 40), st.integers(1, 9))
def test_the_mean_over_parts_is_the_mean_over_the_batch(size: int, count: int) -> None:
    parts = [part_of(list(range(size)), Processes(number, count)) for number in range(count)]
    if size:
        assert all(part.members for part in parts)
        mean = sum(part.share * sum(part.members) / len(part.members) for part in parts) / count
        assert mean == pytest.approx(sum(range(size)) / size)
    weighed = [member for part in parts if part.share for member in part.members]
    assert sorted(weighed) == list(range(size))


@pytest.mark.parametrize("count", [2, 3, 5])
def test_the_objective_of_parts_has_the_gradient_of_the_whole(count: int) -> None:
    torch.manual_seed(1)
    network = WordNetwork(WordNetworkConfig("cnn", 12, 4, 2, True, 3, 0.0), torch.randn(12, 4)).eval()  # phi, not draws
    torch.nn.init.normal_(network.mask.output.weight)
    clean = EncodedTexts([[2, 3], [4, 5, 6], [7], [8, 9, 10, 11]], [0, 1, 1, 0])
    texts = EncodedTexts([[2, 5], [4, 11, 6], [10]], [0, 1, 1])
    adversarial = AdversarialTexts(texts, Replacements([[((3,), (5,))], [((5,), (11,))], [((7,), (10,))]]), None)

    def gradient(*numbers: int, of: int) -> tuple[list[torch.Tensor], list[float]]:
        network.zero_grad()
        values = [0.0, 0.0]
        for number in numbers:
            processes = Processes(number, of)
            own, adverse = part_of(range(4), processes), part_of(range(3), processes)
            batch = batch_of(clean, own.members, "cpu")
            pairs, shares = (adversarial, adverse.members), (own.share, adverse.share)
            loss = objective(_trained(network), batch, pairs, 0.3, 0.7, shares=shares)
            (loss.total / of).backward()
            values[0] += float(loss.detached().total) / of
            values[1] += float(loss.detached().entropy) / of
        return [each.grad.clone() for each in network.parameters()], values

    whole, value = gradient(0, of=1)
    parts, values = gradient(*range(count), of=count)
    assert value == pytest.approx(values, abs=1e-6)
    assert all(torch.allclose(one, other, atol=1e-6) for one, other in zip(whole, parts, strict=True))
    assert max(float(each.abs().max()) for each in whole) > 1e-3


@pytest.mark.parametrize("how", ["random", "importance", "gradient"])
@pytest.mark.parametrize("architecture", ["cnn", "lstm"])
def test_parts_draw_the_masks_dropout_and_synonyms_of_the_whole(architecture: str, how: str) -> None:
    torch.manual_seed(1)
    network: Any = WordNetwork(WordNetworkConfig(architecture, 12, 4, 2, True, 3, 0.5), torch.randn(12, 4)).train()
    torch.nn.init.normal_(network.mask.output.weight)
    clean = EncodedTexts([[2, 3], [4, 5, 6], [7], [8, 9, 10, 11], [3, 8]], [0, 1, 1, 0, 1])
    texts = EncodedTexts([[2, 5], [4, 11, 6], [10]], [0, 1, 1])
    adversarial = AdversarialTexts(texts, Replacements([[((3,), (5,))], [((5,), (11,))], [((7,), (10,))]]), None)
    words = torch.arange(12)  # of each the two that follow may stand in its place
    substitutes = Substitutes(
        (words.repeat_interleave(2) + torch.tensor([1, 2] * 12)) % 10 + 2, 2 * words, 2 * (words > 1)
    )

    def gradient(number: int, of: int, generator: torch.Generator | None) -> tuple[list[torch.Tensor], Any]:
        network.zero_grad()
        processes = Processes(number, of)
        own, adverse = part_of(range(5), processes), part_of(range(3), processes)
        draws = draws_of(own, range(5), clean, generator), draws_of(adverse, range(3), texts, generator)
        batch = batch_of(clean, own.members, "cpu")
        swapped = view(network, batch, substitutes, how, 0.5, draws[0])
        shares = own.share, adverse.share
        pairs = adversarial, adverse.members
        loss = objective(network, batch, pairs, 0.3, 0.7, Beyond(view=swapped), shares, draws)
        (loss.total / of).backward()
        return [each.grad.clone() for each in network.parameters()], loss.detached().total / of

    torch.manual_seed(7)
    whole, value = gradient(0, 1, None)
    parts = [gradient(number, 3, torch.Generator().manual_seed(7)) for number in range(3)]
    assert float(sum(loss for _, loss in parts)) == pytest.approx(float(value), abs=1e-6)
    for one, *others in zip(whole, *(found for found, _ in parts), strict=True):
        torch.testing.assert_close(sum(others), one, atol=1e-6, rtol=1e-5)
    assert max(float(each.abs().max()) for each in whole) > 1e-3


def _trained(network: Any) -> Network:
    trained: Network = network
    return trained
