"""Writes families of samples in the text format of Prometheus, version 0.0.4."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final, Literal

import msgspec

CONTENT_TYPE: Final = "text/plain; version=0.0.4"
PREFIX: Final = "kithline_"
_ESCAPES: Final = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


class Sample(msgspec.Struct, frozen=True):
    """One line; `suffix` stands behind the family's name."""

    value: float
    labels: Mapping[str, str] = {}
    suffix: str = ""


class Family(msgspec.Struct, frozen=True):
    """What belongs together: a name without the prefix, its type, one sentence, and samples."""

    name: str
    kind: Literal["gauge", "counter", "histogram"]
    help: str
    samples: list[Sample]


def text(families: Iterable[Family]) -> str:
    """Return families as they are scraped; those without any sample are left out."""
    return "".join(line + "\n" for family in families if family.samples for line in _lines(family))


def histogram(
    bounds: Sequence[float], buckets: Mapping[int, int], total: float, labels: Mapping[str, str]
) -> list[Sample]:
    """Return the samples of one histogram from how many fell into each bucket; the one behind the last bound has no end."""
    ends = [*(f"{bound:g}" for bound in bounds), "+Inf"]
    up_to = list(accumulate(buckets.get(place, 0) for place in range(len(ends))))
    made = [Sample(number, {**labels, "le": end}, "_bucket") for end, number in zip(ends, up_to, strict=True)]
    return [*made, Sample(total, labels, "_sum"), Sample(up_to[-1], labels, "_count")]


def _lines(family: Family) -> Iterator[str]:
    name = PREFIX + family.name
    yield f"# HELP {name} {family.help}"
    yield f"# TYPE {name} {family.kind}"
    for one in family.samples:
        pairs = ",".join(f'{label}="{value.translate(_ESCAPES)}"' for label, value in one.labels.items())
        yield f"{name}{one.suffix}{f'{{{pairs}}}' if pairs else ''} {one.value:.17g}"
