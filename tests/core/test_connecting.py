"""Exports become folders, through the installed connectors and the real sandbox; hostile ones become words."""

import json

import pytest

from kithline_core import connecting
from kithline_core.connecting import Export
from kithline_core.dataset.read import read as read_dataset
from kithline_core.errors import DatasetError, DomainError, Invalid
from kithline_core.sandbox import Sandbox
from plugins.connectors import samples
from plugins.connectors.hostile import HOSTILE
from plugins.connectors.samples import zipped


def _silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
async def sandbox():
    async with Sandbox.open() as opened:
        yield opened


@pytest.fixture
def through(sandbox, tmp_path):
    """`await through("hr.list", data, "staff.csv")` reads bytes into tmp_path/out."""

    async def read(key, data, name, folder=tmp_path / "out", tell=_silent, **options):
        path = tmp_path / name.replace("/", "_")
        path.write_bytes(data)
        return await connecting.read(Export(path=path, connector=key, options=options), sandbox, folder, tell)

    return read


async def test_an_export_becomes_a_folder_that_reads(through, tmp_path):
    told = []

    found = await through(
        "slack.export", zipped(samples.SLACK), "s.zip", tell=lambda *at: told.append(at), group="employee"
    )

    dataset = read_dataset(tmp_path / "out")
    assert found.rows == {"communities": 2, "people": 3, "events": 6}
    assert {name: len(rows) for name, rows in dataset.rows.items() if rows} == dict(found.rows)
    assert told[-1] == (1, 1)


async def test_a_dry_run_says_the_same_and_writes_nothing(through, tmp_path):
    found = await through("viva.engage", zipped(samples.VIVA), "v.zip", folder=None)

    assert found.rows["events"] == 3
    assert not (tmp_path / "out").exists()


async def test_the_same_event_twice_is_written_once(through, tmp_path):
    topic = json.dumps(samples.DISCOURSE_TOPIC)

    found = await through("discourse.export", zipped({"a.json": topic, "b.json": topic}), "d.zip")

    assert found.rows["events"] == 3
    assert [one.code for one in found.faults] == ["duplicate"] * 3
    assert len(read_dataset(tmp_path / "out").rows["events"]) == 3


async def test_rows_that_the_platform_would_refuse_are_faults(through):
    mapping = {"file": "people", "columns": {"person": "P", "group": "G"}}

    found = await through("csv.mapped", b"P,G\na,employee\nb,alien\n", "x.csv", mapping=json.dumps(mapping))

    assert (found.rows["people"], found.refused, found.faults[0].code) == (1, 1, "invalid")
    assert (found.faults[0].where, "alien" in found.faults[0].message) == ("people, row 2", True)


async def test_a_file_that_does_not_exist_among_the_datasets_is_a_fault(through):
    mapping = {"file": "secrets", "columns": {"person": "P"}}

    found = await through("csv.mapped", b"P\na\n", "x.csv", mapping=json.dumps(mapping))

    assert [one.code for one in found.faults] == ["unknown_file"]


async def test_only_the_first_faults_are_kept_and_all_are_counted(through, monkeypatch):
    monkeypatch.setattr(connecting, "KEPT", 3)

    found = await through("hr.list", b"person,department\n" + b",x\n" * 10, "x.csv")

    assert (found.refused, len(found.faults)) == (10, 3)


async def test_what_is_left_out_by_design_is_listed_and_not_refused(through):
    found = await through("viva.engage", zipped(samples.VIVA), "v.zip")

    assert (found.refused, found.left_out) == (0, 1)
    assert found.faults[0].code == "left_out"


async def test_an_unknown_connector_names_the_known_ones(through):
    with pytest.raises(Invalid, match=r"there are csv\.mapped"):
        await through("no.such", b"", "x.csv")


async def test_an_option_that_does_not_exist_is_refused(through):
    with pytest.raises(Invalid, match="colour"):
        await through("hr.list", b"person\na\n", "x.csv", colour="red")


async def test_a_file_that_is_not_there_is_said(sandbox, tmp_path):
    with pytest.raises(DatasetError, match="name the export's file"):
        await connecting.read(Export(path=tmp_path / "absent", connector="hr.list", options={}), sandbox, None, _silent)


def test_the_mapping_file_becomes_an_option(tmp_path):
    (tmp_path / "m.json").write_text("{}")

    assert connecting.settings({"delimiter": ";"}, tmp_path / "m.json") == {"delimiter": ";", "mapping": "{}"}
    assert connecting.settings({"a": "b"}, None) == {"a": "b"}
    with pytest.raises(DatasetError, match="cannot be read"):
        connecting.settings({}, tmp_path / "absent.json")


def test_there_are_three_hundred_hostile_files():
    assert len(HOSTILE) >= 300


async def _refused(through, tmp_path, hostile):
    """Return the words of every refusal, after looking at each."""
    told = {}
    for what, key, name, data, options in hostile:
        with pytest.raises(DomainError) as refused:
            await through(key, data, name, **options)
        words = told[what, key] = refused.value.detail
        assert len(words) < 500, (what, key)
        assert "Traceback" not in words, (what, key)
        assert "crash" not in words, (what, key, words)
        assert not (tmp_path / "out").exists(), (what, key)
    return told


async def test_one_hostile_file_of_each_kind_gives_a_clear_error_and_leaves_nothing_behind(through, tmp_path):
    of_each_kind, to_each_connector = ({one[at]: one for one in HOSTILE} for at in (0, 1))
    told = await _refused(through, tmp_path, [*of_each_kind.values(), *to_each_connector.values()])

    words = {what: said for (what, _), said in told.items()}
    assert "looks like a trap" in words["bomb"]
    assert "longer than" in words["a million columns"]


@pytest.mark.slow
async def test_all_hostile_files_give_clear_errors_and_leave_nothing_behind(through, tmp_path):
    await _refused(through, tmp_path, HOSTILE)


async def test_the_next_export_is_read_as_if_nothing_had_been(through, tmp_path):
    with pytest.raises(DatasetError):
        await through("slack.export", b"", "x.zip")

    assert (await through("slack.export", zipped(samples.SLACK), "s.zip")).rows["events"] == 6
