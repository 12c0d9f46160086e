"""Options that belong together as one parameter of a command: a frozen dataclass, one option per field."""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Let Typer see a command's groups of options as the options themselves.

    Args:
        command: Its parameters are annotated with Typer's options, or with dataclasses whose fields are.

    Returns:
        The same command, of the options one by one; they are put together again when it is called.
    """
    groups: dict[str, Any] = {}
    spread: list[Parameter] = []
    for parameter in signature(command).parameters.values():
        kind: Any = parameter.annotation
        if not is_dataclass(kind):
            spread.append(parameter.replace(kind=Parameter.KEYWORD_ONLY))
            continue
        groups[parameter.name] = kind
        for field in fields(kind):
            default = Parameter.empty if field.default is MISSING else field.default
            spread.append(Parameter(field.name, Parameter.KEYWORD_ONLY, default=default, annotation=field.type))

    @wraps(command)
    def run(**given: Any) -> None:
        for name, kind in groups.items():
            given[name] = kind(**{field.name: given.pop(field.name) for field in fields(kind)})
        command(**given)

    run.__signature__ = Signature(spread)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in spread}
    return run
