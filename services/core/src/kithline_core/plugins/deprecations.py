"""What of the contract is on its way out: hooks and fields of the manifest, since when, until when, and what to use then."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Literal

import msgspec

from kithline_sdk import hooks


class Deprecation(msgspec.Struct, frozen=True):
    """A hook (`kithline_…`) or a field (`scorers.modes`) that a version of the contract took back, and the last that has it.

    `sunset` is the day up to which hosts take it.
    """

    kind: Literal["hook", "field"]
    name: str
    since: str
    until: str
    sunset: str
    instead: str

    @property
    def told(self) -> str:
        """It in words."""
        return (
            f"the {self.kind} {self.name} is deprecated since {self.since} and goes with {self.until}, its last day is "
            f"{self.sunset}: {self.instead}"
        )


# Version 1 is the first, and has taken nothing back yet.
DEPRECATED: Final[Sequence[Deprecation]] = ()


def specified() -> frozenset[str]:
    """Return the hooks there are."""
    return frozenset(name for name, one in vars(hooks).items() if hasattr(one, "kithline_spec"))


def used(implemented: Iterable[str], manifest: bytes) -> list[Deprecation]:
    """Return what of it a plugin uses, by its hooks and the bytes of its manifest."""
    names = {"hook": set(implemented), "field": set(_fields(msgspec.json.decode(manifest)))}
    return [one for one in DEPRECATED if one.name in names[one.kind]]


def _fields(value: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 - a decoded JSON value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{path}{name}"
            yield from _fields(inner, f"{path}{name}.")
    elif isinstance(value, list):
        for inner in value:
            yield from _fields(inner, path)
