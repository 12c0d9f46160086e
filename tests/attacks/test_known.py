"""What a search remembers of its own example is asked once and counted every time."""

from collections import Counter

from flatnlp.attacks.engine import Engine
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.result import Example
from flatnlp.attacks.search.genetic import Genetic
from flatnlp.attacks.search.particle_swarm import ParticleSwarm
from flatnlp.models.classifier import CallableClassifier
from tests.attacks.toys import Lexicon, bag_of_words


def test_members_that_meet_in_one_text_ask_once_and_are_counted_all_the_same() -> None:
    victim = bag_of_words({"good": 1, "fine": 2, "nice": 3})
    classified: Counter[str] = Counter()

    def counting(texts: list[str]) -> object:
        classified.update(texts)
        return victim.function(texts)

    lexicon = Lexicon({"good": ("fine", "nice")})
    for search, queries in (
        (Genetic(population=50, iterations=0), 1 + 50 * 2),
        # Every generation: 49 children, each scored once and then perturbed without success.
        (Genetic(population=50, iterations=3), 1 + 50 * 2 + 3 * 49 * (1 + 2)),
        (ParticleSwarm(population=10, iterations=2), None),
    ):
        classified.clear()
        engine = Engine(Recipe(search, lexicon), CallableClassifier(counting, victim.classes))
        (result,) = engine.run([Example(0, "good", 1)])
        assert result.status == "failed"
        assert set(classified.values()) == {1}
        assert engine.spent["victim"].items == result.queries
        if queries is not None:
            assert (result.adversarial.raw, result.queries) == ("good", queries)
