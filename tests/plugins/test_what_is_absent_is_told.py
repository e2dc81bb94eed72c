"""On thin data each documented measure of a method page is published, or `missing` names it or its family with a reason."""

import importlib.metadata
import re

import pytest

from kithline_core.engine.score import STANDING
from kithline_core.plugins import installed
from kithline_sdk.testing import snapshot

WINDOW = ("2026-01-01", "2026-04-01")
SCORERS = ("maturity.depth", "purpose.clarity", "supply.collaboration", "interfaces.congruence", "people.dependency")
TEXT = "Cut the scrap of our paint shop in Leipzig by a third until June 2026"
STAFF = [{"person": f"p{one}", "group": "employee", "organisation": "us", "department": "works"} for one in range(9)]
FIRMS = [{"organisation": one, "role": "supplier"} for one in ("s1", "s2")]
ASKED = {"questionnaire": "depth", "version": "1", "assessment": "a", "value": 4.0, "dated": "2026-02-01"}
ITEMS = [
    {"questionnaire": "depth", "version": "1", "item": f"L{level}.{one}", "level": level, "weight": 1.0}
    for level in (1, 2, 3, 4) for one in range(5)
]  # fmt: skip
CONTACT = {"day": "2026-02-01", "actor": "p1", "target": "p2", "verb": "posted", "recipients": 1, "count": 2}
POSTED = {"day": "2026-02-01", "community": "c", "actor": "p1", "verb": "posted", "count": 2}
WORLDS = {
    "people": {"memberships": STAFF, "focal": [{"organisation": "us"}]},
    "two suppliers": {"memberships": STAFF, "focal": [{"organisation": "us"}], "organisations": FIRMS},
    "one contact": {"memberships": STAFF, "tie_day": [CONTACT], "activity_day": [POSTED]},
    "nobody focal": {"organisations": FIRMS, "organisation_ties": [{"organisation_a": "s1", "organisation_b": "s2"}]},
    "questions": {"items": ITEMS},
    "one answer": {"items": ITEMS, "answers": [{**ASKED, "item": "L1.1"}]},
    "one level": {"items": ITEMS, "answers": [{**ASKED, "item": f"L1.{one}"} for one in range(5)]},
    "a text": {"communities": [{"community": "c", "purpose": TEXT}]},
    "two texts": {"communities": [{"community": one, "purpose": f"{TEXT} in {one}"} for one in ("c", "d")]},
    "a text and a post": {"communities": [{"community": "c", "purpose": TEXT}], "activity_day": [POSTED]},
    "no text": {"communities": [{"community": "c", "name": "Axle"}]},
    "few words": {"communities": [{"community": "c", "purpose": "Cut scrap"}]},
    "another language": {"communities": [{"community": "c", "language": "fr", "purpose": "Faire mieux tous ensemble, chaque jour, ici"}]},
    "sensitive": {"communities": [{"community": "c", "purpose": TEXT, "sensitive": True}]},
}  # fmt: skip


def _scorers():
    points = importlib.metadata.entry_points(group="kithline")
    found = [
        one
        for point in points
        for hook in ("kithline_scorers",)
        if hasattr(point.load(), hook)
        for one in point.load().kithline_scorers()
    ]
    return {one.key: one for one in found}


def shape(pattern):
    return re.compile(
        r"(?:(?:community|period):[^.]+\.)?" + r"[^.]+".join(map(re.escape, re.split(r"<[^>]*>", pattern)))
    )


def told(pattern, finding):
    words = [word.strip(".") for one in finding.missing if one.reason for word in re.findall(r"[\w.:<>%-]+", one.what)]
    return pattern in words or any(shape(pattern).fullmatch(name) for name in (*finding.measures, *words))


def asked(key, world):
    """Say whether the scorer is asked: where nothing is there that it reads, the engine answers in its place."""
    _, spec = installed().find(key)
    read = (one.table for one in spec.inputs if one.table not in STANDING)
    return any(WORLDS[world].get(table) for table in read)


@pytest.mark.parametrize(("key", "world"), [(key, world) for key in SCORERS for world in WORLDS if asked(key, world)])
def test_a_measure_is_there_or_named_with_its_reason(key, world):
    _, spec = installed().find(key)
    scorer, cut = _scorers()[key], snapshot(WORLDS[world], WINDOW)

    found = scorer.score(cut, scorer.Params(), 1)

    assert [pattern for pattern in spec.measures if not told(pattern, found)] == []
