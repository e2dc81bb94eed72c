"""Each connector reads a sample as its format's documentation describes it."""

import json

import msgspec
import pytest

from kithline_core.model.rows import FILES
from kithline_sdk.connecting import Entry, Unreadable
from plugins.connectors import samples
from plugins.connectors.samples import zipped

KINDS = [
    ("hr.list", samples.HR, "staff.csv", {"delimiter": ";"}),
    ("hr.scim", json.dumps(samples.SCIM_LIST).encode(), "users.json", {}),
    ("mail.mbox", samples.MBOX, "list.mbox", {}),
    ("discourse.export", samples.DISCOURSE_USERS, "user-list.csv", {}),
    ("discourse.export", json.dumps(samples.DISCOURSE_TOPIC).encode(), "12.json", {}),
    ("slack.export", zipped(samples.SLACK), "slack.zip", {}),
    ("viva.engage", zipped(samples.VIVA), "viva.zip", {}),
    ("csv.mapped", samples.TICKETS, "tickets.csv", {"mapping": json.dumps(samples.TICKETS_MAPPING)}),
]


@pytest.mark.parametrize(("key", "data", "name", "options"), KINDS)
def test_every_row_is_one_that_the_platform_takes_and_progress_reaches_the_end(said, key, data, name, options):
    found = said(key, data, name, **options)

    for one in found:
        if isinstance(one, Entry):
            msgspec.convert(one.row, FILES[one.file])
    assert found[-1].done == found[-1].total


@pytest.mark.parametrize(("key", "data", "name", "options"), KINDS)
def test_no_text_and_no_name_of_a_person_leaves_an_export(said, key, data, name, options):
    told = msgspec.json.encode([one for one in said(key, data, name, **options) if isinstance(one, Entry)])

    for secret in (b"Who", b"Barbara", b"Just", b"Ask", b"away", b'"text"'):
        assert secret not in told


def test_an_hr_list_is_read_by_the_usual_names_of_columns(rows):
    people = rows("hr.list", samples.HR, "staff.csv", delimiter=";")["people"]

    assert people == [
        {"person": "E1", "group": "employee", "department": "Sales", "organisation": "Acme", "rank": "7",
         "valid_from": "2020-02-01T00:00:00Z"},
        {"person": "E2", "group": "employee", "department": "Sales", "organisation": "Acme", "manager": "E1",
         "valid_from": "2021-05-01T00:00:00Z", "valid_to": "2025-12-31T00:00:00Z"},
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_german_list_as_excel_saves_it_needs_no_options(rows, encoding):
    list_ = (
        "Personalnummer;Abteilung;Gesellschaft;Führungskraft;Eintrittsdatum;Austrittsdatum;;\r\n"
        "4711;Einkäufer;Auren AG;4700;01.02.2019;31.12.2026;;\r\n"
    )

    assert rows("hr.list", list_.encode(encoding), "Liste.csv")["people"] == [
        {"person": "4711", "group": "employee", "department": "Einkäufer", "organisation": "Auren AG", "manager": "4700",
         "valid_from": "2019-02-01T00:00:00Z", "valid_to": "2026-12-31T00:00:00Z"},
    ]  # fmt: skip


def test_a_network_export_in_utf_16_is_read_like_any_other(rows):
    wide = {name: text.encode("utf-16") if isinstance(text, str) else text.decode().encode("utf-16")
            for name, text in samples.VIVA.items()}  # fmt: skip

    assert rows("viva.engage", zipped(wide), "x.zip") == rows("viva.engage", zipped(samples.VIVA), "x.zip")


@pytest.mark.parametrize("document", [samples.SCIM_LIST, samples.SCIM_LIST["Resources"]])
def test_a_byte_order_mark_before_json_is_passed_over(rows, document):
    text = json.dumps(document)

    marked = rows("hr.scim", text.encode("utf-8-sig"), "users.json")

    assert marked == rows("hr.scim", text.encode(), "users.json")
    assert marked["people"]


def test_a_column_that_is_named_wins_over_the_usual_ones(rows):
    data = b"Person,Sales area\nE1,North\n"

    assert rows("hr.list", data, "x.csv", department="Sales area")["people"][0]["department"] == "North"


def test_a_list_that_names_nobody_says_what_to_do(said):
    with pytest.raises(Unreadable, match="person=COLUMN"):
        said("hr.list", b"Name,Town\nAnn,Kiel\n", "x.csv")


def test_a_line_without_a_person_or_with_a_date_that_is_none_is_a_fault_of_its_own(faults):
    found = faults("hr.list", b"person,start date\n,2020-01-01\nE1,soon\nE2,13/01/2026\n", "x.csv")

    assert [(one.where, one.code) for one in found] == [("line 2", "no_person"), ("line 3", "invalid")]
    assert "write 2026-01-13" in found[1].message
    assert "soon" not in found[1].message


@pytest.mark.parametrize("text", [
    json.dumps(samples.SCIM_LIST),
    json.dumps(samples.SCIM_USER),
    json.dumps(samples.SCIM_USER, indent=2),
    json.dumps([samples.SCIM_USER]),
    json.dumps(samples.SCIM_USER) + "\n" + json.dumps({**samples.SCIM_USER, "id": "2"}),
])  # fmt: skip
def test_scim_users_come_as_a_list_response_one_resource_an_array_or_one_a_line(rows, text):
    person = rows("hr.scim", text.encode(), "users.json")["people"][0]

    assert person == {
        "person": "2819c223", "group": "employee", "organisation": "Universal Studios", "rank": "Tour guide",
        "department": "Tour Operations", "manager": "26118915", "valid_from": "2010-01-23T04:56:22Z",
    }  # fmt: skip


def test_an_empty_list_response_has_nobody(rows):
    assert rows("hr.scim", b'{"Resources": [], "totalResults": 0}', "users.json") == {}


def test_a_scim_user_who_left_ends_with_the_last_change_and_a_service_account_is_a_bot(rows):
    user = {**samples.SCIM_USER, "active": False, "userType": "Service"}

    person = rows("hr.scim", json.dumps(user).encode(), "users.json", person="employee_number")["people"][0]

    assert (person["person"], person["valid_to"], person["bot"]) == ("701984", "2011-05-13T04:42:34Z", True)


def test_a_scim_user_without_the_chosen_id_is_a_fault(faults):
    assert [one.code for one in faults("hr.scim", b'{"userName": "x"}', "users.json")] == ["no_person"]


def test_mail_becomes_postings_and_replies_to_their_authors(rows, faults):
    first, second = rows("mail.mbox", samples.MBOX, "list.mbox")["events"]

    assert (first["id"], first["actor"], first["verb"], first["occurred_at"]) == (
        "1@acme.example", "ann@acme.example", "posted", "2026-01-05T08:00:00Z",
    )  # fmt: skip
    assert (second["actor"], second["target"], second["parent"], second["thread"], second["community"]) == (
        "bob@works.example", "ann@acme.example", "1@acme.example", "1@acme.example", "makers.lists.example",
    )  # fmt: skip
    assert [one.message for one in faults("mail.mbox", samples.MBOX, "list.mbox")] == ["1 automatic answers"]


def test_a_mail_without_sender_or_with_a_date_that_is_none_is_a_fault(faults):
    data = b"From x\nMessage-ID: <1@x>\nDate: Mon, 05 Jan 2026 10:00:00 -0000\n\nhello\n\nFrom y\nFrom: a@b.c\nMessage-ID: <2@x>\nDate: soon\n"

    assert [(one.where, one.code) for one in faults("mail.mbox", data, "l.mbox")] == [
        ("mail 1", "invalid"),
        ("mail 2", "invalid"),
    ]


def test_a_discourse_topic_becomes_a_posting_and_replies(rows):
    events = rows("discourse.export", json.dumps(samples.DISCOURSE_TOPIC).encode(), "12.json")["events"]

    assert [(one["id"], one["actor"], one.get("target")) for one in events] == [
        ("t/12/1", "ann", None), ("t/12/2", "bob", "ann"), ("t/12/3", "cem", "bob"),
    ]  # fmt: skip
    assert {one["community"] for one in events} == {"c/4"}


def test_a_discourse_users_archive_needs_its_user_and_leaves_private_messages_out(rows, said):
    events = rows("discourse.export", samples.DISCOURSE_OWN, "archive.csv", actor="ann")["events"]

    assert [(one["id"], one["actor"], one["verb"]) for one in events] == [("t/12/1", "ann", "posted")]
    with pytest.raises(Unreadable, match="actor=USERNAME"):
        said("discourse.export", samples.DISCOURSE_OWN, "archive.csv")


def test_a_discourse_archive_line_that_names_no_topic_is_a_fault(faults):
    data = samples.DISCOURSE_OWN.replace(b"/t/a-question/12/1", b"/somewhere")

    assert [one.code for one in faults("discourse.export", data, "archive.csv", actor="ann")] == ["invalid"]


def test_a_zip_of_discourse_exports_is_read_member_by_member(rows, faults):
    private = {**samples.DISCOURSE_TOPIC, "id": 13, "archetype": "private_message"}
    data = zipped({"user-list.csv": samples.DISCOURSE_USERS, "t/12.json": samples.DISCOURSE_TOPIC,
                   "t/13.json": private, "logo.png": b"x", "other.csv": "a,b\n"})  # fmt: skip

    found = rows("discourse.export", data, "all.zip", group="customer")

    assert found["people"] == [{"person": "ann", "group": "customer", "valid_from": "2025-01-01T08:00:00Z"}]
    assert len(found["events"]) == 3
    assert [one.code for one in faults("discourse.export", data, "all.zip")] == ["left_out"] * 3


def test_slack_messages_mentions_reactions_and_joinings_become_events(rows):
    found = rows("slack.export", zipped(samples.SLACK), group="employee")

    assert [(one["verb"], one["actor"], one.get("target")) for one in found["events"]] == [
        ("joined", "U2", None), ("posted", "U1", None), ("mentioned", "U1", "U2"), ("reacted", "U2", "U1"),
        ("replied", "U2", "U1"), ("posted", "U1", None),
    ]  # fmt: skip
    assert {one["community"]: one["visibility"] for one in found["communities"]} == {
        "C1": "members",
        "G1": "restricted",
    }
    assert found["people"][2] == {"person": "U3", "group": "employee", "bot": True}


def test_slack_direct_messages_are_left_out_and_counted(faults):
    assert [one.code for one in faults("slack.export", zipped(samples.SLACK))] == ["left_out"]


def test_slack_keeps_the_sixth_digit_of_a_second(rows):
    events = rows("slack.export", zipped(samples.SLACK))["events"]

    assert events[1]["occurred_at"] == "2026-01-05T09:00:00.000100Z"


def test_a_slack_message_with_a_time_that_is_none_is_a_fault(faults):
    day = {
        "makers/2026-01-05.json": [{"user": "U1", "ts": "soon"}],
        "makers/2026-01-06.json": [{"user": "U1", "ts": "9" * 30}],
    }

    assert [one.code for one in faults("slack.export", zipped({**samples.SLACK, **day}))].count("invalid") == 2


def test_viva_messages_become_postings_and_replies_and_private_ones_stay_out(rows, faults):
    found = rows("viva.engage", zipped(samples.VIVA))

    assert [(one["id"], one["verb"], one.get("target"), one["visibility"]) for one in found["events"]] == [
        ("901", "posted", None, "members"), ("902", "replied", "11", "members"), ("904", "posted", None, "restricted"),
    ]  # fmt: skip
    assert found["people"][1] == {
        "person": "12",
        "group": "employee",
        "department": "Works",
        "valid_from": "2025-01-01T08:00:00Z",
    }
    assert [one["visibility"] for one in found["communities"]] == ["members", "restricted"]
    assert [one.code for one in faults("viva.engage", zipped(samples.VIVA))] == ["left_out"]


def test_a_viva_export_needs_its_messages_alone(rows):
    only = {"export/Messages.csv": samples.VIVA["Messages.csv"]}

    assert set(rows("viva.engage", zipped(only))) == {"events"}


def test_any_csv_is_read_as_its_mapping_says(rows):
    events = rows("csv.mapped", samples.TICKETS, "t.csv", mapping=json.dumps(samples.TICKETS_MAPPING))["events"]

    assert events == [
        {"id": "1", "actor": "ann", "target": "bob", "verb": "posted", "occurred_at": "2026-01-05T00:00:00Z", "kind": "question"},
        {"id": "2", "actor": "bob", "verb": "posted", "occurred_at": "2026-01-06T00:00:00Z", "kind": "practice"},
    ]  # fmt: skip


@pytest.mark.parametrize(("form", "said_cell", "read"), [
    ("bool", "Ja", True), ("bool", "no", False), ("number", "3", 3), ("number", "2.5", 2.5), ("text", "x", "x"),
    ("epoch", "0", "1970-01-01T00:00:00Z"), ("time", "2026-01-05 09:00:00 UTC", "2026-01-05T09:00:00Z"),
])  # fmt: skip
def test_a_mapped_cell_is_read_in_the_form_it_has(rows, form, said_cell, read):
    mapping = {"file": "people", "columns": {"person": "P", "x": {"column": "X", "form": form}}}

    found = rows("csv.mapped", f"P,X\na,{said_cell}\n".encode(), "t.csv", mapping=json.dumps(mapping))

    assert found["people"][0]["x"] == read


@pytest.mark.parametrize("form", ["number", "epoch", "time", "day", "bool"])
def test_a_mapped_cell_that_does_not_fit_is_told_without_its_words(faults, form):
    mapping = {"file": "people", "columns": {"x": {"column": "X", "form": form}}}

    (found,) = faults("csv.mapped", b"X\nAnna Weber\n", "t.csv", mapping=json.dumps(mapping))

    assert found.code == "invalid"
    assert "Anna" not in found.message


def test_a_mapped_cell_that_is_neither_yes_nor_no_is_a_fault(faults):
    mapping = {"file": "people", "columns": {"bot": {"column": "X", "form": "bool"}}}

    assert faults("csv.mapped", b"X\nperhaps\n", "t.csv", mapping=json.dumps(mapping))[0].code == "invalid"


@pytest.mark.parametrize(("columns", "words"), [
    ({"person": "Q"}, "no column 'Q'"), ({"person": {"column": "P", "value": "x"}}, "not both"), ({"person": {}}, "not both"),
])  # fmt: skip
def test_a_mapping_that_does_not_fit_says_so(said, columns, words):
    with pytest.raises(Unreadable, match=words):
        said("csv.mapped", b"P\na\n", "t.csv", mapping=json.dumps({"file": "people", "columns": columns}))


def test_progress_is_told_on_the_way(progress):
    lines = b"person\n" + b"".join(b"E%d\n" % one for one in range(12_000))

    assert len(progress("hr.list", lines, "x.csv")) >= 3
    mails = b"From a\nFrom: a@b.c\nMessage-ID: <%d@x>\nDate: Mon, 05 Jan 2026 10:00:00 +0000\n\n\n"
    assert len(progress("mail.mbox", b"".join(mails % one for one in range(2_500)), "x.mbox")) == 3
    users = b"\n".join(b'{"id": "%d"}' % one for one in range(4_500))
    assert len(progress("hr.scim", users, "x.ndjson")) == 3
    mapping = json.dumps({"file": "people", "columns": {"person": "person"}})
    assert len(progress("csv.mapped", lines, "x.csv", mapping=mapping)) >= 3
    head, *_ = samples.VIVA["Messages.csv"].splitlines()
    row = ",,,1,,5,Makers,,false,false,11,User,Ann,a@b.c,x,2026-01-05T09:00:00Z,\n"
    many = head + "\n" + "".join(f"{one}{row}" for one in range(5_001))
    assert len(progress("viva.engage", zipped({"Messages.csv": many}))) == 2
