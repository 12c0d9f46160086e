"""The pieces of work behind the cells, each known by what it is: equal work has an equal address and is done once."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath
from typing import Any

from flatnlp.attacks.options import DEFAULTS, AttackOptions
from flatnlp.errors import FlatnlpError
from flatnlp.training.settings import METHODS, TrainSettings


@dataclass(frozen=True)
class Describe:
    """Count a data set: tables 1 and 6.

    Attributes:
        dataset: Its name in the paper.
        source: Where it is read from.
    """

    dataset: str
    source: str


@dataclass(frozen=True)
class Train:
    """Train a model, choose its checkpoint, attack its test set with its own attacks."""

    settings: TrainSettings


@dataclass(frozen=True)
class Trial:
    """Train a model and choose its checkpoint on the development data; the test set stays unseen."""

    settings: TrainSettings


@dataclass(frozen=True)
class Attack:
    """Attack the test set of a trained model.

    Attributes:
        train: The victim.
        recipe: The attack.
        limit: Texts, at most.
        options: What was chosen about it.
    """

    train: Train
    recipe: str
    limit: int
    options: AttackOptions = DEFAULTS

    @property
    def in_training(self) -> bool:
        """Whether the training run itself does it at its end."""
        settings = self.train.settings
        return self.recipe in settings.attacks and self.limit == settings.test_limit


@dataclass(frozen=True)
class Together:
    """Count the test texts that survive every one of several attacks, among those that all of them attacked.

    Attributes:
        attacks: On one model, the cheap ones first.
    """

    attacks: tuple[Attack, ...]

    @property
    def train(self) -> Train:
        """The victim."""
        return self.attacks[0].train


@dataclass(frozen=True)
class Interpret:
    """Measure whether a model's reasons hold under an attack.

    Attributes:
        attack: Whose results are explained.
        method: ``ig`` or ``lime``.
        pairs: Substituted pairs, at most; a seeded sample of them.
    """

    attack: Attack
    method: str
    pairs: int


@dataclass(frozen=True)
class Importance:
    """Correlate the importances of a masked model with the frequencies of its words: table 9."""

    train: Train


Task = Describe | Train | Trial | Attack | Together | Interpret | Importance


def needs(task: Task) -> tuple[Task, ...]:
    """What must be done before a task."""
    match task:
        case Attack(train=train) | Importance(train=train):
            return (train,)
        case Interpret(attack=attack):
            return (attack.train,) if attack.in_training else (attack,)
        case Together(attacks=attacks):
            return (task.train, *(attack for attack in attacks if not attack.in_training))
    return ()


def record(task: Task) -> dict[str, Any]:
    """All that makes a task what it is, as JSON values."""
    match task:
        case Train(settings=settings):
            return {"train": settings.record()}
        case Trial(settings=settings):
            return {"trial": settings.record()}
        case Attack(train=train, recipe=recipe, limit=limit, options=options):
            return {**record(train), "attack": recipe, "limit": limit, "options": options.given()}
        case Together(attacks=attacks):
            return {"together": [record(attack) for attack in attacks]}
        case Importance(train=train):
            return {**record(train), "importance": True}
        case Interpret(attack=attack, method=method, pairs=pairs):
            return {**record(attack), "interpret": method, "pairs": pairs}
        case Describe(source=source):
            return {"describe": source}


def whole(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as this version writes them down, so that runs of earlier versions keep their address."""
    try:
        return TrainSettings(**{**settings, "attacks": tuple(settings["attacks"])}).record()
    except (KeyError, TypeError, FlatnlpError):
        return dict(settings)  # of a later version, or damaged: like nothing that is asked for


def address(described: Mapping[str, Any]) -> str:
    """A short name of a description: equal for equal ones, whatever the order of their parts."""
    text = json.dumps(described, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:12]


def name(task: Task) -> str:
    """A name for people that ends in the address: fit for a file."""
    match task:
        case Train(settings=settings) | Trial(settings=settings):
            parts = [
                _stem(settings.dataset),
                _stem(settings.model),
                settings.method,
                *settings.attacks,
                str(settings.seed),
            ]
        case Attack(train=train, recipe=recipe):
            return f"{name(train)}.{recipe}.{address(record(task))}"
        case Together(train=train):
            return f"{name(train)}.ensemble.{address(record(task))}"
        case Importance(train=train):
            return f"{name(train)}.importance.{address(record(task))}"
        case Interpret(attack=attack, method=method):
            return f"{name(attack.train)}.{attack.recipe}.{method}.{address(record(task))}"
        case Describe(dataset=dataset):
            parts = [dataset]
    return "-".join([*parts, address(record(task))])


def title(task: Task) -> str:
    """What is done, in words."""
    match task:
        case Train(settings=settings):
            method = METHODS[settings.method]
            under = f" against {', '.join(settings.attacks)}" if method.adversarial else ""
            return f"train {settings.model} {_method(settings)}{under} on {settings.dataset}, seed {settings.seed}"
        case Trial(settings=settings):
            return f"try a training of {settings.model} {_method(settings)} on {settings.dataset}, seed {settings.seed}"
        case Attack(train=train, recipe=recipe, limit=limit):
            whose = train.settings
            return (
                f"attack {whose.model} {_method(whose)} of {whose.dataset}, seed {whose.seed}, with {recipe} "
                f"(at most {limit:,} texts)"
            )
        case Together(train=train):
            whose = train.settings
            return f"count what of {whose.model} {_method(whose)} of {whose.dataset}, seed {whose.seed}, survives all"
        case Importance(train=train):
            whose = train.settings
            return f"correlate the importances of {whose.model} {_method(whose)} on {whose.dataset}, seed {whose.seed}"
        case Interpret(attack=attack, method=method, pairs=pairs):
            whose = attack.train.settings
            return (
                f"explain {whose.model} {_method(whose)} of {whose.dataset}, seed {whose.seed}, under {attack.recipe} "
                f"by {method} (at most {pairs:,} pairs)"
            )
        case Describe(dataset=dataset):
            return f"count {dataset}"


def _method(settings: TrainSettings) -> str:
    """The method and what of its own is not as always."""
    defaults = TrainSettings(dataset=settings.dataset)
    own = [
        f"{name} {getattr(settings, name):g}"
        for name in ("beta", "gamma", "groups")
        if getattr(settings, name) != getattr(defaults, name) or (name == "groups" and METHODS[settings.method].grouped)
    ]
    return f"{settings.method} ({', '.join(own)})" if own else settings.method


def _stem(text: str) -> str:
    """The last part of a name or path, in harmless characters."""
    return re.sub(r"[^A-Za-z0-9_.]+", "_", PurePath(text).stem) or "unnamed"
