"""What a tenant's papers have to tell, as plain facts: what is not in here cannot make a paper untrue."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from kithline_core.model.grounds import Ground
from kithline_core.model.papers import Change, Kind
from kithline_core.plugins import ScorerSpec
from kithline_sdk.catalogue import CATALOGUE

Facts = dict[str, Any]

# What each kind of paper tells of a scorer.
_BRIEF: Final = ("title", "question", "not_for")
_FULL: Final = (*_BRIEF, "reads", "measures", "window_days", "modes", "infers")
_OF_SCORERS: Final[dict[Kind, tuple[str, ...]]] = {
    "notice": _BRIEF, "ropa": ("title", "not_for", "reads"), "dpia": _FULL, "works-agreement": _FULL,
}  # fmt: skip


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """The facts: who, under which grounds, how long, how many at least, by which scorers. Days of None are for ever."""

    controller: str
    platform: str
    nature: str
    grounds: dict[str, Facts]
    hashed: bool
    retention: dict[str, int | None]
    floor: dict[str, int]
    scorers: dict[str, Facts]


def facts(kind: Kind, whole: Configuration) -> Facts:
    """Return the facts that a kind of paper tells."""
    told: Facts = msgspec.to_builtins(whole)
    shown = _OF_SCORERS[kind]
    told["scorers"] = {key: {name: one[name] for name in shown} for key, one in told["scorers"].items()}
    if kind == "works-agreement":
        told["grounds"] = {title: one for title, one in told["grounds"].items() if of_employees(one["groups"])}
    return told


def digest(told: Facts) -> str:
    """Return the hash of facts: the same facts, the same hash, in every language."""
    return hashlib.sha256(msgspec.json.encode(told, order="deterministic")).hexdigest()


def changes(was: object, now: object, pointer: str = "") -> Iterator[Change]:
    """Yield every fact that differs, with its place."""
    if isinstance(was, dict) and isinstance(now, dict):
        for name in sorted({*was, *now}):
            yield from changes(was.get(name), now.get(name), f"{pointer}/{_escaped(name)}")
    elif was != now:
        yield Change(pointer, was, now)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def of_employees(groups: Sequence[str]) -> bool:
    """Say whether employees come under a ground of these groups."""
    return not groups or "employee" in groups


def grounds_by_title(in_force: Iterable[Ground]) -> dict[str, Facts]:
    """Return the terms of grounds by title; the second of a title carries its number."""
    found: dict[str, Facts] = {}
    for ground in in_force:
        terms = msgspec.to_builtins(ground)
        for name in ("id", "title", "created_at"):
            del terms[name]
        same = sum(title == ground.title or title.startswith(f"{ground.title} (") for title in found)
        found[f"{ground.title} ({same + 1})" if same else ground.title] = terms
    return found


def scorer(spec: ScorerSpec) -> Facts:
    """Return what papers tell of a scorer. Figures of single persons are made offline alone, of open data."""
    return {
        "title": spec.title,
        "question": spec.question,
        "reads": [one.table for one in spec.inputs],
        "measures": {name: one.label for name, one in spec.measures.items() if "<person>" not in name},
        "window_days": spec.window_days + spec.lookback_days,
        "modes": spec.modes,
        "infers": spec.infers,
        "not_for": spec.not_for,
    }


def speaks_of_people(spec: ScorerSpec) -> bool:
    """Say whether a scorer reads rows about people."""
    return any("person" in CATALOGUE.get(one.table, {}).values() for one in spec.inputs)
