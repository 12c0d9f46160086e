"""All settings of a training run, with defaults that work."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from flatnlp.attacks.options import AttackOptions
from flatnlp.errors import FlatnlpError, choose_from, nearest
from flatnlp.interpret.measure import check_method
from flatnlp.models.precision import PRECISIONS
from flatnlp.models.word_network import ARCHITECTURES
from flatnlp.training.optional_settings import CHOICES, OFF, without_what_is_off


@dataclass(frozen=True)
class Method:
    """What a method is: a setting of one code path (``docs/how-it-works.md``).

    Attributes:
        masked: Whether words are masked by learned importances.
        adversarial: Whether rounds of attack and training follow the clean epochs.
        grouped: Whether groups of synonyms share one learned mask value (the paper's trivial case, table 10).
        views: How the words of synonym views are chosen if the settings do not say; ``None`` for no views.
    """

    masked: bool
    adversarial: bool
    grouped: bool = False
    views: str | None = None


METHODS = {
    "base": Method(masked=False, adversarial=False),
    "vmask": Method(masked=True, adversarial=False),
    "adv": Method(masked=False, adversarial=True),
    "flat": Method(masked=True, adversarial=True),
    "group": Method(masked=False, adversarial=False, grouped=True),
    "synonym": Method(masked=False, adversarial=False, views="gradient"),
}


WORD_DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        **{"vectors": "glove-50d", "learning_rate": 0.001, "batch_size": 64, "epochs": 20, "epochs_per_round": 3},
        **{"dropout": 0.5, "weight_decay": 0.0},
    }
)
"""What a word model (cnn, lstm) takes for a setting that is not said; its learning rate is constant."""

ENCODER_DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        **{"learning_rate": 5e-5, "batch_size": 32, "epochs": 3, "epochs_per_round": 1},
        **{"warmup": 0.1, "weight_decay": 0.01},
    }
)
"""The same for an encoder. Dropout is the encoder's own."""


def defaults_of(model: str) -> Mapping[str, Any]:
    """What a model takes for settings that are not said."""
    return WORD_DEFAULTS if model in ARCHITECTURES else ENCODER_DEFAULTS


def with_defaults(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with the defaults of their ``model`` in the place of ``None``."""
    defaults = defaults_of(values["model"])
    return {**values, **{name: value for name, value in defaults.items() if values.get(name) is None}}


_OF_WORD_MODELS = ("vectors", "dropout", "hidden", "min_frequency")


@dataclass(frozen=True, kw_only=True)
class TrainSettings:
    """Settings of one run.

    Attributes:
        dataset: Name, ``hf:owner/name``, file or folder. Left empty where ``train`` is given the rows themselves, which
            writes their fingerprint here.
        text_column: Column of the texts, ``text`` if not said.
        label_column: Column of the labels, ``label`` if not said.
        vectors: Word vectors of cnn and lstm: a name or a file.
        model: ``cnn``, ``lstm``, or an encoder: ``minilm``, ``bert-tiny``, a folder or a name on the Hugging Face hub.
        method: ``base``, ``vmask``, ``adv``, ``flat``, ``group`` or ``synonym``.
        groups: Groups into which ``group`` clusters the words, in the space of ``synonyms``.
        attacks: Recipes that attack the training data in every round, the development data after every epoch, and the
            test data at the end.
        interpret: Interpretations, ``ig`` and ``lime``, whose consistency under the attack on the test data is measured
            at the end; none if not said, for they take longer than the attack itself.
        synonyms: The synonym space of the recipes that have one: a name or a file; each recipe's own if not said.
        encoder: The sentence encoder of the recipes that have one: minilm, use, none or a folder.
        tagger: The part-of-speech tagger of the recipes that have one: nltk or spacy.
        language_model: The language model of the recipes that have one: a name, a file or a folder.
        masked_model: The masked language model of the recipes that have one: a name, a folder or ``hf:owner/name``.
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
        refresh_attack: Attack the training data anew in every ``round``, or before every ``epoch`` of the rounds.
        keep_adversarial: Train on so many adversarial examples at most: the newest attack's, then a seeded sample of
            the older ones; all if not said.
        adversarial_weight: Weight of L(D').
        importance_pairs: L_imp over the ``attacked`` words and their substitutes, or over all pairs of a word of the
            training texts and a synonym of it (``vocabulary``).
            Like averages and views from the first round on, or from the first epoch where there are no rounds.
        average_weights: Evaluate, keep and attack a moving average of the weights: the share of it that stays at each
            step, such as 0.99; the last step's weights if not said.
        vocabulary: Words that cnn and lstm know: those of the training texts (``train``), or also all that have a
            vector (``vectors``).
        smooth_vectors: Share of a frequent word's vector that comes from its synonyms, before anything is trained
            (``training.smoothing``); synonyms of known words are then known too (cnn, lstm). Vectors as they are if not
            said.
        views: Train also on synonym views of the clean texts, made anew at every step, their words chosen at
            ``random``, by ``importance`` or by ``gradient`` (cnn, lstm; ``training.views``); none if not said, but for
            ``synonym``, which has ``gradient``.
        view_share: Share of a text's tokens that are swapped in a view.
        views_weight: Weight of the loss on the views.
        learning_rate: AdamW's step size; its highest where there is a warm-up.
        warmup: Share of a round's steps over which the learning rate rises, to fall linearly to 0 in the rest; constant
            if not said (cnn, lstm).
        weight_decay: Of all weights but biases and those of normalisation.
        batch_size: Clean examples per batch; adversarial ones are spread evenly over the same batches.
        gradient_accumulation: Batches per step of the optimizer.
        gradient_checkpointing: Keep fewer activations and compute them twice (encoders).
        precision: ``float32``, or ``bf16`` to train and to attack in training in bfloat16 (encoders). The test split is
            always attacked in float32.
        clip: Largest norm of the gradient.
        dropout: Dropout before the output layer (cnn, lstm).
        hidden: Feature maps per width (cnn, 100 if not said) or hidden size (lstm, 150 if not said).
        min_frequency: Words must be more frequent than this to enter the vocabulary; the paper's table 6 if not said.
        length: Tokens read of each text; the paper's table 6 if not said.
        train_limit: Train on the first so many of a seeded shuffle.
        attack_sample: Attack so many training examples a round (a new seeded sample each), all if not said.
        dev_attack_sample: Development examples attacked after every epoch.
        test_limit: Test examples attacked at the end, the same for every seed.
        seed: Seed of everything random but the held-out splits, which are always the same.
    """

    dataset: str = ""
    text_column: str | None = None
    label_column: str | None = None
    vectors: str | None = None
    model: str = "cnn"
    method: str = "flat"
    groups: int = 10
    attacks: tuple[str, ...] = ("pwws",)
    interpret: tuple[str, ...] = ()
    synonyms: str | None = None
    encoder: str | None = None
    tagger: str | None = None
    language_model: str | None = None
    masked_model: str | None = None
    beta: float = 0.1
    gamma: float = 0.001
    rounds: int = 3
    epochs: int | None = None
    epochs_per_round: int | None = None
    patience: int = 8
    round_patience: int = 0
    accumulate: bool = True
    refresh_attack: str = OFF["refresh_attack"]
    keep_adversarial: int | None = OFF["keep_adversarial"]
    adversarial_weight: float = OFF["adversarial_weight"]
    importance_pairs: str = OFF["importance_pairs"]
    average_weights: float | None = OFF["average_weights"]
    vocabulary: str = OFF["vocabulary"]
    smooth_vectors: float | None = OFF["smooth_vectors"]
    views: str | None = OFF["views"]
    view_share: float = OFF["view_share"]
    views_weight: float = OFF["views_weight"]
    learning_rate: float | None = None
    warmup: float | None = None
    weight_decay: float | None = None
    batch_size: int | None = None
    gradient_accumulation: int = 1
    gradient_checkpointing: bool = False
    precision: str = "float32"
    clip: float = 1.0
    dropout: float | None = None
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
            raise FlatnlpError(f"There is no method {self.method!r}; {choose_from(self.method, METHODS)}")
        if self.precision not in PRECISIONS:
            raise FlatnlpError(f"There is no precision {self.precision!r}; {choose_from(self.precision, PRECISIONS)}")
        for name, choices in CHOICES.items():
            value = getattr(self, name)
            if value not in (*choices, OFF[name]):
                raise FlatnlpError(f"There is no {_option(name)} {value!r}; {choose_from(value, choices)}")
        self._refuse_what_the_model_has_not()
        for name in self.interpret:
            check_method(name)
        if not self.attacks:
            raise FlatnlpError("No attack is named; give at least one, for example --attack pwws.")
        at_least = {"beta": 0, "gamma": 0, "rounds": 0, "epochs": 1, "epochs_per_round": 1, "patience": 1, "seed": 0}
        at_least |= {"gradient_accumulation": 1, "weight_decay": 0, "groups": 1}
        at_least |= {"round_patience": 0, "batch_size": 1, "hidden": 1, "min_frequency": 0, "length": 1}
        at_least |= {"keep_adversarial": 1, "adversarial_weight": 0, "views_weight": 0}
        at_least |= {"train_limit": 1, "attack_sample": 1, "dev_attack_sample": 1, "test_limit": 1}
        for name, lowest in at_least.items():
            value = getattr(self, name)
            if value is not None and not lowest <= value < float("inf"):
                raise FlatnlpError(f"{_option(name)} is {value}; it must be a number of {lowest} or more.")
        for name in ("learning_rate", "clip"):
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                raise FlatnlpError(f"{_option(name)} is {value}; it must be a number above 0.")
        if self.smooth_vectors is not None and not 0 < self.smooth_vectors < 1:
            raise FlatnlpError(f"--smooth-vectors is {self.smooth_vectors}; it must be more than 0 and less than 1.")
        for name in ("dropout", "warmup", "average_weights", "view_share"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < 1:
                raise FlatnlpError(f"{_option(name)} is {value}; it must be at least 0 and less than 1.")

    @property
    def of_words(self) -> bool:
        """Whether the model is a word model (cnn, lstm), else an encoder."""
        return self.model in ARCHITECTURES

    def resolved(self) -> "ResolvedSettings":
        """The settings with the model's own defaults in the place of what was not said."""
        return ResolvedSettings(**with_defaults({field.name: getattr(self, field.name) for field in fields(self)}))

    def _refuse_what_the_model_has_not(self) -> None:
        near = None if self.of_words else nearest(self.model, ARCHITECTURES)
        if near and not Path(self.model).exists():
            raise FlatnlpError(f"There is no model {self.model!r}; did you mean {near}?")
        given = [name for name in _OF_WORD_MODELS if getattr(self, name) is not None] if not self.of_words else []
        if given:
            raise FlatnlpError(
                f"{_option(given[0])} is for cnn and lstm, and {self.model} is an encoder; leave it out or choose "
                "another --model."
            )
        if not self.of_words and METHODS[self.method].grouped:
            raise FlatnlpError(
                f"--method {self.method} is for cnn and lstm, and {self.model} is an encoder; choose another --model."
            )
        of_words = {"vocabulary": self.vocabulary, "smooth_vectors": self.smooth_vectors, "views": self.views}
        of_words = {name: value for name, value in of_words.items() if value != OFF[name]}
        if not self.of_words and (of_words or self.views_chosen):
            name = _option(next(iter(of_words))) if of_words else f"--method {self.method}"
            raise FlatnlpError(f"{name} is for cnn and lstm, and {self.model} is an encoder; leave it out.")
        if self.of_words and (self.precision != "float32" or self.gradient_checkpointing):
            name = "precision" if self.precision != "float32" else "gradient_checkpointing"
            raise FlatnlpError(f"{_option(name)} is for encoders, and {self.model} is none; leave it out.")

    @property
    def views_chosen(self) -> str | None:
        """How the words of synonym views are chosen; ``None`` for no views."""
        return self.views or METHODS[self.method].views

    @property
    def attack_options(self) -> AttackOptions:
        """What is chosen about the attacks."""
        return AttackOptions(**{field.name: getattr(self, field.name) for field in fields(AttackOptions)})

    def record(self) -> dict[str, Any]:
        """The settings as JSON values, the model's own defaults among them, without what is ``OFF``."""
        values = with_defaults({field.name: getattr(self, field.name) for field in fields(self)})
        return without_what_is_off(values) | {"attacks": list(self.attacks), "interpret": list(self.interpret)}


@dataclass(frozen=True, kw_only=True)
class ResolvedSettings(TrainSettings):
    """Settings in which everything is said that the model needs."""

    epochs: int
    epochs_per_round: int
    learning_rate: float
    weight_decay: float
    batch_size: int


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
