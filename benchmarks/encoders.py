"""How fast is the attack on a transformer: against its own forward pass alone, and against TextAttack.

Three things take turns on the same victim, one thread, and their processor and wall time are set against each other:

- flatnlp's PWWS on the first examples of SST-2's test split;
- the plain ``transformers`` model, as saved, on the very texts that this attack had classified (each once), tokenised
  beforehand, sorted by length, at the batch size that is best for it: no attack can take less;
- TextAttack's PWWS with its own ``HuggingFaceModelWrapper`` and its defaults, on some of the same examples. It pads
  every text to the tokenizer's maximum; ``--peer-length`` makes that less.
"""

import argparse
import json
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import textattack_offline
import textattack_peer
import torch
from victims import DATASET, KEPT_IN

import flatnlp
from attacks import Clock
from flatnlp.attacks.engine import Engine
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes import recipe
from flatnlp.attacks.result import Example
from flatnlp.data import load_data
from flatnlp.evaluation import sample
from flatnlp.models.classifier import Key
from flatnlp.models.encoder_classifier import EncoderClassifier
from flatnlp.models.rows import ids_of
from flatnlp.text import Text

_BATCH_SIZES = (8, 16, 32, 64, 128)


def victim(model: str, folder: Path, texts: int, epochs: int) -> Path:
    """The folder of an encoder trained on some clean texts; an earlier one is taken up."""
    run = folder / f"{DATASET}-{model.replace('/', '-')}"
    if not (run / "model" / "config.json").is_file():
        print(f"Training {model} on {texts:,} texts of {DATASET}; it is kept in {run}.", flush=True)
        flatnlp.train(
            output=run,
            overwrite=True,
            dataset=DATASET,
            model=model,
            method="base",
            epochs=epochs,
            learning_rate=2e-4,
            train_limit=texts,
            dev_attack_sample=1,
            test_limit=1,
        )
    return run / "model"


def classified(attack: Recipe, classifier: EncoderClassifier, examples: list[Example]) -> list[Key]:
    """What the attack has the victim classify, each text once per example; this run also warms every cache."""
    keys: list[Key] = []
    classify = classifier.classify

    def recording(asked: list[Key]) -> Any:
        keys.extend(asked)
        return classify(asked)

    classifier.classify = recording  # type: ignore[method-assign,assignment]
    try:
        list(Engine(attack, classifier).run(examples))
    finally:
        del classifier.classify
    return keys


@dataclass(frozen=True)
class Plain:
    """The plain model on texts that were tokenised beforehand."""

    model: Any
    batches: list[tuple[torch.Tensor, torch.Tensor]]

    def __call__(self) -> None:
        """One pass over all of them."""
        with torch.inference_mode():
            for ids, mask in self.batches:
                self.model(input_ids=ids, attention_mask=mask).logits.double().softmax(1)


def plain(model: Any, classifier: EncoderClassifier, keys: list[Key], size: int) -> Plain:
    """Batches of ``size`` texts, sorted by length, each padded to its longest."""
    opening, closing = classifier.pieces.opening, classifier.pieces.closing
    rows = sorted(([*opening, *ids_of(key), *closing] for key in keys), key=len)
    batches = []
    for start in range(0, len(rows), size):
        chosen = rows[start : start + size]
        ids = torch.zeros(len(chosen), len(chosen[-1]), dtype=torch.long)
        for padded, row in zip(ids, chosen, strict=True):
            padded[: len(row)] = torch.tensor(row)
        lengths = torch.tensor([len(row) for row in chosen])
        batches.append((ids, (torch.arange(ids.shape[1]) < lengths[:, None]).long()))
    return Plain(model, batches)


def best_plain(model: Any, classifier: EncoderClassifier, keys: list[Key]) -> tuple[Plain, int]:
    """At the batch size that is fastest on every tenth text."""
    timed = []
    for size in _BATCH_SIZES:
        trial, clock = plain(model, classifier, keys[::10], size), Clock()
        with clock:
            trial()
        timed.append((clock.cpu, size))
    size = min(timed)[1]
    return plain(model, classifier, keys, size), size


def peer(folder: Path, length: int | None, words: set[str]) -> Callable[[Example], None] | None:
    """TextAttack's PWWS with its own wrapper of the plain model; ``None`` where it is not installed.

    Args:
        folder: The victim.
        length: Tokens that each text is padded or cut to; the tokenizer's maximum if not said.
        words: What it has looked up in WordNet already, as flatnlp has: reading 190 words there takes it 3 seconds.
    """
    if not textattack_offline.available():
        return None
    from flatnlp.resources import locate

    textattack_offline.prepare([locate("wordnet"), locate("stopwords")])
    import textattack
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.model_max_length = length or tokenizer.model_max_length
    wrapper = textattack.models.wrappers.HuggingFaceModelWrapper(model, tokenizer)
    theirs = textattack_peer.Peer(lambda texts: wrapper(texts).softmax(1).numpy())
    for word in words:
        theirs.synonyms(word)

    def attack(example: Example) -> None:
        theirs.attack(example)

    return attack


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """All repetitions, and their medians."""
    from transformers import AutoModelForSequenceClassification

    folder = victim(options.model, options.models, options.train_texts, options.train_epochs)
    classifier = flatnlp.load(folder)
    assert isinstance(classifier, EncoderClassifier)
    test, attack = load_data(DATASET).splits["test"], recipe("pwws")
    examples = sample(list(test["text"]), list(test["label"]), options.examples, 0)
    keys = classified(attack, classifier, examples)
    forward, size = best_plain(AutoModelForSequenceClassification.from_pretrained(folder).eval(), classifier, keys)
    peer_examples = examples[: options.peer_examples]
    repetitions = []
    for _ in range(options.repeats):
        ours, bound, other = Clock(), Clock(), Clock()
        # A new one each time: it remembers the texts it has asked about.
        theirs = peer(
            folder, options.peer_length, {word for each in peer_examples for word in Text.of(each.text).words}
        )
        engine = Engine(attack, classifier)
        with ours:
            results = list(engine.run(examples))
        with bound:
            forward()
        if theirs is not None:
            with other:
                for example in peer_examples:
                    theirs(example)
        spent = engine.spent["victim"]
        few = {example.index for example in peer_examples}
        share = sum(each.queries for each in results if each.example.index in few) / sum(e.queries for e in results)
        repetitions.append(
            {
                "examples_per_second": len(examples) / ours.wall,
                "wall_over_forward": ours.wall / bound.wall,
                "cpu_over_forward": ours.cpu / bound.cpu,
                "outside_model": 1 - spent.model_seconds / ours.wall,
                "padding": spent.padding / spent.tokens,
                "times_textattack": other.wall / (ours.wall * share) if theirs and share else None,
                "times_textattack_cpu": other.cpu / (ours.cpu * share) if theirs and share else None,
            }
        )
        print({name: None if value is None else round(value, 3) for name, value in repetitions[-1].items()}, flush=True)
    medians = {
        name: None if value is None else statistics.median(each[name] for each in repetitions)
        for name, value in repetitions[0].items()
    }
    counted = {"examples": len(examples), "peer_examples": len(peer_examples), "texts": len(keys), "batch_size": size}
    return {"model": options.model, **counted, "median": medians, "repetitions": repetitions}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="bert-tiny")
    parser.add_argument("--examples", type=int, default=100, help="attack so many test examples")
    parser.add_argument("--peer-examples", type=int, default=10, help="time TextAttack on the first so many of them")
    parser.add_argument("--peer-length", type=int, help="have TextAttack pad to so many tokens")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--train-texts", type=int, default=4000, help="train the victim on so many texts")
    parser.add_argument("--train-epochs", type=int, default=2)
    parser.add_argument("--models", type=Path, default=KEPT_IN, help="where the victims are kept")
    parser.add_argument("--json", type=Path, help="write all repetitions here")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if not textattack_offline.available():
        print(textattack_peer.ABSENT)
    measured = measure(options)
    for name, value in measured["median"].items():
        print(f"{name}: " + ("not measured" if value is None else f"{value:.3f}"))
    print({name: measured[name] for name in ("model", "examples", "peer_examples", "texts", "batch_size")})
    if options.json:
        options.json.write_text(json.dumps(measured, indent=2))


if __name__ == "__main__":
    main()
