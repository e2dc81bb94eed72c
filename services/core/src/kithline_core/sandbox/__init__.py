"""Runs scorers outside this process: one warm process per plugin version, one fork per run, limits on everything.

Importing it imports nothing: the far side is a part of it, and runs where the host's libraries are not.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kithline_core.sandbox.host import Sandbox
    from kithline_core.sandbox.outcomes import Failed, Outcome, Scored

__all__ = ["Failed", "Outcome", "Sandbox", "Scored"]

HOMES: Final = {"Sandbox": "host", "Failed": "outcomes", "Outcome": "outcomes", "Scored": "outcomes"}


def __getattr__(name: str) -> object:
    """Return a public name, imported when it is first asked for."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
