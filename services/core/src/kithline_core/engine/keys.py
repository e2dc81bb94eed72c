"""The key of a result and its seed: same key, same bytes (rulings 1.3)."""

import hashlib
import math
import sys
from functools import cache
from importlib.metadata import version
from typing import Any, Final

import msgspec

from kithline_core.errors import Invalid
from kithline_core.plugins import Plugin, ScorerSpec

ENGINE: Final = "2"
# The libraries whose arithmetic or encoding reaches a finding; another version is another engine.
LIBRARIES: Final = ("msgspec", "numpy")

GENERAL: Final[dict[str, Any]] = {"persons": False, "floor": 5, "no_floor": False}


class ResultKey(msgspec.Struct, frozen=True):
    """The key, as hex behind `sha256:`, and the seed drawn from it."""

    key: str
    seed: int


def engine_version(plugin: Plugin | None = None) -> str:
    """Return our version with a hash of the versions of interpreter and libraries: those of the plugin's own environment.

    One that has none of its own, and no plugin at all, stand for this environment.
    """
    held = _here() if plugin is None or not plugin.libraries else plugin.libraries
    lines = [f"{name}=={held.get(name, '')}" for name in ("python", *LIBRARIES)]
    return f"{ENGINE}+{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:12]}"


@cache
def _here() -> dict[str, str]:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"python": python, **{name: version(name) for name in LIBRARIES}}


def parameters(spec: ScorerSpec, overrides: dict[str, Any]) -> dict[str, Any]:
    """Return every parameter with its value in force. Raises Invalid for one the scorer does not have."""
    known = {**GENERAL, **spec.parameters}
    for name in overrides:
        if name not in known:
            raise Invalid(f"{spec.key} has no parameter {name!r}; it has {', '.join(sorted(known))}")
    merged = {**known, **{name: _typed(spec, name, known[name], value) for name, value in overrides.items()}}
    if merged["floor"] < GENERAL["floor"]:
        raise Invalid(f"the floor can be raised above {GENERAL['floor']}, never lowered")
    return merged


def _typed(spec: ScorerSpec, name: str, default: Any, value: Any) -> Any:  # noqa: ANN401 - JSON values
    """Return the value in the type of the default, so that 2 and 2.0 are one parameter. Raises Invalid."""
    if default is None:
        return value
    try:
        found = msgspec.convert(value, type(default), strict=not isinstance(default, int | float))
    except msgspec.ValidationError:
        raise Invalid(f"{spec.key}.{name} is a {type(default).__name__}, like {default!r}; got {value!r}") from None
    if isinstance(found, float) and not math.isfinite(found):
        raise Invalid(f"{spec.key}.{name} must be a finite number; got {value!r}")
    return found


def canonical(value: object) -> bytes:
    """Return canonical JSON: sorted members, no white space."""
    return msgspec.json.encode(value, order="deterministic")


def method(plugin: Plugin, spec: ScorerSpec, params: dict[str, Any]) -> dict[str, str]:
    """Return what of a key is no data, part by part: another value of any of them is another method."""
    return {
        "version": spec.version,
        "parameters": hashlib.sha256(canonical(params)).hexdigest(),
        "word_lists": plugin.word_list_hash(spec),
        "engine": engine_version(plugin),
    }


def result_key(plugin: Plugin, spec: ScorerSpec, snapshot: bytes, params: dict[str, Any]) -> ResultKey:
    """Return the key of scoring these bytes with these parameters."""
    by = method(plugin, spec, params)
    parts = [
        hashlib.sha256(snapshot).hexdigest(),
        spec.key,
        by["version"],
        by["parameters"],
        by["word_lists"],
        by["engine"],
    ]
    digest = hashlib.sha256(canonical(parts)).digest()
    return ResultKey(f"sha256:{digest.hex()}", int.from_bytes(digest[:8], "big"))
