"""The store these commands work on."""

from kithline_core.errors import Invalid
from kithline_core.plugins.current import terms
from kithline_core.plugins.store.loading import Terms
from kithline_core.settings import adopted


def store() -> Terms:
    """Return where the store lies and what it takes to be loaded from it. Raises Invalid when nobody knows where."""
    found = terms(adopted())
    if found is None:
        raise Invalid("nobody knows where plugins are stored: set KITHLINE_PLUGINS_DIR or KITHLINE_HOME")
    return found
