"""Parts and findings of composites, for tests that need only a few of their fields."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from kithline_core.engine import document
from kithline_core.engine.composite import variants
from kithline_core.engine.composite.index import weigh
from kithline_core.engine.composite.maps import IndexSpec, PartSpec, index_map
from kithline_core.engine.composite.parts import Part
from kithline_core.engine.composite.total import Unit
from kithline_core.model.indices import IndexVariant, NewIndexVariant
from kithline_sdk.contract import Missing

MAP = index_map()
WINDOW = ("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z")


def finding(scorer: str, score: float | None = 60.0, **more: Any) -> bytes:
    """The document of a finding with this score."""
    plain: dict[str, Any] = {
        "version": "1.0.0", "status": "insufficient" if score is None else "ok", "reasons": [], "unit": "points",
        "level": None, "level_name": None, "level_probability": None, "bounds": None, "coverage": None,
        "interval": None if score is None else (max(0.0, score - 10), min(100.0, score + 10)), "concentration": None,
        "window": WINDOW, "measures": {}, "intervals": {}, "tables": {}, "findings": [], "drivers": [], "missing": [],
        "recommendations": [], "lineage": [], "not_for": ["pay"], "key": f"sha256:{scorer}",
    }  # fmt: skip
    return document.encode(document.Document(scorer=scorer, score=score, **{**plain, **more}))


def known(name: str, score: float, half: float = 0.1, **more: Any) -> Part:
    """A part with this score, give or take `half`."""
    ends = (max(0.0, score - half), min(1.0, score + half))
    return Part(**{"part": name, "status": "ok", "score": score, "interval": ends, "key": f"key of {name}", **more})


def unknown(name: str, status: str = "insufficient", **more: Any) -> Part:
    """A part nothing is known of."""
    lacking = Missing(what=name, reason=f"no_{name}")
    return Part(**{"part": name, "status": status, "reasons": [f"no_{name}"], "lacking": lacking, **more})


def spec(*parts: str, necessary: tuple[str, ...] = ()) -> IndexSpec:
    """An index of these parts."""
    own = [PartSpec(part=one, necessary=one in necessary) for one in parts]
    return IndexSpec(index="network", title={"en": "Network"}, parts=own)


def index(*parts: Part, necessary: tuple[str, ...] = ()) -> Any:
    """What an index of these parts comes to, and how it is shown."""
    own = [msgspec.structs.replace(one, necessary=one.part in necessary) for one in parts]
    shape = spec(*(one.part for one in own), necessary=necessary)
    return shape, weigh(MAP, shape, {one.part: one for one in own})


def unit(label: str = "now", half: float = 0.1, **scores: float | None) -> Unit:
    """A unit whose indices have these scores, each from one part; None: unknown."""
    parts = {
        name: unknown(name) if score is None else known(name, score, half, key=f"{label} {name}")
        for name, score in scores.items()
    }
    shapes = {name: IndexSpec(index=name, title={}, parts=[PartSpec(part=name, necessary=True)]) for name in scores}
    own = {name: msgspec.structs.replace(one, necessary=True) for name, one in parts.items()}
    return Unit(label, {name: weigh(MAP, shapes[name], own) for name in scores})


def variant(**more: Any) -> IndexVariant:
    """A named total, of all indices and with equal weights unless said otherwise."""
    new, at = NewIndexVariant(reason="the board asked", **more), datetime(2026, 1, 5, tzinfo=UTC)
    told = {name: getattr(new, name) for name in NewIndexVariant.__struct_fields__}
    return IndexVariant(variant="ours", weights=variants.weights(new), created_at=at, changed_at=at, **told)
