"""The hooks a plugin may implement. A plugin is a wheel with an entry point in the group `kithline`."""

from collections.abc import Sequence

import pluggy

from kithline_sdk.connecting import Connector
from kithline_sdk.contract import Scorer

PROJECT = "kithline"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def kithline_scorers() -> Sequence[Scorer]:
    """Return the scorers this plugin offers. Called once, inside the sandbox, when its process starts."""
    return ()


@hookspec
def kithline_connectors() -> Sequence[Connector]:
    """Return the connectors this plugin offers. Called once, inside the sandbox, when its process starts."""
    return ()
