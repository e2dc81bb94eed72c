"""Logs: one line an event, JSON or readable, the libraries' lines like ours."""

import json
import logging

import pytest
import structlog

from kithline_core import observe


@pytest.fixture(autouse=True)
def as_before():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_an_event_is_one_json_line_with_its_fields(capsys):
    observe.configure()

    observe.logger("here").info("run finished", run=object, score=61.5)
    logging.getLogger("elsewhere").warning("hi %s", "there")

    ours, theirs = map(json.loads, capsys.readouterr().err.splitlines())
    assert (ours["event"], ours["level"], ours["logger"], ours["score"]) == ("run finished", "info", "here", 61.5)
    assert (theirs["event"], theirs["logger"]) == ("hi there", "elsewhere")


def test_for_people_it_is_a_readable_line(capsys):
    observe.configure("text")

    observe.logger("here").info("run finished", score=61.5)

    assert "run finished" in capsys.readouterr().err
