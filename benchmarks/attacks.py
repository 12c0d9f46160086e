"""How fast the attack is: flatnlp against TextAttack and against the victim's own forward rate, side by side.

One process, one thread. A repetition takes turns of a few seconds: flatnlp attacks everything, TextAttack attacks the
next 150 examples, the victim alone classifies the very texts that flatnlp's attack had classified. Ratios are taken
within a repetition, and the median over the repetitions is printed. Models are loaded before the clock starts; what an
attack remembers of earlier ones (tags, encodings, candidates) is forgotten before every turn of flatnlp's and every
repetition of TextAttack's. Examples per second depend on the machine and on what else it does; ratios much less.
"""

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import textattack_offline
import textattack_peer
import torch
from compared import COMPARED, Compared
from numpy.typing import NDArray
from textattack_peer import Peer, WordVictim, plain_forward
from victims import DATASET, KEPT_IN, victim

from flatnlp.attacks.engine import Engine
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.result import Example
from flatnlp.attacks.service import Spent
from flatnlp.data import load_data
from flatnlp.evaluation import sample
from flatnlp.models.classifier import Classifier, Key
from flatnlp.models.word_classifier import WordClassifier
from flatnlp.text import Text

_FULL_BATCH = 512
_ROWS_AT_ONCE = 65_536
_PLAIN_ROWS = 10_000
_PEER_TRIAL = 22
_LONG_ENOUGH = "this is a film that a good friend would see twice and then praise to all her other friends at work"


@dataclass(frozen=True)
class Repetition:
    """One repetition's measurements of one victim; rates are per second of wall time.

    Attributes:
        examples: Examples that flatnlp attacks.
        queries: Texts that its search asks about.
        forwards: Of these, different ones: what the victim really classified.
        victim_share: Share of flatnlp's time inside the victim.
        encode_share: Share of it in turning variants into the victim's input.
        peer_examples: Examples that TextAttack attacks, if it is installed.
        peer_queries: Texts that its search asks about.
        peer_victim_share: Share of its time inside the victim.
        cpu_ratio: Ratio of examples per second of processor time, which other programs disturb less.
        bound_forwards: Rows that flatnlp's inference classifies with no attack around it.
        plain_forwards: Rows that the module's plain forward pass classifies, in full batches of equal length.
    """

    examples: float
    queries: float
    forwards: float
    victim_share: float
    encode_share: float
    peer_examples: float | None
    peer_queries: float | None
    peer_victim_share: float | None
    cpu_ratio: float | None
    bound_forwards: float
    plain_forwards: float

    @property
    def figures(self) -> dict[str, float | None]:
        """What is reported: the measurements and the ratios between them."""
        ratio = None if self.peer_examples is None else self.examples / self.peer_examples
        return asdict(self) | {
            "ratio": ratio,
            "outside_victim": 1 - self.victim_share,
            "forwards_over_bound": self.forwards / self.bound_forwards,
            "queries_over_plain": self.queries / self.plain_forwards,
        }


class Recording(Classifier):
    """A victim that notes every key it is asked to classify."""

    def __init__(self, victim: WordClassifier) -> None:
        self.victim = victim
        self.classes = victim.classes
        self.keys: list[Key] = []

    def encode(self, text: Text) -> Key:
        """The victim's."""
        return self.victim.encode(text)

    def encode_variants(self, text: Text, positions: Sequence[int], substitutes: Sequence[str | None]) -> list[Key]:
        """The victim's."""
        return self.victim.encode_variants(text, positions, substitutes)

    def classify(self, keys: Sequence[Key]) -> NDArray[np.float64]:
        """The victim's, and the keys are kept."""
        self.keys += keys
        return self.victim.classify(keys)

    def words_seen(self, text: Text) -> int:
        """The victim's."""
        return self.victim.words_seen(text)


class Clock:
    """Wall and processor time of some blocks, added up."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    def __enter__(self) -> "Clock":
        self.wall -= time.perf_counter()
        self.cpu -= time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall += time.perf_counter()
        self.cpu += time.process_time()


def classified_keys(attack: Recipe, classifier: WordClassifier, examples: list[Example]) -> list[Key]:
    """All that the attack has the victim classify, in that order."""
    recording = Recording(classifier)
    for _ in Engine(attack, recording).run(examples):
        pass
    attack.close()
    return recording.keys


def fresh(compared: Compared, classifier: WordClassifier) -> Recipe:
    """A recipe of flatnlp that remembers nothing of the examples, with its models loaded by two texts of their own."""
    attack = compared.ours()
    for _ in Engine(attack, classifier).run([Example(0, _LONG_ENOUGH, 0), Example(1, _LONG_ENOUGH, 1)]):
        pass
    return attack


def repetition(
    compared: Compared,
    classifier: WordClassifier,
    examples: list[Example],
    keys: list[Key],
    peer: tuple[Peer, WordVictim] | None,
    peer_examples: list[Example],
) -> Repetition:
    """Measure everything once, in turns as short as TextAttack allows: what else the machine does meets all alike."""
    ours, theirs, bound, plain = Clock(), Clock(), Clock(), Clock()
    spent = Spent()
    peer_queries, turns = 0, 0
    sampled = plain_batches(keys)
    if peer is not None:
        peer[1].seconds = 0.0
        peer[0].forget()
    for start in range(0, len(peer_examples), compared.peer_turn):
        turns += 1
        engine = Engine(fresh(compared, classifier), classifier)
        with ours:
            for _ in engine.run(examples):
                pass
        ours_spent = engine.spent["victim"]
        for name in ("items", "duplicates", "seconds", "model_seconds"):
            setattr(spent, name, getattr(spent, name) + getattr(ours_spent, name))
        if peer is not None:
            with theirs:
                for example in peer_examples[start : start + compared.peer_turn]:
                    peer_queries += peer[0].attack(example).queries
        with bound:
            for first in range(0, len(keys), _ROWS_AT_ONCE):
                classifier.classify(keys[first : first + _ROWS_AT_ONCE])
        with plain:
            for batch in sampled:
                plain_forward(classifier, batch)
    return Repetition(
        examples=turns * len(examples) / ours.wall,
        queries=spent.items / ours.wall,
        forwards=(spent.items - spent.duplicates) / ours.wall,
        victim_share=spent.model_seconds / ours.wall,
        encode_share=(spent.seconds - spent.model_seconds) / ours.wall,
        peer_examples=len(peer_examples) / theirs.wall if peer else None,
        peer_queries=peer_queries / theirs.wall if peer else None,
        peer_victim_share=peer[1].seconds / theirs.wall if peer else None,
        cpu_ratio=(turns * len(examples) / ours.cpu) / (len(peer_examples) / theirs.cpu) if peer else None,
        bound_forwards=turns * len(keys) / bound.wall,
        plain_forwards=turns * sum(map(len, sampled)) / plain.wall,
    )


def plain_batches(keys: list[Key]) -> list[list[Key]]:
    """A sample of the attack's texts in full batches of equal length, so that nothing is padding."""
    chosen = np.random.default_rng(0).permutation(len(keys))[:_PLAIN_ROWS]
    batches = []
    for _, group in groupby(sorted((keys[i] for i in chosen), key=len), key=len):
        members = list(group)
        batches += [members[start : start + _FULL_BATCH] for start in range(0, len(members), _FULL_BATCH)]
    return batches


def faster_peer(
    compared: Compared, classifier: WordClassifier, examples: list[Example]
) -> tuple[Peer, WordVictim, str]:
    """TextAttack on whichever inference is the faster for it; in its small batches that can be the plain one."""
    timed = []
    for fast in (True, False):
        their_victim = WordVictim(classifier, fast)
        peer = Peer(their_victim, compared.theirs)
        for example in examples[:2]:
            peer.attack(example)
        clock = Clock()
        with clock:
            for example in examples[2:_PEER_TRIAL]:
                peer.attack(example)
        timed.append((clock.cpu, peer, their_victim, "flatnlp's" if fast else "plain"))
    _, peer, their_victim, name = min(timed, key=lambda each: each[0])
    return peer, their_victim, name


def measure(name: str, architecture: str, options: argparse.Namespace, say: Callable[[str], None]) -> dict[str, Any]:
    """All repetitions of one recipe for one victim, and their medians."""
    compared = COMPARED[name]
    classifier = victim(architecture, options.models)
    test = load_data(DATASET).splits["test"]
    texts, labels = list(test["text"]), list(test["label"])
    examples = sample(texts, labels, options.examples, 0)
    peer_examples = sample(texts, labels, options.peer_examples or options.examples, 0)
    keys = classified_keys(compared.ours(), classifier, examples)
    peer, inference = None, None
    if textattack_offline.available():
        *peer, inference = faster_peer(compared, classifier, peer_examples)
    repetitions = []
    for number in range(options.repetitions):
        done = repetition(compared, classifier, examples, keys, peer, peer_examples).figures
        repetitions.append(done)
        ratio = "" if done["ratio"] is None else f", {done['ratio']:.1f} times TextAttack"
        say(f"{name} on {architecture}, repetition {number + 1}: {done['examples']:.0f} examples/s{ratio}")
    medians = {
        name: None if repetitions[0][name] is None else statistics.median(each[name] for each in repetitions)
        for name in repetitions[0]
    }
    return {
        "recipe": name,
        "victim": architecture,
        "examples": len(examples),
        "peer_examples": len(peer_examples) if peer else 0,
        "peer_inference": inference,
        "median": medians,
        "repetitions": repetitions,
    }


_ROWS = (
    ("TextAttack, examples/s", "peer_examples", "{:,.1f}"),
    ("**flatnlp, examples/s**", "examples", "{:,.0f}"),
    ("**flatnlp over TextAttack**", "ratio", "{:.1f} times"),
    ("the same, by processor time", "cpu_ratio", "{:.1f} times"),
    ("TextAttack, queries/s", "peer_queries", "{:,.0f}"),
    ("flatnlp, queries/s", "queries", "{:,.0f}"),
    ("flatnlp, different texts classified/s", "forwards", "{:,.0f}"),
    ("TextAttack, time inside the victim", "peer_victim_share", "{:.0%}"),
    ("flatnlp, time outside the victim", "outside_victim", "{:.0%}"),
    ("of which encoding variants", "encode_share", "{:.0%}"),
    ("victim alone, the same texts/s", "bound_forwards", "{:,.0f}"),
    ("flatnlp's texts/s over the victim alone", "forwards_over_bound", "{:.2f}"),
    ("plain forward, full batches, texts/s", "plain_forwards", "{:,.0f}"),
    ("flatnlp's queries/s over plain forward", "queries_over_plain", "{:.2f}"),
)


def table(measured: list[dict[str, Any]]) -> str:
    """The medians as a Markdown table, a column per recipe and victim."""
    lines = [
        "| | " + " | ".join(f"{each['recipe']}, {each['victim'].upper()}" for each in measured) + " |",
        "|---" * (len(measured) + 1) + "|",
    ]
    for title, name, pattern in _ROWS:
        values = [each["median"][name] for each in measured]
        if all(value is not None for value in values):
            lines.append(f"| {title} | " + " | ".join(pattern.format(value) for value in values) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", nargs="+", default=["pwws"], choices=tuple(COMPARED))
    parser.add_argument("--victims", nargs="+", default=["cnn", "lstm"], choices=("cnn", "lstm"))
    parser.add_argument("--examples", type=int, help="attack so many test examples (default: all)")
    parser.add_argument("--peer-examples", type=int, help="time TextAttack on so many of them (default: all)")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--models", type=Path, default=KEPT_IN, help="where the victims are kept")
    parser.add_argument("--json", type=Path, help="write all repetitions here")
    options = parser.parse_args()
    torch.set_num_threads(1)
    if not textattack_offline.available():
        print(textattack_peer.ABSENT)
    measured = [
        measure(name, each, options, lambda line: print(line, flush=True))
        for name in options.recipe
        for each in options.victims
    ]
    print(f"\n{DATASET} test, one thread, median of {options.repetitions} interleaved repetitions\n")
    print(table(measured))
    for each in measured:
        if each["peer_inference"]:
            which = f"{each['recipe']}, {each['victim']}"
            print(f"\n{which}: TextAttack is timed on {each['peer_inference']} inference, the faster for it.")
    if options.json:
        machine = {"python": platform.python_version(), "torch": torch.__version__, "machine": platform.machine()}
        options.json.write_text(json.dumps({"on": machine, "measured": measured}, indent=2))


if __name__ == "__main__":
    main()
