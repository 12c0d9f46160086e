"""A training as an object: settings in one dataclass, then train, evaluate, attack and explain what came of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flatnlp.api.attacking import attack
from flatnlp.api.evaluating import EvaluationResult, evaluate
from flatnlp.api.explaining import explain
from flatnlp.api.loading import load
from flatnlp.api.saying import Say, silent
from flatnlp.api.training import train
from flatnlp.attacks.results import AttackResults
from flatnlp.data.given import Held, Labels, Texts
from flatnlp.errors import FlatnlpError
from flatnlp.reports.saliency.explanation import Explanations
from flatnlp.training.settings import TrainSettings
from flatnlp.training.train import TrainResult

if TYPE_CHECKING:
    from flatnlp.models.trained import TrainedClassifier


class FlatTrainer:
    """One run: its settings, its folder, and the model that comes of it.

    A face over :func:`flatnlp.train`, :func:`flatnlp.evaluate`, :func:`flatnlp.attack` and :func:`flatnlp.explain`, for
    who likes a ``Trainer`` with its arguments in one dataclass, builds settings in a program, or goes on with the same
    model and data after training. It does nothing that the functions do not: take those for one step, or for a model
    that was trained elsewhere.

    Example::

        trainer = FlatTrainer(TrainSettings(dataset="reviews.csv", method="flat"), "runs/mine")
        trainer.train()
        print(trainer.evaluate())
        trainer.attack(["A warm and funny film."])

    Args:
        settings: All settings.
        output: The run's folder. Where a finished run is there already, its model can be used without training.
        dataset: Rows to train on that a program holds, as in ``flatnlp.train``; else the settings name the data set.
        device: Where to compute, in torch's words.
        show_progress: Whether to show bars on standard error.
        say: Told what happens, a sentence at a time.
    """

    def __init__(
        self,
        settings: TrainSettings,
        output: str | Path,
        *,
        dataset: Held | None = None,
        device: str = "cpu",
        show_progress: bool = False,
        say: Say = silent,
    ) -> None:
        self.settings = settings
        self.folder = Path(output)
        self._dataset = dataset
        self._common: dict[str, Any] = {"device": device, "show_progress": show_progress, "say": say}
        self._model: TrainedClassifier | None = None

    @property
    def model(self) -> "TrainedClassifier":
        """The trained classifier.

        Raises:
            FlatnlpError: If nothing was trained into the folder yet.
        """
        if self._model is None:
            if not self._trained:
                raise FlatnlpError(
                    f"{self.folder} holds no trained model yet; call train() first, with resume=True if it was "
                    "interrupted."
                )
            self._model = load(self.folder, self._common["device"])
        return self._model

    @property
    def _trained(self) -> bool:
        return (self.folder / "model" / "config.json").is_file()

    def train(self, *, overwrite: bool = False, resume: bool = False, track: str | Sequence[str] = ()) -> TrainResult:
        """Train, attack the test split, write it all down.

        Args:
            overwrite: Replace the run that is there.
            resume: Go on with the run that is there.
            track: Where metrics go besides: ``tensorboard``, ``wandb``.

        Raises:
            FlatnlpError: For everything the user can mend.
        """
        result = train(
            self.settings,
            output=self.folder,
            dataset=self._dataset,
            overwrite=overwrite,
            resume=resume,
            track=track,
            **self._common,
        )
        self._model = result.classifier
        return result

    def evaluate(self, texts: Texts | None = None, labels: Labels | None = None, **options: Any) -> EvaluationResult:
        """Evaluate the model on texts, or on its own test texts.

        Args:
            texts: As in ``flatnlp.evaluate``, with the rest.
            labels: See there.
            options: See there.

        Raises:
            FlatnlpError: For everything the user can mend.
        """
        model: Any = self.model
        if texts is None and "dataset" not in options:
            if self._dataset is None:
                model = self.folder  # whose config names the data set
            else:
                columns = ("text_column", "label_column")
                own = {"dataset": self._dataset, **{name: getattr(self.settings, name) for name in columns}}
                if options.get("split", "test") == "test":
                    own["limit"] = self.settings.test_limit
                options = {**own, "options": self.settings.attack_options, **options}
        return evaluate(model, texts, labels, **{"attacks": self.settings.attacks, **self._common, **options})

    def attack(self, texts: Texts | None = None, labels: Labels | None = None, **options: Any) -> AttackResults:
        """Attack the model; with the first attack and the attack options of the settings, if not said otherwise.

        Args:
            texts: As in ``flatnlp.attack``, with the rest.
            labels: See there.
            options: See there.

        Raises:
            FlatnlpError: For everything the user can mend.
        """
        own: dict[str, Any] = {}
        if "attack" not in options:
            own = {"attack": self.settings.attacks[0], "options": self.settings.attack_options}
        return attack(self.model, texts, labels, **{**own, **self._common, **options})

    def explain(self, texts: str | Texts, **options: Any) -> Explanations:
        """Explain the model's predictions.

        Args:
            texts: As in ``flatnlp.explain``, with the rest.
            options: See there.

        Raises:
            FlatnlpError: For everything the user can mend.
        """
        return explain(self.model, texts, **{"name": self.folder.name, **self._common, **options})

    def __repr__(self) -> str:
        state = "trained" if self._trained else "not trained yet"
        return f"<FlatTrainer {self.settings.model} {self.settings.method} in {self.folder}, {state}>"
