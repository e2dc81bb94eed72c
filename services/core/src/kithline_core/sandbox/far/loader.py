"""Loads one plugin through its entry point and pluggy. Runs inside the plugin's own process, nowhere else."""

import inspect
from collections.abc import Iterable, Sequence
from importlib.metadata import EntryPoint, distributions, entry_points
from itertools import chain
from typing import Any, Final, cast

import pluggy
from msgspec import Struct

from kithline_sdk import hooks
from kithline_sdk.connecting import Connector
from kithline_sdk.contract import Scorer

GROUP: Final = "kithline"


class Refused(Exception):
    """The plugin cannot be used; the text says why."""


class Loaded(Struct):
    """A plugin's scorers and connectors by key, and what went wrong with implementations that gave none."""

    scorers: dict[str, Scorer] = {}
    connectors: dict[str, Connector] = {}
    problems: list[str] = []


def load(module: str, places: Sequence[str] = ()) -> Loaded:
    """Import the plugin and ask what it offers. Raises Refused, or whatever the plugin's import raises.

    `places`: where what is installed lies; by default wherever anything may be imported from.
    """
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    points = [point for point in _points(places) if point.module == module]
    if not points:
        raise Refused(f"no entry point in the group {GROUP} leads to {module}")
    for point in points:
        manager.register(point.load(), point.name)
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise Refused(f"it implements a hook that does not exist: {error}") from None
    loaded = Loaded()
    loaded.scorers.update(collect(manager.hook.kithline_scorers.get_hookimpls(), loaded.problems))
    loaded.connectors.update(collect(manager.hook.kithline_connectors.get_hookimpls(), loaded.problems))
    return loaded


def _points(places: Sequence[str]) -> Iterable[EntryPoint]:
    if not places:
        return entry_points(group=GROUP)
    found = chain.from_iterable(one.entry_points for one in distributions(path=list(places)))
    return [point for point in found if point.group == GROUP]


def collect(implementations: list[pluggy.HookImpl], problems: list[str]) -> dict[str, Any]:
    """Call each implementation alone and return what it offers, by key: pluggy would stop at the first that raises."""
    found: dict[str, Any] = {}
    for one in implementations:
        if problem := unfit(one):
            problems.append(f"{one.plugin_name}: {problem}")
            continue
        try:
            offered = cast("Sequence[Any]", one.function())
            found.update({part.key: part for part in offered})
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything, and the next one still counts
            problems.append(f"{one.plugin_name}: {describe(error)}")
    return found


def unfit(one: pluggy.HookImpl) -> str:
    """Return why an implementation cannot be called, "" when it can."""
    name = one.function.__name__
    if inspect.iscoroutinefunction(one.function):
        return f"{name} is a coroutine function; hooks return values"
    if one.hookwrapper or one.wrapper:
        return f"{name} wraps other implementations; hooks return values"
    return ""


def describe(error: BaseException) -> str:
    """Return an error in one line of at most 300 characters: its type and its words."""
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words}"[:300]
