"""What is added to a text to look better, and must not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kithline_purpose import lists
from kithline_purpose.activity import Behaviour
from kithline_purpose.parameters import Params
from kithline_purpose.parts import geometric, parts
from kithline_purpose.poll import Poll
from kithline_purpose.reading import read
from kithline_purpose.tokens import names

BASE = (
    "Maintenance fitters waste hours because spare pump seals are missing at night. "
    "They list worn seals, compare torque values and repair pumps within 4 hours."
)
BUZZ = sorted(lists.lexicon("en").vague.words)
TOWNS = ["Ulm", "Bonn", "Kiel", "Trier", "Gera", "Jena", "Suhl", "Hof"]
OTHERS = "and or of the to for with in our we"


def value(text: str, known: tuple[str, ...] = ()) -> float:
    one = read(text, {}, None, names(known), Params())
    return geometric(parts(one, Poll(), Behaviour(), Params()).values)


@given(st.lists(st.sampled_from(BUZZ), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_a_sentence_of_buzzwords_raises_nothing(words):
    assert value(f"{BASE} We {' and '.join(words)}.") <= value(BASE)


@given(st.lists(st.sampled_from(BUZZ), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_buzzwords_at_the_end_of_a_sentence_raise_nothing(words):
    assert value(f"{BASE[:-1]} {' '.join(words)}.") <= value(BASE)


@given(st.integers(1, 5))
@settings(deadline=None)
def test_repeating_sentences_raises_nothing(times):
    assert value(" ".join([BASE] * times)) == value(BASE)


@given(st.lists(st.sampled_from(OTHERS.split()), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_padding_with_small_words_raises_nothing(words):
    assert value(f"{BASE} It is {' '.join(words)}.") <= value(BASE)


@given(st.lists(st.sampled_from(TOWNS), min_size=3, unique=True), st.lists(st.integers(1, 9999), max_size=8))
@settings(max_examples=60, deadline=None)
def test_lists_of_towns_and_numbers_raise_nothing(towns, numbers):
    listed = ", ".join([*towns, *map(str, numbers)])

    assert value(f"{BASE} {listed}.") <= value(BASE)
    assert value(f"{BASE[:-1]} in {listed}.") <= value(BASE)


@pytest.mark.parametrize("towns", [". ".join(TOWNS), "\n".join(TOWNS), "; ".join(f"{town} 12" for town in TOWNS)])
def test_a_list_in_pieces_raises_nothing_either(towns):
    assert value(f"{BASE} {towns}.") <= value(BASE)


@pytest.mark.parametrize("name", ["Ford", "General Widgets Company of Upper Bavaria", "ACME", "Zeta"])
def test_swapping_a_known_name_changes_nothing(name):
    text = BASE.replace("Maintenance fitters", "Maintenance fitters at {}")

    assert value(text.format(name), known=(name,)) == value(text.format("Nordwind"), known=("Nordwind",))


def test_a_longer_unknown_name_raises_nothing():
    text = BASE.replace("Maintenance fitters", "Maintenance fitters at {}")

    assert value(text.format("Nordwind Global Industries")) == value(text.format("Nordwind"))


def test_german_nouns_are_no_names():
    german = "Instandhalter prüfen nachts die Dichtungen der Pumpen und melden den Druck."
    lower = german[0] + german[1:].lower()

    assert read(german, {}, None, [], Params()).wording.z == read(lower, {}, None, [], Params()).wording.z


def test_capitals_on_everything_raise_nothing():
    assert value(BASE.title()) <= value(BASE)
    assert value(BASE.upper()) <= value(BASE)


@pytest.mark.parametrize(
    "copied",
    [
        "To be the world's most customer-centric company and to create value for all our stakeholders every single day.",
        "To inspire and empower people everywhere to achieve more, and to bring innovation to everyone in the world.",
        "Our mission is to deliver excellent solutions with passion, to grow sustainably and to shape a better future.",
    ],
)
def test_a_copied_mission_statement_is_absent(copied):
    assert value(copied) < 0.25
