"""What people say: questionnaires with their answers, ratings, how long people stayed."""

from collections.abc import Mapping, Sequence
from typing import Any

from kithline_sdk.catalogue import CATALOGUE
from kithline_sdk.kit.worlds.world import Cells, World

Questions = Sequence[Mapping[str, Any]]

_LEVELS, _FACTORS = (1, 2, 3, 4), ("business_model", "workforce", "leadership")
_ASKED = 60  # more respondents than that tell a test nothing new


def questions(names: Sequence[str]) -> list[dict[str, Any]]:
    """Return questionnaires of these names with items of every kind, for a plugin that brings none."""
    places = [{"level": level} for level in _LEVELS] + [{"ceiling": factor} for factor in _FACTORS]
    items = [
        {"item": f"i{number}.{one}", "dimension": f"t{number % 3}", "group": ("customer", "supplier")[one % 2],
         "step": f"s{number}", "mandatory": one == 0 and "level" in place, "text": {"en": f"Do you {number}, {one}?"},
         "improvement": {"en": f"Do {number}, {one}."}, **place}
        for number, place in enumerate(places)
        for one in range(6)
    ]  # fmt: skip
    return [{"questionnaire": name, "version": "1", "items": items} for name in names]


def items(_: World, asked: Questions) -> Cells:
    """Return every item of the questionnaires."""
    rows = [
        {
            "weight": 1.0, "mandatory": False, "effort": 1.0, "minimum": 0.0, "maximum": 4.0, "reverse": False,
            **item, "questionnaire": one["questionnaire"], "version": one["version"],
            "text": _english(item.get("text")), "improvement": _english(item.get("improvement")),
        }
        for one in asked
        for item in one["items"]
    ]  # fmt: skip
    return {name: [row.get(name) for row in rows] for name in CATALOGUE["items"]}


def answers(world: World, asked: Questions) -> Cells:
    """Return the answers of up to sixty of the staff; one in twelve is left out, two in five carry evidence."""
    rows: list[dict[str, Any]] = []
    people = min(_ASKED, max(1, world.staff // 2))
    dated = world.times(1)[0]
    for one in asked:
        places = ["a"] if any(item.get("level") for item in one["items"]) else world.communities
        for person in range(people):
            given = world.when(11 / 12, len(one["items"]))
            whole = {"dated": dated, "assessment": places[person % len(places)], "language": ("en", "de")[person % 2]}
            rows += [
                _answer(world, one, item, person) | whole
                for item, here in zip(one["items"], given, strict=True)
                if here
            ]
    return {name: [row.get(name) for row in rows] for name in CATALOGUE["answers"]}


def ratings(world: World) -> Cells:
    """Return five raters' marks for ten objects."""
    rows = [(f"o{one}", rater) for one in range(10) for rater in range(min(5, world.people))]
    return {
        "object": [one for one, _ in rows],
        "rater": [rater for _, rater in rows],
        "item": ["quality"] * len(rows),
        "value": [float(1 + one) for one in world.below(5, len(rows))],
    }


def survivals(world: World) -> Cells:
    """Return how long each person stayed."""
    return {
        "unit": list(range(world.people)),
        "duration": [float(one) for one in world.below(400, world.people)],
        "ended": world.when(0.5, world.people),
        "group": world.some(["employee", "customer"], world.people),
    }


def value_lines(world: World) -> Cells:
    """Return nine benefits and three costs; of one nobody knows how many there are a year."""
    size, factors = 12, ("count", "unit", "attribution")
    found: Cells = {
        "line": [f"line {one}" for one in range(size)],
        "side": ["cost" if one % 4 == 0 else "benefit" for one in range(size)],
        "kind": world.some(["process", "product", "marketing", "supply"], size),
        "start_month": [one % 6 for one in range(size)],
        "evidence": world.some(["A", "B", "C", "D"], size),
        "driver": [("calls", None, None)[one % 3] for one in range(size)],
        "overlaps": ["line 2" if one == 1 else None for one in range(size)],
        "discount_rate": [0.04] * size,
    }
    for name in factors:
        likely = [float(1 + one) / (100 if name == "attribution" else 1) for one in world.below(50, size)]
        ends = {"low": [0.5 * one for one in likely], "likely": likely, "high": [2 * one for one in likely]}
        found |= {f"{name}_{end}": list(made) for end, made in ends.items()}
    for end in ("low", "likely", "high"):
        found[f"count_{end}"][-1] = None
    return {name: found[name] for name in CATALOGUE["value_lines"]}


def findings(world: World, after: Sequence[str]) -> Cells:
    """Return what the scorers said that come before this one: a status, a score and a level each."""
    rows = [(scorer, field) for scorer in after for field in ("status", "score", "level")]
    scores, levels = world.below(1000, len(rows)), world.below(3, len(rows))
    numbers = [
        {"status": None, "score": score / 10, "level": float(level)}[field]
        for (_, field), score, level in zip(rows, scores, levels, strict=True)
    ]
    return {
        "scorer": [scorer for scorer, _ in rows],
        "field": [field for _, field in rows],
        "number": numbers,
        "text": ["ok" if field == "status" else None for _, field in rows],
    }


def _answer(world: World, one: Mapping[str, Any], item: Mapping[str, Any], person: int) -> dict[str, Any]:
    low, high = float(item.get("minimum", 0.0)), float(item.get("maximum", 4.0))
    (draw,), (proof,), (seconds,) = world.draws.uniform(1), world.draws.uniform(1), world.below(60, 1)
    return {
        "questionnaire": one["questionnaire"],
        "version": one["version"],
        "respondent": person,
        "department": world.departments[person],
        "rank": "head" if person == 0 else "staff",
        "dimension": item.get("dimension"),
        "item": item["item"],
        "value": low + float(int(draw * (high - low + 1))),
        "seconds": float(2 + seconds),
        "evidence": "minutes of the meeting" if proof < 0.4 else None,  # noqa: PLR2004 - two in five
        "role": "outside" if proof < 0.02 else "respondent",  # noqa: PLR2004 - one in fifty
        "confirmed_by": "customer" if proof < 0.05 else None,  # noqa: PLR2004 - one in twenty
    }


def _english(texts: object) -> str | None:
    return str(texts["en"]) if isinstance(texts, Mapping) and "en" in texts else None
