"""Records what TextAttack's PWWS and TextFooler do with a few sentences, for tests that run without TextAttack.

Writes tests/attacks/textattack_pwws.json (the sentences, the outcomes, and WordNet's substitutes for their words) and
textattack_textfooler.json (the same with neighbours in a synonym space, without a sentence encoder, and NLTK's tags of
words and neighbours in their places). The victim is tests/attacks/hashed_victim.py. Run it again only to change the
sentences or the version of TextAttack.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import textattack_offline
import textattack_peer
from compared import COMPARED
from textattack_peer import Peer
from textattack_textfooler import SPACE

from flatnlp.attacks.constraints.part_of_speech import PartOfSpeech
from flatnlp.attacks.recipes.textfooler import stop_words
from flatnlp.attacks.result import Example
from flatnlp.attacks.substitutions.synonym_space import SynonymSpace
from flatnlp.models.classifier import CallableClassifier
from flatnlp.resources import locate
from flatnlp.text import Text, match_case

_ROOT = Path(__file__).resolve().parents[1]
_SENTENCES = (
    "a warm and funny film about two brothers who cannot stop arguing .",
    "The acting is superb, but the plot falls apart in the last twenty minutes.",
    "I laughed, I cried, I checked my watch.",
    "It's a slow-burning thriller that doesn't trust its audience.",
    "Critics loved the first season; viewers, however, quickly lost interest.",
    "nothing happens , slowly , and then it happens again",
    'She called the script "a clumsy, self-important mess" and walked out.',
    "GREAT soundtrack, terrible dialogue, decent effects.",
    "the director's third feature is easily her most daring work",
    "There is one good joke in the whole movie, and the trailer gives it away.",
    "If you enjoyed the novel, you will probably hate this lazy adaptation!",
    "An honest portrait of small-town America, told without pity.",
    "the american lead speaks english like a robot",
    "Shares of the carmaker fell 7.5 percent on Monday after weak sales.",
    "The central bank left interest rates unchanged for the 4th month.",
    "Oil prices climbed above $80 a barrel as supplies tightened.",
    "The striker scored twice in the second half to seal the win.",
    "Rain delayed the final match until Sunday afternoon.",
    "A court in Paris fined the company 2.3 million euros.",
    "Researchers say the new battery charges in under five minutes.",
    "The mayor promised cheaper buses, cleaner parks and more trees.",
    "Two climbers were rescued from the mountain late on Friday night.",
    "Voters rejected the plan by a narrow margin.",
    "The museum's collection of rare coins was stolen in March.",
    "He didn't win the race, yet the crowd cheered as if he had.",
    "My brother-in-law fell asleep before the opening credits ended.",
    "No story, no style, no point.",
    "Can a sequel be better than the original? This one is.",
    "The jokes are old, the pace is dull and the ending is predictable...",
    "A quiet, tender drama (with a surprisingly sharp sense of humor).",
    "what a waste of a talented cast and a big budget",
    "Seven games, seven defeats: the worst start in the club's history.",
    "The firm will cut 1,200 jobs and close its plant in Texas.",
    "beautifully shot but emotionally empty",
    "US stocks opened higher; gold and silver were flat.",
    "Who knew that a documentary about cheese could be so gripping?",
    "The e-mail was sent at 9:30 a.m. to all employees.",
    "Their first album in ten years sounds fresh, brave and strange.",
    "of the and to",
    "xqzt vlorp",
    "a",
)


def main() -> None:
    """Attack and write."""
    if not textattack_offline.available():
        raise SystemExit(textattack_peer.ABSENT)
    sys.path.insert(0, str(_ROOT))
    listed = locate("stopwords") / "corpora" / "stopwords" / "english"
    pwws: dict[str, Any] = {"stop_words": sorted(listed.read_text(encoding="utf-8").split())}
    pwws["cases"] = _cases("pwws")
    words = sorted({word for raw in _SENTENCES for word in Text.of(raw).words})
    synonyms = Peer(lambda _texts: np.zeros((0, 2))).synonyms
    pwws["synonyms"] = {word: found for word in words if (found := synonyms(word))}
    _write("pwws", pwws)
    space = SynonymSpace(SPACE)
    not_attacked = frozenset(stop_words())
    textfooler: dict[str, Any] = {"space": space.identity, "cases": _cases("textfooler-no-encoder")}
    near = {word: found for word in words if word not in not_attacked and (found := space.candidates(word))}
    textfooler["synonyms"] = {word: " ".join(found) for word, found in near.items()}
    textfooler["tags"] = {raw: _tags(Text.of(raw), near) for raw in _SENTENCES}
    _write("textfooler", textfooler)


def _write(name: str, recorded: dict[str, Any]) -> None:
    path = _ROOT / "tests" / "attacks" / f"textattack_{name}.json"
    recorded = {"textattack": version("textattack")} | recorded
    path.write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"Wrote {len(recorded['cases'])} outcomes to {path}.")


def _cases(name: str) -> list[dict[str, Any]]:
    from tests.attacks.hashed_victim import hashed_victim

    cases = []
    for classes in (2, 3):
        victim = hashed_victim(classes)
        peer = Peer(victim.function, COMPARED[name].theirs)
        cases += [_case(victim, peer, number, raw) for number, raw in enumerate(_SENTENCES)]
    return cases


def _tags(text: Text, synonyms: dict[str, tuple[str, ...]]) -> dict[int, str]:
    """Position -> NLTK's universal tags of its word and of all its neighbours, each in that place."""
    import nltk

    tags = {}
    for position, word in enumerate(text.words):
        request = next(
            PartOfSpeech().allowed(text, text, position, [match_case(n, word) for n in synonyms.get(word, ())])
        )
        if len(request.words) > 1:
            tagged = [
                nltk.pos_tag([*request.before, each, *request.after], tagset="universal")[len(request.before)][1]
                for each in request.words
            ]
            tags[position] = " ".join(tagged)
    return tags


def _case(victim: CallableClassifier, peer: Peer, number: int, raw: str) -> dict[str, Any]:
    predicted = int(victim.predict_proba([raw])[0].argmax())
    wrong = number % 10 == 9  # some examples that the victim has wrong already
    label = (predicted + wrong) % len(victim.classes)
    result = peer.attack(Example(number, raw, label))
    return {
        "text": raw,
        "label": label,
        "classes": len(victim.classes),
        "status": result.status,
        "adversarial": result.adversarial,
        "queries": result.queries,
    }


if __name__ == "__main__":
    main()
