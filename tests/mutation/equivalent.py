"""Mutants that no test can notice, with the reason: module -> (the line, what became of it, why nothing comes of it).

The runner tries them all the same, and says so where one is killed: then it does not belong here.
"""

EQUIVALENT: dict[str, tuple[tuple[str, str, str], ...]] = {
    "flatnlp.training.objective": (
        (
            "if entropy is not None and own is not None:",
            "became Or",
            "both come from one network, which has a mask or has none",
        ),
    ),
    "flatnlp.training.selection": (
        (
            "return [each for each in seasoned if each.accuracy >= least]",
            "GtE became Gt",
            "accuracies are counts divided by the number of texts; none lies 1e-9 beyond a whole point",
        ),
    ),
    "flatnlp.training.adversarial": (
        (
            "if len(successful) > room:",
            "Gt became GtE",
            "a sample of as many as there are, put in order, is all of them",
        ),
    ),
    "flatnlp.models.encoder_network": (
        ("return torch.ones_like(embedded[..., 0])", "0 became 1", "only the shape is looked at"),
        (
            "folded: Tensor = self.importance(ids).unsqueeze(-1) * self.table(ids)",
            "USub was dropped",
            "there is one dimension, and the new one is the second and the last",
        ),
        (
            "return self.importance(ids).unsqueeze(-1) * self.table.weight",
            "USub was dropped",
            "there is one dimension, and the new one is the second and the last",
        ),
    ),
    "flatnlp.models.mask": (
        (
            "values: Tensor = torch.cat([self.values, self.values.new_ones(1)])[self.group_of[ids]]",
            "1 became 2",
            "the second one is asked for by no word",
        ),
    ),
    "flatnlp.bootstrap": (
        (
            "if len(values) < 2 or (values == values[0]).all():",
            "0 became 1",
            "all values are the first or all are the second: the same",
        ),
        (
            '(values,), np.mean, n_resamples=_RESAMPLES, method="percentile", batch=100, rng=np.random.default_rng(0)',
            "100 became 101",
            "so many are drawn at once, in the same order",
        ),
    ),
    "flatnlp.attacks.constraints.sentence_similarity": (
        (
            "if position < half:",
            "Lt became LtE",
            "a word just half a window from the start has the same window either way",
        ),
    ),
    "flatnlp.attacks.constraints.substitute": (
        ("if not substitutes: break", "Break became Continue", "nothing is left for those after it either"),
    ),
    "flatnlp.attacks.search.importance_greedy": (
        (
            "return dict.fromkeys(words, 1.0)",
            "1.0 became 2.0",
            "all are alike; by how much is not looked at",
        ),
    ),
    "flatnlp.evaluation": (
        (
            'macro_f1=float(f1_score(labels, before, average="macro", labels=np.unique(labels), zero_division=0)),',
            "0 became 1",
            "every class that is counted has examples, so its F1 is never 0/0; it only keeps scikit-learn silent",
        ),
    ),
    "flatnlp.interpret.consistency": (
        (
            "tau: NDArray[np.float64] = "
            "np.divide(concordant, untied, out=np.full(len(untied), np.nan), where=untied > 0)",
            "0 became 1",
            "every untied pair counts twice on both sides, so it is 0 or at least 2",
        ),
        (
            "here, there = np.array(partners, dtype=np.int64).reshape(-1, 2).T",
            "1 became 2",
            "NumPy takes any negative number for what is left over",
        ),
        (
            "here, there = np.array(same, dtype=np.int64).reshape(-1, 2).T",
            "1 became 2",
            "NumPy takes any negative number for what is left over",
        ),
    ),
}
