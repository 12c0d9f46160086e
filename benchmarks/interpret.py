"""Integrated gradients beside bare passes, and LIME beside the package lime, with the CNN on SST-2.

    python benchmarks/interpret.py RUN [--pairs 1821] [--texts 50] [--plain-texts 10]

By processor time, on one thread. RUN is a run's folder with the results of its attack on the test split.
"""

import argparse
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

import flatnlp
from flatnlp.attacks.results_file import read_results
from flatnlp.interpret.integrated_gradients import integrated_gradients
from flatnlp.interpret.lime import lime
from flatnlp.models.rows import matrix_of
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.text import Text

STEPS = 50


def main() -> None:
    """Time both, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--pairs", type=int, default=1821, help="pairs for integrated gradients")
    parser.add_argument("--texts", type=int, default=50, help="texts for LIME")
    parser.add_argument("--plain-texts", type=int, default=10, help="texts for lime on the plain forward pass")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    classifier = flatnlp.load(options.run)
    (results_file,) = (options.run / "attacks").glob("*.test.parquet")
    results = read_results(results_file)
    order = np.random.default_rng(0).permutation(len(results))
    pairs = [results[i] for i in order[: options.pairs]]
    texts = [Text.of(result.example.text) for result in pairs] + [result.adversarial for result in pairs]
    gradients(classifier, texts)
    samples(classifier, [results[i].example.text for i in order[: options.texts]], options.plain_texts)


def gradients(classifier: WordClassifier, texts: Sequence[Text]) -> None:
    """All labels, 50 steps and no more; then at the default steps, doubled where need be."""
    integrated_gradients(classifier, texts[:20])
    bare = seconds(lambda: passes(classifier, texts))
    fixed = seconds(lambda: integrated_gradients(classifier, texts, steps=STEPS, most_steps=STEPS))
    started = time.process_time()
    explained = integrated_gradients(classifier, texts)
    default = time.process_time() - started
    errors = np.array([each.error for each in explained])
    steps = classifier.path_steps
    within = np.mean([error <= 0.01 and each.effort == steps for error, each in zip(errors, explained, strict=True)])
    print(f"{len(texts) // 2:,} pairs, {len(classifier.classes)} labels")
    print(f"bare forward and backward passes, {STEPS} a text and label: {bare:.1f} s")
    print(f"integrated gradients, {STEPS} steps: {fixed:.1f} s, {fixed / bare:.2f} times the bare passes")
    print(
        f"integrated gradients, default ({steps} steps, doubled where need be): {default:.1f} s, {default / bare:.2f}"
    )
    print(f"texts within 1 % at {steps} steps: {within:.1%}; largest error in the end: {errors.max():.2%}")


def passes(classifier: WordClassifier, texts: Sequence[Text]) -> None:
    """One forward and one backward pass per text, label and step, texts of like length in full batches."""
    ordered = sorted(texts, key=lambda text: len(text.spans))
    for start in range(0, len(ordered), 8):
        embedded = classifier.embed(ordered[start : start + 8])
        rows = torch.arange(len(embedded.embeddings)).repeat_interleave(STEPS)
        points = embedded.embeddings[rows]
        for label in range(len(classifier.classes)):
            leaf = points.clone().requires_grad_()
            torch.autograd.grad(embedded.forward(leaf, rows).softmax(-1)[:, label].sum(), leaf)


def samples(classifier: WordClassifier, raws: Sequence[str], plain_texts: int) -> None:
    """5,000 perturbations a text, all labels; lime on the model's predict_proba, and on its plain forward pass."""
    from lime.lime_text import LimeTextExplainer

    labels = tuple(range(len(classifier.classes)))

    def peer(function: Callable[[list[str]], Any], some: Sequence[str]) -> None:
        explainer = LimeTextExplainer(random_state=0)
        for raw in some:
            explainer.explain_instance(raw, function, labels=labels, num_samples=classifier.perturbations)

    texts = [Text.of(raw) for raw in raws]
    lime(classifier, texts[:2])
    ours = seconds(lambda: lime(classifier, texts))
    fast = seconds(lambda: peer(classifier.predict_proba, raws))
    ours_few = seconds(lambda: lime(classifier, texts[:plain_texts]))
    plain = seconds(lambda: peer(lambda some: forward(classifier, some), raws[:plain_texts]))
    print(f"LIME, {len(raws)} texts, {classifier.perturbations:,} perturbations each: {ours:.2f} s")
    print(f"lime on flatnlp's own fast inference: {fast:.2f} s, {fast / ours:.1f} times as long")
    print(f"lime on the plain forward pass, {plain_texts} texts: {plain:.1f} s, {plain / ours_few:.1f} times as long")


def forward(classifier: WordClassifier, raws: Sequence[str]) -> NDArray[np.float64]:
    """Probabilities by the network as it was trained, in padded batches of 512."""
    answers = []
    for start in range(0, len(raws), 512):
        rows = [classifier.encode(Text.of(raw)) for raw in raws[start : start + 512]]
        lengths = torch.tensor([len(row) // 4 for row in rows])
        with torch.inference_mode():
            answers.append(classifier.network(torch.from_numpy(matrix_of(rows)), lengths).logits.double().softmax(1))
    return torch.cat(answers).numpy()


def seconds(work: Callable[[], object]) -> float:
    """Processor time of a piece of work."""
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
