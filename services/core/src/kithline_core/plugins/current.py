"""What is installed now: beside Kithline and in the store. The store may change while a process lives."""

from functools import lru_cache
from pathlib import Path

from kithline_core.plugins import beside
from kithline_core.plugins.clashes import apart
from kithline_core.plugins.found import Installed, Plugin, Quarantined
from kithline_core.plugins.store import loading
from kithline_core.plugins.store.loading import Terms
from kithline_core.settings import Settings, adopted


def terms(settings: Settings) -> Terms | None:
    """Return where the store of these settings lies and what it takes to be loaded from it; None where there is none."""
    if not settings.plugins_dir:
        return None
    return Terms(Path(settings.plugins_dir), settings.plugins_require_attestation, settings.plugins_trust_root)


def installed() -> Installed:
    """Return all plugins; a broken one is quarantined and stops nobody. A changed store is seen at once."""
    asked = terms(adopted())
    return _seen(asked, loading.stamp(asked) if asked else ())


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
