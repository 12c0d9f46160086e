"""Mutants of a module: its syntax tree with one small thing wrong."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq},
    **{ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is},
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult},
    **{ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Pow: ast.Mult, ast.Mod: ast.Mult},
}


@dataclass(frozen=True)
class Mutant:
    """One thing wrong.

    Attributes:
        line: Where, in the source.
        what: What, in words.
        tree: The whole module.
        statement: That of the module, outside any function, that is wrong; ``None`` if it is inside one.
    """

    line: int
    what: str
    tree: ast.Module
    statement: ast.stmt | None = None


def mutants(source: str) -> Iterator[Mutant]:
    """All mutants of the functions and the named values of a module.

    Docstrings, annotations, defaults and messages of errors are left alone.
    """
    tree = ast.parse(source)
    for number, (_, node) in enumerate(list(_nodes(tree))):
        for way, _ in enumerate(list(_changes(node))):
            changed = copy.deepcopy(tree)
            statement, twin = list(_nodes(changed))[number]
            apply = list(_changes(twin))[way]
            what = apply()
            ast.fix_missing_locations(changed)
            yield Mutant(getattr(node, "lineno", 0), what, changed, statement)


def _nodes(tree: ast.Module) -> Iterator[tuple[ast.stmt | None, ast.AST]]:
    """The nodes that may be wrong, in a fixed order, with the module's own statement if they are in no function."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            for node in (statement.value, *_inside(statement.value)):
                yield statement, node
    for node in _in_functions(tree):
        yield None, node


def _in_functions(tree: ast.Module) -> Iterator[ast.AST]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            for each in node.body:
                if isinstance(each, ast.FunctionDef):
                    yield from _inside(each)
        elif isinstance(node, ast.FunctionDef):
            yield from _inside(node)


def _inside(function: ast.AST) -> Iterator[ast.AST]:
    body = function.body if isinstance(function, ast.FunctionDef) else ast.iter_child_nodes(function)
    for node in body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):  # a docstring
            continue
        if isinstance(node, ast.Raise | ast.Import | ast.ImportFrom | ast.JoinedStr):
            continue
        yield node
        if isinstance(node, ast.AnnAssign):
            yield from _inside(node.value) if node.value else ()
        else:
            yield from _inside(node)


def _changes(node: ast.AST) -> Iterator:  # type: ignore[type-arg]
    if isinstance(node, ast.Compare):
        for at, each in enumerate(node.ops):
            other = _COMPARISONS[type(each)]

            def compare(at: int = at, other: type[ast.cmpop] = other) -> str:
                said = f"{type(node.ops[at]).__name__} became {other.__name__}"
                node.ops[at] = other()
                return said

            yield compare
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _OPERATORS:

        def operate() -> str:
            other = _OPERATORS[type(node.op)]
            said = f"{type(node.op).__name__} became {other.__name__}"
            node.op = other()
            return said

        yield operate
    elif isinstance(node, ast.BoolOp):

        def join() -> str:
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            return f"became {type(node.op).__name__}"

        yield join
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):

        def drop() -> str:
            said = f"{type(node.op).__name__} was dropped"
            node.op = ast.UAdd()
            if said.startswith("Not"):
                node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)
            return said

        yield drop
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.If | ast.IfExp | ast.While):

        def negate() -> str:
            node.test = ast.UnaryOp(ast.Not(), node.test)
            return "the condition was negated"

        yield negate
    elif isinstance(node, ast.Return) and not (node.value is None or ast.unparse(node.value) == "None"):

        def nothing() -> str:
            node.value = ast.Constant(None)
            return "it returned nothing"

        yield nothing
    elif isinstance(node, ast.Continue | ast.Break):

        def leave() -> str:
            other = ast.Break if isinstance(node, ast.Continue) else ast.Continue
            said = f"{type(node).__name__} became {other.__name__}"
            node.__class__ = other
            return said

        yield leave


def _constants(node: ast.Constant) -> Iterator:  # type: ignore[type-arg]
    value = node.value
    if value is None or value is Ellipsis or value == "" or isinstance(value, bytes):
        return

    def change() -> str:
        if isinstance(value, bool):
            node.value = not value
        elif isinstance(value, str):
            node.value = "x" + value
        else:
            node.value = value + 1
        return f"{value!r} became {node.value!r}"

    yield change
