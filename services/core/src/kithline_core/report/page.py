"""The one-page report."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Final, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from kithline_core import plugins
from kithline_core.engine import lacking
from kithline_core.engine.document import Document, decode
from kithline_core.engine.series import Point
from kithline_core.plugins import ScorerSpec
from kithline_core.report.basis import Basis, basis
from kithline_core.report.drivers import drivers
from kithline_core.report.gauge import gauge
from kithline_core.report.heat import heat
from kithline_core.report.ladder import ladder
from kithline_core.report.suppliers import ring, suppliers
from kithline_core.report.svg import Drawing
from kithline_core.report.trend import trend

VERDICT: Final = "kithline.verdict"
SILOS: Final = "silos.internal"
SUPPLY: Final = "supply.collaboration"
DEPTH: Final = "maturity.depth"


class Shown(NamedTuple):
    """One result with its title, its question and what is drawn of it."""

    document: Document
    title: str
    question: str
    gauge: Drawing | None
    drivers: Drawing | None
    geometric: bool
    stale: bool
    at_site: bool
    basis: Basis
    missing: list[str]


@cache
def templates() -> Environment:
    """Return the templates of this package; whatever enters one is escaped."""
    loader = PackageLoader("kithline_core.report", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def page(
    title: str,
    documents: Sequence[bytes],
    before: bytes | None = None,
    stale: Collection[str] = frozenset(),
    sites: Collection[str] = frozenset(),
    series: Mapping[str, Sequence[Point]] | None = None,
) -> str:
    """Return the report as HTML; `before` is an earlier supply finding, drawn beside the present one.

    `stale` names the scorers whose data have changed since, `sites` those whose findings a tenant's site computed;
    `series` are the points of scorers over time.
    """
    found = {one.scorer: one for one in map(decode, documents)}
    specs = {spec.key: spec for _, spec in plugins.installed().known()}
    depth, silos = found.get(DEPTH), found.get(SILOS)
    return templates().get_template("page.html").render(
        title=title,
        verdict=found.get(VERDICT),
        stale=VERDICT in stale,
        at_site=VERDICT in sites,
        results=[_shown(one, specs.get(one.scorer), stale, sites) for one in found.values() if one.scorer != VERDICT],
        ladder=ladder(depth) if depth else None,
        heat=heat(silos) if silos else None,
        trends=[(specs[key].title["en"] if key in specs else key, trend(one)) for key, one in (series or {}).items()],
        graphs=graphs(*([decode(before)] if before else []), *([found[SUPPLY]] if SUPPLY in found else [])),
    )  # fmt: skip


def graphs(*findings: Document) -> list[tuple[Document, Drawing]]:
    """Return the supply network of each finding that has one, all in one order."""
    stand = ring(findings)
    drawn = [(one, suppliers(one, stand)) for one in findings]
    return [(one, picture) for one, picture in drawn if picture is not None]


def _shown(one: Document, spec: ScorerSpec | None, stale: Collection[str], sites: Collection[str]) -> Shown:
    geometric = spec is not None and spec.aggregation == "geometric"
    return Shown(
        document=one,
        title=spec.title.get("en", one.scorer) if spec else one.scorer,
        question=spec.question.get("en", "") if spec else "",
        gauge=gauge(one),
        drivers=drivers(one, geometric=geometric),
        geometric=geometric,
        stale=one.scorer in stale,
        at_site=one.scorer in sites,
        basis=basis(one),
        missing=[lacking.told(lack, spec, _days(one)) for lack in one.missing],
    )


def _days(one: Document) -> float:
    begins, ends = (datetime.fromisoformat(end) for end in one.window)
    return (ends - begins).total_seconds() / 86_400
