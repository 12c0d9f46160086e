"""Standard accuracy, after-attack accuracy and what an attack cost, from attack results: one record.

Every share is a fraction in [0, 1].
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.examples import chosen_rows
from flatnlp.attacks.limits import NO_LIMITS, Limits
from flatnlp.attacks.quality import Quality
from flatnlp.attacks.recipe import Recipe, Seed
from flatnlp.attacks.result import AttackResult, Example
from flatnlp.attacks.shared import attack_shared
from flatnlp.attacks.time_spent import TimeSpent
from flatnlp.bootstrap import bootstrap_interval
from flatnlp.interpret.measure import interpretation, sample_pairs
from flatnlp.models.classifier import Classifier
from flatnlp.processes import ALONE, Processes
from flatnlp.progress import progress_bar

if TYPE_CHECKING:
    import pandas as pd


def sample(texts: Sequence[str], labels: Sequence[int], limit: int | None, seed: int) -> list[Example]:
    """All examples, or the first ``limit`` of a seeded shuffle (in data set order), as examples to attack."""
    return [Example(i, texts[i], labels[i]) for i in chosen_rows(len(texts), limit, seed)]


def run_attack(
    recipe: Recipe,
    classifier: Classifier,
    examples: Sequence[Example],
    on_result: Callable[[AttackResult], None] = lambda _: None,
    seed: Seed = 0,
    limits: Limits = NO_LIMITS,
    on_spent: Callable[[TimeSpent], None] = lambda _: None,
    processes: Processes = ALONE,
) -> list[AttackResult]:
    """Attack examples; results in the order of their indices. The last four arguments as in ``attack_to_file``."""
    results, spent = attack_shared(recipe, classifier, examples, on_result, seed, limits, processes)
    on_spent(spent)
    return results


@dataclass(frozen=True)
class Evaluation:
    """What a classifier is worth before and after an attack (``docs/numbers.md``).

    Attributes:
        accuracy: Standard accuracy (SA) on the attacked examples before the attack.
        macro_f1: Macro-averaged F1 before the attack.
        accuracy_per_class: SA per class name; classes without examples are left out.
        after_attack_accuracy: Share of *all* examples still classified correctly after the attack (AA).
        after_attack_accuracy_ci95: Bootstrap 95 % interval of AA over the examples.
        after_attack_accuracy_per_class: AA per class name.
        attack_success_rate: Share of the examples that were right before and wrong after, of those right before;
            ``None`` if none was right.
        words_changed: Mean share of words changed in the successful attacks; ``None`` if none was successful.
        queries_per_example: Mean number of texts that the attack asked about, over the examples it attacked.
        examples: Number of examples.
        skipped: Of these, wrong before the attack.
        unattackable: Of these, right and without a word the attack may change (empty texts among them).
        interpretation: Consistency of the attributions by method (``interpret.measure``); ``None`` if not measured.
        members: Under an ensemble: attack -> share of all examples that it brought down after they had survived those
            before it.
        quality: Of the adversarial texts (``attacks.quality``); ``None`` if not measured.
    """

    accuracy: float
    macro_f1: float
    accuracy_per_class: dict[str, float]
    after_attack_accuracy: float
    after_attack_accuracy_ci95: tuple[float, float]
    after_attack_accuracy_per_class: dict[str, float]
    attack_success_rate: float | None
    words_changed: float | None
    queries_per_example: float | None
    examples: int
    skipped: int
    unattackable: int
    interpretation: Mapping[str, Any] | None = None
    members: Mapping[str, float] | None = None
    quality: Quality | None = None

    def sentence(self) -> str:
        """The main figures in words."""
        low, high = self.after_attack_accuracy_ci95
        parts = [
            f"accuracy {self.accuracy:.1%}, after attack {self.after_attack_accuracy:.1%} "
            f"(95 % interval {low:.1%} to {high:.1%})",
            f"{self.examples:,} texts, {self.skipped:,} wrong before, {self.unattackable:,} without a word to attack",
        ]
        if self.attack_success_rate is not None:
            parts.append(f"attack success {self.attack_success_rate:.1%}")
        if self.words_changed is not None:
            parts.append(f"{self.words_changed:.1%} of the words changed")
        if self.queries_per_example is not None:
            parts.append(f"{self.queries_per_example:,.0f} queries per example")
        if self.members is not None:
            shares = ", ".join(f"{name} {share:.1%}" for name, share in self.members.items())
            parts.append(f"brought down, in this order, by {shares}")
        if self.quality is not None and self.quality.similarity is not None:
            parts.append(
                f"similarity to the original {self.quality.similarity:.3f}, perplexity "
                f"{self.quality.perplexity_before:,.0f} before and {self.quality.perplexity_after:,.0f} after"
            )
        for method, found in (self.interpretation or {}).items():
            if found["kendall_tau"] is None:
                parts.append(
                    f"{method}: no Kendall's tau, for none of the {found['pairs']:,} substituted pairs has two "
                    "aligned words of different attribution"
                )
            else:
                parts.append(
                    f"{method}: Kendall's tau {found['kendall_tau']:.2f}, top-5 overlap {found['top_k']['5']:.2f} "
                    f"over {found['pairs']:,} substituted pairs"
                )
        return "; ".join(parts) + "."

    def record(self) -> dict[str, Any]:
        """The evaluation as JSON values."""
        values = asdict(self) | {"after_attack_accuracy_ci95": list(self.after_attack_accuracy_ci95)}
        values["quality"] = self.quality.record() if self.quality else None
        for name in ("interpretation", "members", "quality"):
            if values[name] is None:
                del values[name]
        return values


def summarise(
    results: Sequence[AttackResult], classes: Sequence[str], interpretation: Mapping[str, Any] | None = None
) -> Evaluation:
    """Sum up attack results.

    Args:
        results: At least one.
        classes: Class names.
        interpretation: What was measured of the attributions, by method.
    """
    from sklearn.metrics import f1_score

    labels = np.array([result.example.label for result in results])
    before = np.array([result.predictions[0] for result in results])
    right = before == labels
    robust = np.array([result.predictions[1] == result.example.label for result in results])
    successful = [result for result in results if result.status == "successful"]
    attacked = [result for result in results if result.status in ("successful", "failed")]
    return Evaluation(
        accuracy=float(right.mean()),
        macro_f1=float(f1_score(labels, before, average="macro", labels=np.unique(labels), zero_division=0)),
        accuracy_per_class=_per_class(right, labels, classes),
        after_attack_accuracy=float(robust.mean()),
        after_attack_accuracy_ci95=bootstrap_interval(robust.astype(float)),
        after_attack_accuracy_per_class=_per_class(robust, labels, classes),
        attack_success_rate=len(successful) / int(right.sum()) if right.any() else None,
        words_changed=_mean([result.words_changed / result.words for result in successful]),
        queries_per_example=_mean([result.queries for result in attacked]),
        examples=len(results),
        skipped=sum(result.status == "skipped" for result in results),
        unattackable=sum(result.status == "unattackable" for result in results),
        interpretation=interpretation,
    )


def interpretations(
    results: Sequence[AttackResult],
    classifier: Classifier,
    methods: Sequence[str],
    *,
    attack: str,
    pairs: int | None = None,
    seed: int = 0,
    show_progress: bool = True,
) -> dict[str, Any] | None:
    """The consistency of attack results by method, under progress bars; ``None`` where there is no method."""
    found = {}
    texts = 2 * sum(bool(result.adversarial.edits) for result in sample_pairs(results, pairs, seed))
    for method in methods:
        with progress_bar(f"{method} on {attack}", texts, "texts", show_progress) as advance:
            found[method] = interpretation(results, classifier, method, pairs=pairs, seed=seed, on_text=advance)
    return found or None


def evaluation_record(evaluations: Mapping[str, Evaluation], **described: Any) -> dict[str, Any]:
    """Evaluations as one JSON object: the first attack's values at the top, each attack's under ``attacks``.

    Args:
        evaluations: By attack, at least one.
        described: What else the record should say: data set, split, model.
    """
    first = next(iter(evaluations))
    record = {**described, "attack": first, **evaluations[first].record()}
    if len(evaluations) > 1:
        record["attacks"] = {name: evaluation.record() for name, evaluation in evaluations.items()}
    return record


def evaluations_table(evaluations: Mapping[str, Evaluation], **described: Any) -> "pd.DataFrame":
    """Evaluations as a table, one row per attack; what is a mapping (per class, interpretation) stays in the records.

    Args:
        evaluations: By attack.
        described: Columns in front, the same in all rows.
    """
    import pandas as pd

    rows = []
    for name, evaluation in evaluations.items():
        low, high = evaluation.after_attack_accuracy_ci95
        figures = {key: value for key, value in evaluation.record().items() if isinstance(value, int | float | None)}
        interval = {"after_attack_accuracy_low": low, "after_attack_accuracy_high": high}
        rows.append({**described, "attack": name, **figures, **interval})
    return pd.DataFrame.from_records(rows)


def _per_class(hits: NDArray[np.bool_], labels: NDArray[np.int64], classes: Sequence[str]) -> dict[str, float]:
    return {name: float(hits[labels == i].mean()) for i, name in enumerate(classes) if (labels == i).any()}


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
