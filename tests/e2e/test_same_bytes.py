"""Whatever the door, the same key and the same bytes: a folder, the API, an export."""

import random
from datetime import timedelta

import msgspec
import pytest

from helpers import koha
from kithline_core.dataset import write
from kithline_core.demo import make, stream

END = "2026-01-01"
MONTH = timedelta(days=31)


@pytest.fixture(scope="module")
def online(installation, demo):
    """The demo organisation's tenant with its stored findings."""
    tenant = installation.tenant("demo")
    return tenant, installation.findings("run", "--to", END, **tenant)


def test_the_demo_organisation_scores_alike_over_the_api_and_offline(installation, demo_folder, online):
    _, stored = online

    assert installation.findings("score", demo_folder) == stored


def test_an_exported_tenant_scores_to_the_stored_bytes(installation, online, tmp_path):
    tenant, stored = online
    installation.run("export", tmp_path / "out", **tenant)

    assert installation.findings("score", tmp_path / "out", "--to", END) == stored


def test_sending_a_folder_again_changes_nothing(installation, demo_folder, online):
    tenant, _ = online

    report = installation.json("import", demo_folder, **tenant)

    assert {counts["accepted"] + counts["updated"] for counts in report.values()} == {0}


def test_shuffled_files_give_the_same_bytes(installation, online, tmp_path):
    made = make.make()
    for rows in made.rows.values():
        random.Random(7).shuffle(rows)
    write.write(tmp_path / "shuffled", made)

    assert installation.findings("score", tmp_path / "shuffled") == online[1]


def test_sensitive_communities_stand_in_no_finding_of_either_door(installation, tmp_path):
    made, hidden = make.make(), {"supplier-exchange": {"sensitive": True}, "works-town": {"name": "Works council"}}
    rows = made.rows["communities"]
    made.rows["communities"] = [msgspec.structs.replace(row, **hidden.get(row.community, {})) for row in rows]
    # Openly, a month of events is enough for both to be named.
    made.rows["events"] = [row for row in made.rows["events"] if row.occurred_at >= stream.END - MONTH]
    write.write(tmp_path / "hidden", made)
    offline = installation.findings("score", tmp_path / "hidden", "--to", END)

    tenant = installation.tenant("hidden")
    installation.run("import", tmp_path / "hidden", **tenant)

    assert installation.findings("run", "--to", END, **tenant) == offline
    assert [name for name in hidden for found in offline.values() if name.encode() in found] == []


def test_koha_2016_has_ten_organisations_and_41_ties_and_scores_alike_on_both_ways(installation, tmp_path):
    write.write(tmp_path / "koha", koha.network("2016"))
    offline = installation.findings("score", tmp_path / "koha", "--to", "2017-01-01")

    tenant = installation.tenant("koha-2016")
    installation.run("import", tmp_path / "koha", **tenant)

    assert b'"organisations":10,' in offline["supply.collaboration"]
    assert b'"organisation_ties":41,' in offline["supply.collaboration"]
    assert installation.findings("run", "--to", "2017-01-01", **tenant) == offline


def test_kohas_event_stream_scores_alike_on_both_ways(installation, tmp_path):
    write.write(tmp_path / "koha", koha.stream())
    window = ("--from", "2016-01-01", "--to", "2017-01-01")

    tenant = installation.tenant("koha-stream")
    installation.run("import", tmp_path / "koha", **tenant)

    assert installation.findings("run", *window, **tenant) == installation.findings("score", tmp_path / "koha", *window)
