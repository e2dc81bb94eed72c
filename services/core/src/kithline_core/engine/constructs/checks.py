"""The three checks of a plugin version, each one figure per tenant: every tenant weighs the same, ten at least."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from typing import Final, Literal, NamedTuple
from uuid import UUID

import msgspec
import numpy as np

from kithline_core.engine.compare import Scored, by_widths, paired
from kithline_core.engine.composite import benchmark
from kithline_core.engine.constructs.figures import Estimate, correlation

# A survey and behaviour of one dimension that agree less than that do not measure the same.
CONVERGENT: Final = 0.3

Kind = Literal["convergent", "discriminant", "known_groups"]
Verdict = Literal["holds", "fails", "unknown"]


class Declared(NamedTuple):
    """A measure that stands for a dimension, as a manifest says. `sign` -1: less of it is more of the dimension."""

    plugin: str
    version: str
    scorer: str
    dimension: str
    kind: str
    measure: str
    sign: int = 1

    @property
    def name(self) -> str:
        """What it is called among the measures of all scorers."""
        return f"{self.scorer}: {self.measure}"


class Sample(NamedTuple):
    """What agreeing tenants have: of each measure one value a tenant, and of closed and living communities two."""

    values: Mapping[Declared, Mapping[UUID, float]]
    apart: Mapping[Declared, Mapping[UUID, tuple[float, float]]]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One check. `value` decides; `sure`: its interval says so too. `tenants` is not told where there are too few.

    `since`: the day from which it is published as it is.
    """

    check: Kind
    dimension: str
    measures: list[str]
    verdict: Verdict
    value: float | None = None
    interval: tuple[float, float] | None = None
    tenants: int | None = None
    sure: bool = False
    reason: str | None = None
    since: date | None = None


class _Pair(NamedTuple):
    survey: Declared
    behaviour: Declared


def of(own: Sequence[Declared], others: Sequence[Declared], sample: Sample) -> list[Check]:
    """Return the checks that the measures of a plugin take part in, with each other and with those of `others`."""
    known = [*own, *others]
    pairs = [pair for pair in _pairs(known) if pair.survey.dimension == pair.behaviour.dimension]
    mine = [pair for pair in pairs if not set(own).isdisjoint(pair)]
    convergent = [_convergent(pair, sample) for pair in mine]
    discriminant = [_discriminant(pair, known, sample) for pair in mine]
    return [*convergent, *discriminant, *(_known_groups(one, sample) for one in own if one.kind == "community")]


def verdict(found: Sequence[Check]) -> Verdict:
    """Return whether one fails; without any that is known, unknown."""
    said = {one.verdict for one in found}
    return "fails" if "fails" in said else "holds" if "holds" in said else "unknown"


def _pairs(known: Sequence[Declared]) -> Iterator[_Pair]:
    surveys, behaviours = ([one for one in known if one.kind == kind] for kind in ("survey", "behaviour"))
    return (_Pair(*pair) for pair in product(surveys, behaviours))


def _correlated(pair: _Pair, sample: Sample) -> Estimate | str:
    """Return r over the tenants that have both, or why there is none."""
    one, other = (sample.values.get(side, {}) for side in pair)
    both = sorted(one.keys() & other.keys())
    if why := benchmark.refusal([1.0] * len(both)):
        return why
    columns = [np.array([side[tenant] for tenant in both], np.float64) for side in (one, other)]
    return correlation(columns[0] * pair.survey.sign, columns[1] * pair.behaviour.sign) or "no_spread"


def _convergent(pair: _Pair, sample: Sample) -> Check:
    blank = Check(check="convergent", dimension=pair.survey.dimension, measures=_names(pair), verdict="unknown")
    found = _correlated(pair, sample)
    if isinstance(found, str):
        return msgspec.structs.replace(blank, reason=found)
    return _decided(blank, found, CONVERGENT)


def _discriminant(pair: _Pair, known: Sequence[Declared], sample: Sample) -> Check:
    """Hold a dimension's r against the highest that either side has across dimensions (Campbell and Fiske 1959)."""
    blank = Check(check="discriminant", dimension=pair.survey.dimension, measures=_names(pair), verdict="unknown")
    own = _correlated(pair, sample)
    if isinstance(own, str):
        return msgspec.structs.replace(blank, reason=own)
    across = [one for one in _pairs(known) if one.survey.dimension != one.behaviour.dimension and _shares(one, pair)]
    told = [(one, found) for one in across if not isinstance(found := _correlated(one, sample), str)]
    if not told:
        return msgspec.structs.replace(blank, reason="one_dimension" if not across else "few_tenants")
    other, most = max(told, key=lambda one: one[1].value)
    apart = by_widths(Scored(*most[:3]), Scored(*own[:3]))
    estimate = Estimate(apart.value, apart.low, apart.high, min(own.tenants, most.tenants))
    return _decided(msgspec.structs.replace(blank, measures=[*_names(pair), *_names(other)]), estimate, 0.0, over=True)


def _shares(one: _Pair, other: _Pair) -> bool:
    return one.survey == other.survey or one.behaviour == other.behaviour


def _known_groups(one: Declared, sample: Sample) -> Check:
    """Hold communities that closed against those that live on, 90 days before; one difference a tenant."""
    blank = Check(check="known_groups", dimension=one.dimension, measures=[one.name], verdict="unknown")
    pairs = [sample.apart.get(one, {})[tenant] for tenant in sorted(sample.apart.get(one, {}))]
    if why := benchmark.refusal([1.0] * len(pairs)):
        return msgspec.structs.replace(blank, reason=why)
    closed, living = np.array(pairs, np.float64).T * one.sign
    found = paired(closed, living)
    return _decided(blank, Estimate(found.value, found.low, found.high, len(pairs)), 0.0, over=True)


def _decided(blank: Check, found: Estimate, limit: float, *, over: bool = False) -> Check:
    holds = found.value > limit if over else found.value >= limit
    return msgspec.structs.replace(
        blank, verdict="holds" if holds else "fails", value=_two(found.value), tenants=found.tenants,
        interval=(_two(found.low), _two(found.high)), sure=found.low > limit if holds else found.high < limit,
    )  # fmt: skip


def _two(value: float) -> float:
    """Return two digits: of means with more of them, one tenant's part could be taken off the next."""
    return float(f"{value:.2g}")


def _names(pair: _Pair) -> list[str]:
    return [one.name for one in pair]
