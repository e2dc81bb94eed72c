"""An ordinary company of 240 people, and what is planted into it so that each of the twenty bugs shows."""

import copy
import random
from collections.abc import Callable
from functools import cache
from typing import Any

from kithline_sdk.snapshot import Snapshot
from kithline_sdk.testing import snapshot

WINDOW = ("2026-01-01", "2026-04-01")
FIRST, DAYS, PEOPLE = 20_454, 90, 240
DEPARTMENTS = ("assembly", "finance", "logistics", "research", "sales", "works")
COMMUNITIES = ("brake pads", "forecasting", "returns")
ITEMS = tuple(f"q{number:02d}" for number in range(12))
Tables = dict[str, list[dict[str, Any]]]


def name(number: int) -> str:
    return f"anna.{number:05d}@werk.example"


def company(people: int = PEOPLE, seed: int = 4) -> Tables:
    """Return an ordinary company's tables."""
    draw = random.Random(seed)
    staff = [(name(n), DEPARTMENTS[n % 6] if n % 8 else None) for n in range(people)]
    rows: Tables = {
        "memberships": [
            {
                "person": one, "department": of, "group": "employee" if of else "supplier",
                "organisation": "werk" if of else f"supplier {n % 7}", "rank": "lead" if n % 9 == 1 else "staff",
                "manager": name(n // 9) if n else None, "leader": n % 9 == 1,
            }
            for n, (one, of) in enumerate(staff)
        ],
        "populations": [
            {"group": "employee", "department": one, "count": 60 + 10 * n} for n, one in enumerate(DEPARTMENTS)
        ],
        "communities": [
            {"community": one, "name": one.title(), "purpose": f"to talk about {one}", "kind": "practice"}
            for one in COMMUNITIES
        ],
        "ideas": [
            {"idea": f"i{n:03d}", "submitted_at": f"2026-{1 + n // 25:02d}-{1 + n % 25:02d}", "group": "employee"}
            for n in range(40)
        ],
        "organisation_ties": [
            {"organisation_a": "werk", "organisation_b": f"supplier {n}", "weight": 1.5 + n} for n in range(7)
        ],
        "answers": [
            {"questionnaire": "pulse", "version": "1", "assessment": "spring", "respondent": name(n), "item": item,
             "value": float(draw.randrange(5))}
            for n in range(60) for item in ITEMS
        ],
    }  # fmt: skip
    return rows | _contacts(draw, people)


def _contacts(draw: random.Random, people: int) -> Tables:
    """Return who did what: pairs go from the lower number to the higher, and nothing happens on the last two days."""
    pairs = sorted({tuple(sorted(draw.sample(range(people), 2))) for _ in range(3 * people)})
    done = {(draw.randrange(DAYS - 2), draw.choice(COMMUNITIES), draw.randrange(people)) for _ in range(5 * people)}
    return {
        "ties": [{"actor": name(a), "target": name(b), "count": 1 + draw.randrange(9)} for a, b in pairs],
        "tie_day": [
            {"day": FIRST + draw.randrange(DAYS - 2), "community": draw.choice(COMMUNITIES), "actor": name(a),
             "target": name(b), "verb": draw.choice(("replied", "mentioned")), "count": 1 + draw.randrange(3)}
            for a, b in pairs
        ],
        "activity_day": [
            {"day": FIRST + day, "community": where, "actor": name(n), "verb": "posted", "count": 1 + draw.randrange(5)}
            for day, where, n in sorted(done)
        ],
    }  # fmt: skip


def rows(tables: Tables, table: str, change: Callable[[int, dict[str, Any]], dict[str, Any]]) -> None:
    """Change rows of a table: `change` tells what is new in each."""
    tables[table] = [{**row, **change(number, row)} for number, row in enumerate(tables[table])]


def _empty_group(tables: Tables) -> None:
    tables["populations"].append({"group": "shareholder", "department": None, "count": 0})


def _unknown_department(tables: Tables) -> None:
    del tables["populations"][-1]


def _sorted_days(tables: Tables) -> None:
    rows(tables, "ideas", lambda n, _: {"submitted_at": f"2026-0{1 + n % 3}-{1 + 7 * n % 28:02d}"})


def _not_ascii(tables: Tables) -> None:
    for table in ("memberships", "populations"):
        rows(
            tables,
            table,
            lambda _, row: {"department": row["department"] and row["department"].replace("sales", "Außendienst")},
        )


def _single_community(tables: Tables) -> None:
    for table in ("activity_day", "tie_day"):
        rows(tables, table, lambda *_: {"community": COMMUNITIES[0]})
    del tables["communities"][1:]


def _no_ties(tables: Tables) -> None:
    tables["tie_day"] = []


def _both_ways(tables: Tables) -> None:
    back = [{**row, "actor": row["target"], "target": row["actor"]} for row in tables["ties"][:40:10]]
    tables["ties"] += back


def _self_tie(tables: Tables) -> None:
    tables["ties"] += [{"actor": name(n), "target": name(n), "count": 2} for n in (3, 90)]


def _null_population(tables: Tables) -> None:
    tables["populations"][2]["count"] = None


def _negative_weight(tables: Tables) -> None:
    tables["organisation_ties"][3]["weight"] = -2.5


def _huge_count(tables: Tables) -> None:
    tables["activity_day"][7]["count"] = 5_000_000_000


def _last_day(tables: Tables) -> None:
    for number in (11, 12, 300):
        tables["tie_day"][number]["day"] = FIRST + DAYS - 1


def _long_text(tables: Tables) -> None:
    tables["communities"][1]["purpose"] = "Whoever forecasts demand meets here, " * 20


def _answered_twice(tables: Tables) -> None:
    tables["answers"] += [{**row, "value": 1.0} for row in tables["answers"][5:400:70]]


def _several_groups(tables: Tables) -> None:
    tables["memberships"] += [{"person": name(n), "group": "customer", "organisation": "shop"} for n in (2, 50, 51)]


def _silent_community(tables: Tables) -> None:
    tables["communities"].append({"community": "archive", "name": "Archive", "kind": "practice"})


def _more_than_all(tables: Tables) -> None:
    rows(tables, "populations", lambda n, _: {"count": 14 + n})


def _one_person(tables: Tables) -> None:
    tables["memberships"][17]["rank"] = "board"


PLANTS: dict[str, Callable[[Tables], None]] = {
    "empty_group": _empty_group, "unknown_department": _unknown_department, "sorted_days": _sorted_days,
    "not_ascii": _not_ascii, "single_community": _single_community, "no_ties": _no_ties, "both_ways": _both_ways,
    "self_tie": _self_tie, "null_population": _null_population, "negative_weight": _negative_weight,
    "huge_count": _huge_count, "last_day": _last_day, "long_text": _long_text, "answered_twice": _answered_twice,
    "several_groups": _several_groups, "silent_community": _silent_community, "more_than_all": _more_than_all,
    "one_person": _one_person,
}  # fmt: skip
# Bugs of size show in a company that is larger.
LARGE = {"quadratic": 6_000, "dense": 9_000}


@cache
def ordinary() -> Snapshot:
    """Return the snapshot over which every scorer works."""
    return snapshot(company(), WINDOW)


def planted(bug: str) -> Snapshot:
    """Return the snapshot over which this bug shows."""
    if bug in LARGE:
        return snapshot(company(LARGE[bug]), WINDOW)
    tables = copy.deepcopy(company())
    PLANTS[bug](tables)
    return snapshot(tables, WINDOW)
