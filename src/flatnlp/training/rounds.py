"""Rounds of attack and training: the whole of a run, from settings to an evaluated model.

Train on clean data; then repeat: attack the training data with the method's own latest weights, go on from them on the
clean data and the successful adversarial examples. An interrupted run goes on at the round it was in (within the
attack, at the text): the weights of the last round's end are on disk, all randomness hangs on (seed, round, epoch), and
every round's optimizer starts fresh. Of the other epochs only those are kept that may still be chosen.

Beyond the paper (off unless asked for) the attack may come anew before every epoch of a round, synonyms may be trained
on, and a moving average of the weights may stand for the weights: it is what is evaluated, kept, and gone on from in
the next round. Of methods that have rounds the clean epochs stay as they are.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from flatnlp.attacks.bar import attack_bar
from flatnlp.attacks.journal import attack_to_file, settings_for
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.result import AttackResult
from flatnlp.attacks.results_file import read_results
from flatnlp.errors import FlatnlpError
from flatnlp.evaluation import run_attack
from flatnlp.files import written_whole
from flatnlp.models.network import Network
from flatnlp.models.trained import TrainedClassifier
from flatnlp.progress import progress_bar
from flatnlp.runs import Run
from flatnlp.training.adversarial import AdversarialTexts, adversarial_texts, bounded
from flatnlp.training.averaging import Average
from flatnlp.training.epoch import Losses, train_epoch
from flatnlp.training.optimization import Optimization, optimization
from flatnlp.training.preparation import Prepared
from flatnlp.training.selection import Candidate, contenders, select
from flatnlp.training.settings import METHODS, ResolvedSettings
from flatnlp.training.synonyms import NO_SYNONYMS, Synonyms, synonyms_for


def train_rounds(
    run: Run,
    prepared: Prepared,
    recipes: Sequence[Recipe],
    settings: ResolvedSettings,
    show_progress: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> Candidate:
    """Train until the last round, keep the best checkpoint in the classifier.

    Args:
        run: Where metrics, checkpoints and adversarial examples go; what is there already is not done again.
        prepared: Its classifier is trained in place.
        recipes: The attacks.
        settings: The rest.
        show_progress: Whether to show bars.
        say: Told one sentence per epoch and round.

    Returns:
        The chosen checkpoint; the classifier holds its weights.

    Raises:
        FlatnlpError: If the loss stops being finite, the victim misbehaves, or the disk refuses.
    """
    trainer = _Trainer(run, prepared, recipes, settings, show_progress, say)
    first = trainer.restore()
    last = settings.rounds if METHODS[settings.method].adversarial else 0
    for number in range(first, last + 1):
        if number and trainer.stalled():
            break
        trainer.round(number)
    chosen = select(trainer.candidates)
    trainer.load(chosen.epoch)
    if not any(line["kind"] == "selected" for line in run.metrics()):
        run.add_metrics({"kind": "selected", **_record(chosen)})
    run.keep_checkpoints({chosen.epoch, trainer.round_ends[-1].epoch})
    say(
        f"Kept epoch {chosen.epoch} (round {chosen.round}): dev accuracy {chosen.accuracy:.1%}, "
        f"after attack {chosen.after_attack_accuracy:.1%}."
    )
    return chosen


@dataclass
class _Trainer:
    run: Run
    prepared: Prepared
    recipes: Sequence[Recipe]
    settings: ResolvedSettings
    show_progress: bool
    say: Callable[[str], None]
    synonyms: Synonyms = field(init=False)
    candidates: list[Candidate] = field(init=False, default_factory=list)
    round_ends: list[Candidate] = field(init=False, default_factory=list)
    needed: set[int] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        train = [each.text for each in self.prepared.train]
        self.synonyms = synonyms_for(self.settings, self.classifier, train, self.recipes)

    @property
    def classifier(self) -> TrainedClassifier:
        return self.prepared.classifier

    @property
    def network(self) -> Network:
        return self.classifier.network

    def restore(self) -> int:
        """Take up what whole rounds have left, forget the rest; return the round to do next."""
        try:
            return self._restore(self.run.metrics())
        except (KeyError, StopIteration) as error:
            raise FlatnlpError(
                f"{self.run.folder / 'metrics.jsonl'} is damaged; give --overwrite to train anew."
            ) from error

    def _restore(self, lines: Sequence[dict[str, Any]]) -> int:
        whole = max((i + 1 for i, line in enumerate(lines) if line["kind"] == "round"), default=0)
        selected = any(line["kind"] == "selected" for line in lines)
        self.run.rewind(len(lines) if selected else whole)
        for line in lines[:whole]:
            if line["kind"] == "epoch":
                self.candidates.append(
                    Candidate(line["epoch"], line["round"], line["dev_accuracy"], line["dev_after_attack_accuracy"])
                )
            elif line["kind"] == "round":
                self.round_ends.append(self._candidate(line["epoch"]))
        if not self.round_ends:
            return 0
        self._forget_others()
        self.load(self.round_ends[-1].epoch)
        return self.round_ends[-1].round + 1

    def stalled(self) -> bool:
        """Whether dev AA at the end of the rounds has not risen for ``round_patience`` rounds."""
        patience = self.settings.round_patience
        values = [each.after_attack_accuracy for each in self.round_ends]
        return bool(patience) and len(values) > patience and max(values[-patience:]) <= max(values[:-patience])

    def round(self, number: int) -> None:
        """Attack (but in round 0), train, and go on from the last epoch (in round 0: from the most accurate)."""
        epochs = self.settings.epochs_per_round if number else self.settings.epochs
        every_epoch = self.settings.refresh_attack == "epoch"
        attacks_before = (number - 1) * (epochs if every_epoch else 1)
        attacked, adversarial = self._attack(attacks_before + 1) if number else (0, None)
        batches = -(-len(self.prepared.clean) // self.settings.batch_size)
        optimizing = optimization(self.network, self.settings, epochs * batches)
        decay = self.settings.average_weights
        average = Average(self.network, decay) if decay is not None and self._beyond_the_paper(number) else None
        done: list[Candidate] = []
        first = max((each.epoch for each in self.candidates), default=0) + 1
        for epoch in range(first, first + epochs):
            if number and done and every_epoch:
                attacked, adversarial = self._attack(attacks_before + 1 + len(done))
            done.append(self._epoch(epoch, number, optimizing, adversarial, average))
            self.run.keep_checkpoints(self.needed | _needed([*self.candidates, *done], _end_of(done, number)))
            if number == 0 and self._no_better(done):
                break
        end = _end_of(done, number)
        self.candidates += done
        self.round_ends.append(end)
        self.load(end.epoch)
        record: dict[str, Any] = {"kind": "round", **_record(end)}
        if adversarial is not None:
            record |= {
                "attacked": attacked,
                "adversarial_examples": len(adversarial),
                "unknown_pair_share": adversarial.unknown_share,
            }
        self.run.add_metrics(record)
        self._forget_others()

    def load(self, epoch: int) -> None:
        """Put an epoch's weights into the network."""
        path = self.run.checkpoint(epoch)
        try:
            weights = load_file(path)
            if weights.keys() != dict(self.network.named_parameters()).keys():
                raise RuntimeError("it holds the weights of another model")
            self.network.load_state_dict(weights, strict=False)  # what is not trained is in the network already
        except (OSError, SafetensorError, RuntimeError) as error:
            reason = str(error).splitlines()[0]
            raise FlatnlpError(f"{path} is missing or damaged ({reason}); give --overwrite to train anew.") from error
        self.classifier.refresh()

    def _forget_others(self) -> None:
        """After a whole round: what it left out is not asked for again, however the run is taken up."""
        self.needed = _needed(self.candidates, self.round_ends[-1])
        self.run.keep_checkpoints(self.needed)

    def _beyond_the_paper(self, number: int) -> bool:
        """Whether synonyms and averages, if asked for, are for the epochs of this round."""
        return number > 0 or not METHODS[self.settings.method].adversarial

    def _candidate(self, epoch: int) -> Candidate:
        return next(each for each in self.candidates if each.epoch == epoch)

    def _no_better(self, done: Sequence[Candidate]) -> bool:
        best = max(range(len(done)), key=lambda i: done[i].accuracy)
        return len(done) - 1 - best >= self.settings.patience

    def _epoch(
        self,
        epoch: int,
        number: int,
        optimizing: Optimization,
        adversarial: AdversarialTexts | None,
        average: Average | None,
    ) -> Candidate:
        started = time.perf_counter()
        steps = -(-len(self.prepared.clean) // self.settings.batch_size)
        with progress_bar(f"Epoch {epoch}", steps, "steps", self.show_progress) as advance:

            def stepped() -> None:
                if average:
                    average.update()
                advance()

            losses = train_epoch(
                self.network,
                optimizing,
                self.prepared.clean,
                adversarial,
                self.settings,
                (self.settings.seed, number, epoch),
                stepped,
                self.synonyms if self._beyond_the_paper(number) else NO_SYNONYMS,
                self.run.processes,
            )
        trained = time.perf_counter()
        with average.in_place() if average else nullcontext():
            candidate = self._evaluated(epoch, number, losses)
        if average:
            self.classifier.refresh()
        self.run.add_timing(
            {"epoch": epoch, "train_seconds": trained - started, "seconds": time.perf_counter() - started}
        )
        return candidate

    def _evaluated(self, epoch: int, number: int, losses: Losses) -> Candidate:
        """Evaluate the network as it stands on the dev data, keep its weights, write it down."""
        self.classifier.refresh()
        accuracy = self._dev_accuracy()
        robust = float(np.mean([self._dev_after_attack_accuracy(recipe, number) for recipe in self.recipes]))
        candidate = Candidate(epoch, number, accuracy, robust)
        self.run.processes.from_main(lambda: self._keep(epoch))
        self.run.add_metrics({"kind": "epoch", **_record(candidate), **losses})
        self.say(
            f"Epoch {epoch} (round {number}): loss {losses['loss']:.3f}, dev accuracy {accuracy:.1%}, "
            f"after attack {robust:.1%}."
        )
        return candidate

    def _keep(self, epoch: int) -> None:
        weights: dict[str, Tensor] = {
            name: value.detach().cpu().contiguous() for name, value in self.network.named_parameters()
        }
        with written_whole(self.run.checkpoint(epoch)) as temporary:
            temporary.write_bytes(save(weights))

    def _dev_accuracy(self) -> float:
        processes, dev = self.run.processes, self.prepared.dev
        own, right = dev[processes.number :: processes.count], 0
        if own:
            predicted = self.classifier.predict_proba([each.text for each in own]).argmax(1)
            right = int((predicted == np.array([each.label for each in own])).sum())
        return sum(processes.gather(right)) / len(dev)

    def _dev_after_attack_accuracy(self, recipe: Recipe, number: int) -> float:
        dev = self.prepared.dev_attacked
        with attack_bar(f"{recipe.name} on dev", len(dev), self.show_progress, self.run.processes) as bar:
            results = run_attack(
                recipe,
                self.classifier,
                dev,
                bar.on_result,
                (self.settings.seed, number),
                processes=self.run.processes,
            )
        return float(np.mean([result.predictions[1] == result.example.label for result in results]))

    def _attack(self, number: int) -> tuple[int, AdversarialTexts]:
        """The run's attack of this number, from 1, on the training data: one a round, or one an epoch."""
        started = time.perf_counter()
        chosen = self.prepared.train
        if self.settings.attack_sample is not None and self.settings.attack_sample < len(chosen):
            random = np.random.default_rng((self.settings.seed, number))
            chosen = [chosen[i] for i in np.sort(random.permutation(len(chosen))[: self.settings.attack_sample])]
        results: list[AttackResult] = []
        seed = (self.settings.seed, number)
        for recipe in self.recipes:
            path = self.run.adversarial(number, recipe.name)
            with attack_bar(f"{recipe.name} on train", len(chosen), self.show_progress, self.run.processes) as bar:
                settings = settings_for(recipe, self.classifier, chosen, seed)
                results += attack_to_file(
                    recipe,
                    self.classifier,
                    chosen,
                    path,
                    settings,
                    bar.on_result,
                    seed=seed,
                    processes=self.run.processes,
                    on_earlier=bar.on_earlier,
                )
        name = "Round" if self.settings.refresh_attack == "round" else "Attack"
        successful = sum(result.status == "successful" for result in results)
        skipped = sum(result.status == "skipped" for result in results)
        self.say(
            f"{name} {number}: {successful:,} of {len(results) - skipped:,} "
            "correctly classified training texts flipped."
        )
        self.run.add_timing({"round": number, "attack_seconds": time.perf_counter() - started})
        older: list[AttackResult] = []
        if self.settings.accumulate:
            for earlier in range(1, number):
                for recipe in self.recipes:
                    older += read_results(self.run.adversarial(earlier, recipe.name))
        kept = bounded(results, older, self.settings.keep_adversarial, (self.settings.seed, number))
        return len(chosen), adversarial_texts(kept, self.classifier)


def _end_of(done: Sequence[Candidate], number: int) -> Candidate:
    """The epoch of a round that the next one goes on from: of the clean ones the most accurate, else the last."""
    return max(done, key=lambda each: each.accuracy) if number == 0 else done[-1]


def _needed(candidates: Sequence[Candidate], end: Candidate) -> set[int]:
    """The epochs whose weights are wanted still: those that may be chosen, and the round's end."""
    return {end.epoch, *(each.epoch for each in contenders(candidates))}


def _record(candidate: Candidate) -> dict[str, Any]:
    return {
        "round": candidate.round,
        "epoch": candidate.epoch,
        "dev_accuracy": candidate.accuracy,
        "dev_after_attack_accuracy": candidate.after_attack_accuracy,
    }
