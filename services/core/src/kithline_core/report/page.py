"""The one-page report."""

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from kithline_core import plugins
from kithline_core.engine.document import Document, decode
from kithline_core.report import pictures


@cache
def _template() -> Template:
    loader = PackageLoader("kithline_core.report", "templates")
    found = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return found.get_template("page.html")


def page(title: str, documents: Sequence[bytes], before: bytes | None = None) -> str:
    """Return the report as HTML; `before` is an earlier supply finding, drawn beside the present one."""
    found = {one.scorer: one for one in map(decode, documents)}
    verdict = found.get("kithline.verdict")
    scored = [one for one in found.values() if one is not verdict]
    silos, supply = found.get("silos.internal"), found.get("supply.collaboration")
    depth = found.get("maturity.depth")
    return _template().render(
        title=title,
        verdict=verdict,
        documents=scored,
        titles=_titles(),
        ladder=pictures.ladder(depth) if depth else None,
        drivers={one.scorer: pictures.drivers(one) for one in scored},
        heat=pictures.heat(silos) if silos else None,
        graphs=_graphs(decode(before) if before else None, supply),
    )


def _titles() -> dict[str, str]:
    return {spec.key: spec.title.get("en", spec.key) for spec in plugins.installed().scorers()}


def _graphs(before: Document | None, after: Document | None) -> list[tuple[Document, object]]:
    drawn = [(one, pictures.suppliers(one)) for one in (before, after) if one is not None]
    return [(one, picture) for one, picture in drawn if picture is not None]
