"""Which ids are looked for inside of texts."""

import re
from typing import get_args

import msgspec
import pytest

from kithline_core.engine.document import Document
from kithline_core.engine.keys import GENERAL
from kithline_core.model.datasets import Dataset
from kithline_core.model.questionnaires import Questionnaire
from kithline_core.model.rights import OWN_WORDS, SHORTEST, speaks
from kithline_core.model.value import ValueModel
from kithline_core.ordering import AskedRun
from kithline_sdk.contract import Status


def said(schema):
    """Yield what a schema calls its parts, and the words they may say."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        yield from (word for word in schema.get("enum", ()) if isinstance(word, str))
        schema = schema.values()
    if not isinstance(schema, str | int | float | None):
        for part in schema:
            yield from said(part)


@pytest.mark.parametrize("kind", [Document, Dataset, Questionnaire, ValueModel, AskedRun])
def test_no_word_of_a_document_of_ours_is_replaced_in_it(kind):
    whole = set(said(list(msgspec.json.schema_components([kind]))))
    parts = {part for word in whole for part in re.split("[^0-9A-Za-z]+", word)}

    assert {word for word in whole | parts if len(word) >= SHORTEST} <= OWN_WORDS


def test_parameters_and_states_are_words_of_ours():
    assert {word for word in {*GENERAL, *get_args(Status)} if len(word) >= SHORTEST} <= OWN_WORDS


@pytest.mark.parametrize(("person", "found"), [("ann", False), ("anna", True), ("12345", False), ("synthetic", False)])
def test_a_name_is_looked_for_when_it_is_long_and_nobody_elses_word(person, found):
    assert speaks(person) is found
