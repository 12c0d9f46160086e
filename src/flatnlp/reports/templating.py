"""The package's own templates, styles and scripts."""

import base64
import hashlib
from functools import partial
from typing import Any


def render(template: str, room: str = __package__, **values: Any) -> str:
    """Fill in a room's template; every value is escaped unless it is markup that this package made."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(partial(asset, room=room)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**values)


def asset(name: str, room: str = __package__) -> str:
    """The text of a template, style or script of a room."""
    from importlib.resources import files

    return (files(room) / "templates" / name).read_text(encoding="utf-8")


def fingerprint(script: str) -> str:
    """What a content security policy calls a script, so that a browser runs this one and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
