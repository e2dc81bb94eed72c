"""The price of cheating: what forgeries write, what they cost, which scorer they expose."""

import json
from typing import Any

import pytest

from helpers import pages
from helpers.sharing import Share, bench, people
from kithline_sdk import Driver, Finding, Snapshot
from kithline_sdk.contract import Missing, Note, Recommendation
from kithline_sdk.kit import checking, child, loading
from kithline_sdk.kit.cheating import price as pricing
from kithline_sdk.kit.cheating.moves import Move, costs, forged
from kithline_sdk.kit.cheating.plots import plots
from kithline_sdk.kit.creating import create
from kithline_sdk.kit.main import main
from kithline_sdk.kit.outcomes import Price
from kithline_sdk.kit.processes import request_for
from kithline_sdk.kit.showing import price as lines
from kithline_sdk.kit.subject import opened
from kithline_sdk.snapshot import Table
from kithline_sdk.testing import snapshot

WORLD = (60, 2)
TIES = [
    {"table": "tie_day", "columns": ["day", "actor", "target"], "required": True},
    {"table": "memberships", "columns": ["person", "group", "department"], "required": True},
]
POSTS = [
    {"table": "activity_day", "columns": ["day", "actor", "verb", "count"], "required": True},
    {"table": "memberships", "columns": ["person", "group"], "required": True},
]


def found(score: float, concentration: float | None = None, **more: Any) -> Finding:
    drivers = [Driver(name="it", raw=score, contribution=score)]
    return Finding(score=score, interval=(score, score), concentration=concentration, drivers=drivers, **more)


class Posts(Share):
    """Soft: counts posts, more is better."""

    def score(self, snapshot: Snapshot, params: Any, seed: int) -> Finding:
        table = snapshot["activity_day"]
        posts = sum(
            many
            for verb, many in zip(table.texts("verb"), table.ints("count").tolist(), strict=True)
            if verb == "posted"
        )
        return found(min(1.0, posts / 500))


class Pairs(Share):
    """Hardened: distinct pairs with contact on two days, and what hangs on the busiest person."""

    def score(self, snapshot: Snapshot, params: Any, seed: int) -> Finding:
        table, days = snapshot["tie_day"], dict[tuple[int, int], set[int]]()
        rows = zip(*(table.ints(name).tolist() for name in ("actor", "target", "day")), strict=True)
        for actor, target, day in rows:
            days.setdefault((min(actor, target), max(actor, target)), set()).add(day)
        tied = [pair for pair, on in days.items() if len(on) > 1]
        whole = 10 * len(set(table.ints("actor").tolist()))
        busiest = max((sum(one in pair for pair in tied) for one in {end for pair in tied for end in pair}), default=0)
        return found(min(1.0, len(tied) / whole), min(1.0, busiest / whole))


def test_a_soft_scorer_is_exposed():
    told = pricing.price(bench(Posts(), inputs=POSTS), *WORLD, costs())

    assert (told.verdict, told.seen_by) == ("soft", [])
    assert told.hours is not None
    assert told.hours < costs().soft_below.hours
    assert told.score is not None
    assert told.score[1] - told.score[0] >= 10
    assert any("posts" in one for one in told.moves)
    assert any("of the gain is owed to one person" in one for one in told.traces)
    assert "seen by nobody" in next(lines(told))


def test_a_hardened_scorer_is_not():
    told = pricing.price(bench(Pairs(), inputs=TIES), *WORLD, costs())

    assert told.verdict in {"seen", "dear", "not found"}
    assert any(one.startswith("concentration: ") for one in told.seen_by)


def test_the_same_world_has_the_same_price():
    one, other = (pricing.price(bench(Posts(), inputs=POSTS), *WORLD, costs()) for _ in range(2))

    assert one == other


def fixed(*findings: Finding) -> Share:
    """A scorer that says these in turn, by how many people there are beyond the first."""

    class Fixed(Share):
        def score(self, snapshot: Snapshot, params: Any, seed: int) -> Finding:
            table = snapshot["memberships"]
            return (
                findings[min(len(findings) - 1, len(set(people(snapshot))) - len(set(people(FIRST))))]
                if table.rows
                else findings[0]
            )

    return Fixed()


FIRST = bench().world(*WORLD)
STEP = Recommendation(code="a", text="", evidence="", gain=(0.0, 0.1), effort="medium", refuted_by="")


def test_levels_count_where_there_are_levels():
    before, after = found(0.3, level=0, recommendations=[STEP]), found(0.31, level=1)
    told = pricing.price(bench(fixed(before, after), levels=["none", "some"], inputs=TIES), *WORLD, costs())

    assert (told.level, told.score, told.hours, told.honest_hours) == ((0, 1), (30.0, 31.0), 20.0, 40.0)
    assert told.traces == ["100 % of the gain is owed to people who are new", *told.traces[1:]]
    assert "level 0 to 1 for 20 h (the honest way 40 h)" in next(lines(told))


@pytest.mark.parametrize(
    ("finding", "verdict"),
    [
        (Finding(status="insufficient", reasons=["few"]), "no score"),
        (found(0.95), "at the top"),
        (found(0.5, level=1), "at the top"),
        (found(0.5), "not found"),
    ],
)
def test_without_a_price_it_says_why(finding, verdict):
    levels = ["none", "some"] if finding.level is not None else []
    told = pricing.price(bench(fixed(finding), levels=levels), *WORLD, costs())

    assert (told.verdict, told.hours) == (verdict, None)
    assert list(lines(told)) == [f"{verdict:>10}  toy.share (60 people, seed 2)"]


def test_a_forgery_that_ends_the_score_leads_nowhere():
    told = pricing.price(bench(fixed(found(0.5), Finding(status="insufficient", reasons=["few"]))), *WORLD, costs())

    assert told.verdict == "not found"


def test_what_is_dear_is_not_soft():
    told = pricing.price(bench(fixed(found(0.5), found(0.5), found(0.7)), inputs=TIES), *WORLD, costs())

    assert (told.verdict, told.hours) == ("dear", 40.0)


def test_whatever_the_finding_says_anew_has_seen_it():
    note = Note(code="odd", clause="")
    after = found(
        0.9, 0.5, status="provisional", reasons=["r"], missing=[Missing(what="m", reason="n")], findings=[note]
    )

    assert pricing.seen(found(0.1, 0.1), after) == [
        "status: ok to provisional", "concentration: 0.100 to 0.500", "reason: r", "missing: n", "note: odd",
    ]  # fmt: skip
    assert pricing.seen(after, after) == []


SAID = {
    "answers": [
        {"item": "a", "value": 1.0, "respondent": 0},
        {"item": "a", "value": 4.0, "respondent": 1, "evidence": "minutes"},
        {"item": "b", "value": 2.0, "respondent": 0},
    ],
    "items": [
        {"item": "a", "maximum": 4.0, "minimum": 0.0},
        {"item": "b", "maximum": 4.0, "minimum": 0.0, "reverse": True},
    ],
    "communities": [{"community": "c", "purpose": None}, {"community": "d", "purpose": "talk"}],
    "memberships": [{"person": 0, "group": "employee", "department": "x"}, {"person": 1, "group": "employee"}],
}


def test_answers_and_documents_are_forged_as_they_would_be_read():
    world = snapshot(SAID, ("2026-01-01", "2026-04-01"))
    before, moves = world.encode(), plots(world, costs())
    after = forged(world, [one for one in moves if one.kind in {"answer", "document"}])

    assert world.encode() == before
    rows = zip(
        after["answers"].texts("item"),
        after["answers"].floats("value"),
        after["answers"].texts("evidence"),
        strict=True,
    )
    assert sorted(rows) == [
        ("a", 4.0, "minutes"),
        ("a", 4.0, "minutes of the meeting"),
        ("b", 0.0, "minutes of the meeting"),
    ]
    assert len(set(after["communities"].texts("purpose"))) == 1
    assert [one.hours for one in moves if one.kind == "answer"] == [1.0, 1.0]
    assert forged(world, []).encode() == before


def test_people_contact_and_names_are_forged_as_the_engine_rolls_them_up():
    world = snapshot(SAID, ("2026-01-01", "2026-04-01"))
    moves = plots(world, costs())
    after = forged(world, [one for one in moves if one.kind in {"person", "event", "rename"}])

    assert after["memberships"].ints("person").tolist() == [0, 1, 2]
    assert after["tie_day"].rows > 0
    assert set(after["tie_day"].ints("day").tolist()) == {world.window.last_day, world.window.last_day - 1}
    assert "x new" in after["memberships"].labels("department")
    assert all(
        moves[need].kind in {"person", "accomplice", "day"}
        for one in moves
        for need in one.needs
        if one.kind == "event"
    )


def test_what_others_shared_is_used_the_day_after_and_nobody_uses_their_own():
    shared = [{"item": f"i{one}", "day": f"2026-02-{one + 1:02}", "actor": one} for one in range(3)]
    rows = [*shared, {"item": "i0", "day": "2026-02-05", "actor": 0, "used_by": 1}]
    world = snapshot({"item_use": rows}, ("2026-01-01", "2026-02-03"))
    moves = plots(Snapshot(world.window, [world["item_use"]]), costs())

    uses = [one for one in moves if one.kind == "event"]
    by_actor = {one.person for one in uses}
    assert {one.kind for one in moves} == {"accomplice", "event"}
    assert len(uses) == 2 * len(by_actor) == 4
    for one in uses:
        ((table, row),) = one.adds
        assert (table, row["used_by"], row["actor"] != one.person) == ("item_use", one.person, True)
        assert row["day"] == min(int(row["item"][1]) + 1 + min(world["item_use"].ints("day")), world.window.last_day)
    assert forged(world, moves)["item_use"].rows == len(rows) + 4


def test_what_nobody_answered_is_answered_first_and_nobody_answers_themselves():
    asked = [{"kind": "question", "asker": one, "opened_at": f"2026-02-{one + 1:02}T09:00:00Z"} for one in range(12)]
    known = [{**row, "answerer": 11, "answered_at": row["opened_at"]} for row in asked[:6]]
    world = snapshot({"opening": [*asked, *known]}, ("2026-01-01", "2026-04-01"))
    moves = plots(Snapshot(world.window, [world["opening"]]), costs())

    answers = [one.adds[0][1] for one in moves if one.kind == "event"]
    assert answers
    assert all(row["answerer"] != row["asker"] and row["answered_at"] == row["opened_at"] for row in answers)
    first = {one.person: one.adds[0][1]["asker"] for one in reversed(moves) if one.kind == "event"}
    assert all(asker >= 6 for asker in first.values())
    assert forged(world, moves)["opening"].rows == len(asked) + len(known) + len(answers)


@pytest.mark.parametrize("table", ["tie_day", "item_use"])
def test_what_is_not_read_is_not_forged(table):
    rows = {
        "tie_day": [{"day": "2026-02-01", "actor": 0, "target": 1}],
        "item_use": [{"day": "2026-02-01", "actor": 0}],
    }
    world = snapshot(rows, ("2026-01-01", "2026-04-01"))
    cut = world[table] if table == "tie_day" else Table("item_use", {"actor": world["item_use"].columns["actor"]})

    added = {name for one in plots(Snapshot(world.window, [cut]), costs()) for name, _ in one.adds}

    assert "item_use" not in added


def test_where_nobody_is_known_nobody_is_made_up():
    nothing = snapshot({}, ("2026-01-01", "2026-04-01"))

    assert plots(nothing, costs()) == []
    assert {one.kind for one in plots(snapshot({"activity_day": [{"actor": 0, "count": 1, "day": 20_500}]}, ("2026-01-01", "2026-04-01")), costs())} == {
        "day", "accomplice", "event",
    }  # fmt: skip


def test_identical_texts_leave_a_trace():
    class Clear(Share):
        def score(self, snapshot: Snapshot, params: Any, seed: int) -> Finding:
            told = snapshot["communities"].texts("purpose")
            return found(0.1 + 0.06 * sum("axles and publish" in (one or "") for one in told))

    inputs = [{"table": "communities", "columns": ["community", "purpose"], "required": True}]
    told = pricing.price(bench(Clear(), inputs=inputs), *WORLD, costs())

    assert (told.verdict, told.hours, told.traces) == ("dear", 100.0, ["identical texts"])


def test_costs_can_be_given(tmp_path):
    file = tmp_path / "costs.json"
    file.write_text(json.dumps({"hours": {"event": {"hours": 9, "reason": "we read everything"}}}))

    told = costs(file)
    assert (told.hours["event"].hours, told.hours["person"]) == (9, costs().hours["person"])
    assert told.version == f"{costs().version} with costs.json"
    file.write_text(json.dumps({"version": "ours", "hours": {"event": {"hours": -1, "reason": "free"}}}))
    with pytest.raises(ValueError, match="a cost is less than nothing"):
        costs(file)


def test_each_world_has_its_price(monkeypatch):
    monkeypatch.setattr(pricing, "WORLDS", ((6, 1), (7, 2)))
    told = pricing.prices(bench(), seconds=2.0)

    assert [(one.scorer, one.world) for one in told] == [
        ("toy.share", "6 people, seed 1"),
        ("toy.share", "7 people, seed 2"),
    ]
    assert all(isinstance(one, Price) for one in told)


def test_a_move_without_cells_to_change_changes_nothing():
    world = snapshot(SAID, ("2026-01-01", "2026-04-01"))
    absent = Move(kind="rename", words="", hours=0.0, sets=(("answers", "no_such", (0,), "x"),))

    assert forged(world, [absent]).encode() == world.encode()


@pytest.fixture
def project(tmp_path, monkeypatch):
    create("toy-share", "toy.share", tmp_path / "toy")
    monkeypatch.setattr(checking, "_running", lambda *_: iter(()))
    return tmp_path / "toy"


def test_the_kit_says_the_price_on_request(project, tmp_path, capsys):
    page = tmp_path / "check.html"
    assert main(["check", str(project), "--skip", "mypy", "--validity", "--html", str(page)]) == 0

    told = capsys.readouterr().out
    assert "the price of cheating" in told
    assert told.count("toy.share (") == 2
    assert "<pre>the price of cheating" in page.read_text()


def test_costs_that_cannot_be_read_are_wrong_usage(project, tmp_path, capsys):
    (tmp_path / "costs.json").write_text('{"hours": {"bribe": {"hours": 1, "reason": ""}}}')
    words = ["check", str(project), "--skip", "mypy", "--validity", "--costs", str(tmp_path / "costs.json")]

    assert main(words) == 2
    assert "no price of cheating for toy.share: its process ended with 1: " in capsys.readouterr().err


def test_the_page_says_what_forgeries_cost_and_what_a_shipped_score_costs():
    told = pages.rows(pages.section(pages.read("price-of-cheating.md"), "What forgeries cost"))
    assert [(row[0].strip("`"), float(row[1]), row[2]) for row in told] == [
        (kind, one.hours, one.reason) for kind, one in costs().hours.items()
    ]
    with opened(pages.HOUSE / "plugins" / "network") as subject:
        request = request_for(subject, "facts")
        scorer = loading.scorers(request.entry_points)["silos.internal"]
        found = pricing.price(child._bench(request, scorer), 60, 2, costs())
    shipped = pages.rows(pages.section(pages.read("price-of-cheating.md"), "The shipped scores"))
    row = next(row for row in shipped if row[0] == "`silos.internal`" and row[1] == found.world)
    assert row[2:5] == [found.verdict, f"{found.hours:g}", "; ".join(found.seen_by) or "nobody"]
    assert costs().version in pages.read("price-of-cheating.md")
