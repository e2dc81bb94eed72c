"""What the wheel says about itself: manifest, word lists, questionnaire."""

import re
from pathlib import Path

import msgspec
import pytest

import kithline_purpose
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.plugins import read_manifest
from kithline_purpose import lists
from kithline_purpose.poll import ITEMS, QUESTIONNAIRE

FOLDER = Path(kithline_purpose.__file__).parent


def test_the_manifest_reads_and_lists_every_word_list_and_questionnaire():
    manifest = read_manifest(FOLDER)

    assert sorted(manifest.scorers[0].word_lists) == sorted(f"data/{one.name}" for one in (FOLDER / "data").iterdir())
    assert manifest.questionnaires == [f"questionnaires/{one.name}" for one in (FOLDER / "questionnaires").iterdir()]


def test_the_poll_has_its_three_items_in_two_languages():
    poll = msgspec.json.decode((FOLDER / "questionnaires" / "purpose.poll@1.json").read_bytes(), type=Questionnaire)

    assert poll.questionnaire == QUESTIONNAIRE
    assert tuple(item.item for item in poll.items) == ITEMS
    assert all((item.minimum, item.maximum) == (1, 5) and set(item.text) == {"en", "de"} for item in poll.items)


@pytest.mark.parametrize("language", lists.LANGUAGES)
def test_word_lists_are_folded_distinct_and_their_patterns_compile(language):
    raw = msgspec.json.decode((FOLDER / "data" / f"words.{language}.json").read_bytes())

    for name in ("function", "vague", "tools"):
        assert len(raw[name]) == len(set(raw[name])), name
        assert all(word == word.casefold() or "ß" in word for word in raw[name])
    for sources in raw["patterns"].values():
        assert [re.compile(source) for source in sources]


def test_both_languages_have_the_same_groups_of_patterns():
    assert lists.lexicon("en").patterns.keys() == lists.lexicon("de").patterns.keys()


def test_no_function_word_is_vague():
    for language in lists.LANGUAGES:
        lexicon = lists.lexicon(language)
        assert not {word for word in lexicon.lists.function if lexicon.vague.word(word)} - {"viel", "viele", "vielen"}


def test_a_compound_of_vague_words_is_vague():
    assert lists.lexicon("en").vague.word("community-synergy-innovation")
    assert not lists.lexicon("en").vague.word("community-pump")


def test_trades_and_parts_are_not_taken_for_vague_words():
    concrete = (
        "drivers emergency energy delivery power transformer ignition connector specialist shareholder builders growers"
    )

    assert not [word for word in concrete.split() if lists.lexicon("en").vague.word(word)]
