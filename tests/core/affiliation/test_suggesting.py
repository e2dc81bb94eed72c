"""Ids that look like one: said with a rule and how sure it is."""

from kithline_core.affiliation import suggesting
from kithline_core.affiliation.suggesting import Named


def told(found):
    return [(one.id, one.same_as, one.rule, one.confidence) for one in found]


def test_people_whose_ids_differ_in_case_space_or_letter_form():
    ids = ["Ann", "ann", "an n", "\uff41nn", "anna", "B\u00e9a", "Be\u0301a"]

    assert told(suggesting.people(ids, {"ann"})) == [
        ("B\u00e9a", "Be\u0301a", "same_form", 0.95),
        *((one, "ann", "same_form", 0.95) for one in ("Ann", "an n", "\uff41nn")),
    ]


def test_organisations_by_name_but_for_legal_form_and_by_alias():
    rows = [
        Named("cellworks", "Cellworks", "CW;Cell Works"),
        Named("cw-2", "CELLWORKS GmbH & Co. KG", None),
        Named("CW AG", None, None),
        Named("other", "Cell-Works Inc.", None),
        Named("plain", "S.A.", ""),
    ]

    assert told(suggesting.organisations(rows)) == [
        ("CW AG", "cellworks", "same_alias", 0.8),
        ("cw-2", "cellworks", "same_name", 0.9),
        ("other", "cellworks", "same_alias", 0.8),
    ]


def test_nobody_alike_is_nothing_to_suggest():
    assert suggesting.people(["a", "b"], set()) == []
    assert suggesting.organisations([Named("a", None, None), Named("b", None, None)]) == []
