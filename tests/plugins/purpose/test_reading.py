"""What a text says before any number: slots, marks, need, first step, language."""

import pytest

from kithline_purpose import lists
from kithline_purpose.slots import SLOTS
from kithline_purpose.tokens import names, normal, sentences

GERMAN = (
    "Konstrukteure verlieren Wochen, weil Fragen zu Leiterplatten unbeantwortet bleiben. 75.000 Elektronikingenieure "
    "beantworten einander innerhalb von 24 Stunden Fragen zu Schaltplänen, damit Prototypen zwei Wochen früher fertig sind. "
    "Stell deinen ersten Schaltplan ein, dann bekommst du drei Prüfungen von Kollegen."
)


def states(reading):
    return {mark.name: mark.state for mark in reading.marks}


def test_a_clear_purpose_fills_every_slot_with_its_own_words(reading, texts):
    read = reading(texts["design_spark"])

    assert list(read.slots) == list(SLOTS)
    assert all(mark.met and mark.words in texts["design_spark"] for mark in read.slots.values())
    assert read.slot_share == 1.0
    assert read.slots["audience"].words == "engineers"


def test_a_vague_purpose_fills_none_and_its_audience_is_refuted(reading, texts):
    read = reading(texts["twin"])

    assert not any(mark.met for mark in read.slots.values())
    assert read.slots["audience"].state == "not met"
    assert read.slot_share == read.motivating == read.need[0] == 0.0


def test_german_is_read_like_english(reading):
    read = reading(GERMAN)

    assert read.language == "de"
    assert read.slot_share == 1.0
    assert read.need[0] == 0.5
    assert read.motivating == 0.5


def test_seven_marks_are_met_not_met_or_not_visible(reading, texts):
    read = reading(texts["design_spark"])

    assert len(read.marks) == 7
    assert states(read)["magnetic"] == states(read)["measurable"] == states(read)["community-driven"] == "met"
    assert states(read)["low risk"] == states(read)["able to evolve"] == "not visible"


@pytest.mark.parametrize(
    ("text", "mark", "state", "words"),
    [
        ("Taking part is voluntary for welders.", "low risk", "met", "voluntary"),
        ("Posts are monitored for appraisal.", "low risk", "not met", "monitored"),
        ("Welders talk about anything.", "properly scoped", "not met", "anything"),
        ("Official updates from the press office.", "community-driven", "not met", "Official updates"),
        ("Welders cut scrap on seams.", "measurable", "not met", "cut scrap"),
        ("A pilot with ten welders.", "able to evolve", "met", "pilot"),
        ("The rules stay permanently.", "able to evolve", "not met", "permanently"),
        ("Lower warranty claims.", "aligned with the business", "met", "warranty"),
    ],
)
def test_a_mark_quotes_the_words_that_decide_it(reading, text, mark, state, words):
    found = next(one for one in reading(text, "en").marks if one.name == mark)

    assert (found.state, found.words) == (state, words)


def test_a_verb_before_its_audience_is_a_trade_not_an_activity(reading):
    assert not reading("Design engineers of the plant.", "en").slots["activity"].met


def test_a_german_noun_is_no_activity(reading):
    assert not reading("Hier stehen Fragen zu Leiterplatten.", "de").slots["activity"].met


def test_a_subject_is_an_object_without_any_verb(reading):
    assert reading("A circle about hydraulic seals.", "en").slots["object"].words == "about hydraulic"


def test_an_explicit_field_fills_its_slot_only_when_it_says_something(reading):
    read = reading(
        "A place for you and me to be in.", "en", audience="everyone", outcome="fewer torn seals", due="2026-09-30"
    )

    assert not read.slots["audience"].met
    assert read.slots["outcome"].words == "fewer torn seals"
    assert read.slots["measure"].words == "2026-09-30"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Welders lose seams because torch tips wear out early.", 0.5),
        ("Torch tips wear out and seams are scrap after lunch.", 0.2),
        ("Torch tips are on the shelf beside seams.", 0.0),
        ("We seize opportunities and solve problems for our stakeholders.", 0.0),
    ],
)
def test_a_need_counts_double_when_it_is_somebodys(reading, text, expected):
    assert reading(text, "en").need[0] == expected


def test_a_pronoun_stands_for_a_known_audience(reading):
    assert reading("This is for welders. They lose torch tips and seams at night.", "en").need[0] == 0.5


def test_benefit_and_first_step_give_a_quarter_each(reading):
    assert reading("Members get answers to pump questions.", "en").motivating == 0.25
    assert reading("Bring a worn torch tip to the shop.", "en").motivating == 0.25


def test_a_sign_before_a_number_is_quoted_with_it(reading):
    assert reading("Welders waste €400 of gas.", "en").slots["measure"].words == "400"


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        ("Welders and fitters compare the seams of the shop.", None, "en"),
        ("Schweißer vergleichen die Nähte in der Werkstatt.", None, "de"),
        ("Schweißer vergleichen die Nähte in der Werkstatt.", "en-GB", "de"),
        ("Welders compare seams", "en-US", "en"),
        ("Welders and fitters compare the seams.", "fr", None),
        ("Une communauté pour les ingénieurs qui partagent des solutions sur la conception.", None, None),
        ("Pumpen Ventile Dichtungen", None, None),
    ],
)
def test_the_language_is_told_from_small_words(text, declared, expected):
    assert lists.detect(sentences(normal(text)), declared) == expected


def test_a_german_sentence_in_an_english_text_names_nobody(reading):
    english = "Welders compare the seams of the shop. Then they log it and the gas they used for each of them. "
    both = reading(english + "Die Schweißer prüfen die Nähte mit der Lehre.")

    assert both.language == "en"
    assert both.wording.z == reading(english).wording.z + 4


def test_names_are_masked_before_anything_is_read(reading):
    text = "Welders at Nordwind Werke GmbH compare seams, and Nordwind Werke's fitters help."

    assert reading(text, "en", known=("Nordwind Werke GmbH",)).wording.z == 5  # welders compare seams fitters help
    assert not reading("Dealer Solutions is here for you.", "en", known=("Dealer Solutions",)).slots["audience"].met


def test_a_name_is_known_with_and_without_its_legal_form():
    assert names(["Nordwind Werke GmbH", "x", None, "AG"]) == [
        ("ag",),
        ("nordwind", "werke"),
        ("nordwind", "werke", "gmbh"),
    ]
