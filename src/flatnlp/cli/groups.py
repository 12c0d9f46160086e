"""The groups of options that several commands take: which texts, what of the attack, where to compute."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from flatnlp.cli.determinism import be_deterministic
from flatnlp.cli.options import (
    BatchSize,
    Deterministic,
    Device,
    Encoder,
    LabelColumn,
    LanguageModel,
    Limit,
    MaskedModel,
    QueryBudget,
    Quiet,
    Seed,
    Split,
    Synonyms,
    Tagger,
    TextColumn,
    Threads,
    TimeLimit,
    TrustRemoteCode,
)
from flatnlp.cli.output import say, silent
from flatnlp.cli.threads import use_threads

if TYPE_CHECKING:
    from flatnlp.attacks.options import AttackOptions


@dataclass(frozen=True)
class Rows:
    """Which rows of a data set."""

    split: Split = "test"
    limit: Limit = None
    text_column: TextColumn = None
    label_column: LabelColumn = None
    seed: Seed = 0


@dataclass(frozen=True)
class AttackParts:
    """What a recipe takes its parts from, where that is not to be its own."""

    synonyms: Synonyms = None
    encoder: Encoder = None
    tagger: Tagger = None
    language_model: LanguageModel = None
    masked_model: MaskedModel = None

    def options(self) -> "AttackOptions":
        """As the attack takes them."""
        from flatnlp.attacks.options import AttackOptions

        return AttackOptions(**asdict(self))


@dataclass(frozen=True)
class Cost:
    """What an example may cost, and how much is computed at once."""

    query_budget: QueryBudget = None
    time_limit: TimeLimit = None
    batch_size: BatchSize = None


@dataclass(frozen=True)
class Computing:
    """Where to compute, and whether to tell of it."""

    device: Device = "cpu"
    threads: Threads = None
    deterministic: Deterministic = False
    trust_remote_code: TrustRemoteCode = False
    quiet: Quiet = False

    def start(self) -> dict[str, Any]:
        """Set the threads; give device, trust, bars and sentences as the functions take them."""
        use_threads(self.threads)
        be_deterministic(self.deterministic)
        trust = {"trust_remote_code": self.trust_remote_code}
        return {"device": self.device, **trust, "show_progress": not self.quiet, "say": self.say}

    @property
    def say(self) -> Callable[[Any], None]:
        """Says sentences, or nothing where quiet was asked for."""
        return silent if self.quiet else say
