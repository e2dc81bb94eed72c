"""Vets parameters by what a manifest says of them: offered here, known, of its type. Ranges are the plugin's own business."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from msgspec import Meta

from kithline_core.engine.keys import GENERAL
from kithline_core.errors import Invalid
from kithline_core.model.types import Text
from kithline_core.plugins import ScorerSpec

# They print figures of single persons: offline only, where the owner of the data does it at home.
REFUSED_PARAMETERS: Final = ("persons", "no_floor")

Scalar = bool | Annotated[int, Meta(ge=-(10**15), le=10**15)] | Annotated[float, Meta(ge=-1e15, le=1e15)]
# Without a pattern: msgspec 0.22 ends the process over a union of a list and a string with one. `vet_one` looks for NUL.
ParameterText = Annotated[str, Meta(max_length=1000)]
Parameter = Scalar | ParameterText | Annotated[list[ParameterText], Meta(max_length=1000)]
Parameters = Annotated[dict[Text, Parameter], Meta(max_length=200)]


class ParameterRefused(Invalid):
    """The parameter is not offered over the API, not the scorer's, of another type, or not one its plugin takes."""

    code = "parameter_refused"


def vet(spec: ScorerSpec, given: Mapping[str, Any], pointer: str) -> None:
    """Raise ParameterRefused, pointing at the field below `pointer`, for the first that does not fit."""
    for name, value in given.items():
        vet_one(spec, name, value, f"{pointer}/{name}")


def vet_one(spec: ScorerSpec, name: str, value: Any, pointer: str) -> None:  # noqa: ANN401 - a decoded JSON value
    """Raise ParameterRefused for a parameter that is not offered, not known, of another type, or too low a floor."""
    if name in REFUSED_PARAMETERS:
        raise ParameterRefused(f"{name} works offline only", pointer=pointer)
    known = {**GENERAL, **spec.parameters}
    if name not in known:
        raise ParameterRefused(f"{spec.key} has no parameter {name!r}", pointer=pointer)
    if not _alike(known[name], value):
        raise ParameterRefused(f"{name} is a {type(known[name]).__name__}", pointer=pointer)
    if any("\0" in text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)):
        raise ParameterRefused(f"{name} holds a NUL", pointer=pointer)
    if name == "floor" and value < GENERAL["floor"]:
        raise ParameterRefused(f"the floor can be raised above {GENERAL['floor']}, never lowered", pointer=pointer)


def _alike(default: Any, value: Any) -> bool:  # noqa: ANN401 - as above
    if isinstance(default, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return default is None or type(value) is type(default)
