"""An attack whose results stay in memory, shared out among the processes of the job."""

from collections.abc import Callable, Sequence

from flatnlp.attacks.engine import WIDTH, Engine
from flatnlp.attacks.limits import NO_LIMITS, Limits
from flatnlp.attacks.recipe import Recipe, Seed
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.attacks.results_file import result_of, row_of
from flatnlp.attacks.time_spent import TimeSpent
from flatnlp.models.classifier import Classifier
from flatnlp.processes import ALONE, Processes


def attack_shared(
    recipe: Recipe,
    classifier: Classifier,
    examples: Sequence[Example],
    on_result: Callable[[AttackResult], None] = lambda _: None,
    seed: Seed = 0,
    limits: Limits = NO_LIMITS,
    processes: Processes = ALONE,
) -> tuple[list[AttackResult], TimeSpent]:
    """Attack examples; every process gets all results, in the order of their indices.

    Args:
        recipe: The attack.
        classifier: The victim.
        examples: The same in every process, each index once.
        on_result: Told this process's results as they come.
        seed: Of what is random in the search.
        limits: Where to give an example up.
        processes: Of the job.

    Raises:
        FlatnlpError: If the victim misbehaves.
    """
    engine = Engine(recipe, classifier, width=processes.width(len(examples), WIDTH), seed=seed, limits=limits)
    results = []
    try:
        for result in engine.run(processes.shared_out(examples)):
            results.append(result)
            on_result(result)
    finally:
        recipe.close()
    spent = engine.time_spent.beside(processes.gather(engine.time_spent.seconds))
    if processes.count > 1:
        rows = processes.gather([row_of(result) for result in results])
        results = [result_of(row) for each in rows for row in each]
    return sorted(results, key=lambda result: result.example.index), spent
