"""What is installed now: beside Kithline and in the store. The store may change while a process lives."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from kithline_core.plugins import beside
from kithline_core.plugins.clashes import apart
from kithline_core.plugins.found import Installed, Plugin, Quarantined
from kithline_core.plugins.store import loading
from kithline_core.plugins.store.loading import Terms
from kithline_core.settings import Settings

# Where this process looks, once it was told: a service and a command say so when they start.
_terms: Final[list[Terms]] = []


def use(settings: Settings) -> None:
    """Look at the store these settings name from now on; at none where they name none."""
    _terms[:] = [terms(settings)] if settings.plugins_dir else []


def terms(settings: Settings) -> Terms:
    """Return where the store of these settings lies and what it takes for a plugin of it to be loaded."""
    return Terms(Path(settings.plugins_dir), settings.plugins_require_attestation, settings.plugins_trust_root)


def installed() -> Installed:
    """Return all plugins; a broken one is quarantined and stops nobody. A changed store is seen at once."""
    asked = _terms[0] if _terms else None
    return _seen(asked, loading.stamp(asked.folder) if asked else ())


def look(asked: Terms | None) -> Installed:
    """Look again, whatever was seen before."""
    found = apart([*beside.found(), *(loading.load(asked) if asked else [])])
    plugins = [one for one in found if isinstance(one, Plugin)]
    return Installed(
        sorted(plugins, key=lambda one: (one.name, one.rank)), [one for one in found if isinstance(one, Quarantined)]
    )


@lru_cache(maxsize=1)
def _seen(asked: Terms | None, _: tuple[loading.Stamp, ...]) -> Installed:
    return look(asked)
