"""Bodies are read strictly: one JSON value, no member twice, every fault named."""

from datetime import datetime
from typing import Annotated

import msgspec
import pytest

from kithline_api.bodies import InvalidBody, Malformed, decode
from kithline_api.fields import MOST, code_of, collect
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.model.rows import EventRow, PersonRow
from kithline_core.ordering import AskedRun


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    n: Annotated[int, msgspec.Meta(ge=1)]


class Outer(msgspec.Struct):
    many: list[Inner] = []
    named: dict[str, Inner] = {}
    either: int | str = 0
    perhaps: Inner | None = None


def faults(body, kind):
    with pytest.raises(InvalidBody) as caught:
        decode(body, kind)
    return [(fault.pointer, fault.code) for fault in caught.value.errors]


def test_a_body_that_fits_is_decoded():
    assert decode(b'{"person":"a"}', PersonRow) == PersonRow(person="a")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{} trailing",
        b"\xef\xbb\xbf{}",
        b'{"person":"\xff"}',
        b'{"person":"a","person":"b"}',
        b'{"person":"\\ud800"}',
        b"[" * 100_000,
        b'{"person":' * 100_000,
        b"NaN",
        b'{"person":"a","rank":1e999}',
    ],
)
def test_what_is_not_one_json_value_is_malformed(body):
    with pytest.raises(Malformed) as caught:
        decode(body, PersonRow)

    assert caught.value.detail


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"person":"\\ud800"}', "a string holds one half of a surrogate pair"),
        (b'{"person":"\\ud83dx', "Unterminated string starting at character 10"),
        (b'{"person":"\\u12"}', "JSON is malformed: invalid character in unicode escape (byte 16)"),
        (b'{"bot":tru}', "JSON is malformed: invalid character (byte 11)"),
        (b'{"bot":tru', "Expecting value at character 7"),
        (b"nul", "Expecting value at character 0"),
    ],
)
def test_a_body_is_only_said_to_end_early_when_it_does(body, words):
    with pytest.raises(Malformed) as caught:
        decode(body, PersonRow)

    assert caught.value.detail == words


def test_a_member_named_twice_deep_inside_is_malformed():
    with pytest.raises(Malformed, match="twice"):
        decode(b'{"named":{"a":{"n":1},"a":{"n":2}}}', Outer)


@pytest.mark.parametrize("tail", [b"}", b".5}", b"e5}"])
def test_a_number_of_many_digits_is_refused(tail):
    with pytest.raises((Malformed, InvalidBody)):
        decode(b'{"n":' + b"9" * 5_000 + tail, Inner)


def test_every_fault_is_named_with_its_pointer():
    body = b'{"many":[{"n":1},{"n":0},{"m":1}],"named":{"a/b":{"n":"x"}},"either":null,"perhaps":{"n":0}}'

    assert faults(body, Outer) == [
        ("/many/1/n", "out_of_range"),
        ("/many/2/m", "unknown_field"),
        ("/many/2/n", "missing"),
        ("/named/a~1b/n", "wrong_type"),
        ("/either", "wrong_type"),
        ("/perhaps/n", "out_of_range"),
    ]


def test_an_open_struct_takes_unknown_fields():
    assert decode(b'{"unknown":1}', Outer) == Outer()
    assert faults(b'{"unknown":1,"either":[]}', Outer) == [("/either", "wrong_type")]


def test_no_more_than_fifty_faults_are_named():
    body = msgspec.json.encode({"many": [{"n": 0}] * 200})

    assert len(faults(body, Outer)) == MOST


def test_no_more_faults_are_looked_for_than_asked():
    body = msgspec.json.encode({"many": [{"n": 0}] * 200})

    for most in (0, 5):
        with pytest.raises(InvalidBody) as caught:
            decode(body, Outer, most)
        assert len(caught.value.errors) == most


def test_another_shape_than_an_object_is_named_at_the_root():
    assert faults(b"[1]", Inner) == [("", "wrong_type")]


def test_a_name_too_long_is_cut_in_its_pointer():
    (fault,) = collect({"x" * 10_000: 1, "n": 1}, Inner)

    assert len(fault.pointer) == 201


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"group": "x"}, "not_one_of"),
        ({"valid_from": "x"}, "invalid_value"),
        ({"valid_from": "2026-01-01T00:00:00"}, "invalid_value"),
        ({"person": ""}, "out_of_range"),
        ({"person": "a\0"}, "invalid_value"),
        ({"person": 5}, "wrong_type"),
        ({"person": "ä" * 101}, "invalid_value"),
        ({"valid_from": "0001-01-01T00:00:00+14:00"}, "invalid_value"),
        ({"valid_to": "9999-12-31T23:59:59Z"}, "invalid_value"),
    ],
)
def test_each_fault_has_a_code(value, code):
    assert [found for _, found in faults(msgspec.json.encode({"person": "a", **value}), PersonRow)] == [code]


def test_integers_beyond_the_database_are_refused():
    body = b'{"id":"1","occurred_at":"2026-01-01T00:00:00Z","actor":"a","verb":"posted","count":%d}' % 2**70

    assert faults(body, EventRow) == [("/count", "out_of_range")]


def test_a_questionnaire_names_the_item_at_fault():
    body = b'{"questionnaire":"q","version":"1","items":[{"item":"a","text":{}},{"item":"b","text":{},"level":9}]}'

    assert faults(body, Questionnaire) == [("/items/1/level", "out_of_range")]


def test_every_message_of_the_decoder_has_a_code():
    assert code_of("Object missing required field `x`") == "missing"
    assert code_of("something new") == "invalid_value"


def test_terms_of_another_millennium_are_a_mistake():
    body = b'{"intended_use":"research","from":"1899-12-31T00:00:00Z"}'

    assert faults(body, AskedRun) == [("/from", "out_of_range")]


def test_times_of_our_calendar_pass():
    body = b'{"intended_use":"research","from":"1900-01-01T00:00:00Z","to":"2999-12-31T00:00:00Z"}'

    assert isinstance(decode(body, AskedRun).start, datetime)
