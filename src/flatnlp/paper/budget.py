"""How much is spent on a reproduction: named budgets."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flatnlp.errors import FlatnlpError, choose_from


@dataclass(frozen=True)
class Budget:
    """Sizes of samples and number of seeds; the same for every method.

    Attributes:
        name: What the command line calls it.
        about: What it is for.
        seeds: Seeds 0, 1, ...
        most: Training settings that are samples, with the most that they may be; smaller values stay.
        attack_limits: Test texts under recipes that take long; the runs' own ``test_limit`` for the others.
        pairs: Test pairs per way of interpreting.
    """

    name: str
    about: str
    seeds: int
    most: Mapping[str, int]
    attack_limits: Mapping[str, int]
    pairs: Mapping[str, int]


_SLOW = ("genetic", "iga", "pso", "clare", "bae")
BUDGETS = {
    "quick": Budget(
        name="quick",
        about="a look at the order of the methods: one seed, 1,000 training texts attacked a round, 500 test texts",
        seeds=1,
        most=MappingProxyType({"attack_sample": 1000, "dev_attack_sample": 200, "test_limit": 500}),
        attack_limits=MappingProxyType(dict.fromkeys(_SLOW, 50)),
        pairs=MappingProxyType({"ig": 500, "lime": 100}),
    ),
    "paper": Budget(
        name="paper",
        about="the paper's sizes with three seeds; the slow unseen attacks on 300 test texts",
        seeds=3,
        most=MappingProxyType({}),
        attack_limits=MappingProxyType(dict.fromkeys(_SLOW, 300)),
        pairs=MappingProxyType({"ig": 25000, "lime": 1000}),
    ),
}


def budget(name: str) -> Budget:
    """The budget of a name.

    Raises:
        FlatnlpError: If there is none.
    """
    if name not in BUDGETS:
        raise FlatnlpError(f"There is no budget {name!r}; {choose_from(name, list(BUDGETS))}")
    return BUDGETS[name]
