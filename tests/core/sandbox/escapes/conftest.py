"""Bait that is laid once for a module: what an attempt changed of it is put back before the next."""

from collections.abc import Iterator

import pytest

from helpers.escapes.bait import Bait


@pytest.fixture(scope="module")
def bait() -> Iterator[Bait]:
    with Bait.laid() as laid:
        yield laid
