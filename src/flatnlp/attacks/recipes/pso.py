"""PSO: HowNet substitutes, chosen by a swarm of texts."""

from flatnlp.attacks.constraints.positions import no_repeats
from flatnlp.attacks.constraints.stop_words import no_english_stop_words
from flatnlp.attacks.recipe import Recipe
from flatnlp.attacks.recipes.entry import RecipeEntry
from flatnlp.attacks.search.particle_swarm import ParticleSwarm
from flatnlp.attacks.substitutions.hownet import HowNetSubstitutes


def pso() -> Recipe:
    """PSO: HowNet substitutes, chosen by a swarm of texts.

    Zang et al. 2020, https://aclanthology.org/2020.acl-main.540, with TextAttack 0.3.11's defaults (``PSOZang2020``):
    60 particles, 20 iterations, no word twice, no stop words. TextAttack takes the substitutes of the word's part of
    speech; a lexicon without parts of speech offers all.
    """
    return Recipe(
        search=ParticleSwarm(population=60, iterations=20),
        substitutions=HowNetSubstitutes(),
        constraints=(no_repeats, no_english_stop_words()),
        name="pso",
    )


ENTRY = RecipeEntry(
    name="pso",
    make=pso,
    search="particle swarm: 60 particles, 20 iterations",
    substitutions="HowNet sememes",
    constraints="no word twice, no stop words",
    source="Zang et al. 2020; TextAttack 0.3.11 PSOZang2020",
    resources=("hownet-substitutes", "stopwords"),
)
