"""The pieces of work behind the cells, each known by what it is: equal work has an equal address and is done once."""

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from hashlib import sha256
from pathlib import PurePath
from typing import Any

from flatnlp.training.settings import TrainSettings


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
    """

    train: Train
    recipe: str
    limit: int

    @property
    def in_training(self) -> bool:
        """Whether the training run itself does it at its end."""
        settings = self.train.settings
        return self.recipe in settings.attacks and self.limit == settings.test_limit


Task = Describe | Train | Trial | Attack


def needs(task: Task) -> tuple[Task, ...]:
    """What must be done before a task."""
    match task:
        case Attack(train=train):
            return (train,)
    return ()


def record(task: Task) -> dict[str, Any]:
    """All that makes a task what it is, as JSON values."""
    match task:
        case Train(settings=settings):
            return {"train": whole(settings.record())}
        case Trial(settings=settings):
            return {"trial": whole(settings.record())}
        case Attack(train=train, recipe=recipe, limit=limit):
            return {**record(train), "attack": recipe, "limit": limit}
        case Describe(source=source):
            return {"describe": source}


def whole(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with the defaults of those that are not there, so that runs of earlier versions keep their address."""
    defaults = {field.name: field.default for field in fields(TrainSettings) if field.default is not MISSING}
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in {**defaults, **settings}.items()
    }


def address(described: Mapping[str, Any]) -> str:
    """A short name of a description: equal for equal ones, whatever the order of their parts."""
    text = json.dumps(described, sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()[:12]


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
            return f"{name(train)}.{recipe}"
        case Describe(dataset=dataset):
            parts = [dataset]
    return "-".join([*parts, address(record(task))])


def title(task: Task) -> str:
    """What is done, in words."""
    match task:
        case Train(settings=settings):
            under = f" against {', '.join(settings.attacks)}" if settings.method != "base" else ""
            return f"train {settings.model} {settings.method}{under} on {settings.dataset}, seed {settings.seed}"
        case Trial(settings=settings):
            return f"try a training of {settings.model} {settings.method} on {settings.dataset}, seed {settings.seed}"
        case Attack(train=train, recipe=recipe, limit=limit):
            whose = train.settings
            return (
                f"attack {whose.model} {whose.method} of {whose.dataset}, seed {whose.seed}, with {recipe} "
                f"(at most {limit:,} texts)"
            )
        case Describe(dataset=dataset):
            return f"count {dataset}"


def _stem(text: str) -> str:
    """The last part of a name or path, in harmless characters."""
    return re.sub(r"[^A-Za-z0-9_.]+", "_", PurePath(text).stem) or "unnamed"
