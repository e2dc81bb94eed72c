"""`kithline aggregate`: a folder without persons, which scores, is sent and comes back like any other."""

import json

import pytest

from helpers.tenants import Tenant
from kithline_core.dataset import write
from kithline_core.dataset.read import read


@pytest.fixture
def folder(tmp_path):
    write.write(tmp_path / "data", Tenant(53).dataset)
    return tmp_path / "data"


def test_a_folder_becomes_cells_and_says_how_many(offline, folder, tmp_path):
    done = offline("aggregate", folder, "--out", tmp_path / "cells", "--json")

    told = json.loads(done.stdout)
    assert done.exit_code == 0, done.output
    assert told["rows"]["group_ties"] == len(read(tmp_path / "cells").rows["group_ties"])
    assert "people" not in told["rows"]
    assert read(tmp_path / "cells").settings.mode == "aggregates"
    assert {"group_ties.csv", "organisation_ties.csv", "dataset.json"} <= {
        path.name for path in (tmp_path / "cells").iterdir()
    }


def test_the_warnings_stand_beside_the_counts(offline, folder, tmp_path):
    (folder / "survivals.csv").write_text("unit,duration,ended\nperson-e00-000,3,true\n")

    done = offline("aggregate", folder, "--out", tmp_path / "cells", "--period", "month", "--floor", "6")

    assert "survivals: left out" in done.stderr
    assert "organisations: " in done.stdout


def test_an_empty_folder_tells_nothing(offline, tmp_path):
    (tmp_path / "empty").mkdir()

    done = offline("aggregate", tmp_path / "empty", "--out", tmp_path / "cells")

    assert done.exit_code == 0
    assert "nothing could be told" in done.stdout


@pytest.mark.parametrize(("arguments", "code"), [(["--floor", "4"], 2), (["--period", "week"], 2)])
def test_a_lower_floor_and_other_periods_are_refused(offline, folder, tmp_path, arguments, code):
    assert offline("aggregate", folder, "--out", tmp_path / "cells", *arguments).exit_code == code


def test_a_folder_that_holds_something_is_never_written_over(offline, folder):
    done = offline("aggregate", folder, "--out", folder)

    assert done.exit_code == 3
    assert "already holds something" in done.stderr


def test_cells_score_alike_here_and_on_the_server_and_come_back(kithline, installation, folder, tmp_path):
    assert kithline("aggregate", folder, "--out", tmp_path / "cells").exit_code == 0
    tenant = installation.tenant("cells")
    with installation.client(tenant) as client:
        client.ask("POST", "/v1/grounds", {"template": "synthetic", "mode": "aggregates"})
    installation.run("import", tmp_path / "cells", **tenant)

    there = installation.findings("run", "--to", "2026-01-01", **tenant)
    here = installation.findings("score", tmp_path / "cells", "--to", "2026-01-01")
    installation.run("export", tmp_path / "back", **tenant)

    assert there == here
    assert json.loads(here["supply.collaboration"])["level"] is not None
    assert installation.findings("score", tmp_path / "back", "--to", "2026-01-01") == here
    from_events = installation.findings("score", folder, "--to", "2026-01-01")
    levels = [json.loads(found["supply.collaboration"])["level"] for found in (from_events, here)]
    assert levels[0] == levels[1]
