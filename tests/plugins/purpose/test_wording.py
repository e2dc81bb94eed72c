"""The specificity of texts: z by hand, the curve, and human ratings of other people's sentences."""

import math
import os
from pathlib import Path

import pytest
from scipy.stats import rankdata, spearmanr

from kithline_purpose import tokens, wording
from kithline_purpose.parameters import Params
from kithline_purpose.wording import text_part

# Counted by hand: u distinct content words + 3 names + 3 numbers - vague words, the three best distinct sentences.
BY_HAND = [
    ("connect with our community", 2 - 2),
    ("We share best practices across our ecosystem.", 4 - 4),
    ("Welders compare seam defects.", 4),
    ("Welders compare seam defects. Welders compare seam defects!", 4),
    ("Nurses in Leeds review falls on night wards.", 6 + 3),
    ("Answer 12 customer questions within 48 hours by 2026.", 4 + 9),
    ("Buyers at BMW and VW compare 3 freight quotes from DHL.", 7 + 9 + 3),
    ("BUYERS COMPARE FREIGHT QUOTES", 4),
    ("Buyers Compare Freight Quotes", 4),
    ("The plan covers ISOPROPANOL tanks, not water.", 5),
    ("We can't do it without them.", 0),
    ("Each other's circuit-board questions; each other's solder questions.", 2 + 2),
    ("It costs 1,250.50 euros a week; 3.5 hours are lost.", (3 + 3) + (2 + 3)),
    ("Towns: Ulm Bonn Kiel Trier Gera Jena Suhl Hof are on the map.", 10 + 18),
    ("Pick 1 2 3 4 5 6 7 8 bolts", 2 + 18),
    ("Innovate, engage, empower and inspire!", 4 - 4),
    ("Drivers report brake noise\nFitters photograph worn pads\nPlanners order parts", 4 + 4 + 3),
    ("Drivers report brake noise. Fitters photograph worn pads. Planners order parts. Clerks file invoices daily.", 12),
    ("Engineer's engineer engineers Engineers", 2 + 3),
    ("State of the art welding", 3 - 2),
    ("A 20-minute call on Mondays saves Ford's planners two trips to Köln.", 8 + 9 + 3),
    ("vibrant vibrant vibrant pump", 0),
    ("Our Community Is The Vibrant heart of it", 3 - 2),
]
BY_HAND_GERMAN = [
    ("Konstrukteure prüfen Leiterplatten in Regensburg mit 40 Lieferanten.", 5 + 3),
    ("Gemeinsam gestalten wir die Zukunft.", 3 - 3),
    ("Für 75.000 Ingenieure: Fragen zu Schaltplänen binnen 24 Stunden beantworten.", 6 + 6),
]


def z(text: str, language: str = "en") -> wording.Wording:
    lines = wording.read(tokens.sentences(tokens.normal(text)), language)
    return wording.measure(lines, Params())


@pytest.mark.parametrize(("text", "expected"), BY_HAND)
def test_z_is_what_a_hand_counts(text, expected):
    assert z(text).z == expected


@pytest.mark.parametrize(("text", "expected"), BY_HAND_GERMAN)
def test_german_capitals_name_nobody(text, expected):
    assert z(text, "de").z == expected


@pytest.mark.parametrize("value", [0.0, 1.0, 20.0, 44.0])
def test_the_text_part_is_one_minus_exp_of_z_over_twenty(value):
    assert text_part(value, Params()) == pytest.approx(1 - math.e ** (-value / 20), abs=1e-12)


def test_the_vague_line_stays_under_and_the_concrete_one_over(texts):
    assert text_part(z(texts["vague"]).z, Params()) < 0.15
    assert text_part(z(texts["twin"]).z, Params()) < 0.15
    assert text_part(z(texts["design_spark"]).z, Params()) >= 0.70


def test_invisible_characters_and_hyphens_do_not_make_new_words():
    assert z("weld\u200bers check weld\u00aders and co\u2011operate").z == z("welders check welders and co-operate").z


def test_a_text_without_content_words_has_no_tool_share():
    assert z("we are what we are").tool_share is None
    assert z("slack channels for pumps").tool_share == pytest.approx(2 / 3)


def test_an_enumeration_buys_nothing_in_the_corrected_count():
    plain = z("Welders compare seam defects every week in the shop.")
    bought = z("Welders compare seam defects every week in the shop, Ulm, Bonn, Kiel and Trier. 12, 14, 18, 20.")

    assert bought.z > plain.z
    assert bought.z_corrected == plain.z_corrected


def test_a_longer_name_is_still_one_name():
    short = z("Welders at Acme compare seam defects.")
    long = z("Welders at Acme Global Industries Holding compare seam defects.")

    assert long.z > short.z
    assert long.z_corrected == short.z_corrected


def test_two_names_in_a_row_are_two_names():
    assert z("Welders in Ulm, Bonn compare seam defects.").z_corrected == 6 + 6


def test_a_headline_names_nobody():
    assert z("every week: Welders Compare Seam Defects Again. we weld.").z_corrected <= 6


def test_a_sentence_that_nearly_repeats_another_counts_once():
    one = "Welders in the body shop compare seam defects, torch angles, gas mixes and scrap every week."
    other = "Fitters in the body shop compare seam defects, torch angles, gas mixes and scrap every week."

    assert z(f"{one} {other}").z == 2 * z(one).z
    assert z(f"{one} {other}").z_corrected == z(one).z_corrected


def test_human_ratings_of_sentences_are_met_without_tuning():
    folder = Path(os.environ.get("KITHLINE_REAL_DATA", "")) / "specificity_yelp"
    if not (folder / "sentences.txt").exists():
        pytest.skip("KITHLINE_REAL_DATA does not point to specificity_yelp")
    sentences = (folder / "sentences.txt").read_text().splitlines()
    ratings = [float(line) for line in (folder / "ratings.txt").read_text().split()]
    lengths = [sum(len(part.tokens) for part in tokens.sentences(tokens.normal(text))) for text in sentences]
    for parts in ([text_part(z(text).z, Params()) for text in sentences], [z(text).z_corrected for text in sentences]):
        assert spearmanr(parts, ratings).statistic >= 0.70
        assert _partial(parts, ratings, lengths) >= 0.35


def _partial(a, b, held):
    def r(x, y):
        return spearmanr(rankdata(x), rankdata(y)).statistic

    return (r(a, b) - r(a, held) * r(b, held)) / math.sqrt((1 - r(a, held) ** 2) * (1 - r(b, held) ** 2))
