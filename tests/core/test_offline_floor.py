"""A folder tells of no fewer people than the floor either: what the API withholds by itself, a folder withholds."""

from datetime import UTC, datetime

import pytest

from helpers.tenants import InProcess
from kithline_core import offline
from kithline_core.dataset.folder import Dataset
from kithline_core.engine import alone
from kithline_core.engine.assemble import assemble
from kithline_core.engine.document import decode
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.rows import TieRow
from kithline_core.plugins import installed
from kithline_sdk.snapshot import DAY, Window

pytestmark = pytest.mark.anyio
WINDOW = Window(0, 90 * DAY)


def circle(size, nature="private"):
    """Return a folder in which everybody in a circle talks with the next."""
    made = Dataset(settings=Settings(title="A circle", end=datetime(2026, 1, 1, tzinfo=UTC), nature=nature))
    made.rows["ties"] = [TieRow(actor=f"p{n}", target=f"p{(n + 1) % size}", count=3) for n in range(size)]
    return made


async def silos(dataset, **parameters):
    asked = offline.Request(scorers=["silos.internal"], parameters={"silos.internal": parameters})
    (found,) = [decode(one.document) async for one in offline.score(dataset, asked, InProcess())]
    return found


@pytest.mark.parametrize(("size", "reasons"), [(6, ["differencing"]), (40, None)])
async def test_a_folder_of_few_people_is_withheld(size, reasons):
    found = await silos(circle(size))

    assert (found.status == "withheld") == (reasons is not None)
    assert reasons is None or (found.reasons, found.measures, found.lineage) == (reasons, {}, [])


async def test_the_floor_in_force_decides():
    assert (await silos(circle(12))).status != "withheld"
    assert (await silos(circle(12), floor=10)).status == "withheld"


async def test_public_data_may_be_looked_at_without_a_floor():
    assert (await silos(circle(6, "public"), no_floor=True)).status != "withheld"
    assert (await silos(circle(6, "public"))).status == "withheld"


@pytest.mark.parametrize(("width", "few"), [(0, True), (3, True), (8, False)])
def test_of_a_long_table_some_rows_are_looked_at_and_all_where_those_tell_of_few(width, few, monkeypatch):
    monkeypatch.setattr(alone, "MOST", 50)
    _, spec = installed().find("silos.internal")
    days = {"day": [10 + n // 100 for n in range(1000)], "actor": [f"p{n % (width + 1)}" for n in range(1000)]}
    ties = {"tie_day": {**days, "target": [f"q{one}" for one in days["actor"]]}}

    assert alone.few(spec, assemble(ties, []), WINDOW, 5) == few
