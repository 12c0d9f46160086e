"""Data flows one way: a module imports only from its own room and the rooms before it (DESIGN, "The house")."""

import ast
from collections.abc import Iterator
from pathlib import Path

import flatnlp

ROOMS = [
    {"__init__", "bootstrap", "errors", "files", "processes", "progress", "text"},
    {"resources"},
    {"data"},
    {"models"},
    {"runs"},
    {"attacks"},
    {"interpret"},
    {"evaluation"},
    {"training"},
    {"reports"},
    {"paper"},
    {"api"},
    {"integrations"},
    {"playground"},
    {"cli", "__main__"},
]
ORDER = {name: order for order, names in enumerate(ROOMS) for name in names}
SOURCE = Path(flatnlp.__file__).parent


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("flatnlp."):
            yield node.module.split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (name.name.split(".")[1] for name in node.names if name.name.startswith("flatnlp."))


def room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def test_every_module_has_a_room() -> None:
    assert {room(path) for path in SOURCE.rglob("*.py")} == set(ORDER)


def test_no_module_imports_from_a_later_room() -> None:
    wrong = [
        f"{path.relative_to(SOURCE)} imports {imported}"
        for path in sorted(SOURCE.rglob("*.py"))
        if path.name != "__init__.py" or path.parent != SOURCE
        for imported in imports(path)
        if ORDER[imported] > ORDER[room(path)]
    ]
    assert wrong == []


def test_reports_read_records_and_import_no_model_code() -> None:
    allowed = {"reports", "errors", "files", "text", "progress"}
    wrong = {
        f"{path.name} imports {imported}"
        for path in (SOURCE / "reports").rglob("*.py")
        for imported in imports(path)
        if imported not in allowed
    }
    assert wrong == set()
