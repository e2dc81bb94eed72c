"""What the page on connectors shows does what it says."""

import io
import json

from helpers import pages
from kithline_connectors import kithline_connectors
from kithline_core import plugins
from kithline_sdk.connecting import Entry, Source
from plugins.connectors import samples

PAGE = pages.read("connectors.md")


def test_every_connector_has_its_row():
    named = [pages.codes(row[0])[0] for row in pages.rows(pages.section(PAGE, "What is read"))]

    assert sorted(named) == [one.key for one in plugins.installed().connectors()]


def test_the_mapping_reads_the_sample():
    (mapping,) = pages.blocks(PAGE, "json")
    (reader,) = [one for one in kithline_connectors() if one.key == "csv.mapped"]

    said = reader.read(Source("t.csv", io.BytesIO(samples.TICKETS), 0), reader.Options(mapping=mapping))

    assert [one.row["kind"] for one in said if isinstance(one, Entry)] == ["question", "practice"]
    assert json.loads(mapping) == samples.TICKETS_MAPPING


def test_the_reader_yields_what_it_says():
    (code,) = pages.blocks(PAGE, "python")
    shown: dict = {}
    exec(code, shown)

    said = list(shown["read"](Source("x.csv", io.BytesIO(b"id,at,who\n1,2026-01-05T09:00:00Z,ann\n2,x,\n"), 40)))

    assert [type(one).__name__ for one in said] == ["Entry", "Fault", "Progress"]
