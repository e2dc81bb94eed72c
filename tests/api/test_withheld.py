"""What rests on a ground that ended is shown without a figure, wherever it is read."""

import hashlib
from itertools import count

import msgspec
import pytest

from kithline_core import ids
from kithline_core.db import tasks
from kithline_core.engine import document
from kithline_core.model.results import NewResult

pytestmark = pytest.mark.anyio
numbers = count()
FIGURE = 61.5
FOUND = document.Document(
    scorer="silos.internal", version="1.0.0", status="ok", reasons=[], score=FIGURE, unit="points", level=1,
    level_name="some", level_probability=0.9, interval=(50.0, 70.0), bounds=None, coverage=0.8, concentration=None,
    window=("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"), measures={"ties": FIGURE}, intervals={}, tables={},
    findings=[], drivers=[], missing=[], recommendations=[], lineage=[], not_for=["pay"], key="sha256:0",
)  # fmt: skip


@pytest.fixture
async def ground(other):
    return (await other.post("/v1/grounds", json={"template": "suppliers", "signed_by": "the board"})).json()["id"]


async def scored(world, ground):
    """A result that rests on the ground, stored as a worker would."""
    asked = {"intended_use": "research", "scorers": ["silos.internal"]}
    headers = {"idempotency-key": f"withheld-{next(numbers)}"}
    run = (await world.other.post("/v1/runs", json=asked, headers=headers)).json()
    new = NewResult(
        scorer="silos.internal", version="1.0.0", status="ok", key="sha256:0", document=document.encode(FOUND),
        score=FIGURE, level=1, grounds=[ids.read("ground", ground)], reads=["ties"],
    )  # fmt: skip
    async with world.app.state.db.tenant(ids.read("tenant", world.other.ids["tenant"])) as tx:
        claimed = await tasks.claim(tx, ids.read("task", run["tasks"][0]["id"]), "the test", 30.0)
        stored = await tasks.finish(tx, claimed, new)
    return ids.show("result", stored.id)


async def test_a_result_names_its_grounds(world, ground):
    told = (await world.other.get(f"/v1/results/{await scored(world, ground)}")).json()

    assert (told["grounds"], told["status"], told["reasons"]) == ([ground], "ok", [])
    assert told["finding"] == {**msgspec.json.decode(document.encode(FOUND)), "measures": {"ties": 60}}


async def test_when_the_ground_ends_no_door_shows_a_figure_of_it(world, ground):
    name = await scored(world, ground)
    assert (await world.other.get(f"/v1/results/{name}/finding")).status_code == 200

    await world.other.post(f"/v1/grounds/{ground}/end")

    one = await world.other.get(f"/v1/results/{name}")
    (row,) = [row for row in (await world.other.get("/v1/results")).json()["data"] if row["id"] == name]
    bytes_ = await world.other.get(f"/v1/results/{name}/finding")
    told = one.json()
    assert (told["status"], told["score"], told["level"], told["reasons"]) == ("withheld", None, None, ["ground_ended"])
    assert (told["finding"]["status"], told["finding"]["measures"]) == ("withheld", {})
    assert told["finding"]["reasons"] == ["ground_ended"]
    assert [one["reason"] for one in told["finding"]["missing"]] == ["ground_ended"]
    assert row["status"] == "withheld"
    assert (told["sha256"], row["sha256"]) == (None, None)
    assert (bytes_.status_code, bytes_.json()["code"]) == (409, "withheld")
    assert "start a new run" in bytes_.json()["detail"]
    shown = one.text + str(row) + bytes_.text + str(bytes_.headers)
    assert str(FIGURE) not in shown
    assert hashlib.sha256(document.encode(FOUND)).hexdigest() not in shown, "a guess could be confirmed"


async def test_coverage_speaks_no_longer_of_what_is_withheld(world, ground):
    name = await scored(world, ground)
    await world.other.post(f"/v1/grounds/{ground}/end")

    told = (await world.other.get("/v1/coverage")).text

    assert name not in told
