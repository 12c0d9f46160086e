"""All settings of a training run, with defaults that work."""

from dataclasses import dataclass, fields
from typing import Any

from flatnlp.attacks.options import AttackOptions
from flatnlp.errors import FlatnlpError
from flatnlp.models.word_network import ARCHITECTURES


@dataclass(frozen=True)
class Method:
    """What a method is: a setting of one code path (DESIGN, "Methods").

    Attributes:
        masked: Whether words are masked by learned importances.
        adversarial: Whether rounds of attack and training follow the clean epochs.
    """

    masked: bool
    adversarial: bool


METHODS = {
    "base": Method(masked=False, adversarial=False),
    "vmask": Method(masked=True, adversarial=False),
    "adv": Method(masked=False, adversarial=True),
    "flat": Method(masked=True, adversarial=True),
}


@dataclass(frozen=True, kw_only=True)
class TrainSettings:
    """Settings of one run.

    Attributes:
        dataset: Name, ``hf:owner/name``, file or folder.
        text_column: Column of the texts, ``text`` if not said.
        label_column: Column of the labels, ``label`` if not said.
        vectors: Word vectors: a name or a file.
        model: ``cnn`` or ``lstm``.
        method: ``base``, ``vmask``, ``adv`` or ``flat``.
        attacks: Recipes that attack the training data in every round, the development data after every epoch, and the
            test data at the end.
        synonyms: The synonym space of the recipes that have one: a name or a file; each recipe's own if not said.
        encoder: The sentence encoder of the recipes that have one: minilm, use, none or a folder.
        tagger: The part-of-speech tagger of the recipes that have one: nltk or spacy.
        language_model: The language model of the recipes that have one: a name, a file or a folder.
        beta: Weight of the masks' entropy (vmask, flat).
        gamma: Weight of the importance distance between a word and its substitute (flat).
        rounds: Rounds of attack and training (adv, flat).
        epochs: Epochs on clean data before the first round.
        epochs_per_round: Epochs after each attack.
        patience: Stop the clean epochs when dev accuracy has not risen for so many.
        round_patience: Stop the rounds when dev after-attack accuracy has not risen for so many; 0 never stops early.
        accumulate: Train on the adversarial examples of all rounds so far; else on the latest round's alone, as the
            paper says. Models trained on the newest alone forget the older ones: dev SA and AA then swing by several
            points from round to round (docs/RESULTS.md).
        learning_rate: Adam's step size.
        batch_size: Clean examples per step; adversarial ones are spread evenly over the same steps.
        clip: Largest norm of the gradient.
        dropout: Dropout before the output layer.
        hidden: Feature maps per width (cnn, 100 if not said) or hidden size (lstm, 150 if not said).
        min_frequency: Words must be more frequent than this to enter the vocabulary; the paper's table 6 if not said.
        length: Tokens read of each text; the paper's table 6 if not said.
        train_limit: Train on the first so many of a seeded shuffle.
        attack_sample: Attack so many training examples a round (a new seeded sample each), all if not said.
        dev_attack_sample: Development examples attacked after every epoch.
        test_limit: Test examples attacked at the end, the same for every seed.
        seed: Seed of everything random but the held-out splits, which are always the same.
    """

    dataset: str
    text_column: str | None = None
    label_column: str | None = None
    vectors: str = "glove-50d"
    model: str = "cnn"
    method: str = "flat"
    attacks: tuple[str, ...] = ("pwws",)
    synonyms: str | None = None
    encoder: str | None = None
    tagger: str | None = None
    language_model: str | None = None
    beta: float = 0.1
    gamma: float = 0.001
    rounds: int = 3
    epochs: int = 20
    epochs_per_round: int = 3
    patience: int = 8
    round_patience: int = 0
    accumulate: bool = True
    learning_rate: float = 0.001
    batch_size: int = 64
    clip: float = 1.0
    dropout: float = 0.5
    hidden: int | None = None
    min_frequency: int | None = None
    length: int | None = None
    train_limit: int | None = None
    attack_sample: int | None = None
    dev_attack_sample: int = 500
    test_limit: int = 2000
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse settings that mean nothing.

        Raises:
            FlatnlpError: Naming the setting, its value, and what it may be.
        """
        if self.method not in METHODS:
            raise FlatnlpError(f"There is no method {self.method!r}; choose one of {', '.join(METHODS)}.")
        if self.model not in ARCHITECTURES:
            raise FlatnlpError(f"There is no model {self.model!r}; choose one of {', '.join(ARCHITECTURES)}.")
        if not self.attacks:
            raise FlatnlpError("No attack is named; give at least one, for example --attack pwws.")
        at_least = {"beta": 0, "gamma": 0, "rounds": 0, "epochs": 1, "epochs_per_round": 1, "patience": 1, "seed": 0}
        at_least |= {"round_patience": 0, "batch_size": 1, "hidden": 1, "min_frequency": 0, "length": 1}
        at_least |= {"train_limit": 1, "attack_sample": 1, "dev_attack_sample": 1, "test_limit": 1}
        for name, lowest in at_least.items():
            value = getattr(self, name)
            if value is not None and not lowest <= value < float("inf"):
                raise FlatnlpError(f"{_option(name)} is {value}; it must be a number of {lowest} or more.")
        for name in ("learning_rate", "clip"):
            if not 0 < getattr(self, name) < float("inf"):
                raise FlatnlpError(f"{_option(name)} is {getattr(self, name)}; it must be a number above 0.")
        if not 0 <= self.dropout < 1:
            raise FlatnlpError(f"--dropout is {self.dropout}; it must be at least 0 and less than 1.")

    @property
    def attack_options(self) -> AttackOptions:
        """What is chosen about the attacks."""
        return AttackOptions(**{field.name: getattr(self, field.name) for field in fields(AttackOptions)})

    def record(self) -> dict[str, Any]:
        """The settings as JSON values."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return values | {"attacks": list(self.attacks)}


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
