"""What a tenant should know about a plugin it uses before it stops working: last days, versions gone, versions waiting."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

import msgspec

from kithline_core.choices.choosing import Chosen, Offer, ended
from kithline_core.choices.vetting import ParameterRefused
from kithline_core.plugins import Plugin, found, standing

# Days before a last day at which it is said, and said louder.
SOON, URGENT = 90, 30
Code = Literal[
    "deprecated",
    "sunset_in_90_days",
    "sunset_in_30_days",
    "sunset",
    "version_missing",
    "experimental",
    "misfit",
    "newer",
]


class Caution(msgspec.Struct, frozen=True):
    """Something to know: a stable code, and words."""

    code: Code
    words: str


def of(chosen: Chosen, offer: Offer) -> list[Caution]:
    """Return what there is to know about a plugin, the worst first."""
    if not offer.enabled:
        return []
    one = offer.in_force
    if one is None and offer.choice.pinned is not None:
        words = (
            f"version {offer.choice.pinned}, to which it is pinned, is not installed here any more: no run can use it"
        )
        return [Caution("version_missing", words)]
    if one is None:
        return [Caution("sunset", ended(offer.versions[0]))]
    return [*_life(one, found.today()), *_standing(one), *_misfits(chosen, one), *_newer(offer, one)]


def _life(one: Plugin, today: date) -> Iterator[Caution]:
    told = one.manifest.lifecycle
    if told.status != "deprecated":
        return
    after = f"; use {told.successor}" if told.successor else ""
    if one.over(today):
        yield Caution("sunset", ended(one))
    elif not told.sunset:
        yield Caution("deprecated", f"{one.name} {one.manifest.version} is deprecated{after}")
    else:
        left = (date.fromisoformat(told.sunset) - today).days
        code: Code = "sunset_in_30_days" if left <= URGENT else "sunset_in_90_days" if left <= SOON else "deprecated"
        words = f"{one.name} {one.manifest.version} is deprecated and has its last day on {told.sunset}, in {left} days"
        yield Caution(code, words + after)


def _standing(one: Plugin) -> Iterator[Caution]:
    if standing.label(one.name, one.manifest.version):
        words = f"{one.name} {one.manifest.version} is experimental: a check on tenants that agreed fails"
        yield Caution("experimental", words)


def _misfits(chosen: Chosen, one: Plugin) -> Iterator[Caution]:
    for spec in one.manifest.scorers:
        try:
            chosen.parameters(one, spec)
        except ParameterRefused as misfit:
            yield Caution("misfit", misfit.detail)


def _newer(offer: Offer, one: Plugin) -> Iterator[Caution]:
    best = found.default(offer.versions)
    if best is not None and best.rank > one.rank:
        version = best.manifest.version
        yield Caution(
            "newer",
            f"version {version} is here; `kithline plugins shadow {offer.plugin} --version {version}` compares it",
        )
