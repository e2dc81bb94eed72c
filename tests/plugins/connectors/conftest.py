"""Reads bytes through an installed connector, in process."""

import io
import itertools

import msgspec
import pytest

import kithline_connectors
from kithline_sdk.connecting import Entry, Fault, Progress, Source

CONNECTORS = {one.key: one for one in kithline_connectors.kithline_connectors()}


@pytest.fixture
def said():
    """`said("slack.export", data)` returns everything the connector says."""

    def read(key, data, name="export.zip", **options):
        connector = CONNECTORS[key]
        chosen = msgspec.convert(options, connector.Options, strict=False)
        return list(connector.read(Source(name, io.BytesIO(data), len(data)), chosen))

    return read


@pytest.fixture
def rows(said):
    """The rows alone, by file."""

    def read(*args, **options):
        entries = [one for one in said(*args, **options) if isinstance(one, Entry)]
        entries.sort(key=lambda one: one.file)
        return {file: [one.row for one in group] for file, group in itertools.groupby(entries, lambda one: one.file)}

    return read


@pytest.fixture
def faults(said):
    """The faults alone."""
    return lambda *args, **options: [one for one in said(*args, **options) if isinstance(one, Fault)]


@pytest.fixture
def progress(said):
    """Progress alone."""
    return lambda *args, **options: [one for one in said(*args, **options) if isinstance(one, Progress)]
