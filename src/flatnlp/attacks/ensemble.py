"""Several attacks one after the other: an example is robust only if it survives them all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from flatnlp.attacks.limits import NO_LIMITS, Limits
from flatnlp.attacks.recipe import Recipe, Seed
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.attacks.shared import attack_shared
from flatnlp.models.classifier import Classifier
from flatnlp.processes import ALONE, Processes

CHEAP_FIRST = ("random", "pwws", "textfooler", "pso", "iga", "genetic", "exhaustive-greedy", "bae", "clare")
"""The order in which members attack: what is brought down by a cheap one is spared the others."""
DEFAULT_MEMBERS = ("pwws", "textfooler", "pso", "iga", "genetic", "bae", "clare")
"""The seven attacks of the paper's transfer test."""
_DECIDED = ("successful", "skipped")


@dataclass(frozen=True)
class Ensemble:
    """Attacks that an example must survive all.

    Attributes:
        members: In the order in which they attack.
        name: What it is called.
    """

    members: tuple[Recipe, ...]
    name: str = "ensemble"


@dataclass(frozen=True)
class EnsembleResults:
    """What an ensemble came to.

    Attributes:
        results: One per example, in the order of their indices: that of the member that brought it down, else of the
            last that could attack it. Queries are those of all members that attacked it.
        felled: Member -> how many examples it brought down that had survived the members before it.
    """

    results: list[AttackResult]
    felled: dict[str, int]

    def shares(self) -> dict[str, float]:
        """The same as shares of all examples."""
        return {name: count / len(self.results) for name, count in self.felled.items()}


def attack_with_all(
    ensemble: Ensemble,
    classifier: Classifier,
    examples: Sequence[Example],
    on_result: Callable[[AttackResult], None] = lambda _: None,
    limits: Limits = NO_LIMITS,
    seed: Seed = 0,
    processes: Processes = ALONE,
) -> EnsembleResults:
    """Let each member attack what has survived those before it.

    Args:
        ensemble: The attacks.
        classifier: The victim.
        examples: What to attack.
        on_result: Told each example's result once it is decided.
        limits: Where each member gives an example up.
        seed: Of what is random in the members' searches.
        processes: Of the job; they share out what each member attacks.

    Raises:
        FlatnlpError: If the victim misbehaves.
    """
    standing = list(examples)
    decided: dict[int, AttackResult] = {}
    latest: dict[int, AttackResult] = {}
    felled = {member.name: 0 for member in ensemble.members}
    for member in ensemble.members:

        def told(result: AttackResult) -> None:
            if result.status in _DECIDED:
                on_result(_so_far(latest, result))

        results, _ = attack_shared(member, classifier, standing, told, seed, limits, processes)
        for result in results:
            index = result.example.index
            combined = _so_far(latest, result)
            latest[index] = combined
            if combined.status in _DECIDED:
                decided[index] = combined
                felled[member.name] += combined.status == "successful"
        standing = [example for example in standing if example.index not in decided]
    for example in standing:
        on_result(latest[example.index])
    return EnsembleResults([latest[index] for index in sorted(latest)], felled)


def together(found: Mapping[str, Iterable[AttackResult]]) -> EnsembleResults:
    """The same, from the results of members that have attacked one by one.

    Args:
        found: Member -> its results, in the order in which the members count. Examples that one of them has not
            attacked are left out.
    """
    by_member = [{result.example.index: result for result in results} for results in found.values()]
    common = sorted(set.intersection(*map(set, by_member)))
    felled = dict.fromkeys(found, 0)
    results = []
    for index in common:
        each = {name: results_of[index] for name, results_of in zip(found, by_member, strict=True)}
        taken = list(accumulate(each.values(), _after))
        last = next((i for i, so_far in enumerate(taken) if so_far.status in _DECIDED), len(taken) - 1)
        felled[list(each)[last]] += taken[last].status == "successful"
        results.append(taken[last])
    return EnsembleResults(results, felled)


def _so_far(latest: Mapping[int, AttackResult], result: AttackResult) -> AttackResult:
    """A member's result together with what those before it have come to."""
    before = latest.get(result.example.index)
    return result if before is None else _after(before, result)


def _after(before: AttackResult, now: AttackResult) -> AttackResult:
    """The result so far, with what another member made of it."""
    queries = before.queries + now.queries
    return replace(before if now.status == "unattackable" else now, queries=queries)
