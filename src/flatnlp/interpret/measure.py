"""The interpretation consistency of an attack's results, as a record."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from flatnlp.attacks.result import AttackResult
from flatnlp.bootstrap import bootstrap_interval
from flatnlp.errors import FlatnlpError, choose_from
from flatnlp.interpret.attribution import Attribution
from flatnlp.interpret.consistency import LARGEST_K, pair_consistency
from flatnlp.interpret.integrated_gradients import TOLERANCE, integrated_gradients
from flatnlp.interpret.lime import lime
from flatnlp.models.classifier import Classifier
from flatnlp.text import Text


class Explain(Protocol):
    """Integrated gradients or LIME."""

    def __call__(
        self, classifier: Classifier, texts: Sequence[Text], *, on_text: Callable[[], None]
    ) -> list[Attribution]:
        """Attributions of texts, in their order."""
        ...


METHODS: dict[str, Explain] = {"ig": integrated_gradients, "lime": lime}
"""By the name on the command line."""


def check_method(name: str) -> str:
    """The name of a method there is.

    Raises:
        FlatnlpError: If there is none of that name.
    """
    if name not in METHODS:
        raise FlatnlpError(f"There is no interpretation {name!r}; {choose_from(name, METHODS)}")
    return name


def check_interpretable(classifier: Classifier, methods: Sequence[str]) -> None:
    """Refuse a classifier that cannot serve a method, before any work.

    Raises:
        FlatnlpError: If integrated gradients are among the methods and the classifier gives no gradients.
    """
    if "ig" in methods:
        classifier.embed([Text.of("")])


def sample_pairs(results: Sequence[AttackResult], pairs: int | None, seed: int) -> list[AttackResult]:
    """Results in a seeded random order, up to the one with which there are so many substituted pairs.

    That is a random sample of all results as well as of the substituted ones; all of them if ``pairs`` is ``None``.
    """
    if pairs is None or pairs >= sum(bool(result.adversarial.edits) for result in results):
        return list(results)
    shuffled = [results[i] for i in np.random.default_rng(seed).permutation(len(results))]
    substituted = np.cumsum([bool(result.adversarial.edits) for result in shuffled])
    return shuffled[: int(np.searchsorted(substituted, pairs)) + 1]


def interpretation(
    results: Sequence[AttackResult],
    classifier: Classifier,
    method: str,
    *,
    pairs: int | None = None,
    seed: int = 0,
    on_text: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Kendall's tau and the top-k overlap of original and adversarial texts (``consistency.py``).

    Args:
        results: What an attack came to.
        classifier: Its victim.
        method: ``ig`` or ``lime``.
        pairs: Only so many substituted pairs, a seeded sample; all if not said.
        seed: Of that sample.
        on_text: Called after each text that was explained, two for each pair.

    Returns:
        JSON values: ``kendall_tau``, its interval, ``top_k`` by k and its intervals over the substituted pairs; the
        same under ``successful``, over those whose prediction changed, and under ``all``, over all results, those
        without a substitution counted as identical pairs, with 1 and 1 (the paper's way). A mean without anything to
        average is ``None``. ``undefined`` counts pairs without a Kendall's tau, which are left out of its mean.

    Raises:
        FlatnlpError: If there is no such method, or the classifier cannot serve it.
    """
    explain = METHODS[check_method(method)]
    sampled = sample_pairs(results, pairs, seed)
    changed = [result for result in sampled if result.adversarial.edits]
    texts = [Text.of(result.example.text) for result in changed] + [result.adversarial for result in changed]
    explained = explain(classifier, texts, on_text=on_text)
    rows = np.array(
        [
            [tau, *overlaps]
            for result, before, after in zip(changed, explained[: len(changed)], explained[len(changed) :], strict=True)
            for tau, overlaps in [pair_consistency(before.values, after.values, result.adversarial.origins)]
        ]
    ).reshape(len(changed), 1 + LARGEST_K)
    successful = np.array([result.status == "successful" for result in changed], dtype=bool)
    identical = np.ones((len(sampled) - len(changed), rows.shape[1]))
    return {
        **_summary(rows),
        "successful": _summary(rows[successful]),
        "all": _summary(np.concatenate([rows, identical])),
        "sampled_with_seed": seed if len(sampled) < len(results) else None,
        "settings": _settings(method, classifier, explained),
    }


def _summary(rows: NDArray[np.float64]) -> dict[str, Any]:
    """Means and intervals of pairs ``[pairs, tau and the overlaps]``."""
    tau, tau_interval = _mean(rows[:, 0])
    overlaps = {str(k): _mean(rows[:, k]) for k in range(1, LARGEST_K + 1)}
    return {
        "pairs": len(rows),
        "undefined": int(np.isnan(rows[:, 0]).sum()),
        "kendall_tau": tau,
        "kendall_tau_ci95": tau_interval,
        "top_k": {k: mean for k, (mean, _) in overlaps.items()},
        "top_k_ci95": {k: interval for k, (_, interval) in overlaps.items()},
    }


def _mean(values: NDArray[np.float64]) -> tuple[float | None, list[float] | None]:
    defined = values[~np.isnan(values)]
    return (float(defined.mean()), list(bootstrap_interval(defined))) if len(defined) else (None, None)


def _settings(method: str, classifier: Classifier, explained: Sequence[Attribution]) -> dict[str, Any]:
    """What the attributions were made with, and how exact they are."""
    if method == "lime":
        return {"samples": classifier.perturbations}
    errors = [each.error for each in explained if each.error is not None]
    efforts = [each.effort for each in explained]
    return {
        "steps": min(efforts, default=None),
        "most_steps_taken": max(efforts, default=None),
        "completeness_error_tolerance": TOLERANCE,
        "share_within_tolerance": float(np.mean(np.array(errors) <= TOLERANCE)) if errors else None,
        "largest_completeness_error": max(errors, default=None),
    }
