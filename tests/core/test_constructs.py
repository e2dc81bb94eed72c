"""Construct checks over a real database: only who agreed counts, and what is published labels a version."""

import json
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from kithline_core import constructs
from kithline_core.choices import cautions
from kithline_core.db import Database, grants, grounds, partners, pooling, tenants
from kithline_core.engine.constructs.checks import Check
from kithline_core.engine.document import Document, encode
from kithline_core.errors import Invalid
from kithline_core.model.grounds import from_template
from kithline_core.model.pooling import NewPooling
from kithline_core.model.tenants import NewGrant, NewPartner, NewTenant
from kithline_core.plugins import MANIFEST, Installed, Plugin, examining, listing, standing
from kithline_core.plugins.standing import Checked
from kithline_core.plugins.store.loading import Terms
from kithline_core.settings import Settings, adopt, adopted
from kithline_sdk.manifest import Construct, Lifecycle, Manifest, MeasureSpec, ScorerSpec

pytestmark = pytest.mark.anyio

START = datetime(2026, 1, 1, tzinfo=UTC)
LAST = (START - datetime(1970, 1, 1, tzinfo=UTC)).days
TASK = """
    with a_run as (
         insert into runs (tenant_id, run_id, intended_use, requested) values ($1, $2, 't', '{}') returning run_id)
    insert into run_tasks (tenant_id, task_id, run_id, scorer, version, plugin, plugin_version, parameters, after,
                           window_start, window_end)
    values ($1, $3, $2, 'acme.s', '1', 'acme', '1.0.0', '{}', '{}', $4, $4)
"""
RESULT = """
    insert into results (tenant_id, result_id, run_id, task_id, scorer, version, status, key, finding, sha256, attempt,
                         tier, seconds, window_start, window_end, reads)
    values ($1, gen_random_uuid(), $2, $3, 'acme.s', '1', 'ok', 'k', $5, 'x', 1, 'none', 1, $4, $4, '{}')
"""
DAY = """
    insert into activity_day (tenant_id, day, community, actor, verb, count, first_at, last_at)
    values ($1, $2, $3, 'ann', 'posted', 1, 0, 0)
"""


@pytest.fixture(scope="module")
async def db(database_urls):
    async with Database.open(database_urls.app, secret="pepper", pool_max=2) as opened:
        yield opened


@pytest.fixture(scope="module")
async def dispatch(database_urls):
    async with Database.open(database_urls.dispatcher, pool_max=1) as opened:
        yield opened


@pytest.fixture(scope="module")
async def owner(database_urls):
    connection = await asyncpg.connect(database_urls.superuser)
    yield connection
    await connection.close()


def finding(**measures):
    """A document that publishes these measures and nothing else."""
    empty = {
        "reasons": [], "score": None, "unit": "none", "level": None, "level_name": None, "level_probability": None,
        "interval": None, "bounds": None, "coverage": None, "concentration": None, "window": ("", ""), "intervals": {},
        "tables": {}, "findings": [], "drivers": [], "missing": [], "recommendations": [], "lineage": [], "not_for": [],
    }  # fmt: skip
    return encode(Document(scorer="acme.s", version="1", status="ok", key="k", measures=measures, **empty))


async def a_tenant(db, owner, place, *, agreed):
    """A tenant whose survey and behaviour go together, with one community that closed and one that lives on."""
    async with db.platform() as tx:
        partner = await partners.create(tx, NewPartner(title="p"))
        await grants.create(tx, partner.id, NewGrant(given_by="t"))
        made, _ = await tenants.provision(tx, partner.id, str(uuid4()), NewTenant(title="t"))
    async with db.tenant(made.id) as tx:
        await grounds.create(tx, from_template("synthetic", "a test"))
        if agreed is not None:
            await pooling.put(tx, NewPooling(agreed=agreed, reason="ours"))
    asked, seen = math.sin(place), math.sin(place) + 0.2 * math.cos(5 * place)
    living = {"community:on.life": 0.8, "community:on.words": "many", "community:gone%2Eby.life": 0.3 + 0.01 * place}
    for before, told in ((0, {"asked": asked, "seen": -seen, "said": "much"}), (220, living)):
        run, task, at = uuid4(), uuid4(), START - timedelta(days=before)
        await owner.execute(TASK, made.id, run, task, at)
        await owner.execute(RESULT, made.id, run, task, at, finding(**told))
    # Of the last one no result is left that is old enough.
    for community, day in (("on", LAST), ("gone.by", LAST - 100), ("forgotten", LAST - 300)):
        await owner.execute(DAY, made.id, day, community)


def plugin(*declared):
    measures = {name: MeasureSpec(label={"en": name}) for name in ("asked", "said", "life")}
    spec = ScorerSpec(
        key="acme.s", version="1", title={}, question={}, unit="none", aggregation="none", levels=[], window_days=1,
        inputs=[], not_for=[], constructs=[Construct(dimension=d, kind=k, measure=m) for d, k, m in declared],
        measures={**measures, "seen": MeasureSpec(label={"en": "seen"}, direction="down")},
    )  # fmt: skip
    return Plugin("acme", Path(), Manifest(plugin="acme", version="1.0.0", api_version="1", scorers=[spec]))


ACME = plugin(("trust", "survey", "asked"), ("trust", "behaviour", "seen"), ("life", "community", "life"))


@pytest.fixture(scope="module")
async def filled(db, dispatch, owner):
    """Nine tenants that agreed, one that took it back, one that never said anything; the tenth is made by its test."""
    for place in range(9):
        await a_tenant(db, owner, place, agreed=True)
    await a_tenant(db, owner, 20, agreed=False)
    await a_tenant(db, owner, 21, agreed=None)


async def test_nine_tenants_that_agreed_are_too_few_and_ten_are_enough(db, dispatch, owner, filled):
    (before,) = await constructs.of(db, dispatch, Installed([ACME], []))
    await a_tenant(db, owner, 9, agreed=True)
    (after,) = await constructs.of(db, dispatch, Installed([ACME], []))

    assert {(one.verdict, one.reason) for one in before.checks} == {("unknown", "few_tenants")}
    assert {one.check: (one.verdict, one.tenants) for one in after.checks} == {
        "convergent": ("holds", 10), "discriminant": ("unknown", None), "known_groups": ("holds", 10),
    }  # fmt: skip
    assert (after.verdict, after.label) == ("holds", "")


async def test_what_is_no_number_and_who_declares_nothing_is_left_out(db, dispatch, filled):
    told = await constructs.of(
        db, dispatch, Installed([plugin(("x", "survey", "said"), ("x", "behaviour", "seen")), plugin()], [])
    )

    assert [{check.reason for check in one.checks} for one in told] == [{"few_tenants"}]
    assert await constructs.of(db, dispatch, Installed([plugin()], [])) == []
    nowhere = await constructs.of(db, dispatch, Installed([plugin(("life", "community", "nothing"))], []))
    assert nowhere[0].checks[0].reason == "few_tenants"


async def test_a_plugin_of_the_store_is_held_against_what_came_with_kithline_and_never_the_other_way(
    db, dispatch, filled
):
    manifest = plugin(("trust", "behaviour", "seen")).manifest
    stored = Plugin("other", Path(), type(manifest)(**{**_fields(manifest), "plugin": "other"}), digest="d" * 64)
    gone = Lifecycle(status="deprecated", sunset="2020-01-01")
    past = Plugin("past", Path(), type(manifest)(**{**_fields(manifest), "plugin": "past", "lifecycle": gone}))
    told = await constructs.of(db, dispatch, Installed([ACME, stored, past], []))

    assert {one.plugin: len(one.checks) for one in told} == {"acme": 3, "other": 2, "past": 2}


def _fields(manifest):
    return {name: getattr(manifest, name) for name in manifest.__struct_fields__}


@pytest.fixture
def store(tmp_path):
    before = adopted()
    adopt(Settings(plugins_dir=str(tmp_path / "plugins")))
    yield tmp_path / "plugins"
    adopt(before)


async def test_a_version_that_fails_is_labelled_wherever_it_is_shown(db, dispatch, store):
    failing = plugin(("trust", "survey", "asked"), ("trust", "behaviour", "asked"), ("life", "community", "life"))
    (found,) = await constructs.of(db, dispatch, Installed([failing], []))
    failed = standing.Checked(
        plugin="acme", version="1.0.0", checked_on=found.checked_on, verdict="fails",
        checks=[*found.checks[:1], type(found.checks[0])(check="known_groups", dimension="life", measures=[], verdict="fails")],
    )  # fmt: skip

    assert standing.label("acme", "1.0.0") == ""
    standing.publish(store, [failed])
    standing.publish(
        store, [standing.Checked(plugin="b", version="2", checked_on=found.checked_on, verdict="holds", checks=[])]
    )

    assert (standing.label("acme", "1.0.0"), standing.label("b", "2")) == ("experimental", "")
    (store / MANIFEST).write_bytes(msgspec.json.encode(ACME.manifest))
    here = msgspec.structs.replace(ACME, folder=store)
    (line,) = examining.examine(Installed([here], []), None)
    assert (line.state, "known groups check of life fails" in line.found) == ("warn", True)
    assert [one.label for one in listing.listed(Installed([here], []), Terms(store))] == ["experimental"]
    offer = SimpleNamespace(
        enabled=True, in_force=ACME, choice=SimpleNamespace(pinned=None), versions=[ACME], plugin="acme"
    )
    told = cautions.of(SimpleNamespace(parameters=lambda *_: {}), offer)
    assert [one.code for one in told] == ["experimental"]


def test_a_file_that_cannot_be_read_labels_nobody_and_is_named_by_who_publishes(store):
    store.mkdir()
    (store / standing.FILE).write_text(json.dumps({"not": "a list"}))

    assert standing.published() == {}
    with pytest.raises(Invalid, match="remove it and publish again"):
        standing.publish(store, [])


def test_without_a_store_nothing_is_labelled():
    before = adopted()
    adopt(Settings())
    assert standing.published() == {}
    adopt(before)


def checked(tenants, value=0.4, day=0):
    one = Check(check="known_groups", dimension="life", measures=["m"], verdict="holds", tenants=tenants, value=value)
    return Checked(
        plugin="acme", version="1", checked_on=START.date() + timedelta(days=day), verdict="holds", checks=[one]
    )


@pytest.mark.parametrize(
    ("before", "tenants", "days", "stays"),
    [
        (10, 14, 1, True), (10, 15, 1, False), (19, 15, 1, True), (20, 15, 1, False), (10, 12, 364, True),
        (10, 12, 365, False), (13, None, 1, True), (14, None, 1, False), (None, 10, 1, False),
    ],
)  # fmt: skip
def test_a_published_figure_stays_until_five_tenants_came_or_went_or_a_year_is_over(
    store, before, tenants, days, stays
):
    (first,) = standing.settled(store, [checked(before)])
    standing.publish(store, [first])

    (second,) = standing.settled(store, [checked(tenants, 0.6, days)])

    held, found = first.checks[0], second.checks[0]
    assert found == (
        held if stays else msgspec.structs.replace(found, tenants=tenants, value=0.6, since=second.checked_on)
    )
    assert (held.since, second.checked_on - first.checked_on) == (first.checked_on, timedelta(days=days))


def test_another_version_has_figures_of_its_own_and_a_kept_one_decides(store):
    failed = msgspec.structs.replace(checked(10).checks[0], verdict="fails", value=-0.2)
    (first,) = standing.settled(store, [msgspec.structs.replace(checked(10), checks=[failed])])
    standing.publish(store, [first])

    same, other = standing.settled(store, [checked(11), msgspec.structs.replace(checked(11), version="2")])

    assert (same.verdict, same.checks) == ("fails", first.checks)
    assert (other.verdict, other.checks[0].tenants) == ("holds", 11)


def test_a_figure_that_moved_late_has_a_year_of_its_own(store):
    still = msgspec.structs.replace(checked(10).checks[0], dimension="trust")

    def look(tenants, day):
        new = checked(tenants, day=day)
        standing.publish(store, standing.settled(store, [msgspec.structs.replace(new, checks=[*new.checks, still])]))
        return [(one.since - START.date()).days for one in standing.published()["acme", "1"].checks]

    assert [look(10, 0), look(15, 300), look(16, 365), look(16, 665)] == [[0, 0], [300, 0], [300, 365], [665, 365]]
