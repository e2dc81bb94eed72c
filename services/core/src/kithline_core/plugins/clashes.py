"""What two plugins cannot both have: a module, a key, a questionnaire. Who came first keeps it."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import msgspec

from kithline_core.model.questionnaires import Questionnaire
from kithline_core.plugins.found import Plugin, Quarantined


@lru_cache(maxsize=512)
def questionnaire(file: Path) -> Questionnaire:
    """Return a questionnaire that a plugin brings. Raises OSError, msgspec.MsgspecError."""
    return msgspec.json.decode(file.read_bytes(), type=Questionnaire)


def clash(one: Plugin, others: Iterable[Plugin]) -> str | None:
    """Return what a plugin takes from one of the others, in words; None when it takes nothing."""
    return next((taken for other in others if (taken := _taken(one, other))), None)


def apart(found: Iterable[Plugin | Quarantined]) -> list[Plugin | Quarantined]:
    """Return what was found, with each plugin that takes something from an earlier one left out."""
    kept: list[Plugin] = []
    told: list[Plugin | Quarantined] = []
    for one in found:
        reason = _unreadable(one) or clash(one, kept) if isinstance(one, Plugin) else None
        if isinstance(one, Plugin) and reason is None:
            kept.append(one)
        told.append(one if reason is None else left_out(one, reason))
    return told


def left_out(
    one: Plugin | Quarantined, reason: str, remedy: str = "remove it, or what stands in its way"
) -> Quarantined:
    """Return a plugin as one that is left out."""
    version = one.manifest.version if isinstance(one, Plugin) else one.version
    return Quarantined(one.module, reason, remedy, version, one.digest)


def _unreadable(one: Plugin) -> str | None:
    """Return why what a plugin brings cannot be read; None when it can."""
    try:
        _asked(one)
    except (OSError, msgspec.MsgspecError) as error:
        return f"a questionnaire of it cannot be read: {error}"
    return None


def _taken(one: Plugin, other: Plugin) -> str | None:
    if one.name == other.name:
        return _of_another_version(one, other)
    if one.module == other.module:
        return f"its module {one.module} is that of {other.name}"
    if keys := one.keys & other.keys:
        return f"{', '.join(sorted(keys))} belongs to {other.name}"
    if asked := _asked(one) & _asked(other):
        return f"the questionnaire {', '.join(sorted(asked))} belongs to {other.name}"
    return None


def _of_another_version(one: Plugin, other: Plugin) -> str | None:
    if one.rank == other.rank:
        return f"version {other.manifest.version} of {one.name} is installed already"
    if one.module != other.module and not other.digest:
        # What stands beside Kithline is enabled as it comes: its name alone must not make somebody else's wheel its heir.
        return f"{one.name} stands beside Kithline with the package {other.module}, and this one has {one.module}"
    return None


def _asked(plugin: Plugin) -> set[str]:
    return {questionnaire(plugin.folder / name).questionnaire for name in plugin.manifest.questionnaires}
