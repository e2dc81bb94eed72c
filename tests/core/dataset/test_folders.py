"""Folders are read whole or refused whole, with every mistake named at once."""

import gzip
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kithline_core.dataset import door, example, schema
from kithline_core.dataset.folder import Dataset
from kithline_core.dataset.read import read
from kithline_core.dataset.write import write
from kithline_core.errors import DatasetError, Invalid
from kithline_core.model.rows import FILES, AnswerRow, EventRow, PersonRow

NOON = datetime(2026, 1, 5, 12, 0, 0, 123456, tzinfo=UTC)


def problems(folder):
    with pytest.raises(DatasetError) as caught:
        read(folder)
    return caught.value.problems


def test_a_folder_written_and_read_is_the_same(tmp_path):
    made = example.dataset()

    write(tmp_path / "data", made)

    found = read(tmp_path / "data")
    assert msgspec.structs.replace(found, lines={}) == made
    assert found.lines == {stem: list(range(2, len(rows) + 2)) for stem, rows in made.rows.items() if rows}


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40),
    st.floats(-1e12, 1e12, allow_nan=False),
)
def test_any_text_and_number_survives_a_file(tmp_path, text, value):
    dataset = Dataset()
    dataset.rows["answers"] = [
        AnswerRow(questionnaire="q", assessment=text, item="i", value=value, evidence=text, dated=NOON)
    ]

    write(tmp_path / "data", dataset)

    assert read(tmp_path / "data").rows == dataset.rows


def test_every_mistake_is_listed_with_its_file_and_line(tmp_path):
    (tmp_path / "people.csv").write_text("person,group,bot\nann,employee,true\nben,boss,perhaps\n,employee,\n")
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "value.json").write_text("{")
    (tmp_path / "communities.csv").write_text("community,colour\nc,red\n")

    found = problems(tmp_path)

    assert [line.split(":")[0] for line in found] == ["communities.csv", "notes.txt", *["people.csv"] * 3, "value.json"]
    assert found[0].startswith("communities.csv: unknown column 'colour'")
    assert any(line.startswith("people.csv:3: group:") for line in found)
    assert any(line.startswith("people.csv:4: column 'person' is required") for line in found)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (b"", "is empty"),
        (b"person,person\nann,ann\n", "twice"),
        (b"person,group\nann\n", "1 cells under 2 columns"),
        (b"person\n\xff\xfe\n", "cannot be read"),
        (b'person\n"ann\n', "cannot be read"),
        (b"person\na\0b\n", "person"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_reason(tmp_path, text, word):
    (tmp_path / "people.csv").write_bytes(text)

    assert word in problems(tmp_path)[0]


def test_lines_and_packed_files_are_read_alike(tmp_path):
    line = (
        msgspec.json.encode({"person": "ann", "group": "employee", "valid_from": "2026-01-01", "rank": None}) + b"\n\n"
    )
    (tmp_path / "people.ndjson.gz").write_bytes(gzip.compress(line))

    (row,) = read(tmp_path).rows["people"]

    assert row == PersonRow(person="ann", group="employee", valid_from=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("line", [b"[1]", b"{", b'{"person": {"a": 1}}', b'{"person": "x", "bot": 7}'])
def test_a_line_that_is_no_row_is_refused(tmp_path, line):
    (tmp_path / "people.ndjson").write_bytes(line)

    assert problems(tmp_path)[0].startswith("people.ndjson:1:")


def test_parquet_without_its_reader_says_what_to_install(tmp_path):
    (tmp_path / "people.parquet").write_bytes(b"PAR1")

    assert "pyarrow" in problems(tmp_path)[0]


def test_a_table_stands_in_one_file_only(tmp_path):
    (tmp_path / "people.csv").write_text("person\n")
    (tmp_path / "people.ndjson").write_text('{"person": "ann"}\n')

    assert problems(tmp_path)[0] == "people stands in 2 files; keep one"


def test_the_same_event_twice_is_one_and_another_body_is_a_conflict(tmp_path):
    head = "id,source,occurred_at,actor,verb\n"
    (tmp_path / "events.csv").write_text(
        head + "1,s,2026-01-01,a,posted\n1,s,2026-01-01,a,posted\n1,t,2026-01-01,b,posted\n"
    )

    assert len(read(tmp_path).rows["events"]) == 2

    (tmp_path / "events.csv").write_text(head + "1,s,2026-01-01,a,posted\n1,s,2026-01-02,a,posted\n")
    (told,) = problems(tmp_path)
    assert told.startswith("events.csv:3:")
    assert "line 2" in told


def test_direct_messages_of_employees_are_refused_and_those_of_others_are_not(tmp_path):
    (tmp_path / "people.csv").write_text("person,group\nann,employee\ncat,customer\n")
    head = "id,occurred_at,actor,verb,target,visibility\n"
    (tmp_path / "events.csv").write_text(head + "1,2026-01-01,cat,posted,dan,direct\n")
    assert len(read(tmp_path).rows["events"]) == 1

    (tmp_path / "events.csv").write_text(
        head + "1,2026-01-01,cat,posted,ann,direct\n2,2026-01-01,ann,posted,cat,direct\n"
    )
    assert [line.split(" is ")[0] for line in problems(tmp_path)] == ["events: '1'", "events: '2'"]


def test_texts_that_are_not_public_are_refused_and_events_without_them_are_not(tmp_path):
    head = "id,occurred_at,actor,verb,visibility,text\n"
    (tmp_path / "events.csv").write_text(
        head
        + "1,2026-01-01,cat,posted,public,hello\n2,2026-01-01,cat,posted,members,\n3,2026-01-01,cat,posted,,hello\n"
    )
    assert len(read(tmp_path).rows["events"]) == 3

    (tmp_path / "events.csv").write_text(head + "1,2026-01-01,cat,posted,members,hush\n")
    assert problems(tmp_path) == ["events: '1' has a text and is not public; leave texts that are not public out"]


def test_two_answers_that_name_nobody_are_refused_instead_of_one_being_lost(tmp_path):
    head = "questionnaire,assessment,item,value,respondent\n"
    (tmp_path / "answers.csv").write_text(head + "q,a,i,0,\nq,a,i,4,\n")
    assert "answers.csv:3: another answer to 'i' names nobody" in problems(tmp_path)[0]

    (tmp_path / "answers.csv").write_text(head + "q,a,i,0,x\nq,a,i,4,y\nq,a,j,1,\nq,a,j,1,\n")
    assert len(read(tmp_path).rows["answers"]) == 3


def test_a_date_alone_is_midnight_in_the_settings_too(tmp_path):
    (tmp_path / "dataset.json").write_text('{"from": "2025-01-01", "to": "2025-02-01T00:00:00Z"}')
    assert read(tmp_path).settings.start == datetime(2025, 1, 1, tzinfo=UTC)

    (tmp_path / "dataset.json").write_text('{"from": "soon"}')
    assert problems(tmp_path)[0].startswith("dataset.json:")


def test_a_header_is_checked_even_where_its_cells_are_empty(tmp_path):
    (tmp_path / "ties.csv").write_text("actor,foo\na,\n")

    assert [line.split(";")[0] for line in problems(tmp_path)] == [
        "ties.csv: unknown column 'foo'",
        "ties.csv: the column 'target' is required",
    ]


def test_a_later_row_replaces_the_same_one_before(tmp_path):
    (tmp_path / "communities.csv").write_text("community,name\nc,Old\nc,New\n")

    assert [row.name for row in read(tmp_path).rows["communities"]] == ["New"]


def test_too_many_mistakes_are_cut_off_with_a_word(tmp_path):
    (tmp_path / "people.csv").write_text("person,group\n" + "ann,boss\n" * 400)

    found = problems(tmp_path)

    assert len(found) == 202
    assert found[-1] == "people.csv: further problems are not listed"


def test_a_questionnaire_is_called_what_it_says(tmp_path):
    (tmp_path / "questionnaires").mkdir()
    (tmp_path / "questionnaires" / "q@2.json").write_text(
        '{"questionnaire": "q", "version": "1", "items": [{"item": "i", "text": {}}]}'
    )

    assert "should be called q@1.json" in problems(tmp_path)[0]


def test_ids_are_capped_in_bytes(tmp_path):
    (tmp_path / "people.csv").write_text("person\n" + "ä" * 100 + "\n")
    assert len(read(tmp_path).rows["people"]) == 1

    (tmp_path / "people.csv").write_text("person\n" + "ä" * 101 + "\n")
    assert "longer than 200 bytes" in problems(tmp_path)[0]


def test_what_is_no_folder_says_how_to_make_one(tmp_path):
    assert "kithline dataset new" in problems(tmp_path / "absent")[0]


def test_an_example_is_never_written_over_something(tmp_path):
    example.write(tmp_path / "data")

    with pytest.raises(DatasetError, match="already holds"):
        example.write(tmp_path / "data")


def test_the_example_fills_every_file(tmp_path):
    files = {path.name for path in example.write(tmp_path / "data")}

    assert files == {*(f"{stem}.csv" for stem in FILES), "dataset.json", "value.json", "fasteners@1.json"}


@pytest.mark.parametrize("name", schema.names())
def test_every_file_is_described(name):
    found = schema.describe(name)

    assert found["file"] == name
    assert found.get("columns") or found["schema"]


def test_a_column_is_described_with_its_type_and_values():
    columns = {one["name"]: one for one in schema.describe("events.csv.gz")["columns"]}

    assert columns["id"] == {"name": "id", "required": True, "type": "text", "values": []}
    assert columns["occurred_at"]["type"] == "instant (RFC 3339) or date"
    assert columns["count"]["type"] == "whole number"
    assert "practice" in columns["kind"]["values"]
    with pytest.raises(Invalid, match="no file"):
        schema.describe("secrets.csv")


def test_the_focal_organisation_comes_from_settings_and_roles():
    made = example.dataset()
    made.settings = msgspec.structs.replace(made.settings, focal="twin")

    data = door.data(made)

    assert data["focal"]["organisation"] == ["acme", "twin"]
    assert data["bots"]["person"] == []


def test_bots_are_known_by_any_row():
    made = Dataset()
    made.rows["people"] = [
        PersonRow(person="r"),
        PersonRow(person="r", group="other", bot=True),
        PersonRow(person="p", bot=False),
    ]
    made.rows["events"] = [EventRow(id="1", occurred_at=NOON, actor="r", verb="posted")]

    data = door.data(made)

    assert data["bots"]["person"] == ["r"]
    assert data["activity_day"]["actor"] == ["r"]


def test_a_name_that_no_address_can_hold_is_refused_in_words(tmp_path):
    (tmp_path / "answers.csv").write_text("questionnaire,assessment,item,value\na/b,a,i,1\n")
    (tmp_path / "questionnaires").mkdir()
    (tmp_path / "questionnaires" / "q@1.json").write_text('{"questionnaire":"q","version":"1/2","items":[]}')

    found = problems(tmp_path)

    assert [line.split(" - ")[0] for line in found] == [
        "answers.csv:2: questionnaire: Expected a name without a slash and control characters, not `.` or `..`, such as `spring-2026`",
        "q@1.json: Expected a name without a slash and control characters, not `.` or `..`, such as `spring-2026`",
    ]
