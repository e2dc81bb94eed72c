"""Papers say what the configuration says, in two languages; a change makes the issued one untrue, and it is noticed."""

import json
from datetime import UTC, datetime

import msgspec
import pytest

from helpers import work
from helpers.agreed import employees
from kithline_core import plugins
from kithline_core.db import Database, audit, datasets, grounds, papers
from kithline_core.model.datasets import Dataset
from kithline_core.model.grounds import from_template
from kithline_core.model.papers import KINDS, LANGUAGES
from kithline_core.papers import configuration, issuing, live, writing
from kithline_core.papers.configuration import Configuration, changes, digest, facts
from kithline_sdk.catalogue import CATALOGUE

pytestmark = pytest.mark.anyio
START = "2026-01-05T00:00:00Z"
MARKED = {
    "title": "T-title", "basis": "legitimate_interest", "purposes": ["P-one", "P-two"], "groups": ["employee"],
    "legal_entity": "E-entity", "country": "AT", "documents": ["D-one", "D-two"], "works_agreement": "W-agreement",
    "impact_assessment": "I-assessment", "scorers": ["S-one", "S-two"], "mode": "identified", "floor": 17,
    "retention_days": 123, "valid_from": START, "valid_to": "2031-02-03T00:00:00Z", "signed_by": "Y-signer",
}  # fmt: skip
SCORER = {
    "title": {"en": "Q-title", "de": "Q-titel"}, "question": {"en": "Q-question", "de": "Q-frage"}, "reads": ["tie_day"],
    "measures": {"m": {"en": "Q-measure", "de": "Q-mass"}}, "window_days": 77, "modes": ["aggregates"],
    "not_for": ["Q-refused"], "infers": ["Q-inferred"],
}  # fmt: skip
# What a word of the configuration is called in a paper, where it is not called by itself.
CALLED = {
    "en": {"legitimate_interest": "6(1)(f)", "employee": "employees", "identified": "identified: people", "public": "public",
           "tie_day": "who contacted whom", "aggregates": "aggregates"},
    "de": {"legitimate_interest": "Absatz 1 Buchstabe f", "employee": "Beschäftigte", "identified": "identifiziert: Personen",
           "public": "öffentlich", "tie_day": "wer mit wem", "aggregates": "zusammengefasst"},
}  # fmt: skip


@pytest.fixture
async def db(database_urls):
    async with Database.open(database_urls.app) as opened:
        yield opened


@pytest.fixture
async def tenant(db):
    return await work.provision(db)


def whole(**changes):
    terms = {name: value for name, value in MARKED.items() if name != "title"}
    plain = {
        "controller": "C-controller", "platform": "F-platform", "nature": "public", "grounds": {MARKED["title"]: terms},
        "hashed": False, "retention": {"events": 91, "rollups": 397, "results": 999},
        "floor": {"people": 6, "leaders": 11}, "scorers": {"K-scorer": SCORER},
    }  # fmt: skip
    return Configuration(**{**plain, **changes})


def written(kind, language, configured):
    told = facts(kind, configured)
    return writing.write(kind, language, told, digest(told))


def leaves(value, language):
    """Every configured word and number of the facts, of texts in two languages the one."""
    if isinstance(value, dict):
        inner = [value[language]] if set(value) == {"en", "de"} else value.values()
        return [leaf for one in inner for leaf in leaves(one, language)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one, language)]
    return [] if value is None or isinstance(value, bool) else [str(value)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_configured_fact_stands_in_the_paper(kind, language):
    told = facts(kind, whole())
    text = writing.write(kind, language, told, digest(told))

    for leaf in [*leaves(told, language), *told["grounds"], digest(told)]:
        shown = leaf[:10] if leaf.endswith("Z") else CALLED[language].get(leaf, leaf)
        assert shown in text, leaf


@pytest.mark.parametrize("kind", KINDS)
def test_a_fact_that_changes_changes_hash_and_text(kind):
    told = facts(kind, whole())
    text = written(kind, "en", whole())

    for change in (
        {"controller": "another"}, {"platform": "another"}, {"nature": "private"}, {"hashed": True},
        {"retention": {"events": 30, "rollups": 397, "results": 999}}, {"floor": {"people": 20, "leaders": 20}},
        {"grounds": {}}, {"scorers": {}},
    ):  # fmt: skip
        assert digest(facts(kind, whole(**change))) != digest(told), change
        assert written(kind, "en", whole(**change)) != text, change


def test_the_hash_is_that_of_the_facts_whatever_the_order_and_the_language():
    told = facts("notice", whole())
    turned = dict(reversed(told.items()))

    assert digest(turned) == digest(told)
    assert all(digest(told) in written("notice", language, whole()) for language in LANGUAGES)


def test_a_works_agreement_speaks_of_grounds_over_employees_alone():
    terms = facts("notice", whole())["grounds"]["T-title"]
    configured = whole(
        grounds={"Ours": terms, "Theirs": {**terms, "groups": ["customer"]}, "All": {**terms, "groups": []}}
    )

    assert set(facts("works-agreement", configured)["grounds"]) == {"Ours", "All"}
    assert set(facts("notice", configured)["grounds"]) == {"Ours", "Theirs", "All"}
    assert "over employees" in written("works-agreement", "en", whole(grounds={}))


def test_what_is_kept_for_ever_and_what_is_hashed_is_said_in_words():
    text = written("dpia", "en", whole(retention=dict.fromkeys(["events", "rollups", "results"]), hashed=True))

    assert text.count("for as long as the tenant exists") == 3
    assert "the ids themselves are never stored" in text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_ground_is_said_to_keep_ids_while_all_are_hashed(kind, language):
    text = written(kind, language, whole(hashed=True))

    assert CALLED[language]["identified"] not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_that_a_scorer_may_read_is_named_in_words(language):
    reads = {"reads": list(CATALOGUE)}

    text = written("works-agreement", language, whole(scorers={"K-scorer": {**SCORER, **reads}}))

    said = next(line for line in text.splitlines() if line.startswith(("- Reads: ", "- Liest: ")))
    assert set(said.replace("\\", "")[9:].split("; ")).isdisjoint(CATALOGUE)


def test_what_somebody_wrote_cannot_break_out_of_its_line():
    assert writing.said("a\n# b <script> [x](y) `z` | _c_") == r"a \# b &lt;script> \[x\](y) \`z\` \| \_c\_"


def test_no_paper_promises_figures_of_single_persons():
    named = {name for spec in plugins.installed().scorers() for name in configuration.scorer(spec)["measures"]}

    assert named
    assert not [name for name in named if "<person>" in name]


@pytest.mark.parametrize(("was", "now", "pointers"), [
    ({"a": 1}, {"a": 1}, []),
    ({"a": 1, "b": {"c": [1]}}, {"a": 2, "b": {"c": [2]}}, ["/a", "/b/c"]),
    ({"a/b~": 1}, {}, ["/a~1b~0"]),
])  # fmt: skip
def test_changes_are_named_by_their_place(was, now, pointers):
    assert [change.pointer for change in changes(was, now)] == pointers


async def test_the_live_configuration_is_what_the_tenant_set(db, tenant):
    async with db.tenant(tenant) as tx:
        for ground in await grounds.in_force(tx):
            await grounds.end(tx, ground.id)
    async with db.tenant(tenant) as tx:
        first = await live.configuration(tx)
        for _ in range(2):
            await grounds.create(tx, employees(scorers=["silos.internal"], retention_days=60))
        found = await live.configuration(tx)

    assert (first.controller, first.platform, first.nature) == ("a tenant", "a partner", "private")
    assert (first.grounds, first.hashed) == ({}, False)
    assert first.retention == {"events": 90, "rollups": 396, "results": None}
    assert "silos.internal" not in first.scorers
    title = "Employees, under a works agreement"
    assert list(found.grounds) == [title, f"{title} (2)"]
    assert found.grounds[title]["works_agreement"] == employees().works_agreement
    assert found.hashed
    assert found.retention == {"events": 60, "rollups": 60, "results": None}
    assert "silos.internal" in found.scorers
    assert "purpose.clarity" not in found.scorers


async def test_open_data_are_kept_until_somebody_says_otherwise(db, tenant):
    async with db.tenant(tenant) as tx:
        await datasets.put(tx, Dataset(nature="public"))
        assert (await live.configuration(tx)).retention == dict.fromkeys(["events", "rollups", "results"])


async def test_an_issued_paper_is_outdated_by_the_change_and_the_audit_says_so_once(db, tenant):
    async with db.tenant(tenant) as tx:
        issued = await issuing.issue(tx, "notice", "de")
        assert await issuing.watch(tx) == []
        assert (await issuing.draft(tx, "notice", "de")).changed == []
        made = await grounds.create(tx, from_template("suppliers", "Mona Meier"))
        (outdated,) = await issuing.watch(tx)
        assert await issuing.watch(tx) == []
        now = await issuing.draft(tx, "notice", "de")
        other = await issuing.draft(tx, "notice", "en")
        event = next(one for one in await audit.page(tx) if one.action == "paper.outdated")

    assert outdated.id == issued.id == now.issued.id
    assert now.issued.outdated_at is not None
    assert (now.sha256 == issued.sha256, now.sha256 == event.details["now"]) == (False, True)
    assert f"/grounds/{made.title}" in [change.pointer for change in now.changed] == event.details["changed"]
    assert "Meier" not in json.dumps(event.details)
    assert (event.subject, other.issued, other.sha256) == ("notice/de", None, now.sha256)


async def test_a_paper_that_is_issued_anew_is_true_again(db, tenant):
    async with db.tenant(tenant) as tx:
        await issuing.issue(tx, "ropa", "en")
        await datasets.put(tx, Dataset(nature="public"))
        await issuing.watch(tx)
        await issuing.issue(tx, "ropa", "en")
        assert await issuing.watch(tx) == []
        assert (await issuing.draft(tx, "ropa", "en")).changed == []


async def test_a_name_that_became_a_tombstone_on_both_sides_is_no_change(db, tenant):
    async with db.tenant(tenant) as tx:
        told = facts("notice", await live.configuration(tx))
        await papers.issue(tx, "notice", "en", "the hash from before the name went", told)

        assert await issuing.watch(tx) == []
        assert (await issuing.draft(tx, "notice", "en")).changed == []


async def test_another_tenant_has_issued_nothing(db, tenant):
    other = await work.provision(db)
    async with db.tenant(tenant) as tx:
        await issuing.issue(tx, "dpia", "en")

    async with db.tenant(other) as tx:
        assert (await issuing.draft(tx, "dpia", "en")).issued is None


def test_dates_are_days():
    assert writing.day(msgspec.to_builtins(datetime(2026, 1, 5, tzinfo=UTC))) == "2026-01-05"
