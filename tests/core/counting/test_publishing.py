"""What a plugin's publisher is told: whole weeks, and no figure that few tenants stand behind or that can be worked out."""

import base64
import json
from datetime import date, timedelta
from itertools import combinations

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from kithline_core.counting import publishing
from kithline_core.model.counters import UNFINISHED, Counted

MONDAY = date(2026, 1, 5)
KINDS = ("ended", "outcome", "tier", "bucket")


def figures(rows):
    """What the database's function makes of (tenant, outcome, tier, bucket, attempts)."""
    made = []
    parts = {("all", ""): rows}
    for row in rows:
        ended = "unfinished" if row[3] == UNFINISHED else "finished"
        for kind, name in zip(KINDS, (ended, row[1], row[2], str(row[3])), strict=True):
            parts.setdefault((kind, name), []).append(row)
    for (kind, name), own in sorted(parts.items()):
        by = {}
        for tenant, *_, attempts in own:
            by[tenant] = by.get(tenant, 0) + attempts
        made.append(
            Counted(MONDAY, "acme", "1.0.0", "acme.echo", kind, name, sum(by.values()), 1.0, len(by), max(by.values()))
        )
    return made


def told(rows, at_least=5):
    (week,) = publishing.weeks(figures(rows), at_least)
    return week


def many(tenants, outcome="ok", tier="full", bucket=4, attempts=3):
    return [(f"t{number}", outcome, tier, bucket, attempts) for number in range(tenants)]


def test_what_many_tenants_ran_is_told_whole():
    week = told([*many(6), *many(5, outcome="error:timeout", bucket=9), *many(5, outcome="lost", bucket=UNFINISHED)])

    assert (week.attempts, week.runs, week.withheld) == (48, 33, {})
    assert week.outcomes == {"error:timeout": 15, "lost": 15, "ok": 18}
    assert week.tiers == {"full": 48}
    assert week.seconds.histogram == {"0.25": 18, "10": 15}
    assert (week.seconds.p50, week.seconds.p95) == ((0.1, 0.25), (5.0, 10.0))


def test_below_the_floor_nothing_but_that_is_told():
    week = told(many(4))

    assert week.withheld == {"all": "fewer than 5 tenants ran it"}
    assert (week.attempts, week.runs, week.seconds, week.outcomes) == (None, None, None, {})
    assert "attempts" not in msgspec.to_builtins(week)


def test_the_floor_is_the_settings():
    assert told(many(6), 7).withheld == {"all": "fewer than 7 tenants ran it"}


def test_what_one_tenant_ran_nearly_alone_is_not_told():
    assert told([*many(5, attempts=1), ("t0", "ok", "full", 4, 100)]).withheld == {
        "all": "one tenant ran nearly all of it"
    }


def test_one_tenants_errors_are_not_told_nor_what_they_could_be_worked_out_from():
    week = told([*many(9), *many(6, outcome="insufficient"), ("t0", "error:crash", "full", 15, 2)])

    assert week.outcomes == {"ok": 27}
    assert week.withheld["outcomes"].startswith("2 of 3: fewer than 5 tenants")
    assert week.seconds.histogram == {}
    assert week.seconds.p95 == (0.1, 0.25)


def test_how_many_came_to_a_result_is_withheld_where_few_did_not():
    week = told([*many(9), ("t0", "lost", "full", UNFINISHED, 1)])

    assert (week.attempts, week.runs, week.seconds.p50) == (28, None, None)
    assert week.withheld["runs"].startswith("2 of 2")


def test_a_week_in_which_none_came_to_a_result_says_so():
    week = told(many(6, outcome="given_back", tier="", bucket=UNFINISHED))

    assert (week.attempts, week.runs, week.seconds.p50, week.tiers) == (18, 0, None, {"unknown": 18})


ROWS = st.lists(
    st.tuples(
        st.sampled_from([f"t{number}" for number in range(9)]), st.sampled_from(["ok", "insufficient", "error:crash"]),
        st.sampled_from(["full", "process", "syscall"]), st.integers(0, 4), st.integers(1, 9),
    ),
    min_size=1, max_size=60,
)  # fmt: skip


@given(ROWS, st.integers(5, 7))
@settings(max_examples=150)
def test_whatever_is_told_and_whatever_is_left_of_the_whole_stands_on_enough_tenants(rows, at_least):
    week, found = told(rows, at_least), figures(rows)
    if week.attempts is None:
        return
    by = {(one.kind, one.name): one for one in found}
    for kind, place, shown in (("outcome", 1, week.outcomes), ("tier", 2, week.tiers)):
        for name in shown:
            one = by[kind, name]
            assert one.tenants >= at_least
            assert one.largest < 0.85 * one.attempts
        left = [row for row in rows if row[place] not in shown]
        if left:
            assert len({row[0] for row in left}) >= min(at_least, len({row[0] for row in rows}))
            assert len({row[place] for row in left}) >= 2
            assert max(sum(row[4] for row in left if row[0] == one[0]) for one in left) < 0.85 * sum(
                row[4] for row in left
            )


def test_what_is_withheld_of_two_parts_is_both():
    for few, most in combinations((("ok", 9), ("error:crash", 2)), 2):
        week = told([*many(few[1], outcome=few[0]), *many(most[1], outcome=most[0])])

        assert week.outcomes == {}


def test_it_is_signed_as_what_it_is():
    made = publishing.Told(
        format=publishing.FORMAT, plugin="acme", at_least=5, until=MONDAY, weeks=publishing.weeks(figures(many(6)), 5)
    )
    key = Ed25519PrivateKey.generate()
    said, signature = publishing.signed(made, key)

    key.public_key().verify(base64.b64decode(signature), publishing.PREFIX + said)
    with pytest.raises(InvalidSignature):
        key.public_key().verify(base64.b64decode(signature), said)
    assert publishing.signed(made, None) == (said, None)
    assert json.loads(said)["weeks"][0]["began"] == "2026-01-05"


def test_no_week_is_another_weeks():
    two = [*figures(many(6)), *(msgspec.structs.replace(one, began=MONDAY + timedelta(7)) for one in figures(many(4)))]

    assert [week.attempts for week in publishing.weeks(two, 5)] == [18, None]
