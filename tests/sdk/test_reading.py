"""Zips and CSVs from strangers."""

import io
import zipfile

import pytest

from kithline_sdk import archives, delimited
from kithline_sdk.archives import Archive
from kithline_sdk.connecting import Unreadable


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file


def test_members_are_listed_by_name_and_read():
    archive = Archive(zipped(b="two", a="one"))

    assert archive.names() == ["a", "b"]
    assert archive.read("b", 10) == b"two"


def test_folders_are_no_members():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.mkdir("folder")

    assert Archive(file).names() == []


def test_an_archive_with_too_many_members_is_refused(monkeypatch):
    monkeypatch.setattr(archives, "MEMBERS", 1)

    with pytest.raises(Unreadable, match="2 members"):
        Archive(zipped(a="", b=""))


def test_a_member_that_is_larger_than_wanted_is_refused():
    with pytest.raises(Unreadable, match="more than 3 bytes"):
        Archive(zipped(a="four")).read("a", 3)


def test_what_is_no_archive_is_said():
    with pytest.raises(Unreadable, match="no zip archive"):
        Archive(io.BytesIO(b"hello"))


def test_a_broken_member_is_said():
    data = bytearray(zipped(a="x" * 1000).getvalue())
    data[33:36] = b"\xff\xff\xff"

    with pytest.raises(Unreadable, match="cannot be unpacked"):
        Archive(io.BytesIO(bytes(data))).read("a", 2000)


def test_lines_are_cut_whatever_the_chunks_are():
    assert list(archives.lines([b"a\nb", b"b\n", b"c"], 10)) == [b"a\n", b"bb\n", b"c"]


def test_a_line_that_does_not_end_is_refused_before_it_is_held():
    with pytest.raises(Unreadable, match="longer than 10"):
        list(archives.lines([b"a" * 11, b"never read"], 10))


def test_records_leave_empty_cells_out_and_know_their_line():
    table = delimited.Table([b"\xef\xbb\xbfa,b\n1,\n", b'"x\ny",2\n'])

    assert table.columns == ["a", "b"]
    assert list(table) == [(2, {"a": "1"}), (4, {"a": "x\ny", "b": "2"})]


def test_a_column_that_is_needed_and_missing_is_named():
    with pytest.raises(Unreadable, match="the columns c are missing"):
        delimited.Table([b"a,b\n"], needed=("a", "c"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_the_header_has_most_of(delimiter):
    header = delimiter.join(["Name", '"Vertrieb; Süd, |Ost\t,,,;;;"', "Seit"]) + "\n"
    table = delimited.Table([header.encode(), delimiter.join(["a", "b", "c"]).encode()])

    assert table.columns[::2] == ["Name", "Seit"]
    assert next(iter(table))[1]["Seit"] == "c"


def test_a_header_of_one_column_needs_no_delimiter():
    assert list(delimited.Table([b"person\nE1\n"])) == [(2, {"person": "E1"})]


def test_a_delimiter_that_is_given_wins():
    assert delimited.Table([b"a;b,c,d\n"], delimiter=";").columns == ["a", "b,c,d"]


@pytest.mark.parametrize("options", [{}, {"encoding": "utf-16"}])
@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_by_its_mark_wherever_the_chunks_are_cut(order, options):
    data = "\ufeffa;b\r\n1;Gr\u00fcn\u0a0a\r\n".encode(order)
    table = delimited.Table([data[:5], data[5:18], data[18:]], **options)

    assert list(table) == [(2, {"a": "1", "b": "Gr\u00fcn\u0a0a"})]


@pytest.mark.parametrize("data", ["\ufeffa,b\n1,2\n".encode("utf-16-le")[:-1], "\ufeffa,b\n".encode("utf-32-le")])
def test_what_is_neither_is_told_how_to_save_it(data):
    with pytest.raises(Unreadable, match="save it as UTF-8"):
        list(delimited.Table([data]))


def test_columns_without_a_name_are_passed_over():
    assert list(delimited.Table([b"a;;b;;\n1;x;2;;\n"])) == [(2, {"a": "1", "b": "2"})]
